/* What a site has: all of it that must be the same elsewhere, as lines; and whether
 * its log holds all that was ever saved. */
#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "store/db.h"
#include "store/merge.h"
#include "store/store.h"

/* Not in it: when and by whom a record was changed last, which each site tells as it
 * came there. */
/* ---- a line for each record --------------------------------------------------------- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The columns that mean the same at every site, in one order: when each form came
 * decides theirs. */
static void
columns(struct actor *a, const char *table, struct buf *out)
{
	struct stmt *st = db_query(store_db(a->s), &a->err, "SELECT name FROM pragma_table_info(?)"
	    " WHERE name NOT IN ('record_no', 'row_no')", WITH(b_text(table)));
	char *v[40];
	size_t n = 0;

	while (stmt_row(st) && n < 40)
		v[n++] = xstrdup(stmt_text(st, 0));
	actor_must(a, stmt_end(st, &a->err), "columns");
	qsort(v, n, sizeof *v, by_name);
	for (size_t i = 0; i < n; i++) {
		buf_addf(out, "%s'%s=' || \"%s\"", i > 0 ? ", " : "", v[i], v[i]);
		free(v[i]);
	}
}

static void
add_rows(struct actor *a, const char *sql, int64_t record, struct buf *out)
{
	struct stmt *st = db_query(store_db(a->s), &a->err, sql, WITH(b_int(record)));

	while (stmt_row(st)) {
		buf_add_str(out, " {");
		for (int i = 0; i < stmt_cols(st); i++)
			if (!stmt_is_null(st, i))
				buf_addf(out, "%s ", stmt_text(st, i));
		buf_add_str(out, "}");
	}
	actor_must(a, stmt_end(st, &a->err), sql);
}

struct asks { struct buf small, member; };

static void
say_record(struct actor *a, const struct asks *q, int64_t no, FILE *f)
{
	struct buf line = { 0 };

	add_rows(a, "SELECT id, 'scope=' || scope, state, iif(deleted, 'deleted', 'there'), erased,"
	    " 'label=' || label FROM ruhu_record WHERE no = ?", no, &line);
	add_rows(a, q->small.data, no, &line);
	add_rows(a, q->member.data, no, &line);
	add_rows(a, "SELECT 'conflict', coalesce(w.id, ''), n.text FROM ruhu_conflict c JOIN ruhu_name n"
	    " ON n.no = c.field LEFT JOIN ruhu_row w ON w.no = c.row WHERE c.record = ? ORDER BY 3, 2",
	    no, &line);
	fprintf(f, "%s\n", line.data);
	buf_free(&line);
}

static void
ask(struct actor *a, const char *table, const char *order, struct buf *out)
{
	buf_add_str(out, "SELECT ");
	columns(a, table, out);
	buf_addf(out, " FROM %s WHERE record_no = ? ORDER BY %s", table, order);
}

/* ---- what is shown of answers written apart ------------------------------------------- */

static bool
has_word(const char *words, char c)
{
	for (; *words != '\0'; words++)
		if (*words == c)
			return true;
	return false;
}

/* By the form: the greatest age, the least wage, all helps. */
static bool
expected(const struct conflict *c, char out[64])
{
	double best = 0;
	bool any = false;

	out[0] = '\0';
	if (strcmp(c->field, "helps") == 0) {
		for (char code = '1'; code <= '4'; code++)
			for (size_t i = 0; i < c->sides_n; i++)
				if (has_word(c->sides[i].value, code)) {
					snprintf(out + strlen(out), 8, "%s%c", out[0] != '\0' ? " " : "", code);
					break;
				}
		return out[0] != '\0';
	}
	if (strcmp(c->field, "age") != 0 && strcmp(c->field, "wage") != 0 && strcmp(c->field, "pay") != 0)
		return false;
	for (size_t i = 0; i < c->sides_n; i++) {
		double v = strtod(c->sides[i].value, NULL);

		if (c->sides[i].value[0] == '\0')
			continue;
		if (!any || (c->field[0] == 'a' ? v > best : v < best))
			snprintf(out, 64, "%s", c->sides[i].value);
		best = !any || (c->field[0] == 'a' ? v > best : v < best) ? v : best;
		any = true;
	}
	return any;
}

static bool
is_shown(void *ctx, const struct conflict *c)
{
	struct actor *a = ctx;
	char want[64];
	struct buf got = { 0 }, sql = { 0 };
	bool found;

	/* A record that left a township's area is settled where it went; a decision that was
	 * taken back asks where it was. */
	a->w->sh->asking += !c->again && (a->w->kind != COUNTY || a->no == 0);
	if (c->again || c->row[0] != '\0' || !expected(c, want))
		return true;
	buf_addf(&sql, "SELECT CAST(%s AS TEXT) FROM small WHERE record_id = ?",
	    strcmp(c->field, "wage") == 0 && a->site->second ? "pay" : c->field);
	actor_must(a, db_text(store_db(a->s), &a->err, &got, &found, sql.data, WITH(b_text(c->record))),
	    sql.data);
	if (found && (c->field[0] == 'h' ? strcmp(buf_str(&got), want) != 0 :
	    strtod(buf_str(&got), NULL) != strtod(want, NULL)))
		actor_wrong(a, "%s of %s shows %s, not %s", c->field, c->record, buf_str(&got), want);
	a->w->sh->shown += found;
	buf_free(&got);
	buf_free(&sql);
	return true;
}

