/* The lines one by one: limit, JSON, canonical form, order of kinds. */
#include "sync/body.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "sync/body_parts.h"
#include "sync/jcs.h"

bool
body_bad(const struct body *b, struct err *err, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	err_set(err, _("line %ld: %s"), b->line_no, buf_str(&text));
	buf_free(&text);
	return false;
}

/* ---- one line ---------------------------------------------------------------- */

/* A line without its line feed into b->text. *end: there was none. */
static bool
read_line(struct body *b, bool *end, struct err *err)
{
	char line[BODY_LINE];
	size_t n = 0;
	int c;

	buf_reset(&b->text);
	b->line_no++;
	*end = false;
	while ((c = getc_unlocked(b->f)) != EOF && c != '\n') {
		if (n == sizeof line - 1)
			return body_bad(b, err, _("longer than %d bytes"), BODY_LINE);
		line[n++] = (char)c;
	}
	buf_add(&b->text, line, n);
	if (c == EOF && ferror(b->f) != 0)
		return err_unable(err, _("the copy cannot be read again"));
	if (c == EOF && b->text.len > 0)
		return body_bad(b, err, _("the file is cut short: copy it again"));
	*end = c == EOF;
	return true;
}

/* The line as JSON, lent until the next. */
static const struct jcs_value *
parse(struct body *b, struct err *err)
{
	const struct jcs_value *v = jcs_read(&b->values, b->text.data, b->text.len);

	if (v == NULL)
		body_bad(b, err, _("not in canonical form"));
	else if (!jcs_is(v, JCS_OBJECT))
		body_bad(b, err, _("not a JSON object"));
	return jcs_is(v, JCS_OBJECT) ? v : NULL;
}

static void
hash_line(struct body *b)
{
	hash_stream_add(b->hash, b->text.data, b->text.len);
	hash_stream_add(b->hash, "\n", 1);
}

/* ---- the file ---------------------------------------------------------------- */

static bool
read_manifest(struct body *b, struct err *err)
{
	const struct jcs_value *v;
	bool end;

	if (!read_line(b, &end, err))
		return false;
	if (end || b->text.len == 0 || (v = parse(b, err)) == NULL)
		return err_set(err, _("it is not a sync file"));
	hash_line(b);
	b->first = ftell(b->f);
	return body_manifest(b, v, err);
}

bool
body_open(FILE *f, const struct body_world *world, struct body **out, struct err *err)
{
	struct body *b = xcalloc(1, sizeof *b);

	b->f = f;
	b->world = *world;
	b->arena = arena_new();
	b->records = map_new();
	b->hash = hash_stream_new();
	if (!read_manifest(b, err)) {
		body_close(b);
		return false;
	}
	*out = b;
	return true;
}

void
body_close(struct body *b)
{
	unsigned char unused[HASH_BYTES];

	if (b == NULL)
		return;
	fclose(b->f);
	if (b->chains != NULL)
		fclose(b->chains);
	for (size_t i = 0; i < b->ranges_n; i++)
		free(b->ranges[i].heads);
	free(b->prev);
	free(b->others);
	map_free(b->records);
	arena_free(b->arena);
	if (b->hash != NULL)
		hash_stream_end(b->hash, unused);
	buf_free(&b->text);
	jcs_text_free(&b->values);
	free(b);
}

const struct body_head *
body_head(const struct body *b)
{
	return &b->head;
}

/* After the footer there is nothing. */
static bool
finish(struct body *b, const struct jcs_value *v, struct err *err)
{
	bool end;

	if (!body_footer(b, v, err) || !read_line(b, &end, err))
		return false;
	if (!end)
		return body_bad(b, err, _("something follows after the footer"));
	return true;
}

/* Reads lines until one with changes is at hand or the footer was read. */
static bool
advance(struct body *b, bool *footer, struct err *err)
{
	const struct jcs_value *v;
	const char *kind;
	bool end;

	*footer = false;
	for (;;) {
		if (!read_line(b, &end, err))
			return false;
		if (end)
			return body_bad(b, err, _("the file is cut short: copy it again"));
		if ((v = parse(b, err)) == NULL)
			return false;
		kind = jcs_string(jcs_member(v, "k"));
		if (kind != NULL && strcmp(kind, "t") == 0) {
			hash_line(b);
			return body_transaction(b, v, err);
		}
		if (kind != NULL && (strcmp(kind, "f") == 0 || strcmp(kind, "w") == 0) &&
		    b->tx == 0) {
			hash_line(b);
			if (!b->checked && !(*kind == 'f' ? body_form : body_worklist)(b, v, err))
				return false;
			continue;
		}
		*footer = kind != NULL && strcmp(kind, "z") == 0;
		return *footer ? finish(b, v, err) :
		    body_bad(b, err, _("a line of this kind cannot stand here"));
	}
}

