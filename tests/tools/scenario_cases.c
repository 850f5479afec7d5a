/* scenario_cases FILE: plays the cases of a scenario.jsonl (one JSON object a
 * line: an XForm, steps, what must be true) against the session engine and
 * prints, a line a case:
 *     ok|not|left <TAB> id <TAB> area <TAB> what came instead <TAB> expectations
 *     that hold <TAB> of
 * left: it asks for what the engine does not do. Exit 0 when the file could be
 * read, whatever the cases say. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "form/form_read.h"
#include "form/form_table.h"
#include "form/xml.h"
#include "logic/dataset.h"
#include "logic/logic.h"
#include "record/instance.h"
#include "record/session.h"

#define LISTS 16

struct list { /* an attachment that is a table */
	const char *id;
	struct table *table;
	struct dataset *d;
};

struct play {
	json_t *c;
	struct list lists[LISTS];
	size_t lists_n;
	struct arena *arena;
	const char *folder;
	struct form *form;
	struct logic *logic;
	struct session *s;
	struct clock clock;
	struct buf why; /* what is not as it should be */
	bool wrong, skip;
	size_t held; /* expectations that are as they should be */
};

static const char *
text(const json_t *v, size_t i)
{
	const char *s = json_string_value(json_array_get(v, i));

	return s ? s : "";
}

static void
wrong(struct play *p, const char *what, const char *ref, const char *got, const char *want)
{
	p->wrong = true;
	buf_addf(&p->why, "%s%s %s: '%s', not '%s'", p->why.len ? "; " : "", what, ref, got, want);
}

/* ---- the form and its attachments -------------------------------------------------- */

static bool
read_attachment(void *ctx, const char *name, struct buf *out, struct err *err)
{
	struct play *p = ctx;
	const char *key, *base = strrchr(name, '/');
	json_t *v;

	base = base ? base + 1 : name;
	json_object_foreach(json_object_get(p->c, "attachments"), key, v)
	{
		const char *end = strrchr(key, '/');

		if (strcmp(end ? end + 1 : key, base) != 0)
			continue;
		if (strncmp(json_string_value(v), "!404", 4) == 0)
			break;
		buf_add_str(out, json_string_value(v));
		return true;
	}
	return err_set(err, "%s is not there", name);
}

static size_t
list_rows(void *ctx)
{
	return ((struct table *)ctx)->rows_n;
}

static const char *
list_cell(void *ctx, size_t row, size_t column)
{
	return ((struct table *)ctx)->rows[row].cells[column];
}

static const struct dataset_ops list_ops = {.rows = list_rows, .cell = list_cell};

static const char *
file_of(const struct play *p, const char *id)
{
	for (size_t i = 0; i < p->form->questions_n; i++) {
		const struct question *q = p->form->questions[i];

		if (q->dataset && q->file && strcmp(q->dataset, id) == 0)
			return q->file;
	}
	for (size_t i = 0; i < p->form->outside_n; i++)
		if (strcmp(p->form->outside[i].id, id) == 0)
			return p->form->outside[i].file;
	return id;
}

static const struct dataset *
host_dataset(void *ctx, const char *id)
{
	struct play *p = ctx;
	struct list *l = p->lists;
	struct faults faults = { 0 };
	struct buf text = { 0 };
	struct err err;

	while (l < p->lists + p->lists_n && strcmp(l->id, id) != 0)
		l++;
	if (l < p->lists + p->lists_n || p->lists_n == LISTS)
		return l < p->lists + LISTS ? l->d : NULL;
	p->lists_n++;
	l->id = id;
	if (read_attachment(p, file_of(p, id), &text, &err))
		l->table = table_read(file_of(p, id), buf_str(&text), text.len, p->arena, &faults);
	if (l->table)
		l->d = dataset_new(id, l->table->columns, l->table->columns_n, &list_ops, l->table);
	faults_free(&faults);
	buf_free(&text);
	return l->d;
}

