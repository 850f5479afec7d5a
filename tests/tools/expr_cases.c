/* expr_cases FILE...: runs files of expressions, a line each:
 *     expression <TAB> answer             what it gives, as text
 *     expression <TAB> !7 sentence        the fault and the character it is at
 * Lines that begin with '#' are comments; with ':' they say what holds from here:
 *     :nodes XML           answers as XML (then the form is gone)
 *     :form FILE           a form, beside the file; its answers are blank
 *     :row REPEAT          adds a row; :set speaks of it from here
 *     :set NAME VALUE      an answer, in the newest row that has the question
 *     :reason NAME WHY     why there is none
 *     :hide NAME           the question is not relevant
 *     :at NAME [ROW]       whose expression it is, and in which row
 *     :filter NAME         the same, and the expression is its choice_filter: the
 *                          answer is the names of the choices left
 *     :table NAME LIST     a table of another form: the same as a list of this one
 *     :now MOMENT  :tz ZONE  :lang LANG  :limit OPERATIONS
 * Prints what differs; exit 1 when anything does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "form/form_yaml.h"
#include "logic/answers.h"
#include "logic/dataset.h"
#include "logic/expr.h"
#include "logic/xml_form.h"

#define LISTS_MAX 16

struct world {
	const char *file;
	int line;
	struct xml xml;
	struct xml_tree tree;
	struct form *form;
	struct answers *answers;
	node_id row;			/* newest */
	const struct question *at;
	bool filter;
	struct dataset *lists[LISTS_MAX];
	size_t lists_n;
	char table[32], table_is[32];
	struct clock clock;
	struct env env;
	size_t ran, wrong;
};

static void
complain(struct world *w, const char *what, const char *detail)
{
	printf("%s:%d: %.200s%.200s\n", w->file, w->line, what, detail);
	w->wrong++;
}

static void
clear(struct world *w)
{
	for (size_t i = 0; i < w->lists_n; i++)
		dataset_free(w->lists[i]);
	w->lists_n = 0;
	answers_free(w->answers);
	form_free(w->form);
	xml_free(&w->xml);
	w->answers = NULL;
	w->form = NULL;
	w->at = NULL;
	w->filter = false;
	w->env = (struct env){ .clock = &w->clock, .lang = w->env.lang, .limit = w->env.limit };
}

static const struct dataset *
list_called(void *ctx, const char *id)
{
	struct world *w = ctx;

	if (!strcmp(id, w->table))
		id = w->table_is;
	for (size_t i = 0; i < w->lists_n; i++)
		if (!strcmp(dataset_name(w->lists[i]), id))
			return w->lists[i];
	return NULL;
}

static bool
last_saved(void *ctx, const char *name, struct buf *out)
{
	(void)ctx;
	buf_addf(out, "last %s", name);
	return true;
}

static void
set_nodes(struct world *w, const char *text)
{
	struct err err;

	clear(w);
	if (!xml_parse("nodes", text, strlen(text), &w->xml, &err)) {
		complain(w, "bad nodes: ", err.text);
		return;
	}
	xml_tree_start(&w->tree, &w->xml);
	xml_form_env(&w->tree, &w->env);
	w->env.root = w->env.context = (struct node){ &w->tree.tree, 0 };
}

