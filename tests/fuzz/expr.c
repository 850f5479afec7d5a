/* Expressions: any text, compiled and evaluated over a form's answers or over
 * XML, within a small limit of operations. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "form/form.h"
#include "form/form_yaml.h"
#include "logic/answers.h"
#include "logic/dataset.h"
#include "logic/expr.h"
#include "logic/xml_form.h"

static const char form_text[] =
    "settings: {form_id: f, form_title: F, version: '1'}\n"
    "choices: {c: {1: One, 2: Two}}\n"
    "survey:\n"
    "- {type: date, name: day, label: D}\n"
    "- {type: text, name: note, label: N}\n"
    "- repeat: member\n  label: M\n  survey:\n"
    "  - {type: text, name: name, label: N}\n"
    "  - {type: select_one c, name: sex, label: S}\n"
    "  - {type: integer, name: age, label: A}\n"
    "  - repeat: job\n    label: J\n    survey:\n"
    "    - {type: decimal, name: wage, label: W}\n";
static const char xml_text[] =
    "<d><a x='1'>1</a><a>2 b</a><n><i>2024-01-02</i><i/></n>"
    "<instance id='c'><root><item><name>1</name></item></root></instance></d>";

struct world {
	struct form *form;
	struct answers *answers;
	struct dataset *list;
	struct xml xml;
	struct xml_tree tree;
};

static const struct dataset *
lend(void *ctx, const char *id)
{
	const struct world *w = ctx;

	return !strcmp(id, "c") ? w->list : NULL;
}

static node_id
row_with(struct answers *a, node_id parent, const struct question *repeat, const char *name,
    const char *value)
{
	node_id row = answers_add_row(a, parent, repeat, 0, "r");

	answers_set(a, answers_seen(a, row, form_find(answers_form(a), name, NULL)), value);
	return row;
}

static struct world *
world(void)
{
	static struct world w;
	struct faults faults = { 0 };
	struct err err;
	node_id row;

	if (w.form)
		return &w;
	w.form = form_read_yaml("f", form_text, strlen(form_text), NULL, &faults);
	w.answers = answers_new(w.form);
	w.list = dataset_of_list(w.form, w.form->lists[0]);
	row = row_with(w.answers, ANSWERS_ROOT, form_find(w.form, "member", NULL), "age", "40");
	row_with(w.answers, row, form_find(w.form, "job", NULL), "wage", "1.5");
	row_with(w.answers, ANSWERS_ROOT, form_find(w.form, "member", NULL), "name", "Bo");
	if (!xml_parse("x", xml_text, strlen(xml_text), &w.xml, &err))
		abort();
	xml_tree_start(&w.tree, &w.xml);
	return &w;
}

static void
run(const char *text, const struct expr_scope *scope, struct env *env)
{
	struct arena *arena = arena_new();
	struct err err = { 0 };
	struct expr *e = expr_compile(text, scope, arena, &err);
	struct result result;

	env->limit = 20000;
	if (!e && (err.col < 1 || !err.text[0]))
		abort();
	if (e && expr_result(e, env, &result, &err))
		result_free(&result);
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world *w = world();
	struct expr_scope scope = { 0 };
	struct env env = { .lang = "en" };
	char *text;

	if (size < 2 || size > 4000)
		return 0;
	text = xstrndup((const char *)data + 1, size - 1);
	if (data[0] % 4 == 0) {
		xml_form_env(&w->tree, &env);
		env.root = env.context = (struct node){ &w->tree.tree, 0 };
	} else {
		static const char *const at[] = { "note", "age", "wage" };

		scope.form = w->form;
		scope.at = form_find(w->form, at[data[0] % 4 - 1], NULL);
		env.answers = w->answers;
		env.root = (struct node){ answers_tree(w->answers), 0 };
		env.context = (struct node){ answers_tree(w->answers),
			answers_seen(w->answers, data[0] & 16 ? ANSWERS_ROOT + 3 : ANSWERS_ROOT, scope.at) };
		if (env.context.id == NODE_NONE)
			env.context.id = ANSWERS_ROOT;
		env.ctx = w;
		env.dataset = lend;
	}
	run(text, &scope, &env);
	free(text);
	return 0;
}