static bool
read_form(struct play *p, struct buf *out)
{
	const char *whole = json_string_value(json_object_get(p->c, "xform"));
	const char *file = json_string_value(json_object_get(p->c, "xform_file"));
	char path[1024], part[4096];
	size_t n;
	FILE *f;

	if (whole) {
		buf_set_str(out, whole);
		return true;
	}
	snprintf(path, sizeof path, "%s/%s", p->folder, file ? file : "");
	f = fopen(path, "r");
	if (!f)
		return false;
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(out, part, n);
	fclose(f);
	return true;
}

/* A table that cannot be read is refused with its form, as by `ruhu form add`. */
static bool
tables_good(struct play *p)
{
	struct arena *arena = arena_new();
	const char *url;
	json_t *text;
	bool good = true;

	json_object_foreach(json_object_get(p->c, "attachments"), url, text) {
		const char *s = json_string_value(text), *slash = strrchr(url, '/');
		struct faults faults = { 0 };

		if (s && strncmp(s, "!404", 4) != 0)
			good = table_read(slash ? slash + 1 : url, s, strlen(s), arena, &faults) &&
			       good;
		faults_free(&faults);
	}
	arena_free(arena);
	return good;
}

static bool
load(struct play *p)
{
	struct form_files files = {p, read_attachment};
	struct faults faults = { 0 };
	struct buf xml = { 0 };

	if (read_form(p, &xml))
		p->form = form_read("form.xml", buf_str(&xml), xml.len, &files, &faults);
	if (p->form && tables_good(p))
		p->logic = logic_compile(p->form, &faults);
	for (size_t i = 0; !p->logic && i < faults.n; i++)
		if (faults.v[i].severity == FAULT_ERROR)
			buf_addf(
			    &p->why, "%sload: %s", p->why.len ? "; " : "", faults.v[i].err.text);
	faults_free(&faults);
	buf_free(&xml);
	return p->logic != NULL;
}

/* A new record, or the one that an instance holds. */
static bool
start(struct play *p, const char *instance)
{
	struct host host = {
	    .ctx = p, .clock = &p->clock, .user = "", .device = "", .dataset = host_dataset};
	struct err err;

	session_close(p->s);
	p->s = session_new(p->logic, &host, "01900000-0000-7000-8000-000000000001");
	if (instance && !instance_read(p->s, INSTANCE_SAVED, "instance.xml",
	    instance, strlen(instance), &err)) {
		wrong(p, "instance", "", err.text, "read");
		return false;
	}
	return session_start(p->s, !instance, &err);
}

static void
submit_and_edit(struct play *p)
{
	struct buf xml = { 0 };

	session_finish(p->s);
	instance_write(p->s, false, "uuid:01900000-0000-7000-8000-000000000001", NULL, &xml);
	start(p, buf_str(&xml));
	buf_free(&xml);
}

/* ---- steps ------------------------------------------------------------------------------ */

static bool
find(struct play *p, const char *ref, node_id *n)
{
	struct err err;

	if (session_find(p->s, ref, NODE_NONE, n, &err))
		return true;
	wrong(p, "find", ref, err.text, "a node");
	return false;
}

/* Where the engine the case was recorded from kept something else than what was
 * given, or nothing, and this one refuses it, it goes on with what was kept. */
static void
step_answer(struct play *p, const json_t *step)
{
	const char *kept = json_string_value(json_object_get(json_array_get(step, 3), "stored"));
	struct err err;
	node_id n;

	if (!find(p, text(step, 1), &n) || session_set(p->s, n, text(step, 2), NULL, &err))
		return;
	if (kept)
		session_set(p->s, n, kept, NULL, &err);
	else
		buf_addf(&p->why, "answer %s '%s': %s; ", text(step, 1), text(step, 2), err.text);
}

static void
step_new_repeat(struct play *p, const json_t *step)
{
	const struct question *repeat;
	struct err err;
	node_id parent, row;

	if (!session_find_repeat(p->s, text(step, 1), &parent, &repeat, &err) ||
	    !session_add_row(p->s, parent, repeat, 0, &row, NULL, &err))
		wrong(p, "new_repeat", text(step, 1), err.text, "a row");
}

static void
step_language(struct play *p, const json_t *step)
{
	session_language(p->s, form_language(p->form, text(step, 1)));
}

