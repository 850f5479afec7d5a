/* merge_about.c: what a change of a merge is about: its record, row, question and
 * author, asked of the database once for what does not alter. */
#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "store/hlc.h"
#include "store/layout.h"
#include "store/merge_apply.h"

enum { ASKED_MOST = 4 << 20 };	/* bytes of what is kept of the database's answers */

/* ---- asked once ------------------------------------------------------------------- */

void
merge_unask(struct merge *m)
{
	map_free(m->asked.names);
	arena_free(m->asked.arena);
	m->asked = (struct asked){ 0 };
	for (size_t i = 0; i < m->forms_n; i++) {
		map_free(m->forms[i].known);
		m->forms[i].known = NULL;
	}
}

bool
merge_ask(struct merge *m, struct err *err)
{
	struct asked *k = &m->asked;
	int64_t any = 0;

	if (k->arena == NULL || arena_bytes(k->arena) > ASKED_MOST) {
		merge_unask(m);
		k->arena = arena_new();
		k->names = map_new();
		for (size_t i = 0; i < m->forms_n; i++)
			m->forms[i].known = map_new();
	}
	k->record[0] = k->row[0] = '\0';
	m->no_head = 0;
	if (!db_int(m->s->db, err, &any, NULL, "SELECT EXISTS (SELECT 1 FROM ruhu_missing)",
	    WITHOUT))
		return false;
	k->missing = any != 0;
	return layout_renames(m->s, &k->renamed, err);
}

bool
merge_name(struct merge *m, const char *text, int64_t *no, struct err *err)
{
	void **slot = map_get(m->asked.names, text);

	if (slot != NULL) {
		*no = (int64_t)(intptr_t)*slot;
		return true;
	}
	if (!name_no(m->s, text, no, err))
		return false;
	map_put(m->asked.names, arena_strdup(m->asked.arena, text), (void *)(intptr_t)*no);
	return true;
}

/* ---- what it is about --------------------------------------------------------------- */

static bool
find_or_make_record(struct applying *a, struct err *err)
{
	const struct change *c = a->c;
	struct db *db = a->m->s->db;
	char at[INSTANT_TEXT];
	struct stmt *st = db_query(db, err, "SELECT no, erased FROM ruhu_record WHERE id = ?",
	    WITH(b_text(c->record)));
	bool found = stmt_row(st);

	if (found) {
		a->record = stmt_int(st, 0);
		a->record_erased = stmt_int(st, 1) != 0;
	}
	if (!stmt_end(st, err))
		return false;
	if (found)
		return true;
	a->record_made = true;
	a->record_erased = c->record_key == NULL;
	instant_format_utc(hlc_ms(c->hlc), at);
	if (!db_run(db, err, "INSERT INTO ruhu_record(id, form, version, state, created_at,"
	    " created_by, changed_at, changed_by, secret, erased)"
	    " VALUES(?1,?2,?3,'incomplete',?4,?5,?4,?5,?6,?7)",
	    WITH(b_text(c->record), b_text(c->form), b_text(c->version), b_text(at),
	    b_text(c->author), c->record_key != NULL ? b_blob(c->record_key, HASH_BYTES) :
	    b_blob("", 0), b_int(c->record_key == NULL))))
		return false;
	a->record = db_last_no(db);
	return true;
}

/* Changes of one record, and of one row, come one after the other. */
bool
apply_record(struct applying *a, struct err *err)
{
	struct asked *k = &a->m->asked;

	if (strcmp(k->record, a->c->record) == 0) {
		a->record = k->record_no;
		a->record_erased = k->record_erased;
		return true;
	}
	if (!find_or_make_record(a, err))
		return false;
	snprintf(k->record, sizeof k->record, "%s", a->c->record);
	k->record_no = a->record;
	k->record_erased = a->record_erased;
	k->row[0] = '\0';
	return true;
}

static bool
find_or_make_row(struct applying *a, struct err *err)
{
	struct db *db = a->m->s->db;
	bool found;

	if (!db_int(db, err, &a->row, &found, "SELECT no FROM ruhu_row WHERE record = ? AND id = ?",
	    WITH(b_int(a->record), b_text(a->c->row))))
		return false;
	if (found)
		return true;
	if (!db_run(db, err, "INSERT INTO ruhu_row(record, id) VALUES(?, ?)",
	    WITH(b_int(a->record), b_text(a->c->row))))
		return false;
	a->row = db_last_no(db);
	return true;
}

bool
apply_row(struct applying *a, struct err *err)
{
	struct asked *k = &a->m->asked;

	a->row = 0;
	if (a->c->row[0] == '\0')
		return true;
	if (strcmp(k->row, a->c->row) == 0) {
		a->row = k->row_no;
		return true;
	}
	if (!find_or_make_row(a, err))
		return false;
	snprintf(k->row, sizeof k->row, "%s", a->c->row);
	k->row_no = a->row;
	return true;
}

/* A value waits in the log when no installed version of its form has the question; of a
 * version that is not here most are shown by the one that is. */
bool
apply_is_raw(struct applying *a, bool *raw, struct err *err)
{
	struct map *known = a->f->known;
	bool is;

	*raw = !a->f->here;
	if (*raw || a->c->field[0] == '$' || map_get(known, a->c->field) != NULL)
		return true;
	if (!db_exists(a->m->s->db, err, &is,
	    "SELECT 1 FROM ruhu_question WHERE form = ? AND field = ?",
	    WITH(b_text(a->c->form), b_text(a->c->field))))
		return false;
	*raw = !is;
	if (is)
		map_put(known, arena_strdup(a->m->asked.arena, a->c->field), NULL);
	return true;
}
