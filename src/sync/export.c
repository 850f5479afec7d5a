#include "sync/export.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/tr.h"
#include "store/changes.h"
#include "store/changes_all.h"
#include "store/db.h"
#include "store/epoch.h"
#include "store/merge.h"
#include "store/scope.h"
#include "store/store.h"
#include "store/worklist.h"
#include "sync/jcs.h"
#include "sync/lines.h"
#include "sync/out_file.h"

enum { FORMAT_VERSION = 1, TELL_EVERY = 8192, FORM_PART = 30000, FILE_ID = 16 };

/* What goes out of one epoch, a life of this database: what nobody has
 * acknowledged. */
struct range {
	int64_t no;			/* of the epoch in the database */
	char epoch[33];
	int64_t after, last;		/* the last change left out; the last one in */
	unsigned char c0[HASH_BYTES], c1[HASH_BYTES];	/* the chain at both */
};

struct export {
	struct store *store;
	const struct export_options *o;
	struct site_info site;
	struct range *ranges;		/* oldest first, today's epoch last */
	size_t ranges_n, ranges_cap;
	struct range *own;		/* every life of this database */
	size_t own_n, own_cap;
	int64_t all;			/* changes in all the epochs */
	struct names epochs, forms;
	struct buf epochs_json, forms_json, have_json;	/* the manifest's lists */
	struct buf worklists_json;	/* of a part */
	struct out_file *file;
	struct hash_stream *hash;
	uint64_t raw;
	size_t form_at;			/* while the forms' texts are written */
	struct part part;		/* with o->scope */
	bool back;			/* a part of what came in parts from the receiver */
	bool lists_ok;			/* the lines of worklists were written */
	struct err *err;		/* of a callback below */
};

static bool
put(void *ctx, const char *line, size_t len, struct err *err)
{
	struct export *x = ctx;

	hash_stream_add(x->hash, line, len);
	x->raw += len;
	return out_file_write(x->file, line, len, err);
}

/* ---- what the manifest lists ---------------------------------------------- */