static void
play_step(struct play *p, const json_t *step)
{
	const char *what = text(step, 0);
	struct err err;
	node_id n;

	if (strcmp(what, "answer") == 0)
		step_answer(p, step);
	else if (strcmp(what, "new_repeat") == 0)
		step_new_repeat(p, step);
	else if (strcmp(what, "language") == 0)
		step_language(p, step);
	else if (strcmp(what, "remove_repeat") == 0) {
		if (find(p, text(step, 1), &n) && !session_remove_row(p->s, n, NULL, &err))
			wrong(p, "remove", text(step, 1), err.text, "gone");
	} else if (strcmp(what, "reached") == 0) {
		if (find(p, text(step, 1), &n) && !answers_relevant(session_answers(p->s), n))
			wrong(p, "reached", text(step, 1), "not relevant", "relevant");
	} else if (strcmp(what, "submit_and_edit") == 0) {
		submit_and_edit(p);
	} else if (strcmp(what, "new_instance") == 0) {
		start(p, NULL);
	} else {
		p->skip = true;
	}
}

/* ---- XML, compared as trees ------------------------------------------------------------------ */

static uint32_t
past_blanks(const struct xml *x, uint32_t n)
{
	while (n != XML_NONE && x->v[n].kind != XML_ELEM &&
	       (x->v[n].kind != XML_CHARS || !x->v[n].value[strspn(x->v[n].value, " \t\r\n")]))
		n = x->v[n].next;
	return n;
}

/* Word by word; a number may be written otherwise (0.0 in a geopoint is 0). */
static bool
same_words(const char *a, const char *b)
{
	while (*a && *b) {
		size_t n = strcspn(a, " "), m = strcspn(b, " ");
		char *end_a, *end_b;
		double x = strtod(a, &end_a), y = strtod(b, &end_b);

		if ((n != m || strncmp(a, b, n) != 0) &&
		    (end_a != a + n || end_b != b + m || n == 0 || m == 0 || x != y))
			return false;
		a += n + (a[n] == ' ');
		b += m + (b[m] == ' ');
	}
	return *a == *b;
}