bool
body_next(struct body *b, const struct change **c, struct err *err)
{
	*c = NULL;
	if (b->cell == b->cells) {
		bool footer;

		if (!advance(b, &footer, err))
			return false;
		if (footer) {
			b->checked = true;
			return true;
		}
	}
	if (!body_change(b, err))
		return false;
	*c = &b->change;
	return true;
}

void
body_on_form(struct body *b, bool (*tell)(void *, size_t, const char *, const char *, size_t,
    struct err *), void *ctx)
{
	b->on_form = tell;
	b->on_form_ctx = ctx;
}

void
body_keep_chains(struct body *b, FILE *f)
{
	b->chains = f;
}

/* Reads to the end in pieces; the last line, the footer, is under no hash and left in
 * *footer. */
static bool
hash_lines(FILE *f, struct hash_stream *h, struct buf *footer)
{
	char piece[1 << 16];
	size_t n;

	while ((n = fread(piece, 1, sizeof piece, f)) > 0) {
		size_t end;

		buf_add(footer, piece, n);
		/* Keep the last whole line back, and what comes after it. */
		for (end = footer->len - 1; end > 0 && footer->data[end - 1] != '\n'; end--)
			;
		hash_stream_add(h, footer->data, end);
		memmove(footer->data, footer->data + end, footer->len - end);
		buf_cut(footer, footer->len - end);
		if (footer->len > 2 * BODY_LINE)
			break;
	}
	return ferror(f) == 0;
}

/* The only one there can be below lines of this hash. */
static bool
is_footer(const struct body *b, const char *hash, const struct buf *line)
{
	struct buf want = { 0 };
	struct jcs j = jcs_into(&want);
	bool is;

	jcs_open(&j, '{');
	jcs_key_str(&j, "b2", hash);
	jcs_key_str(&j, "k", "z");
	jcs_key(&j, "n");
	jcs_open(&j, '{');
	jcs_key_int(&j, "changes", b->head.changes);
	jcs_key_int(&j, "tx", b->head.tx);
	jcs_close(&j, '}');
	jcs_close(&j, '}');
	buf_add_char(&want, '\n');
	is = want.len == line->len && memcmp(want.data, line->data, want.len) == 0;
	buf_free(&want);
	return is;
}

bool
body_hash_is(struct body *b, const char hash[2 * HASH_BYTES + 1], bool *same, struct err *err)
{
	struct hash_stream *h = hash_stream_new();
	struct buf footer = { 0 };
	unsigned char out[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];
	bool ok;

	rewind(b->f);
	ok = hash_lines(b->f, h, &footer);
	hash_stream_end(h, out);
	hex_format(out, HASH_BYTES, hex);
	*same = ok && strcmp(hex, hash) == 0 && is_footer(b, hash, &footer);
	buf_free(&footer);
	if (!ok || fseek(b->f, b->first, SEEK_SET) != 0)
		return err_set(err, _("the copy cannot be read again"));
	return true;
}

/* The hash is made anew, of the manifest first: the copy could have come to harm. */
static bool
hash_again(struct body *b, struct err *err)
{
	unsigned char unused[HASH_BYTES];
	bool end;

	if (b->hash != NULL)
		hash_stream_end(b->hash, unused);
	b->hash = hash_stream_new();
	if (fseek(b->f, 0, SEEK_SET) != 0)
		return err_set(err, _("the copy cannot be read again"));
	if (!read_line(b, &end, err))
		return false;
	hash_line(b);
	return true;
}

bool
body_rewind(struct body *b, struct err *err)
{
	if (!hash_again(b, err))
		return false;
	if (b->chains != NULL && fseek(b->chains, 0, SEEK_SET) != 0) {
		fclose(b->chains);
		b->chains = NULL;
	}
	b->line_no = 1;
	b->cells = b->cell = 0;
	b->tx = b->changes = 0;
	for (size_t i = 0; i < b->ranges_n; i++) {
		b->ranges[i].next = b->ranges[i].from;
		memcpy(b->ranges[i].chain, b->ranges[i].c0, HASH_BYTES);
	}
	return true;
}
