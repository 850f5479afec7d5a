#include "sync/export_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "store/changes_all.h"
#include "store/db.h"
#include "store/epoch.h"
#include "store/merge.h"
#include "store/store.h"
#include "store/worklist.h"
#include "sync/jcs.h"
#include "sync/out_file.h"

enum { TELL_EVERY = 8192, FORM_PART = 30000 };

bool
export_put(void *ctx, const char *line, size_t len, struct err *err)
{
	struct export *x = ctx;

	hash_stream_add(x->hash, line, len);
	x->raw += len;
	return out_file_write(x->file, line, len, err);
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
		ok = export_put(x, line.data, line.len, x->err);
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
		manifest_form(x, id, version, hash, text, len);
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
	manifest_counts(&j, lines);
	jcs_close(&j, '}');
	buf_add_char(&line, '\n');
	ok = export_put(x, line.data, line.len, err);
	buf_free(&line);
	return ok;
}

static bool
write_body(struct export *x, const struct lines *counted, struct export_result *r,
    struct err *err)
{
	struct lines lines = { .epochs = &x->epochs, .forms = &x->forms, .put = export_put, .ctx = x };
	bool ok = manifest_put(x, counted, r->file, err);

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
	    store_epochs(store, manifest_epoch, x, err) && store_form_texts(store, manifest_form, x, err) &&
	    store_have(store, manifest_have, x, err) && store_parts(store, manifest_part, x, err) &&
	    store_told(store, o->to, x->back, manifest_part, x, err) && (o->scope == NULL ||
	    (part_next(store, o->to, o->scope, o->all, &x->part, err) && manifest_own(x))) &&
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