void
step_hash(struct actor *a, void *unused)
{
	(void)unused;
	actor_open(a);
	actor_must(a, store_state_hash(a->s, a->w->sh->hash[a->no], &a->err), "hash");
	actor_close(a);
}

void
step_look(struct actor *a, void *path)
{
	struct asks q = { { 0 }, { 0 } };
	unsigned char hash[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];
	FILE *f = fopen(path, "w");
	struct buf faults = { 0 };
	struct stmt *st;
	size_t n = 0;

	if (f == NULL)
		actor_wrong(a, "%s cannot be made", (const char *)path);
	actor_open(a);
	actor_must(a, store_state_hash(a->s, hash, &a->err), "hash");
	hex_format(hash, HASH_BYTES, hex);
	fprintf(f, "state %s\n", hex);
	ask(a, "small", "record_id", &q.small);
	ask(a, "small__member", "row_id", &q.member);
	st = db_query(store_db(a->s), &a->err, "SELECT no FROM ruhu_record ORDER BY id", WITHOUT);
	while (stmt_row(st))
		say_record(a, &q, stmt_int(st, 0), f);
	actor_must(a, stmt_end(st, &a->err), "records");
	actor_must(a, store_conflicts(a->s, NULL, is_shown, a, &a->err), "conflicts");
	actor_must(a, store_check(a->s, &faults, &n, &a->err), "check");
	if (n > 0)
		actor_wrong(a, "damaged: %s", buf_str(&faults));
	actor_close(a);
	fclose(f);
}

/* ---- the log ------------------------------------------------------------------------------ */

static const char *
entry(struct arena *arena, const char *record, const char *row, const char *field, const char *value)
{
	struct buf b = { 0 };
	const char *s;

	buf_addf(&b, "%s|%s|%s|%s", record, row, strcmp(field, "pay") == 0 ? "wage" : field, value);
	s = arena_strdup(arena, b.data);
	buf_free(&b);
	return s;
}

static bool
erased(const struct shared *sh, const char *record)
{
	for (size_t i = 0; i < sh->erased_n; i++)
		if (strcmp(sh->erased[i], record) == 0)
			return true;
	return false;
}

static void
nothing_erased(struct actor *a)
{
	int64_t n = 0;

	actor_must(a, db_int(store_db(a->s), &a->err, &n, NULL, "SELECT count(*) FROM ruhu_change c JOIN"
	    " ruhu_record r ON r.no = c.record JOIN ruhu_name f ON f.no = c.field WHERE r.erased AND"
	    " c.value IS NOT NULL AND substr(f.text, 1, 1) <> '$'", WITHOUT), "erased");
	if (n > 0)
		actor_wrong(a, "%lld values that were erased are in the log", (long long)n);
}

void
step_log(struct actor *a, void *unused)
{
	struct shared *sh = a->w->sh;
	struct arena *arena = arena_new();
	struct map *log = map_new();
	struct stmt *st;
	int64_t n = 0;

	(void)unused;
	actor_open(a);
	st = db_query(store_db(a->s), &a->err, "SELECT r.id, coalesce(w.id, ''), n.text, c.value"
	    " FROM ruhu_change c JOIN ruhu_record r ON r.no = c.record JOIN ruhu_name n ON n.no = c.field"
	    " LEFT JOIN ruhu_row w ON w.no = c.row WHERE c.value IS NOT NULL", WITHOUT);
	for (; stmt_row(st); n++)
		map_put(log, entry(arena, stmt_text(st, 0), stmt_text(st, 1), stmt_text(st, 2),
		    stmt_text(st, 3)), sh);
	actor_must(a, stmt_end(st, &a->err), "the log");
	if (n > sh->changes)
		sh->changes = n;
	for (size_t i = 0; i < sh->acks_n; i++) {
		const struct ack *k = &sh->acks[i];

		bool here = map_get(log, entry(arena, k->record, k->row, k->field, k->value)) != NULL;

		/* What a county lost it gets back from who has it; looked at before the county. */
		if (a->w->kind == COUNTY && k->lost && k->site == 0 && a->no != 0)
			sh->acks[i].found |= here;
		/* A county's areas keep others' answers out of a township. */
		if ((k->lost && !k->found) || erased(sh, k->record) ||
		    (a->w->kind == COUNTY && a->no != 0 && k->site != a->no))
			continue;
		if (!here)
			actor_wrong(a, "%s %s = %s, saved at site %d in step %d, is lost", k->record,
			    k->field, k->value, k->site, k->step);
	}
	nothing_erased(a);
	actor_close(a);
	map_free(log);
	arena_free(arena);
}