/* Differs from run to run. */
static bool
of_the_moment(const char *name)
{
	static const char *const names[] = {"start", "end", "deviceid", "instanceID"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static bool
same_tree(const struct xml *x, uint32_t a, const struct xml *y, uint32_t b, bool observed)
{
	if (x->v[a].kind != y->v[b].kind)
		return false;
	if (x->v[a].kind == XML_CHARS)
		return strcmp(x->v[a].value, y->v[b].value) == 0 ||
		       (observed && same_words(x->v[a].value, y->v[b].value));
	if (strcmp(x->v[a].name, y->v[b].name) != 0)
		return false;
	if (observed && of_the_moment(x->v[a].name))
		return true;
	a = past_blanks(x, x->v[a].first);
	b = past_blanks(y, y->v[b].first);
	while (a != XML_NONE && b != XML_NONE) {
		if (!same_tree(x, a, y, b, observed))
			return false;
		a = past_blanks(x, x->v[a].next);
		b = past_blanks(y, y->v[b].next);
	}
	return a == XML_NONE && b == XML_NONE;
}

/* observed: a whole record as another engine left it. */
static void
expect_xml(struct play *p, const char *want, bool observed)
{
	struct xml x = { 0 }, y = { 0 };
	struct buf got = { 0 };
	struct err err;

	instance_write(p->s, false, "uuid:01900000-0000-7000-8000-000000000001", NULL, &got);
	if (!xml_parse("got", buf_str(&got), got.len, &x, &err) ||
	    !xml_parse("want", want, strlen(want), &y, &err))
		wrong(p, "xml", "", err.text, "XML");
	else if (!same_tree(&x, past_blanks(&x, x.v[0].first), &y, past_blanks(&y, y.v[0].first),
		     observed))
		wrong(p, "xml", "", buf_str(&got), want);
	xml_free(&x);
	xml_free(&y);
	buf_free(&got);
}

/* ---- what must be true -------------------------------------------------------------------- */

static void
expect_text(struct play *p, const char *what, const char *ref, const char *got, const char *want,
    bool negated)
{
	if ((strcmp(got, want) == 0) == negated)
		wrong(p, what, ref, got, negated ? "another" : want);
}

static void
expect_value(struct play *p, const json_t *e, const char *what, bool negated)
{
	const char *ref = text(e, 1), *got;
	double want;
	node_id n;

	if (!find(p, ref, &n))
		return;
	got = answers_relevant(session_answers(p->s), n) ? answers_value(session_answers(p->s), n)
							 : "";
	if (strcmp(what, "close") == 0) {
		want = json_number_value(json_array_get(e, 2));
		if (fabs(strtod(got, NULL) - want) > json_number_value(json_array_get(e, 3)))
			wrong(p, what, ref, got, "near enough");
	} else if (strcmp(what, "starts_with") == 0) {
		if (strncmp(got, text(e, 2), strlen(text(e, 2))) != 0)
			wrong(p, what, ref, got, text(e, 2));
	} else {
		expect_text(p, what, ref, got, text(e, 2), negated);
	}
}

static const char *
violation(enum problem_kind kind)
{
	return kind == PROBLEM_NONE || kind == PROBLEM_WARNING ? "ok"
	       : kind == PROBLEM_REQUIRED                      ? "required"
							       : "constraint";
}

static void
expect_cell(struct play *p, const json_t *e, const char *what, bool negated)
{
	const char *ref = text(e, 1), *kind = text(e, 3);
	bool want = json_is_true(json_array_get(e, 2)) != negated, got;
	struct cell c;
	node_id n;

	if (!find(p, ref, &n))
		return;
	session_cell(p->s, n, &c);
	got = strcmp(what, "relevant") == 0   ? c.relevant
	      : strcmp(what, "required") == 0 ? c.required
	      : strcmp(what, "readonly") == 0 ? c.read_only
					      : c.valid;
	if (got != want)
		wrong(p, what, ref, got ? "yes" : "no", want ? "yes" : "no");
	else if (strcmp(what, "valid") == 0 && kind[0])
		expect_text(p, "violation", ref, violation(c.problem), kind, false);
}

static void
expect_validate(struct play *p, const json_t *e)
{
	const struct problem *list;
	size_t n = session_problems(p->s, &list), i = 0;
	struct buf at = { 0 };

	while (i < n && list[i].kind == PROBLEM_WARNING)
		i++;
	expect_text(
	    p, "validate", text(e, 1), i < n ? violation(list[i].kind) : "ok", text(e, 2), false);
	if (i < n && text(e, 1)[0]) {
		session_path(p->s, list[i].node, &at);
		expect_text(p, "first problem", text(e, 1), buf_str(&at), text(e, 1), false);
	}
	buf_free(&at);
}

static void
expect_rows(struct play *p, const json_t *e, bool negated)
{
	json_int_t want = json_integer_value(json_array_get(e, 2));
	const struct question *repeat;
	struct err err;
	node_id parent;
	size_t got;
	char a[32], b[32];

	if (!session_find_repeat(p->s, text(e, 1), &parent, &repeat, &err)) {
		wrong(p, "rows", text(e, 1), err.text, "");
		return;
	}
	got = answers_rows(session_answers(p->s), parent, repeat);
	snprintf(a, sizeof a, "%zu", got);
	snprintf(b, sizeof b, "%d", (int)want);
	expect_text(p, "rows", text(e, 1), a, b, negated);
}

static const char *
field(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

/* In order from `from`: each wanted value (and label, when given) in turn. */
static bool
holds_choice(const struct choices *c, const json_t *want, size_t *from)
{
	for (; *from < c->n; (*from)++)
		if (strcmp(c->v[*from].value, field(want, "value")) == 0 &&
		    (!json_object_get(want, "label") ||
			strcmp(c->v[*from].label, field(want, "label")) == 0))
			return true;
	return false;
}

static void
expect_choice_list(struct play *p, const json_t *e, const struct choices *c, const char *what)
{
	bool exclude = strcmp(what, "choices_exclude") == 0;
	bool order = strcmp(what, "choices_include_in_order") == 0;
	json_t *want;
	size_t i, at = 0;

	json_array_foreach(json_array_get(e, 2), i, want)
	{
		if (!order)
			at = 0;
		if (holds_choice(c, want, &at) == exclude)
			wrong(p, what, text(e, 1), exclude ? "there" : "not there",
			    field(want, "value"));
	}
}

static void
expect_labels(struct play *p, const json_t *e, const struct choices *c)
{
	const json_t *want = json_array_get(e, 2);

	if (c->n != json_array_size(want)) {
		wrong(p, "choice_labels", text(e, 1), "another number", "");
		return;
	}
	for (size_t i = 0; i < c->n; i++)
		expect_text(p, "choice_labels", text(e, 1), c->v[i].label, text(want, i), false);
}

static void
expect_choices(struct play *p, const json_t *e, const char *what, bool negated)
{
	struct choices c;
	struct err err;
	size_t at;
	node_id n;
	char a[32], b[32];

	if (!find(p, text(e, 1), &n))
		return;
	if (!session_choices(p->s, n, &c, &err)) {
		wrong(p, what, text(e, 1), err.text, "choices");
		return;
	}
	if (strcmp(what, "choice_count") == 0) {
		snprintf(a, sizeof a, "%zu", c.n);
		snprintf(b, sizeof b, "%d", (int)json_integer_value(json_array_get(e, 2)));
		expect_text(p, what, text(e, 1), a, b, negated);
	} else if (strcmp(what, "choice_at") == 0) {
		at = (size_t)json_integer_value(json_array_get(e, 2));
		expect_text(
		    p, what, text(e, 1), at < c.n ? c.v[at].value : "", text(e, 3), negated);
	} else if (strcmp(what, "choice_labels") == 0) {
		expect_labels(p, e, &c);
	} else {
		expect_choice_list(p, e, &c, what);
	}
	choices_free(&c);
}

static void
expect_words(struct play *p, const json_t *e, const char *what)
{
	const struct question *q;
	struct buf got = { 0 }, want = { 0 };
	node_id n;

	if (!find(p, text(e, 1), &n))
		return;
	q = answers_question(session_answers(p->s), n);
	if (strcmp(what, "selected_labels") == 0) {
		json_t *label;
		size_t i;

		session_display(p->s, n, &got);
		json_array_foreach(json_array_get(e, 2), i, label)
		    buf_addf(&want, "%s%s", i ? " " : "", json_string_value(label));
	} else {
		buf_add_str(
		    &got, session_text(p->s, n,
			      strcmp(what, "label") == 0              ? &q->label
			      : strcmp(what, "required_message") == 0 ? &q->required_message
								      : &q->constraint_message));
		buf_add_str(&want, text(e, 2));
	}
	expect_text(p, what, text(e, 1), buf_str(&got), buf_str(&want), false);
	buf_free(&got);
	buf_free(&want);
}

static void
expect(struct play *p, const json_t *e)
{
	static const char *const values[] = {"value", "close", "starts_with"};
	static const char *const cells[] = {"relevant", "required", "readonly", "valid"};
	static const char *const words[] = {
	    "label", "constraint_message", "required_message", "selected_labels"};
	char what[64];
	bool negated;
	size_t len;

	snprintf(what, sizeof what, "%s", text(e, 0));
	len = strlen(what);
	negated = len > 4 && strcmp(what + len - 4, "_not") == 0;
	if (negated)
		what[len - 4] = '\0';
	for (size_t i = 0; i < 3; i++)
		if (strcmp(what, values[i]) == 0) {
			expect_value(p, e, what, negated);
			return;
		}
	for (size_t i = 0; i < 4; i++)
		if (strcmp(what, cells[i]) == 0) {
			expect_cell(p, e, what, negated);
			return;
		}
	for (size_t i = 0; i < 4; i++)
		if (strcmp(what, words[i]) == 0) {
			expect_words(p, e, what);
			return;
		}
	if (strncmp(what, "choice", 6) == 0)
		expect_choices(p, e, what, negated);
	else if (strcmp(what, "repeat_count") == 0)
		expect_rows(p, e, negated);
	else if (strcmp(what, "validate") == 0)
		expect_validate(p, e);
	else if (strcmp(what, "submission_xml") == 0 || strcmp(what, "instance_xml") == 0)
		expect_xml(p, text(e, 2), false);
	else if (strcmp(what, "ready") == 0 || strcmp(what, "form_valid") == 0) {
		if ((session_errors(p->s) == 0) != json_is_true(json_array_get(e, 2)))
			wrong(p, what, "", "another", "");
	} else
		p->skip = true;
}

/* ---- a case -----------------------------------------------------------------------------------
 */

static bool
wants_load_error(const json_t *expects)
{
	json_t *e;
	size_t i;

	json_array_foreach(expects, i, e) if (strcmp(text(e, 0), "load_error") == 0) return true;
	return false;
}

static void
hold(struct play *p, const json_t *one)
{
	bool before = p->wrong;

	p->wrong = false;
	expect(p, one);
	p->held += !p->wrong;
	p->wrong = p->wrong || before;
}

static void
play_case(struct play *p)
{
	const char *now = json_string_value(json_object_get(p->c, "now"));
	const json_t *steps = json_object_get(p->c, "steps"),
		     *expects = json_object_get(p->c, "expect");
	const char *instance = json_string_value(json_object_get(p->c, "restore_instance"));
	json_t *one;
	size_t i;
	bool time;

	if (!instance)
		instance = json_string_value(json_object_get(p->c, "edit_instance"));
	setenv("TZ", json_string_value(json_object_get(p->c, "tz")), 1);
	tzset();
	p->clock.fixed = now && instant_parse(now, &p->clock.fixed_ms, &time);
	if (!load(p)) {
		p->wrong = !wants_load_error(expects);
		p->held += !p->wrong;
		return;
	}
	if (wants_load_error(expects)) {
		wrong(p, "load", "", "fine", "an error");
		return;
	}
	if (!start(p, instance))
		return;
	json_array_foreach(steps, i, one) if (!p->skip) play_step(p, one);
	json_array_foreach(expects, i, one) if (!p->skip) hold(p, one);
	if (json_object_get(p->c, "observed_instance"))
		expect_xml(p, json_string_value(json_object_get(p->c, "observed_instance")), true);
}

/* "select-035" is of the area "select". */
static void
print_case(const struct play *p, const char *id)
{
	const char *end = strrchr(id, '-');
	struct buf why = { 0 };

	buf_set_str(&why, p->wrong ? buf_str(&p->why) : "");
	for (size_t i = 0; i < why.len; i++)
		if (why.data[i] == '\n' || why.data[i] == '\t')
			why.data[i] = ' ';
	printf("%s\t%s\t%.*s\t%.600s\t%zu\t%zu\n",
	    p->skip    ? "left"
	    : p->wrong ? "not"
		       : "ok",
	    id, (int)(end ? end - id : (long)strlen(id)), id, buf_str(&why),
	    p->held, json_array_size(json_object_get(p->c, "expect")));
	buf_free(&why);
}

int
main(int argc, char **argv)
{
	char *line = NULL, folder[1024];
	size_t cap = 0;
	FILE *f = argc == 2 ? fopen(argv[1], "r") : NULL;

	if (!f) {
		fprintf(stderr, "usage: scenario_cases FILE.jsonl\n");
		return 2;
	}
	snprintf(folder, sizeof folder, "%s", argv[1]);
	if (strrchr(folder, '/'))
		*strrchr(folder, '/') = '\0';
	while (getline(&line, &cap, f) > 0) {
		struct play p = {.c = json_loads(line, 0, NULL), .folder = folder};

		if (!p.c)
			continue;
		p.arena = arena_new();
		play_case(&p);
		print_case(&p, json_string_value(json_object_get(p.c, "id")));
		session_close(p.s);
		for (size_t i = 0; i < p.lists_n; i++)
			dataset_free(p.lists[i].d);
		arena_free(p.arena);
		logic_free(p.logic);
		form_free(p.form);
		buf_free(&p.why);
		json_decref(p.c);
	}
	free(line);
	fclose(f);
	return 0;
}
