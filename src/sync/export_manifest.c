/* The first line of a body, written: what the file says of itself. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "sync/export_in.h"
#include "sync/jcs.h"

enum { FORMAT_VERSION = 1, FILE_ID = 16 };

bool
manifest_epoch(void *ctx, const char *epoch, const char *site, int64_t made_ms, const char *parent,
    const char *why)
{
	struct export *x = ctx;
	struct jcs j = { &x->epochs_json, x->epochs_json.len > 0 };

	names_add(&x->epochs, epoch, "");
	jcs_open(&j, '[');
	jcs_str(&j, epoch);
	jcs_str(&j, site);
	jcs_int(&j, made_ms);
	jcs_str(&j, parent != NULL ? parent : "");
	jcs_str(&j, why != NULL ? why : "");
	jcs_close(&j, ']');
	return true;
}

bool
manifest_form(void *ctx, const char *id, const char *version, const char *hash, const char *text,
    size_t len)
{
	struct export *x = ctx;
	struct jcs j = { &x->forms_json, x->forms_json.len > 0 };

	(void)text;
	(void)len;
	names_add(&x->forms, id, version);
	jcs_open(&j, '[');
	jcs_str(&j, id);
	jcs_str(&j, version);
	jcs_str(&j, hash);
	jcs_close(&j, ']');
	return true;
}

/* What is here of other sites' changes, without a gap. */
bool
manifest_have(void *ctx, const char *epoch, const char *site, int64_t seq,
    const unsigned char *chain, int64_t to)
{
	struct export *x = ctx;
	struct jcs j = { &x->have_json, x->have_json.len > 0 };
	char hex[2 * HASH_BYTES + 1];

	(void)site;
	(void)to;
	hex_format(chain, HASH_BYTES, hex);
	jcs_open(&j, '[');
	jcs_str(&j, epoch);
	jcs_int(&j, seq);
	jcs_str(&j, hex);
	jcs_close(&j, ']');
	return true;
}

/* The same of streams that come in parts. */
bool
manifest_part(void *ctx, const char *id, int64_t no, const unsigned char *chain)
{
	return manifest_have(ctx, id, "", no, chain, no);
}

/* Our own epochs too: the receiver of a part must know what its sender knew. */
bool
manifest_own(struct export *x)
{
	for (size_t i = 0; i < x->own_n; i++)
		manifest_have(x, x->own[i].epoch, "", x->own[i].last, x->own[i].c1, x->own[i].last);
	return true;
}

/* RFC 4648's alphabet for file names, without padding. */
static void
base64url(const unsigned char *in, size_t n, char *out)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned bits = 0, have = 0;

	for (size_t i = 0; i < n; i++) {
		bits = bits << 8 | in[i];
		have += 8;
		while (have >= 6) {
			have -= 6;
			*out++ = letters[bits >> have & 63];
		}
	}
	if (have > 0)
		*out++ = letters[bits << (6 - have) & 63];
	*out = '\0';
}

void
manifest_counts(struct jcs *j, const struct lines *l)
{
	jcs_key(j, "n");
	jcs_open(j, '{');
	jcs_key_int(j, "changes", l->changes);
	jcs_key_int(j, "tx", l->count);
	jcs_close(j, '}');
}

/* The prefixes as a list, and its hash; none: everything. */
static void
put_scope(struct jcs *j, const char *prefixes)
{
	unsigned char hash[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];
	struct buf list = { 0 };
	struct jcs in = jcs_into(&list);

	jcs_open(&in, '[');
	while (prefixes != NULL && *prefixes != '\0') {
		size_t n = strcspn(prefixes, " ");

		if (n > 0)
			jcs_str_n(&in, prefixes, n);
		prefixes += n;
		prefixes += strspn(prefixes, " ");
	}
	jcs_close(&in, ']');
	hash_bytes(list.data, list.len, hash);
	hex_format(hash, HASH_BYTES, hex);
	jcs_key(j, "scope");
	jcs_open(j, '[');
	buf_add(j->out, list.data, list.len);
	j->comma = true;
	jcs_str(j, hex);
	jcs_close(j, ']');
	buf_free(&list);
}