static bool
add_epoch(void *ctx, const char *epoch, const char *site, int64_t made_ms, const char *parent,
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

static bool
add_form(void *ctx, const char *id, const char *version, const char *hash, const char *text,
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
static bool
add_have(void *ctx, const char *epoch, const char *site, int64_t seq,
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
static bool
add_part(void *ctx, const char *id, int64_t no, const unsigned char *chain)
{
	return add_have(ctx, id, "", no, chain, no);
}

/* Our own epochs too: the receiver of a part must know what its sender knew. */
static bool
add_own(struct export *x)
{
	for (size_t i = 0; i < x->own_n; i++)
		add_have(x, x->own[i].epoch, "", x->own[i].last, x->own[i].c1, x->own[i].last);
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

static void
put_counts(struct jcs *j, const struct lines *l)
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
	put_counts(&j, counted);
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

static bool
put_manifest(struct export *x, const struct lines *counted, char file[23], struct err *err)
{
	struct buf line = { 0 };
	unsigned char hash[HASH_BYTES];
	bool ok;

	manifest(x, counted, "", &line);
	hash_bytes(line.data, line.len, hash);
	base64url(hash, FILE_ID, file);
	buf_reset(&line);
	manifest(x, counted, file, &line);
	ok = put(x, line.data, line.len, err);
	buf_free(&line);
	return ok;
}

/* ---- the forms ------------------------------------------------------------ */

/* Cut so that a part, however it is escaped, fits a line, and ends with a whole
 * character. */
static size_t
part_end(const char *text, size_t len, size_t from)
{
	size_t end = from + FORM_PART / 3;

	if (end >= len)
		return len;
	while (end > from && ((unsigned char)text[end] & 0xC0) == 0x80)
		end--;
	return end;
}

/* name: of a file beside the form, "" the form. id NULL: of a file of worklists. */
static bool
put_text(struct export *x, size_t form, const char *id, const char *version, const char *hash,
    const char *name, const char *text, size_t len)
{
	struct buf line = { 0 };
	size_t part = 0, from = 0;
	bool ok = true;

	do {
		struct jcs j = jcs_into(&line);
		size_t end = part_end(text, len, from);

		buf_reset(&line);
		jcs_open(&j, '{');
		if (id != NULL) {
			jcs_key_str(&j, "b2", hash);
			jcs_key_int(&j, "f", (int64_t)form);
			jcs_key_str(&j, "id", id);
		}
		jcs_key_str(&j, "k", id != NULL ? "f" : "w");
		if (name[0] != '\0')
			jcs_key_str(&j, "n", name);
		jcs_key_int(&j, "p", (int64_t)part++);
		jcs_key(&j, "t");
		jcs_str_n(&j, text + from, end - from);
		if (id != NULL)
			jcs_key_str(&j, "v", version);
		jcs_close(&j, '}');
		buf_add_char(&line, '\n');
		ok = put(x, line.data, line.len, x->err);
		from = end;
	} while (ok && from < len);
	buf_free(&line);
	return ok;
}

static bool
put_form(void *ctx, const char *id, const char *version, const char *hash, const char *text,
    size_t len)
{
	struct export *x = ctx;

	return put_text(x, x->form_at++, id, version, hash, "", text, len);
}

/* What a county hands out; a form that no change names yet is listed now. */
static bool
list_current(void *ctx, const char *id, const char *version, const char *hash, const char *name,
    const char *text, size_t len)
{
	struct export *x = ctx;
	size_t at;

	if (name[0] == '\0' && (x->forms.n == 0 || !names_find(&x->forms, id, version, &at)))
		add_form(x, id, version, hash, text, len);
	return true;
}

static bool
put_current(void *ctx, const char *id, const char *version, const char *hash, const char *name,
    const char *text, size_t len)
{
	struct export *x = ctx;
	size_t at;

	return names_find(&x->forms, id, version, &at) &&
	    put_text(x, at, id, version, hash, name, text, len);
}

/* The worklists that a county hands out, likewise all of them each time. */
static bool
list_worklists(void *ctx, const struct worklist_file *f)
{
	struct export *x = ctx;
	struct jcs j = { &x->worklists_json, x->worklists_json.len > 0 };
	unsigned char hash[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];

	hash_bytes(f->text, strlen(f->text), hash);
	hex_format(hash, HASH_BYTES, hex);
	jcs_open(&j, '[');
	jcs_str(&j, f->name);
	jcs_str(&j, hex);
	jcs_close(&j, ']');
	return true;
}

static bool
put_worklists(void *ctx, const struct worklist_file *f)
{
	struct export *x = ctx;

	x->lists_ok = x->lists_ok &&
	    put_text(x, 0, NULL, NULL, NULL, f->name, f->text, strlen(f->text));
	return x->lists_ok;
}

/* ---- the changes ---------------------------------------------------------- */

/* ?1: for whom, whose acknowledgement counts (or, before sites had names, anybody's);
 * NULL: what nobody has acknowledged. The lives of this database, found from today's
 * epoch by its parents; from the last one in a copy that nobody has opened to write
 * yet. */
static const char select_ranges[] =
    "WITH RECURSIVE own(no, id, parent, last_seq, chain, acked) AS ("
    " SELECT e.no, e.id, e.parent, e.last_seq, e.chain, e.acked_seq FROM ruhu_site s"
    "  JOIN ruhu_epoch e ON e.no = coalesce(s.epoch,"
    "   (SELECT max(l.no) FROM ruhu_epoch l WHERE l.site = s.id))"
    OTHER_LIVES("e.no, e.id, e.parent, e.last_seq, e.chain, e.acked_seq")
    " UNION SELECT e.no, e.id, e.parent, e.last_seq, e.chain, e.acked_seq FROM own"
    "  JOIN ruhu_epoch e ON e.id = own.parent)"
    " SELECT no, id, last_seq, chain, seq, (SELECT c.chain FROM ruhu_change c"
    "  WHERE c.epoch = o.no AND c.seq = o.seq) FROM (SELECT own.*, iif(?1 IS NULL, acked,"
    "  coalesce((SELECT seq FROM ruhu_ack WHERE site = ?1 AND epoch = own.no),"
    "  (SELECT seq FROM ruhu_ack WHERE site = 'LOCAL' AND epoch = own.no), 0)) AS seq FROM own) o"
    " ORDER BY no IS (SELECT epoch FROM ruhu_site), no";

/* What other sites' epochs hold here without a gap; a second branch of a number
 * (a fork) stays where it is. */
static bool
find_others(struct export *x, struct err *err)
{
	struct stmt *st = db_query(store_db(x->store), err,
	    "SELECT no, id, last_seq, chain FROM ruhu_epoch"
	    " WHERE why <> 'fork' AND last_seq > 0 ORDER BY no", WITHOUT);

	while (st != NULL && stmt_row(st)) {
		struct range r = { .no = stmt_int(st, 0), .last = stmt_int(st, 2) };
		bool own = false;

		snprintf(r.epoch, sizeof r.epoch, "%s", stmt_text(st, 1));
		for (size_t i = 0; i < x->ranges_n; i++)
			own |= strcmp(x->ranges[i].epoch, r.epoch) == 0;
		if (own || stmt_len(st, 3) != HASH_BYTES)
			continue;
		memcpy(r.c1, stmt_blob(st, 3), HASH_BYTES);
		x->ranges = xgrow(x->ranges, &x->ranges_cap, x->ranges_n + 1,
		    sizeof *x->ranges);
		/* Before our own, of which today's is the last. */
		memmove(x->ranges + 1, x->ranges, x->ranges_n++ * sizeof *x->ranges);
		x->ranges[0] = r;
	}
	return stmt_end(st, err);
}

/* all: from the first change, acknowledged or not. */
static bool
find_ranges(struct export *x, bool all, struct err *err)
{
	struct stmt *st = db_query(store_db(x->store), err, select_ranges,
	    WITH(b_text(x->o != NULL ? x->o->to : NULL)));

	while (st != NULL && stmt_row(st)) {
		struct range r = { .no = stmt_int(st, 0), .last = stmt_int(st, 2) };
		bool today;

		snprintf(r.epoch, sizeof r.epoch, "%s", stmt_text(st, 1));
		today = strcmp(r.epoch, x->site.epoch) == 0;
		if (stmt_len(st, 3) == HASH_BYTES)
			memcpy(r.c1, stmt_blob(st, 3), HASH_BYTES);
		if (!all && stmt_len(st, 5) == HASH_BYTES) {
			r.after = stmt_int(st, 4);
			memcpy(r.c0, stmt_blob(st, 5), HASH_BYTES);
		}
		/* After a restore: the other has more of it, and a part brought single ones back. */
		if (r.after > r.last) {
			r.after = r.last;
			memcpy(r.c0, r.c1, HASH_BYTES);
		}
		x->all += r.last;
		x->own = xgrow(x->own, &x->own_cap, x->own_n + 1, sizeof *x->own);
		x->own[x->own_n++] = r;
		if (x->o != NULL && x->o->scope != NULL) {
			r.after = r.last;
			memcpy(r.c0, r.c1, HASH_BYTES);
		}
		if (!today && r.last == r.after)
			continue;
		x->ranges = xgrow(x->ranges, &x->ranges_cap, x->ranges_n + 1,
		    sizeof *x->ranges);
		x->ranges[x->ranges_n++] = r;
	}
	return stmt_end(st, err);
}

static int64_t
total(const struct export *x)
{
	int64_t n = 0;

	for (size_t i = 0; i < x->ranges_n; i++)
		n += x->ranges[i].last - x->ranges[i].after;
	return n;
}

static bool
open_range(struct export *x, const struct range *r, struct changes **changes, struct err *err)
{
	if (strcmp(r->epoch, x->site.epoch) == 0)
		return changes_open(x->store, r->after, changes, err);
	return changes_open_epoch(x->store, r->no, r->after, changes, err);
}

/* Walks the changes that were in the log when the export began. */
static bool
walk_range(struct export *x, const struct range *r, struct lines *lines, bool tell,
    struct err *err)
{
	int64_t before = lines->changes, of = r->last - r->after;
	struct changes *changes;
	const struct change *c = NULL;
	bool ok = open_range(x, r, &changes, err);

	if (!ok)
		return false;
	lines->from = r->after + 1;
	while ((ok = changes_next(changes, &c, err)) && c != NULL && c->seq <= r->last) {
		if (c->seq <= r->after)
			continue;
		if (!(ok = lines_add(lines, c, err)))
			break;
		if (tell && x->o->progress != NULL && lines->changes % TELL_EVERY == 0 &&
		    !x->o->progress(x->o->ctx, lines->changes, total(x))) {
			ok = err_set(err, _("the export was stopped"));
			break;
		}
	}
	changes_close(changes);
	ok = ok && lines_end(lines, err);
	if (ok && lines->changes - before != of)
		ok = err_set(err, _("the change log has a gap: %lld changes where %lld should "
		    "be; 'ruhu doctor' tells more"), (long long)(lines->changes - before),
		    (long long)of);
	return ok;
}

/* The present answers of an area. */
static bool
walk_area(struct export *x, struct lines *lines, struct err *err)
{
	const struct area area = { x->o->scope, x->o->to, x->part.after, x->o->all };
	struct changes *changes;
	const struct change *c = NULL;
	bool ok = x->back ? changes_open_back(x->store, x->o->to, &changes, err) :
	    changes_open_area(x->store, &area, &changes, err);

	if (!ok)
		return false;
	while ((ok = changes_next(changes, &c, err)) && c != NULL)
		if (!(ok = lines_add(lines, c, err)))
			break;
	changes_close(changes);
	return ok && lines_end(lines, err);
}

static bool
walk(struct export *x, struct lines *lines, bool tell, struct err *err)
{
	if (x->o->scope != NULL)
		return walk_area(x, lines, err);
	for (size_t i = 0; i < x->ranges_n; i++)
		if (!walk_range(x, &x->ranges[i], lines, tell, err))
			return false;
	return true;
}

static bool
put_footer(struct export *x, const struct lines *lines, char b2[65], struct err *err)
{
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);
	unsigned char hash[HASH_BYTES];
	bool ok;

	hash_stream_end(x->hash, hash);
	x->hash = hash_stream_new();	/* the footer is under no hash */
	hex_format(hash, HASH_BYTES, b2);
	jcs_open(&j, '{');
	jcs_key_str(&j, "b2", b2);
	jcs_key_str(&j, "k", "z");
	put_counts(&j, lines);
	jcs_close(&j, '}');
	buf_add_char(&line, '\n');
	ok = put(x, line.data, line.len, err);
	buf_free(&line);
	return ok;
}

static bool
write_body(struct export *x, const struct lines *counted, struct export_result *r,
    struct err *err)
{
	struct lines lines = { .epochs = &x->epochs, .forms = &x->forms, .put = put, .ctx = x };
	bool ok = put_manifest(x, counted, r->file, err);

	x->err = err;
	x->lists_ok = true;
	if (ok && x->o->scope != NULL && !x->back)
		ok = store_current_forms(x->store, put_current, x, err) &&
		    store_worklists_own(x->store, put_worklists, x, err) && x->lists_ok;
	else if (ok && x->o->forms && !x->back)
		ok = store_form_texts(x->store, put_form, x, err);
	ok = ok && walk(x, &lines, true, err) && put_footer(x, &lines, r->b2, err);
	if (ok) {
		r->first = x->ranges[x->ranges_n - 1].after + 1;
		r->last = x->site.last_seq;
		r->older = x->ranges_n > 1;
		r->part = x->o->scope != NULL;
		r->lines = lines.count;
		r->changes = lines.changes;
		r->raw_bytes = x->raw;
	}
	lines_free(&lines);
	return ok;
}

/* The manifest's lists, and what goes out. */
static bool
gather(struct export *x, struct err *err)
{
	struct store *store = x->store;
	const struct export_options *o = x->o;

	return store_site(store, &x->site, err) && find_ranges(x, o->all, err) &&
	    (!o->others || x->back || find_others(x, err)) &&
	    store_epochs(store, add_epoch, x, err) && store_form_texts(store, add_form, x, err) &&
	    store_have(store, add_have, x, err) && store_parts(store, add_part, x, err) &&
	    store_told(store, o->to, x->back, add_part, x, err) && (o->scope == NULL ||
	    (part_next(store, o->to, o->scope, o->all, &x->part, err) && add_own(x))) &&
	    (o->scope == NULL || x->back || (store_current_forms(store, list_current, x, err) &&
	    store_worklists_own(store, list_worklists, x, err)));
}

bool
sync_export(struct store *store, const struct export_options *given, struct export_result *result,
    struct err *err)
{
	struct export_options same = *given;
	const struct export_options *o = &same;
	struct export x = { .store = store, .o = o };
	struct lines counted = { .epochs = &x.epochs, .forms = &x.forms };
	struct export_result r = { 0 };
	bool ok = !o->others || part_from(store, o->to, &x.back, err);

	if (x.back) {
		same.scope = "*";
		same.all = true;
	}
	ok = ok && gather(&x, err);

	if (ok && x.ranges_n == 0)
		ok = err_set(err, _("the database has no epoch; 'ruhu doctor' tells more"));
	/* The manifest comes first and says how many lines follow: count them. */
	ok = ok && walk(&x, &counted, false, err) && out_file_open(o->path, &x.file, err);
	if (ok) {
		x.hash = hash_stream_new();
		ok = write_body(&x, &counted, &r, err);
	}
	if (ok) {
		ok = out_file_commit(x.file, &r.bytes, err);
		x.file = NULL;
	}
	/* Numbers that have left this site must never be given twice. */
	ok = ok && store_high_water(store, err);
	if (ok)
		*result = r;
	out_file_abort(x.file);
	if (x.hash != NULL) {
		unsigned char unused[HASH_BYTES];

		hash_stream_end(x.hash, unused);
	}
	lines_free(&counted);
	names_free(&x.epochs);
	names_free(&x.forms);
	buf_free(&x.epochs_json);
	buf_free(&x.forms_json);
	buf_free(&x.have_json);
	buf_free(&x.worklists_json);
	free(x.ranges);
	free(x.own);
	return ok;
}

bool
sync_waiting(struct store *store, int64_t *all, int64_t *waiting, struct err *err)
{
	struct export x = { .store = store };
	bool ok = store_site(store, &x.site, err) && find_ranges(&x, false, err);

	if (ok) {
		*waiting = total(&x);
		*all = x.all;
	}
	free(x.ranges);
	free(x.own);
	return ok;
}