static void
read_whole(const char *path, struct buf *out)
{
	char piece[4096];
	FILE *f = fopen(path, "r");
	size_t n;

	while (f && (n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(out, piece, n);
	if (f)
		fclose(f);
}

static void
set_form(struct world *w, const char *name)
{
	struct buf text = { 0 }, path = { 0 };
	struct faults faults = { 0 };
	const char *slash = strrchr(w->file, '/');

	clear(w);
	buf_add(&path, w->file, slash ? (size_t)(slash + 1 - w->file) : 0);
	buf_add_str(&path, name);
	read_whole(buf_str(&path), &text);
	w->form = form_read_yaml(name, buf_str(&text), text.len, NULL, &faults);
	for (size_t i = 0; i < faults.n; i++)
		if (faults.v[i].severity == FAULT_ERROR)
			complain(w, "the form: ", faults.v[i].err.text);
	faults_free(&faults);
	buf_free(&text);
	buf_free(&path);
	if (!w->form)
		exit(1);
	w->answers = answers_new(w->form);
	w->row = ANSWERS_ROOT;
	w->env.answers = w->answers;
	w->env.root = (struct node){ answers_tree(w->answers), 0 };
	w->env.context = (struct node){ answers_tree(w->answers), ANSWERS_ROOT };
	w->env.ctx = w;
	w->env.dataset = list_called;
	w->env.last_saved = last_saved;
	for (size_t i = 0; i < w->form->lists_n && i < LISTS_MAX; i++)
		w->lists[w->lists_n++] = dataset_of_list(w->form, w->form->lists[i]);
}

static const struct question *
question(struct world *w, const char *name)
{
	const struct question *q = w->form ? form_find(w->form, name, NULL) : NULL;

	if (!q) {
		complain(w, "no question is called ", name);
		exit(1);
	}
	return q;
}

static node_id
newest(struct world *w, const char *name)
{
	node_id id = answers_seen(w->answers, w->row, question(w, name));

	if (id == NODE_NONE) {
		complain(w, "there is no row for ", name);
		exit(1);
	}
	return id;
}

static void
set_at(struct world *w, const char *name, const char *row)
{
	const struct question *q = question(w, name);
	node_id *ids = NULL;
	size_t cap = 0, n = answers_all(w->answers, ANSWERS_ROOT, q, &ids, &cap);
	size_t want = row && *row ? (size_t)strtoul(row, NULL, 10) : 1;

	w->at = q;
	w->env.context = (struct node){ answers_tree(w->answers),
		want && want <= n ? ids[want - 1] : ANSWERS_ROOT };
	free(ids);
}

static void
direct(struct world *w, char *line)
{
	char *verb = strsep(&line, " "), *rest = line ? line : "", *name;
	bool timed;

	if (!strcmp(verb, ":nodes")) {
		set_nodes(w, rest);
	} else if (!strcmp(verb, ":form")) {
		set_form(w, rest);
	} else if (!strcmp(verb, ":row")) {
		const struct question *q = question(w, rest);
		node_id parent = answers_seen(w->answers, w->row, q->parent);

		w->row = answers_add_row(w->answers, parent, q, 0, "");
	} else if (!strcmp(verb, ":set")) {
		name = strsep(&rest, " ");
		answers_set(w->answers, newest(w, name), rest ? rest : "");
	} else if (!strcmp(verb, ":reason")) {
		name = strsep(&rest, " ");
		answers_set_missing(w->answers, newest(w, name), missing_by_name(rest));
	} else if (!strcmp(verb, ":hide")) {
		answers_set_relevant(w->answers, newest(w, rest), false);
	} else if (!strcmp(verb, ":at") || !strcmp(verb, ":filter")) {
		w->filter = !strcmp(verb, ":filter");
		name = strsep(&rest, " ");
		set_at(w, name, rest);
	} else if (!strcmp(verb, ":table")) {
		name = strsep(&rest, " ");
		snprintf(w->table, sizeof w->table, "%s", name);
		snprintf(w->table_is, sizeof w->table_is, "%s", rest ? rest : "");
	} else if (!strcmp(verb, ":now")) {
		w->clock.fixed = instant_parse(rest, &w->clock.fixed_ms, &timed);
	} else if (!strcmp(verb, ":tz")) {
		setenv("TZ", rest, 1);
		tzset();
	} else if (!strcmp(verb, ":lang")) {
		w->env.lang = !strcmp(rest, "zh") ? "zh" : "en";
		w->env.form_lang = w->form ? form_language(w->form, rest) : 0;
		for (size_t i = 0; i < w->lists_n; i++)
			dataset_language(w->lists[i], w->env.form_lang);
	} else if (!strcmp(verb, ":limit")) {
		w->env.limit = strtol(rest, NULL, 10);
	} else {
		complain(w, "not understood: ", verb);
	}
}

/* Names of the choices that the filter leaves. */
static bool
filtered(struct world *w, const struct expr *e, struct buf *out, struct err *err)
{
	const struct dataset *d = list_called(w, w->at->list->name);
	uint32_t *rows;
	size_t n;

	if (!expr_filter(e, &w->env, d, &rows, &n, err))
		return false;
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%s%s", i ? " " : "", dataset_cell(d, rows[i], 0));
	free(rows);
	return true;
}

static void
run_line(struct world *w, const char *text, const char *want)
{
	struct expr_scope scope = { .form = w->form, .at = w->at, .default_ns = NULL };
	struct arena *arena = arena_new();
	struct buf got = { 0 };
	struct err err = { 0 };
	struct expr *e;
	bool done;

	if (w->filter)
		scope.list_of = w->at;
	e = expr_compile(text, &scope, arena, &err);
	done = e && (w->filter ? filtered(w, e, &got, &err) :
	    expr_string(e, &w->env, &got, &err));
	if (!done) {
		buf_reset(&got);
		buf_addf(&got, "!%d %s", err.col, err.text);
	}
	w->ran++;
	if (strcmp(buf_str(&got), want)) {
		complain(w, text, "");
		printf("\twanted: %.200s\n\tcame:   %.200s\n", want, buf_str(&got));
	}
	buf_free(&got);
	arena_free(arena);
}

/* "<100000*(>1<100000*)>" stands for that many of it. */
static char *
unfold(const char *text)
{
	struct buf b = { 0 };

	while (*text) {
		char *rest, *end;
		long n = *text == '<' ? strtol(text + 1, &rest, 10) : 0;

		if (n > 0 && *rest == '*' && (end = strchr(rest, '>'))) {
			for (long i = 0; i < n; i++)
				buf_add(&b, rest + 1, (size_t)(end - rest - 1));
			text = end + 1;
		} else {
			buf_add_char(&b, *text++);
		}
	}
	return buf_take(&b);
}

static void
run_file(struct world *w, const char *file)
{
	FILE *f = fopen(file, "r");
	char *line = NULL, *tab, *text, *want;
	size_t cap = 0;

	w->file = file;
	w->line = 0;
	if (!f) {
		complain(w, "cannot be read", "");
		return;
	}
	while (getline(&line, &cap, f) > 0) {
		w->line++;
		line[strcspn(line, "\n")] = '\0';
		if (!*line || *line == '#')
			continue;
		if (*line == ':') {
			direct(w, line);
			continue;
		}
		tab = strchr(line, '\t');
		if (!tab) {
			complain(w, "no tab in this line: ", line);
			continue;
		}
		*tab = '\0';
		text = unfold(line);
		want = unfold(tab + 1);
		run_line(w, text, want);
		free(text);
		free(want);
	}
	free(line);
	fclose(f);
}

int
main(int argc, char **argv)
{
	struct world w = { .file = "" };

	tr_use("en");
	setenv("TZ", "Asia/Shanghai", 1);
	tzset();
	for (int i = 1; i < argc; i++) {
		w.clock.fixed = false;
		w.env.limit = 0;
		w.env.lang = "en";
		set_nodes(&w, "<root/>");
		run_file(&w, argv[i]);
	}
	clear(&w);
	printf("%zu expressions, %zu wrong\n", w.ran, w.wrong);
	return w.wrong || !w.ran;
}