static void
put_part(struct jcs *j, const struct part *p)
{
	char hex[2 * HASH_BYTES + 1];

	hex_format(p->c1, HASH_BYTES, hex);
	jcs_key(j, "part");
	jcs_open(j, '{');
	jcs_key_int(j, "after", p->after);
	jcs_key_str(j, "c1", hex);
	jcs_key_str(j, "id", p->id);
	jcs_key_int(j, "to", p->to);
	jcs_close(j, '}');
}

/* id: the stream's, or an earlier epoch's. */
static void
put_range(struct jcs *j, const struct range *r, const char *id)
{
	char c0[2 * HASH_BYTES + 1], c1[2 * HASH_BYTES + 1];

	hex_format(r->c0, HASH_BYTES, c0);
	hex_format(r->c1, HASH_BYTES, c1);
	jcs_open(j, '{');
	jcs_key_str(j, "c0", c0);
	jcs_key_str(j, "c1", c1);
	jcs_key_str(j, "epoch", r->epoch);
	jcs_key_int(j, "from", r->after + 1);
	jcs_key_str(j, "id", id);
	jcs_key_int(j, "to", r->last);
	jcs_close(j, '}');
}

static void
put_older(struct jcs *j, const struct export *x)
{
	if (x->ranges_n < 2)
		return;
	jcs_key(j, "older");
	jcs_open(j, '[');
	for (size_t i = 0; i + 1 < x->ranges_n; i++)
		put_range(j, &x->ranges[i], x->ranges[i].epoch);
	jcs_close(j, ']');
}

/* file "": the manifest that the file's id is made from. */
static void
manifest(const struct export *x, const struct lines *counted, const char *file, struct buf *out)
{
	struct jcs j = jcs_into(out);
	char stamp[17];

	snprintf(stamp, sizeof stamp, "%016" PRIx64, x->site.hlc);
	jcs_open(&j, '{');
	jcs_key(&j, "epochs");
	jcs_open(&j, '[');
	buf_add_str(out, buf_str(&x->epochs_json));
	jcs_close(&j, ']');
	jcs_key_str(&j, "file", file);
	jcs_key(&j, "forms");
	jcs_open(&j, '[');
	buf_add_str(out, buf_str(&x->forms_json));
	jcs_close(&j, ']');
	jcs_key_str(&j, "from", x->site.id);
	jcs_key(&j, "have");
	jcs_open(&j, '[');
	buf_add_str(out, buf_str(&x->have_json));
	jcs_close(&j, ']');
	jcs_key_str(&j, "hlc", stamp);
	jcs_key_str(&j, "k", "m");
	if (x->worklists_json.len > 0) {
		jcs_key(&j, "lists");
		jcs_open(&j, '[');
		buf_add_str(out, buf_str(&x->worklists_json));
		jcs_close(&j, ']');
	}
	jcs_key_int(&j, "made", clock_now(x->o->clock));
	manifest_counts(&j, counted);
	put_older(&j, x);
	if (x->o->scope != NULL)
		put_part(&j, &x->part);
	jcs_key_str(&j, "prog", x->o->program);
	put_scope(&j, x->o->scope);
	jcs_key(&j, "stream");
	put_range(&j, &x->ranges[x->ranges_n - 1], x->site.stream);
	jcs_key_str(&j, "to", x->o->to);
	jcs_key_int(&j, "v", FORMAT_VERSION);
	jcs_close(&j, '}');
	buf_add_char(out, '\n');
}

bool
manifest_put(struct export *x, const struct lines *counted, char file[23], struct err *err)
{
	struct buf line = { 0 };
	unsigned char hash[HASH_BYTES];
	bool ok;

	manifest(x, counted, "", &line);
	hash_bytes(line.data, line.len, hash);
	base64url(hash, FILE_ID, file);
	buf_reset(&line);
	manifest(x, counted, file, &line);
	ok = export_put(x, line.data, line.len, err);
	buf_free(&line);
	return ok;
}
