/* xpath_cases FILE: evaluates the cases of an xpath.jsonl (one JSON object a
 * line; tests/conformance/README.md has the members) and prints, a line a case:
 *     ok|not <TAB> id <TAB> area <TAB> needs <TAB> expression <TAB> what came instead
 * Exit 0 when the file could be read, whatever the cases say. */
#include <jansson.h>
#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "logic/expr.h"
#include "logic/xml_form.h"

struct one {
	json_t *json;
	struct xml xml;
	struct xml_tree tree;
	struct arena *arena;
	struct expr_scope scope;
	const char **prefixes;
	struct env env;
	struct clock clock;
	struct buf came;	/* what came instead */
};

static const char *
text_of(const struct one *c, const char *key)
{
	return json_string_value(json_object_get(c->json, key));
}

static bool
evaluate(struct one *c, const char *text, struct result *result, struct err *err)
{
	struct expr *e = expr_compile(text, &c->scope, c->arena, err);

	return e && expr_result(e, &c->env, result, err);
}

/* The node that a path of the case names. */
static bool
node_at(struct one *c, const char *path, struct node *out)
{
	struct env keep = c->env;
	struct result result;
	struct err err;
	bool found;

	c->env.context = c->env.root = (struct node){ &c->tree.tree, 0 };
	found = evaluate(c, path, &result, &err);
	c->env = keep;
	if (!found)
		return false;
	found = result.nodes_n == 1;
	if (found)
		*out = result.nodes[0];
	result_free(&result);
	return found;
}

static bool
set_up(struct one *c)
{
	const char *nodes = text_of(c, "nodes"), *key, *lang = text_of(c, "lang");
	json_t *ns = json_object_get(c->json, "ns"), *uri;
	struct err err;
	size_t n = 0;
	bool timed;

	setenv("TZ", text_of(c, "tz") ? text_of(c, "tz") : "America/Phoenix", 1);
	tzset();
	if (!xml_parse("nodes", nodes ? nodes : "<root/>", strlen(nodes ? nodes : "<root/>"),
	        &c->xml, &err)) {
		buf_addf(&c->came, "the nodes cannot be read: %s", err.text);
		return false;
	}
	xml_tree_start(&c->tree, &c->xml);
	c->prefixes = xcalloc(json_object_size(ns) * 2 + 1, sizeof *c->prefixes);
	c->scope.default_ns = "";
	json_object_foreach(ns, key, uri) {
		if (!*key)
			c->scope.default_ns = json_string_value(uri);
		c->prefixes[n++] = key;
		c->prefixes[n++] = json_string_value(uri);
	}
	c->scope.prefixes = c->prefixes;
	c->scope.prefixes_n = n;
	c->env.root = c->env.context = (struct node){ &c->tree.tree, 0 };
	c->env.lang = lang;
	xml_form_env(&c->tree, &c->env);
	if (text_of(c, "now")) {
		c->clock.fixed = instant_parse(text_of(c, "now"), &c->clock.fixed_ms, &timed);
		c->env.clock = &c->clock;
	}
	if (text_of(c, "context") && !node_at(c, text_of(c, "context"), &c->env.context)) {
		buf_add_str(&c->came, "the context node was not found");
		return false;
	}
	if (text_of(c, "root") && !node_at(c, text_of(c, "root"), &c->env.root)) {
		buf_add_str(&c->came, "the root node was not found");
		return false;
	}
	return true;
}

static double
expected_number(const json_t *x)
{
	const char *s = json_string_value(x);

	if (!s)
		return json_number_value(x);
	return !strcmp(s, "NaN") ? NAN : !strcmp(s, "Infinity") ? INFINITY : -INFINITY;
}

static bool
number_fits(struct one *c, double got)
{
	double want = expected_number(json_object_get(c->json, "expected"));
	double factor = json_number_value(json_object_get(c->json, "round_factor"));
	double tolerance = json_number_value(json_object_get(c->json, "tolerance"));

	buf_addf(&c->came, "%.17g", got);
	if (isnan(want) || isnan(got))
		return isnan(want) && isnan(got);
	if (factor > 0)
		return round(got * factor) / factor == want ||
		    fabs(round(got * factor) / factor - want) < 1e-9;
	return got == want || fabs(got - want) <= tolerance;
}

