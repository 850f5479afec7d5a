#include "sync/zst.h"

#include <stdlib.h>

#include <zstd.h>

#include "base/mem.h"
#include "base/tr.h"

/* Level 3's own window is 2^21; said here, since readers refuse above 2^23. */
enum { LEVEL = 3, WINDOW_LOG = 21, WINDOW_LOG_MAX = 23 };

struct zst {
	struct zst_sink sink;
	ZSTD_CCtx *ctx;
	size_t size;
	char *out;
};

struct zst *
zst_new(const struct zst_sink *sink)
{
	struct zst *z = xcalloc(1, sizeof *z);

	z->sink = *sink;
	z->size = ZSTD_CStreamOutSize();
	z->out = xmalloc(z->size);
	z->ctx = ZSTD_createCCtx();
	if (z->ctx != NULL) {
		ZSTD_CCtx_setParameter(z->ctx, ZSTD_c_compressionLevel, LEVEL);
		ZSTD_CCtx_setParameter(z->ctx, ZSTD_c_windowLog, WINDOW_LOG);
		ZSTD_CCtx_setParameter(z->ctx, ZSTD_c_checksumFlag, 1);
	}
	return z;
}

void
zst_free(struct zst *z)
{
	if (z == NULL)
		return;
	ZSTD_freeCCtx(z->ctx);
	free(z->out);
	free(z);
}

/* Feeds what is in `in`; with ZSTD_e_end until the frame is closed. */
static bool
feed(struct zst *z, ZSTD_inBuffer *in, ZSTD_EndDirective how, struct err *err)
{
	size_t left;

	if (z->ctx == NULL)
		return err_unable(err, _("there is no memory left to compress with"));
	do {
		ZSTD_outBuffer out = {z->out, z->size, 0};

		left = ZSTD_compressStream2(z->ctx, &out, in, how);
		if (ZSTD_isError(left))
			return err_unable(err, _("compressing failed: %s"), ZSTD_getErrorName(left));
		if (out.pos > 0 && !z->sink.write(z->sink.ctx, z->out, out.pos, err))
			return false;
	} while (in->pos < in->size || (how == ZSTD_e_end && left > 0));
	return true;
}

bool
zst_write(struct zst *z, const void *bytes, size_t len, struct err *err)
{
	ZSTD_inBuffer in = {bytes, len, 0};

	return len == 0 || feed(z, &in, ZSTD_e_continue, err);
}

bool
zst_end(struct zst *z, struct err *err)
{
	ZSTD_inBuffer in = {"", 0, 0};

	return feed(z, &in, ZSTD_e_end, err);
}

/* ---- reading ---------------------------------------------------------------- */

struct unzst {
	struct zst_sink sink;
	ZSTD_DCtx *ctx;
	size_t size;
	char *out;
	bool ended; /* the frame is whole */
};

struct unzst *
unzst_new(const struct zst_sink *sink)
{
	struct unzst *u = xcalloc(1, sizeof *u);

	u->sink = *sink;
	u->size = ZSTD_DStreamOutSize();
	u->out = xmalloc(u->size);
	u->ctx = ZSTD_createDCtx();
	if (u->ctx != NULL)
		ZSTD_DCtx_setParameter(u->ctx, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	return u;
}

void
unzst_free(struct unzst *u)
{
	if (u == NULL)
		return;
	ZSTD_freeDCtx(u->ctx);
	free(u->out);
	free(u);
}

bool
unzst_write(struct unzst *u, const void *bytes, size_t len, struct err *err)
{
	ZSTD_inBuffer in = {bytes, len, 0};
	bool full = false;

	if (u->ctx == NULL)
		return err_unable(err, _("there is no memory left to unpack with"));
	while (in.pos < in.size || full) {
		ZSTD_outBuffer out = {u->out, u->size, 0};
		size_t left;

		if (u->ended)
			return err_set(
			    err, _("something follows after the end of the packed file"));
		left = ZSTD_decompressStream(u->ctx, &out, &in);
		if (ZSTD_isError(left))
			return err_set(err,
			    _("it cannot be unpacked, so it was damaged on the way: "
			      "copy it again (%s)"),
			    ZSTD_getErrorName(left));
		if (out.pos > 0 && !u->sink.write(u->sink.ctx, u->out, out.pos, err))
			return false;
		u->ended = left == 0;
		full = !u->ended && out.pos == out.size;
	}
	return true;
}

bool
unzst_end(struct unzst *u, struct err *err)
{
	return u->ended || err_set(err, _("it is cut short: copy it again"));
}
