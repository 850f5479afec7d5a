/* ruhu eval: what an expression gives, for those who write forms. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "logic/expr.h"
#include "logic/xml_form.h"
#include "sync/jcs.h"

#define FILE_MAX (64u << 20)
#define PREFIXES_MAX 32

enum { O_INSTANCE, O_CONTEXT, O_ROOT, O_NS, O_FUNCTIONS, O_JSON };
static const struct option options[] = {
	[O_INSTANCE] = { "instance", 'i', "FILE",
	    N_("answers as XML, or a form in XML; - is standard input") },
	[O_CONTEXT] = { "context", 'c', "PATH",
	    N_("the node the expression stands at; otherwise the root") },
	[O_ROOT] = { "root", 0, "PATH",
	    N_("the node that paths with / begin at; otherwise the document, "
	       "or a form's first instance") },
	[O_NS] = { "ns", 0, "PREFIX=URI",
	    N_("a namespace, several with blanks between; "
	       "=URI is that of names without a prefix") },
	[O_FUNCTIONS] = { "functions", 0, NULL, N_("list all functions instead") },
	[O_JSON] = { "json", 0, NULL, N_("as JSON, with its type and the paths of its nodes") },
	{ 0 }
};

struct evaluation {
	const struct args *args;
	struct arena *arena;
	struct buf file;
	struct xml xml;
	struct xml_tree tree;
	struct expr_scope scope;
	const char *prefixes[PREFIXES_MAX * 2];
	struct env env;
};

static bool
read_namespaces(struct evaluation *e, const char *text, struct err *err)
{
	char *copy = arena_strdup(e->arena, text ? text : ""), *word, *uri;

	e->scope.prefixes = e->prefixes;
	while ((word = strtok_r(copy, " ", &copy))) {
		uri = strchr(word, '=');
		if (!uri)
			return err_set(err, _("'%s' is no namespace; it is written prefix=URI"), word);
		*uri++ = '\0';
		if (!*word) {
			e->scope.default_ns = uri;
			continue;
		}
		if (e->scope.prefixes_n == PREFIXES_MAX * 2)
			return err_set(err, _("at most %d namespaces can be given"), PREFIXES_MAX);
		e->prefixes[e->scope.prefixes_n++] = word;
		e->prefixes[e->scope.prefixes_n++] = uri;
	}
	return true;
}

/* A form in XML keeps its record in its first instance. */
static node_id
first_instance(const struct xml *xml)
{
	node_id top = xml->v[0].first;

	while (top != XML_NONE && xml->v[top].kind != XML_ELEM)
		top = xml->v[top].next;
	if (top == XML_NONE || strcmp(xml->v[top].name, "html"))
		return 0;
	for (node_id i = 1; i < xml->n; i++)
		if (xml->v[i].kind == XML_ELEM && !strcmp(xml->v[i].name, "instance"))
			return i;
	return 0;
}

static bool
find_node(struct evaluation *e, const char *path, struct node *out, struct err *err)
{
	struct expr *expr = expr_compile(path, &e->scope, e->arena, err);
	struct result result;
	bool found;

	if (!expr || !expr_result(expr, &e->env, &result, err))
		return err_wrap(err, "%s", path);
	found = result.type == RESULT_NODES && result.nodes_n > 0;
	if (found)
		*out = result.nodes[0];
	result_free(&result);
	return found || err_set(err, _("the path %s finds no node"), path);
}

/* The exit code of what went wrong, or CMD_DONE. */
static int
prepare(struct evaluation *e, struct err *err)
{
	const char *file = e->args->values[O_INSTANCE], *path;
	const char *text = "<root/>";
	size_t len = strlen(text);

	if (!read_namespaces(e, e->args->values[O_NS], err))
		return CMD_FAULTS;
	if (file) {
		if (!file_read(file, FILE_MAX, &e->file, err))
			return CMD_UNABLE;
		text = buf_str(&e->file);
		len = e->file.len;
	}
	if (!xml_parse(file, text, len, &e->xml, err))
		return CMD_FAULTS;
	xml_tree_start(&e->tree, &e->xml);
	xml_form_env(&e->tree, &e->env);
	e->env.root = (struct node){ &e->tree.tree, first_instance(&e->xml) };
	path = e->args->values[O_ROOT];
	if (path && !find_node(e, path, &e->env.root, err))
		return CMD_FAULTS;
	e->env.context = e->env.root;
	path = e->args->values[O_CONTEXT];
	return !path || find_node(e, path, &e->env.context, err) ? CMD_DONE : CMD_FAULTS;
}

/* ---- what comes out ----------------------------------------------------------------- */

static void
node_value(const struct evaluation *e, struct node node, struct buf *out)
{
	(void)e;
	node.tree->ops->value(node.tree, node.id, out);
}

static void
put_number(struct jcs *j, double n)
{
	char text[NUM_TEXT];

	num_format(n, text);
	jcs_key(j, "number");
	if (!isfinite(n)) {
		jcs_str(j, text);
		return;
	}
	buf_add_str(j->out, text);
	j->comma = true;
}

