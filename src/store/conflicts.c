#include "store/conflicts.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "logic/logic.h"
#include "store/changes.h"
#include "store/clockfix.h"
#include "store/erase.h"
#include "store/held.h"
#include "store/inside.h"
#include "store/layout.h"
#include "store/stored.h"

bool
field_computed(const struct loaded *form, const struct question *q)
{
	const struct expr *e = logic_expr(form->logic, q, ASPECT_CALCULATION);

	return (e != NULL && q->trigger.text == NULL && !expr_reads(e)->self) ||
	    type_info(q->type)->preload;
}

/* A branch is named by the epoch that forked: which one is the branch differs by site. */
#define EPOCH_NAME "iif(e.why = 'fork', e.parent, e.id)"

/* ---- deletions and what their author knew --------------------------------------- */

bool
del_value(struct store *s, int64_t record_no, int64_t row_no, struct buf *out, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT " EPOCH_NAME ", max(c.seq) FROM ruhu_change c JOIN ruhu_epoch e ON e.no = c.epoch"
	    " WHERE c.record = ?1 AND (?2 = 0 OR c.row = ?2)"
	    " AND c.epoch <> (SELECT epoch FROM ruhu_site) AND NOT" IS_HELD("c.no")
	    " GROUP BY 1 ORDER BY 1",
	    WITH(b_int(record_no), b_int(row_no)));

	buf_reset(out);
	buf_add_char(out, '1');
	while (stmt_row(st))
		buf_addf(out, " %s:%lld", stmt_text(st, 0), (long long)stmt_int(st, 1));
	return stmt_end(st, err);
}

/* The greatest number of `epoch` that the deletion knew of; 0: none. */
static int64_t
known_of(const char *value, const char *epoch)
{
	const char *at = strstr(value, epoch);

	return at != NULL && at[strlen(epoch)] == ':' ?
	    strtoll(at + strlen(epoch) + 1, NULL, 10) : 0;
}

/* Is there a change of the record or row that the deletion was made without? What a
 * calculation made anew at another site meanwhile is no person's edit. */
static bool
edited_apart(struct store *s, const struct loaded *form, int64_t record, int64_t row,
    const char *value, const char *epoch, int64_t seq, bool *apart, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT " EPOCH_NAME ", max(c.seq), n.text FROM ruhu_change c JOIN ruhu_epoch e ON e.no = c.epoch"
	    " JOIN ruhu_name n ON n.no = c.field WHERE c.record = ?1 AND (?2 = 0 OR c.row = ?2)"
	    " AND n.text NOT IN ('$del', '" FIELD_CLOCK "') AND NOT" IS_HELD("c.no")
	    " GROUP BY 1, n.text", WITH(b_int(record), b_int(row)));

	*apart = false;
	while (stmt_row(st)) {
		const char *of = stmt_text(st, 0);
		int64_t known = strcmp(of, epoch) == 0 ? seq : known_of(value, of);
		const struct question *q;

		if (*apart || stmt_int(st, 1) <= known)
			continue;
		q = form != NULL ? form_field(s, form, stmt_text(st, 2)) : NULL;
		*apart = q == NULL || !field_computed(form, q);
	}
	return stmt_end(st, err);
}

struct deletion { int64_t row, seq, field; char *value, epoch[64]; };

static bool
read_deletions(struct store *s, int64_t record, struct deletion **v, size_t *n, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT h.row, c.seq, h.field, c.value, " EPOCH_NAME " FROM ruhu_head h"
	    " JOIN ruhu_change c ON c.no = h.change JOIN ruhu_epoch e ON e.no = c.epoch"
	    " WHERE h.record = ? AND h.field = (SELECT no FROM ruhu_name WHERE text = '$del')"
	    " AND c.value IS NOT NULL", WITH(b_int(record)));
	size_t cap = 0;

	*v = NULL;
	*n = 0;
	while (stmt_row(st)) {
		struct deletion d = { .row = stmt_int(st, 0), .seq = stmt_int(st, 1),
			.field = stmt_int(st, 2), .value = xstrdup(stmt_text(st, 3)) };

		strncpy(d.epoch, stmt_text(st, 4), sizeof d.epoch - 1);
		*v = xgrow(*v, &cap, *n + 1, sizeof **v);
		(*v)[(*n)++] = d;
	}
	return stmt_end(st, err);
}

static bool
put_conflict(struct store *s, int64_t record, int64_t row, int64_t field, struct err *err)
{
	return db_run(s->db, err, "INSERT OR IGNORE INTO ruhu_conflict(record, row, field)"
	    " VALUES(?,?,?)", WITH(b_int(record), b_int(row), b_int(field)));
}

