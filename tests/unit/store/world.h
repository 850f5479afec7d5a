/* world.h: a folder with a database in it, a small form, and short ways to key
 * and to look. */
#ifndef RUHU_TESTS_STORE_WORLD_H
#define RUHU_TESTS_STORE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/date.h"
#include "record/session.h"
#include "store/db.h"
#include "store/store.h"

static const char small_form[] =
    "settings:\n"
    "  form_id: small\n"
    "  version: \"1\"\n"
    "  instance_name: ${name}\n"
    "  ruhu:\n"
    "    unique: [id]\n"
    "    scope: ${kind}\n"
    "    list: [id, kind]\n"
    "    publish:\n"
    "      people: {key: id, latest: seen, label: name}\n"
    "      workers: {repeat: member, key: mname, latest: seen}\n"
    "choices:\n"
    "  kind: {a: A kind, b: B kind}\n"
    "survey:\n"
    "  - {type: text, name: id, label: Id}\n"
    "  - {type: text, name: name, label: Name, missing: refused unknown}\n"
    "  - {type: integer, name: n, label: N, constraint: . < 100}\n"
    "  - {type: decimal, name: d, label: D}\n"
    "  - {type: date, name: seen, label: Seen}\n"
    "  - {type: time, name: t, label: T}\n"
    "  - {type: dateTime, name: dt, label: DT}\n"
    "  - {type: select_one kind, name: kind, label: Kind}\n"
    "  - {type: select_multiple kind, name: kinds, label: Kinds}\n"
    "  - {type: text, name: sticky, label: S, default: \"${last-saved#sticky}\"}\n"
    "  - {type: text, name: stamp, label: St, calculation: \"concat(${n}, '!')\", trigger: \"${n}\"}\n"
    "  - {type: calculate, name: twice, calculation: \"${n} * 2\"}\n"
    "  - repeat: member\n"
    "    label: Member\n"
    "    survey:\n"
    "      - {type: text, name: mname, label: M}\n"
    "      - {type: integer, name: wage, label: W, default: 7}\n"
    "      - repeat: job\n"
    "        label: Job\n"
    "        survey:\n"
    "          - {type: text, name: what, label: What}\n"
    "  - {type: calculate, name: total, calculation: \"sum(${wage})\"}\n";

struct world {
	char dir[64], path[96];
	struct store *s;
	struct clock clock;
	struct err err;
};