static bool
text_fits(struct one *c, const struct result *r)
{
	json_t *want = json_object_get(c->json, "expected"),
	       *length = json_object_get(c->json, "length");
	regex_t re;
	bool fits;

	buf_add(&c->came, r->string, r->string_len);
	if (length)
		return utf8_length(r->string) == (size_t)json_number_value(length);
	if (!text_of(c, "match"))
		return r->string_len == json_string_length(want) &&
		    !memcmp(r->string, json_string_value(want), r->string_len);
	if (regcomp(&re, text_of(c, "match"), REG_EXTENDED | REG_NOSUB))
		return false;
	fits = !regexec(&re, r->string, 0, NULL, 0);
	regfree(&re);
	return fits;
}

static bool
nodes_fit(struct one *c, const struct result *r)
{
	json_t *want = json_object_get(c->json, "expected"), *path;
	size_t i;
	bool fits = r->type == RESULT_NODES && r->nodes_n == json_array_size(want);

	for (i = 0; i < r->nodes_n; i++) {
		if (i)
			buf_add_char(&c->came, ' ');
		xml_tree_path(&c->tree, r->nodes[i].id, &c->came);
	}
	json_array_foreach(want, i, path) {
		struct node node;

		if (!fits || !node_at(c, json_string_value(path), &node) ||
		    node.id != r->nodes[i].id)
			return false;
	}
	return fits;
}

static bool
passes(struct one *c)
{
	const char *type = text_of(c, "type");
	struct result r;
	struct err err;
	bool fits;

	if (!set_up(c))
		return false;
	if (!evaluate(c, text_of(c, "expr"), &r, &err)) {
		buf_addf(&c->came, "error: %s", err.text);
		return !strcmp(type, "error");
	}
	if (!strcmp(type, "number")) {
		fits = number_fits(c, r.number);
	} else if (!strcmp(type, "boolean")) {
		buf_add_str(&c->came, r.boolean ? "true" : "false");
		fits = r.boolean == json_is_true(json_object_get(c->json, "expected"));
	} else if (!strcmp(type, "nodeset")) {
		fits = nodes_fit(c, &r);
	} else {
		fits = text_fits(c, &r) && strcmp(type, "error");
	}
	result_free(&r);
	return fits;
}

static void
print_tidy(const char *s)
{
	for (; *s; s++)
		putchar(*s == '\t' || *s == '\n' || *s == '\r' ? ' ' : *s);
}

static void
print_needs(json_t *needs)
{
	size_t i;
	json_t *one;

	if (!json_array_size(needs))
		putchar('-');
	json_array_foreach(needs, i, one)
		printf("%s%s", i ? "," : "", json_string_value(one));
}

static void
run_case(json_t *json)
{
	struct one c = { .json = json, .arena = arena_new() };
	bool ok = passes(&c);

	printf("%s\t%s\t%s\t", ok ? "ok" : "not", text_of(&c, "id"), text_of(&c, "area"));
	print_needs(json_object_get(json, "needs"));
	putchar('\t');
	print_tidy(text_of(&c, "expr"));
	putchar('\t');
	if (!ok)
		print_tidy(buf_str(&c.came));
	putchar('\n');
	buf_free(&c.came);
	xml_free(&c.xml);
	arena_free(c.arena);
	free(c.prefixes);
}

int
main(int argc, char **argv)
{
	FILE *f = argc == 2 ? fopen(argv[1], "r") : NULL;
	char *line = NULL;
	size_t cap = 0;

	if (!f) {
		fprintf(stderr, "usage: xpath_cases FILE\n");
		return 2;
	}
	while (getline(&line, &cap, f) > 0) {
		json_error_t why;
		json_t *json = json_loads(line, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &why);

		if (!json) {
			fprintf(stderr, "xpath_cases: %s\n", why.text);
			return 1;
		}
		run_case(json);
		json_decref(json);
	}
	free(line);
	fclose(f);
	return 0;
}
