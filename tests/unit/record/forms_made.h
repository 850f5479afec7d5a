/* forms_made.h: forms of any size, for tests and benches of the recompute. */
#ifndef RUHU_TESTS_FORMS_MADE_H
#define RUHU_TESTS_FORMS_MADE_H

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "form/form_yaml.h"
#include "logic/logic.h"
#include "record/session.h"

#define MADE_SETTINGS "settings: {form_id: t, form_title: T, version: \"1\"}\nsurvey:\n"

/* q0 is answered; each further question is the one before plus one. `other` and
 * `other2` have nothing to do with them. */
static inline void
made_chain(struct buf *out, int n)
{
	buf_set_str(out, MADE_SETTINGS "- {type: integer, name: q0}\n");
	for (int i = 1; i < n; i++)
		buf_addf(out, "- {type: calculate, name: q%d, calculation: \"${q%d} + 1\"}\n", i,
		    i - 1);
	buf_add_str(out, "- {type: integer, name: other}\n"
	                 "- {type: calculate, name: other2, calculation: \"${other} * 2\"}\n");
}

/* n questions that all read q0, and one that reads them all. */
static inline void
made_fan(struct buf *out, int n)
{
	buf_set_str(out, MADE_SETTINGS "- {type: integer, name: q0}\n");
	for (int i = 1; i <= n; i++)
		buf_addf(out, "- {type: calculate, name: q%d, calculation: \"${q0} + %d\"}\n", i,
		    i);
	buf_add_str(out, "- {type: calculate, name: all, calculation: \"0");
	for (int i = 1; i <= n; i++)
		buf_addf(out, " + ${q%d}", i);
	buf_add_str(out, "\"}\n");
}

/* A repeat whose rows are summed, each with something of its own. */
static inline void
made_rows(struct buf *out)
{
	buf_set_str(out, MADE_SETTINGS "- {type: integer, name: n}\n"
	                 "- {type: integer, name: rate}\n"
	                 "- repeat: r\n"
	                 "  repeat_count: ${n}\n"
	                 "  survey:\n"
	                 "  - {type: decimal, name: wage, constraint: \". >= 0\"}\n"
	                 "  - {type: calculate, name: tax, calculation: \"${wage} * ${rate}\"}\n"
	                 "  - {type: text, name: why, relevant: \"${wage} > 1000\"}\n"
	                 "- {type: calculate, name: total, calculation: \"sum(${wage})\"}\n"
	                 "- {type: calculate, name: taxes, calculation: \"sum(${tax})\"}\n"
	                 "- {type: calculate, name: count, calculation: \"count(${r})\"}\n");
}

struct made {
	struct form *form;
	struct logic *logic;
	struct session *s;
};

/* Reads the text and opens a new record of it; ends the program if it cannot. */
static inline struct made
made_open(struct buf *yaml)
{
	struct faults faults = { 0 };
	struct made m = { 0 };
	struct err err;

	m.form = form_read_yaml("made.yaml", buf_str(yaml), yaml->len, NULL, &faults);
	if (m.form)
		m.logic = logic_compile(m.form, &faults);
	if (!m.logic) {
		fprintf(stderr, "made.yaml: %s\n", faults.n ? faults.v[0].err.text : "?");
		exit(1);
	}
	faults_free(&faults);
	m.s = session_new(m.logic, NULL, "01900000-0000-7000-8000-000000000001");
	session_start(m.s, true, &err);
	return m;
}

static inline void
made_close(struct made *m)
{
	session_close(m->s);
	logic_free(m->logic);
	form_free(m->form);
}

static inline node_id
made_node(struct made *m, const char *path)
{
	struct err err;
	node_id n;

	if (!session_find(m->s, path, NODE_NONE, &n, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	return n;
}

static inline void
made_set(struct made *m, const char *path, const char *value)
{
	struct err err;

	if (!session_set(m->s, made_node(m, path), value, NULL, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
}

static inline const char *
made_get(struct made *m, const char *path)
{
	return answers_text(session_answers(m->s), made_node(m, path));
}

#endif