static void
show_json(const struct evaluation *e, const struct result *r)
{
	static const char *const names[] = { [RESULT_STRING] = "string",
		[RESULT_NUMBER] = "number", [RESULT_BOOLEAN] = "boolean", [RESULT_NODES] = "nodes" };
	struct buf line = { 0 };
	struct jcs j = jcs_into(&line);

	jcs_open(&j, '{');
	jcs_key_str(&j, "type", names[r->type]);
	jcs_key(&j, "string");
	jcs_str_n(&j, r->string, r->string_len);
	put_number(&j, r->number);
	jcs_key_bool(&j, "boolean", r->boolean);
	if (r->type == RESULT_NODES) {
		jcs_key(&j, "nodes");
		jcs_open(&j, '[');
		for (size_t i = 0; i < r->nodes_n; i++) {
			struct buf path = { 0 }, value = { 0 };

			xml_tree_path(&e->tree, r->nodes[i].id, &path);
			node_value(e, r->nodes[i], &value);
			jcs_open(&j, '{');
			jcs_key_str(&j, "path", buf_str(&path));
			jcs_key_str(&j, "value", buf_str(&value));
			jcs_close(&j, '}');
			buf_free(&path);
			buf_free(&value);
		}
		jcs_close(&j, ']');
	}
	jcs_close(&j, '}');
	put_json(&line);
	buf_free(&line);
}

/* A line a node; one line for a single value. */
static void
show_text(const struct evaluation *e, const struct result *r)
{
	if (r->type != RESULT_NODES) {
		say_text(r->string, 0);
		say("\n");
		return;
	}
	for (size_t i = 0; i < r->nodes_n; i++) {
		struct buf value = { 0 };

		node_value(e, r->nodes[i], &value);
		say_text(buf_str(&value), 0);
		say("\n");
		buf_free(&value);
	}
}

static int
list_functions(bool json)
{
	size_t n;
	const struct expr_function *fn = expr_functions(&n);

	for (size_t i = 0; i < n; i++) {
		struct buf line = { 0 };
		struct jcs j = jcs_into(&line);

		if (!json) {
			say("  %s\n", fn[i].usage);
			say_wrapped(_(fn[i].help), 6, 78);
			continue;
		}
		jcs_open(&j, '{');
		jcs_key_str(&j, "name", fn[i].name);
		jcs_key_str(&j, "usage", fn[i].usage);
		jcs_key_str(&j, "help", _(fn[i].help));
		jcs_key_bool(&j, "ours", fn[i].ours);
		jcs_close(&j, '}');
		put_json(&line);
		buf_free(&line);
	}
	return CMD_DONE;
}

/* The sentence, the expression and a mark below the place in it. */
static int
faulty(const char *text, const struct err *err)
{
	struct buf before = { 0 }, shown = { 0 };
	size_t at = 0, used;

	for (int col = 1; col < err->col && text[at]; col++, at += used)
		utf8_next(text + at, strlen(text + at), &used);
	fail(CMD_FAULTS, err);
	if (err->col && !strpbrk(text, "\n\t")) {
		buf_add(&before, text, at);
		utf8_harmless(buf_str(&before), &shown);
		complain("  %s\n  %*s^\n", text,
		    utf8_width(buf_str(&shown), AMBIGUOUS_NARROW), "");
	}
	buf_free(&before);
	buf_free(&shown);
	return CMD_FAULTS;
}

static int
evaluate(struct evaluation *e)
{
	const char *text = e->args->v[0];
	struct result result;
	struct err err = { 0 };
	struct expr *expr;

	expr = expr_compile(text, &e->scope, e->arena, &err);
	if (!expr || !expr_result(expr, &e->env, &result, &err))
		return faulty(text, &err);
	if (e->args->values[O_JSON])
		show_json(e, &result);
	else
		show_text(e, &result);
	result_free(&result);
	return CMD_DONE;
}

static int
run(struct cli *cli, const struct args *args)
{
	struct evaluation e = { .args = args, .arena = arena_new() };
	struct err err = { 0 };
	int code = CMD_DONE;

	e.env.clock = &cli->clock;
	e.env.lang = tr_lang();
	if (args->values[O_FUNCTIONS]) {
		code = list_functions(args->values[O_JSON] != NULL);
	} else if (args->n != 1) {
		err_set(&err, "%s", _("an expression is missing: ruhu eval EXPR"));
		code = fail(CMD_USAGE, &err);
	} else if ((code = prepare(&e, &err)) != CMD_DONE) {
		fail(code, &err);
	} else {
		code = evaluate(&e);
	}
	xml_free(&e.xml);
	buf_free(&e.file);
	arena_free(e.arena);
	return code;
}

const struct cmd cmd_eval = {
	"eval", "EXPR", 0, 1, N_("the value of an expression, for those who write forms"),
	N_("Prints the value of an ODK expression over the answers in FILE: a line for each "
	   "node it finds, one line for anything else. "
	   "An expression that begins with '-' goes after '--'."),
	options, run
};