#define OK(w, call) \
	do { \
		if (!(call)) \
			fail_msg("%s: %s", #call, (w)->err.text); \
	} while (0)

static inline struct store *
world_open_as(struct world *w, const char *user)
{
	const struct store_options o = { .path = w->path, .user = user, .clock = &w->clock,
		.create = true };
	struct store *s = NULL;

	OK(w, store_open(&o, &s, &w->err));
	return s;
}

static inline void
world_install(struct world *w, struct store *s, const char *text, struct buf *report)
{
	struct faults faults = { 0 };
	struct buf out = { 0 };

	if (!store_form_add(s, "small.yaml", text, strlen(text), NULL, &out, &faults, &w->err)) {
		if (faults.n > 0)
			fail_msg("%d: %s", faults.v[0].err.line, faults.v[0].err.text);
		fail_msg("%s", w->err.text);
	}
	if (report != NULL)
		buf_set_str(report, buf_str(&out));
	buf_free(&out);
	faults_free(&faults);
}

static inline int
world_new(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	strcpy(w->dir, "/tmp/ruhu-store-XXXXXX");
	if (mkdtemp(w->dir) == NULL)
		return -1;
	snprintf(w->path, sizeof w->path, "%s/a.db", w->dir);
	setenv("RUHU_STATE", w->dir, 1);
	w->clock = (struct clock){ .fixed = true, .fixed_ms = 1795400000000 };
	w->s = world_open_as(w, "li4");
	world_install(w, w->s, small_form, NULL);
	*state = w;
	return 0;
}

static inline int
world_end(void **state)
{
	struct world *w = *state;
	struct buf cmd = { 0 };

	store_close(w->s);
	buf_addf(&cmd, "rm -rf %s", w->dir);
	if (system(cmd.data) != 0)
		return -1;
	buf_free(&cmd);
	free(w);
	return 0;
}

/* ---- keying ------------------------------------------------------------------- */

static inline struct session *
begin(struct world *w, struct store *s)
{
	struct session *se = NULL;

	OK(w, store_session_new(s, "small", &se, &w->err));
	return se;
}

static inline node_id
node(struct session *se, const char *path)
{
	struct err err;
	node_id n = NODE_NONE;

	if (!session_find(se, path, NODE_NONE, &n, &err))
		fail_msg("%s: %s", path, err.text);
	return n;
}

/* Sets and journals, as leaving a field does. */
static inline void
key(struct world *w, struct store *s, struct session *se, const char *path, const char *text)
{
	struct changed c;
	node_id n = node(se, path);

	OK(w, session_set(se, n, text, &c, &w->err));
	OK(w, store_draft_answer(s, se, n, n, &w->err));
}

static inline node_id
add(struct world *w, struct store *s, struct session *se, const char *path)
{
	const struct question *repeat;
	struct changed c;
	node_id parent, row;

	OK(w, session_find_repeat(se, path, &parent, &repeat, &w->err));
	OK(w, session_add_row(se, parent, repeat, 0, &row, &c, &w->err));
	OK(w, store_draft_rows(s, se, row, &w->err));
	return row;
}

static inline const char *
value(struct session *se, const char *path)
{
	return answers_text(session_answers(se), node(se, path));
}

static inline int64_t
save(struct world *w, struct store *s, struct session *se)
{
	struct save_result r = { 0 };
	int64_t n;

	OK(w, store_save(s, se, RECORD_COMPLETE, &r, &w->err));
	assert_true(r.saved);
	n = r.changes;
	save_result_free(&r);
	return n;
}

static inline struct session *
reopen(struct world *w, struct store *s, const char *id, bool resume, node_id *cursor)
{
	struct session *se = NULL;

	OK(w, store_session_open(s, id, resume, &se, cursor, &w->err));
	return se;
}

/* ---- looking -------------------------------------------------------------------- */

/* Every answer of a session, one a line: "/data/member[1]/wage=3000". */
static inline void
tell(struct session *se, struct buf *out)
{
	struct saved_answer a;
	node_id at = 0;

	buf_reset(out);
	while (session_each(se, &at, &a)) {
		session_path(se, a.node, out);
		buf_addf(out, "=%s%s%s\n", a.value, a.missing != MISSING_NONE ? "/" : "",
		    missing_name(a.missing));
	}
}

/* Rows of a query, columns by | and rows by newlines. */
static inline void
rows(struct world *w, struct store *s, const char *sql, struct buf *out)
{
	struct stmt *st = db_query(store_db(s), &w->err, sql, WITHOUT);

	buf_reset(out);
	while (stmt_row(st)) {
		for (int i = 0; i < stmt_cols(st); i++)
			buf_addf(out, "%s%s", i > 0 ? "|" : "", stmt_text(st, i));
		buf_add_char(out, '\n');
	}
	OK(w, stmt_end(st, &w->err));
}

static inline void
assert_rows(struct world *w, struct store *s, const char *sql, const char *wanted)
{
	struct buf got = { 0 };

	rows(w, s, sql, &got);
	assert_string_equal(buf_str(&got), wanted);
	buf_free(&got);
}

static inline void
assert_sound(struct world *w, struct store *s)
{
	struct buf out = { 0 };
	size_t n = 99;

	OK(w, store_check(s, &out, &n, &w->err));
	assert_string_equal(buf_str(&out), "");
	assert_int_equal(n, 0);
	buf_free(&out);
}

#endif