static bool
find_deletions(struct store *s, int64_t record, const struct loaded *form, struct err *err)
{
	struct deletion *v;
	size_t n;
	bool ok = read_deletions(s, record, &v, &n, err), apart;

	for (size_t i = 0; i < n; i++) {
		ok = ok && edited_apart(s, form, record, v[i].row, v[i].value, v[i].epoch, v[i].seq,
		    &apart, err) &&
		    (!apart || put_conflict(s, record, v[i].row, v[i].field, err));
		free(v[i].value);
	}
	free(v);
	return ok;
}

/* ---- values ------------------------------------------------------------------------ */

/* Of deletions only whether, not what was known. question: what heads of one answer
 * have in common; field: by which of its names it is listed. */
#define FIND_VALUES(field, question, renamed) \
    "INSERT OR IGNORE INTO ruhu_conflict(record, row, field)" \
    " SELECT h.record, h.row, " field " FROM ruhu_head h JOIN ruhu_change c ON c.no = h.change" \
    " JOIN ruhu_name n ON n.no = h.field" renamed " WHERE h.record = ?1" \
    " AND n.text NOT IN ('" FIELD_POS "', '" FIELD_UP "', '" FIELD_STATE "', '" FIELD_SCOPE "'," \
    "  '" FIELD_ERASE "', '" FIELD_CLOCK "')" \
    " GROUP BY h.row, " question " HAVING count(*) > 1 AND count(DISTINCT" \
    "  iif(n.text = '$del', substr(coalesce(c.value, ''), 1, 1), coalesce(c.value, ''))" \
    "  || char(31) || coalesce(c.reason, '')) > 1"

static const char find_values[] = FIND_VALUES("h.field", "h.field", "");
static const char find_renamed[] = FIND_VALUES(
    "coalesce(max(iif(n.text = coalesce(q.now, n.text), h.field, NULL)), max(h.field))",
    "coalesce(q.now, n.text)", " LEFT JOIN ruhu_question q ON q.form = ?2 AND q.field = n.text");

/* Has any field more than one head? Few records do, and looking is cheap. */
static bool
any_beside(struct store *s, int64_t record, bool *any, struct err *err)
{
	return db_exists(s->db, err, any, "SELECT 1 FROM ruhu_head WHERE record = ?"
	    " GROUP BY row, field HAVING count(*) > 1 LIMIT 1", WITH(b_int(record)));
}

static bool
find_apart(struct store *s, int64_t record, const struct loaded *form, struct err *err)
{
	const struct layout *l;
	bool beside;

	if (form != NULL && !layout_get(s, form->id, &l, err))
		return false;
	if (form != NULL && l->alias_n > 0)
		return db_run(s->db, err, find_renamed, WITH(b_int(record), b_text(form->id)));
	return any_beside(s, record, &beside, err) &&
	    (!beside || db_run(s->db, err, find_values, WITH(b_int(record))));
}

struct place { int64_t row, field; };

/* What a calculation made apart it makes again when the record is next saved. */
static bool
forget_computed(struct store *s, int64_t record, const struct loaded *form, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT c.row, c.field, n.text FROM ruhu_conflict c"
	    " JOIN ruhu_name n ON n.no = c.field WHERE c.record = ?", WITH(b_int(record)));
	struct place *v = NULL;
	size_t n = 0, cap = 0;
	bool ok;

	while (stmt_row(st)) {
		const struct question *q = form_field(s, form, stmt_text(st, 2));

		if (q == NULL || !field_computed(form, q))
			continue;
		v = xgrow(v, &cap, n + 1, sizeof *v);
		v[n++] = (struct place){ stmt_int(st, 0), stmt_int(st, 1) };
	}
	ok = stmt_end(st, err);
	for (size_t i = 0; ok && i < n; i++)
		ok = db_run(s->db, err, "DELETE FROM ruhu_conflict WHERE record = ? AND row = ?"
		    " AND field = ?", WITH(b_int(record), b_int(v[i].row), b_int(v[i].field)));
	free(v);
	return ok;
}

bool
conflicts_update(struct store *s, int64_t record, const struct loaded *form, struct err *err)
{
	int64_t erased = 0;

	/* Nothing is left to choose between. */
	if (!db_run(s->db, err, "DELETE FROM ruhu_conflict WHERE record = ?", WITH(b_int(record))) ||
	    !db_int(s->db, err, &erased, NULL, "SELECT erased FROM ruhu_record WHERE no = ?",
	    WITH(b_int(record))))
		return false;
	return erased || (find_apart(s, record, form, err) && find_deletions(s, record, form, err) &&
	    (form == NULL || forget_computed(s, record, form, err)));
}

/* Few records have anything to choose between, and reading tells. */
bool
conflicts_read(struct store *s, int64_t record, const struct loaded *form, struct stored *out,
    struct err *err)
{
	if (!stored_read(s, record, out, err))
		return false;
	if (out->alone)
		return true;
	stored_free(out);
	return conflicts_update(s, record, form, err) && stored_read(s, record, out, err);
}
