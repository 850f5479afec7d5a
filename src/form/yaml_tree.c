#include "form/yaml_tree.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"

#define SMALL_MAP 16			/* more keys than this are looked up by hash */

struct reader {
	const char *file;
	const char *raw;
	size_t raw_len;
	size_t *starts;			/* byte where each line of raw begins */
	size_t starts_n, starts_cap;
	struct arena *arena;
	struct faults *faults;
	struct ynode *stack[YAML_DEPTH_LIMIT];
	struct map *seen[YAML_DEPTH_LIMIT];	/* keys of a large map */
	int depth;
	struct ynode *root;
	const char *key;		/* read, its value not yet */
	int key_line, key_col;
	size_t nodes;
	bool key_expected[YAML_DEPTH_LIMIT];
};

/* ---- the raw text ------------------------------------------------------------ */

/* Most of what there is: neither a break nor part of a longer character. */
static bool
is_plain(char c)
{
	return c >= ' ' && c < 0x7F;
}

/* Bytes of the line break at p, as libyaml counts lines; 0: none. */
static size_t
line_break(const char *p, size_t left)
{
	if (left > 0 && *p == '\n')
		return 1;
	if (left > 0 && *p == '\r')
		return left > 1 && p[1] == '\n' ? 2 : 1;
	if (left > 1 && memcmp(p, "\xC2\x85", 2) == 0)
		return 2;
	if (left > 2 && (memcmp(p, "\xE2\x80\xA8", 3) == 0 || memcmp(p, "\xE2\x80\xA9", 3) == 0))
		return 3;
	return 0;
}

static void
line_begins(struct reader *r, size_t at)
{
	r->starts = xgrow(r->starts, &r->starts_cap, r->starts_n + 1, sizeof *r->starts);
	r->starts[r->starts_n++] = at;
}

static bool
continues(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* The byte at line and column (both from 0, column in characters). */
static size_t
byte_at(const struct reader *r, size_t line, size_t column)
{
	size_t at;

	if (line >= r->starts_n)
		return r->raw_len;
	for (at = r->starts[line]; column > 0 && at < r->raw_len; column--)
		do
			at++;
		while (at < r->raw_len && continues(r->raw[at]));
	return at;
}

/* Where the lines begin, and the fault of a character that YAML cannot hold, before
 * libyaml sees it. */
static bool
find_lines(struct reader *r)
{
	int line = 1, col = 1;
	size_t at = 0, used;

	line_begins(r, 0);
	while (at < r->raw_len) {
		size_t n;
		uint32_t cp;

		if (is_plain(r->raw[at])) {
			at++;
			col++;
			continue;
		}
		n = line_break(r->raw + at, r->raw_len - at);
		cp = utf8_next(r->raw + at, r->raw_len - at, &used);
		if (cp == 0xFFFD && used == 1) {
			faults_add(r->faults, FAULT_ERROR, r->file, line, col,
			    _("byte %02X is not UTF-8; save the file as UTF-8"),
			    (unsigned char)r->raw[at]);
			return false;
		}
		if (n == 0 && ((cp < 0x20 && cp != '\t') || (cp >= 0x7F && cp < 0xA0) ||
		    cp == 0xFEFF || cp == 0xFFFE || cp == 0xFFFF)) {
			faults_add(r->faults, FAULT_ERROR, r->file, line, col,
			    _("character U+%04X cannot stand in a form; take it out"),
			    (unsigned)cp);
			return false;
		}
		at += n > 0 ? n : used;
		line += n > 0;
		col = n > 0 ? 1 : col + 1;
		if (n > 0)
			line_begins(r, at);
	}
	return true;
}

/* ---- places of texts ---------------------------------------------------------- */

struct walk {				/* along the raw text of one scalar */
	const char *p, *end;
	int line, col;			/* of p, from 1 */
	bool fresh;			/* nothing but space so far in this line */
};

static void
walk_on(struct walk *w)
{
	size_t n = line_break(w->p, (size_t)(w->end - w->p));

	if (n > 0) {
		w->p += n;
		w->line++;
		w->col = 1;
		w->fresh = true;
		return;
	}
	do
		w->p++;
	while (w->p < w->end && continues(*w->p));
	w->col++;
}

static void
walk_space(struct walk *w)
{
	while (w->p < w->end && (*w->p == ' ' || *w->p == '\t' ||
	    line_break(w->p, (size_t)(w->end - w->p)) > 0))
		walk_on(w);
}

/* Notes where each raw line begins in the text. Stops where the two cannot be
 * laid side by side (a numeric escape): places after it are then those of its
 * line. */
static void
note_lines(struct reader *r, struct ynode *node, struct walk w, yaml_scalar_style_t style)
{
	struct source_line *v = NULL;
	size_t n = 0, cap = 0;
	int at = 0;

	for (const char *t = node->text; *t != '\0';) {
		for (; *t == ' ' || *t == '\t' || *t == '\n'; t++)
			at++;
		walk_space(&w);
		if (style == YAML_DOUBLE_QUOTED_SCALAR_STYLE && w.p < w.end && *w.p == '\\') {
			walk_on(&w);
			if (w.p < w.end && line_break(w.p, (size_t)(w.end - w.p)) > 0)
				continue;
		}
		if (*t == '\0' || w.p >= w.end || *t != *w.p)
			break;
		if (w.fresh) {
			v = xgrow(v, &cap, n + 1, sizeof *v);
			v[n++] = (struct source_line){ at, w.line, w.col };
			w.fresh = false;
		}
		if (style == YAML_SINGLE_QUOTED_SCALAR_STYLE && *t == '\'')
			walk_on(&w);
		walk_on(&w);
		for (t++; continues(*t); t++)
			continue;
		at++;
	}
	if (n > 0) {
		struct source_line *kept = arena_alloc(r->arena, n * sizeof *kept);

		memcpy(kept, v, n * sizeof *kept);
		node->lines = kept;
		node->lines_n = n;
	}
	free(v);
}

static void
place_scalar(struct reader *r, struct ynode *node, const yaml_event_t *e)
{
	yaml_scalar_style_t style = e->data.scalar.style;
	struct walk w = { .line = node->line, .col = node->col };
	size_t from = byte_at(r, e->start_mark.line, e->start_mark.column);

	w.p = r->raw + from;
	w.end = r->raw + byte_at(r, e->end_mark.line, e->end_mark.column);
	if (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE) {
		/* The text begins below its `|` or `>`. */
		while (w.p < w.end && line_break(w.p, (size_t)(w.end - w.p)) == 0)
			walk_on(&w);
		walk_space(&w);
	} else if (style != YAML_PLAIN_SCALAR_STYLE && w.p < w.end) {
		walk_on(&w);
	}
	node->line = w.line;
	node->col = w.col;
	w.fresh = false;
	if (e->end_mark.line > e->start_mark.line)
		note_lines(r, node, w, style);
}

/* ---- nodes -------------------------------------------------------------------- */

static void
fault_at(struct reader *r, yaml_mark_t mark, const char *text)
{
	faults_add(r->faults, FAULT_ERROR, r->file, (int)mark.line + 1, (int)mark.column + 1,
	    "%s", text);
}

static void
refuse_extras(struct reader *r, const yaml_event_t *e, const yaml_char_t *anchor,
    const yaml_char_t *tag)
{
	if (anchor != NULL)
		fault_at(r, e->start_mark, _("anchors (&name) are not read; write the text out"));
	if (tag != NULL)
		fault_at(r, e->start_mark, _("tags (!name) are not read; everything is text"));
}

/* A key of the map on top was given before? */
static void
check_twice(struct reader *r, struct ynode *map, const struct ynode *child)
{
	struct map **seen = &r->seen[r->depth - 1];
	const struct ynode *before = NULL;

	if (map->n <= SMALL_MAP) {
		for (const struct ynode *c = map->first; c != NULL && before == NULL; c = c->next)
			if (strcmp(c->key, child->key) == 0)
				before = c;
	} else {
		void **slot;

		if (*seen == NULL) {
			*seen = map_new();
			for (struct ynode *c = map->first; c != NULL; c = c->next)
				map_put(*seen, c->key, c);
		}
		slot = map_get(*seen, child->key);
		before = slot != NULL ? *slot : NULL;
		if (slot == NULL)
			map_put(*seen, child->key, (void *)(uintptr_t)child);
	}
	if (before != NULL)
		faults_add(r->faults, FAULT_ERROR, r->file, child->key_line, child->key_col,
		    _("'%s' is given twice here; the first is at %d:%d"), child->key,
		    before->key_line, before->key_col);
}

/* A new node under what is open; NULL: the limit is reached. */
static struct ynode *
add_node(struct reader *r, enum ynode_kind kind, yaml_mark_t mark)
{
	struct ynode *node, *parent = r->depth > 0 ? r->stack[r->depth - 1] : NULL;

	if (++r->nodes > YAML_NODES_LIMIT) {
		faults_add(r->faults, FAULT_ERROR, r->file, (int)mark.line + 1,
		    (int)mark.column + 1, _("more than %u entries; keep long lists in files of "
		    "their own"), YAML_NODES_LIMIT);
		return NULL;
	}
	node = arena_alloc(r->arena, sizeof *node);
	node->kind = kind;
	node->text = "";
	node->line = (int)mark.line + 1;
	node->col = (int)mark.column + 1;
	if (parent == NULL) {
		r->root = node;
		return node;
	}
	if (parent->kind == Y_MAP) {
		node->key = r->key;
		node->key_line = r->key_line;
		node->key_col = r->key_col;
		r->key_expected[r->depth - 1] = true;
		check_twice(r, parent, node);
	}
	ynode_append(parent, node);
	return node;
}

static bool
wants_key(const struct reader *r)
{
	return r->depth > 0 && r->stack[r->depth - 1]->kind == Y_MAP &&
	    r->key_expected[r->depth - 1];
}

static bool
control_in(const char *text, size_t len)
{
	for (size_t at = 0, used; at < len; at += used) {
		uint32_t cp = utf8_next(text + at, len - at, &used);

		if ((cp < 0x20 && cp != '\t' && cp != '\n') || (cp >= 0x7F && cp < 0xA0))
			return true;
	}
	return false;
}

static bool
read_scalar(struct reader *r, const yaml_event_t *e)
{
	const char *text = (const char *)e->data.scalar.value;
	size_t len = e->data.scalar.length;
	struct ynode *node;

	refuse_extras(r, e, e->data.scalar.anchor, e->data.scalar.tag);
	if (len > YAML_SCALAR_LIMIT) {
		faults_add(r->faults, FAULT_ERROR, r->file, (int)e->start_mark.line + 1,
		    (int)e->start_mark.column + 1, _("a text of %zu bytes; the longest is %u"), len,
		    YAML_SCALAR_LIMIT);
		len = 0;
	} else if (control_in(text, len)) {
		fault_at(r, e->start_mark, _("a text with a control character; take it out"));
		len = 0;
	}
	if (wants_key(r)) {
		r->key = arena_strndup(r->arena, text, len);
		r->key_line = (int)e->start_mark.line + 1;
		r->key_col = (int)e->start_mark.column + 1;
		r->key_expected[r->depth - 1] = false;
		return true;
	}
	node = add_node(r, Y_TEXT, e->start_mark);
	if (node == NULL)
		return false;
	node->text = arena_strndup(r->arena, text, len);
	place_scalar(r, node, e);
	return true;
}

static bool
open_node(struct reader *r, enum ynode_kind kind, const yaml_event_t *e)
{
	struct ynode *node;

	if (wants_key(r)) {
		fault_at(r, e->start_mark, _("a key must be a text, not a list or a map"));
		return false;
	}
	if (r->depth == YAML_DEPTH_LIMIT) {
		faults_add(r->faults, FAULT_ERROR, r->file, (int)e->start_mark.line + 1,
		    (int)e->start_mark.column + 1, _("nested more than %d deep"), YAML_DEPTH_LIMIT);
		return false;
	}
	node = add_node(r, kind, e->start_mark);
	if (node == NULL)
		return false;
	r->key_expected[r->depth] = true;
	r->seen[r->depth] = NULL;
	r->stack[r->depth++] = node;
	return true;
}

/* One event into the tree; false: nothing further can be read. */
static bool
take_event(struct reader *r, const yaml_event_t *e, int *documents)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (e->data.document_start.tag_directives.start !=
		    e->data.document_start.tag_directives.end)
			fault_at(r, e->start_mark, _("%TAG is not read; everything is text"));
		if (++*documents > 1) {
			fault_at(
			    r, e->start_mark, _("a second document begins here; a form is one"));
			return false;
		}
		return true;
	case YAML_ALIAS_EVENT:
		fault_at(r, e->start_mark, _("aliases (*name) are not read; write the text out"));
		if (wants_key(r)) {
			r->key = "";
			r->key_expected[r->depth - 1] = false;
			return true;
		}
		return add_node(r, Y_TEXT, e->start_mark) != NULL;
	case YAML_SCALAR_EVENT:
		return read_scalar(r, e);
	case YAML_SEQUENCE_START_EVENT:
		refuse_extras(r, e, e->data.sequence_start.anchor, e->data.sequence_start.tag);
		return open_node(r, Y_LIST, e);
	case YAML_MAPPING_START_EVENT:
		refuse_extras(r, e, e->data.mapping_start.anchor, e->data.mapping_start.tag);
		return open_node(r, Y_MAP, e);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		map_free(r->seen[--r->depth]);
		r->seen[r->depth] = NULL;
		return true;
	default:
		return true;
	}
}

/* What usually lies behind libyaml's words. */
static const struct { const char *problem, *advice;
} advices[] = {
    {"mapping values are not allowed in this context",
	N_("put a text that holds ': ' in quotes, or check the indentation")},
    {"found character that cannot start any token",
	N_("indent with spaces, not tabs; put a text that begins with this character in quotes")},
    {"found a tab character that violates indentation", N_("indent with spaces, not tabs")},
    {"found a tab character where an indentation space is expected",
	N_("indent with spaces, not tabs")},
    {"did not find expected key",
	N_("check the indentation, and quotes that are not closed or are followed by more")},
    {"did not find expected '-' indicator", N_("check the indentation of this list")},
    {"did not find expected ',' or ']'", N_("close the list with ]; between [ and ] a text that "
					    "holds { } [ ] or , goes in quotes")},
    {"did not find expected ',' or '}'", N_("close the map with }; between { and } a text that "
					    "holds { } [ ] or , goes in quotes")},
    {"could not find expected ':'", N_("a key is followed by ': '; check the quotes")},
    {"found unexpected end of stream", N_("the file ends inside quotes")},
    {"did not find expected node content", N_("something is missing before this")},
};

static void
syntax_fault(struct reader *r, const yaml_parser_t *p)
{
	const char *problem = p->problem != NULL ? p->problem : "";
	const char *advice = NULL;
	int line = (int)p->problem_mark.line + 1, col = (int)p->problem_mark.column + 1;

	for (size_t i = 0; i < sizeof advices / sizeof advices[0]; i++)
		if (strcmp(advices[i].problem, problem) == 0)
			advice = _(advices[i].advice);
	if (advice == NULL)
		advice = problem;
	if (p->context != NULL && p->context_mark.line + 1 < (size_t)line)
		faults_add(r->faults, FAULT_ERROR, r->file, line, col,
		    _("not YAML: %s (in what begins at %d:%d)"), advice,
		    (int)p->context_mark.line + 1, (int)p->context_mark.column + 1);
	else
		faults_add(r->faults, FAULT_ERROR, r->file, line, col, _("not YAML: %s"), advice);
}

static bool
read_events(struct reader *r)
{
	yaml_parser_t parser;
	yaml_event_t event;
	bool going = true;
	int documents = 0;

	if (!yaml_parser_initialize(&parser)) {
		faults_add(r->faults, FAULT_ERROR, r->file, 0, 0, "%s", _("out of memory"));
		return false;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)r->raw, r->raw_len);
	while (going) {
		yaml_event_type_t type;

		if (!yaml_parser_parse(&parser, &event)) {
			syntax_fault(r, &parser);
			yaml_parser_delete(&parser);
			return false;
		}
		type = event.type;
		going = take_event(r, &event, &documents);
		yaml_event_delete(&event);
		if (type == YAML_STREAM_END_EVENT) {
			yaml_parser_delete(&parser);
			return true;
		}
	}
	yaml_parser_delete(&parser);
	return false;
}

struct ynode *
yaml_tree_read(const char *file, const char *text, size_t len, struct arena *arena,
    struct faults *faults)
{
	struct reader r = { .file = file, .raw = text, .raw_len = len, .arena = arena,
		.faults = faults };
	bool whole;

	if (len > YAML_TEXT_LIMIT) {
		faults_add(faults, FAULT_ERROR, file, 0, 0,
		    _("%zu bytes; the longest form has %u, keep long lists in files of their own"),
		    len, YAML_TEXT_LIMIT);
		return NULL;
	}
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		r.raw += 3;
		r.raw_len -= 3;
	}
	whole = find_lines(&r) && read_events(&r);
	while (r.depth > 0)
		map_free(r.seen[--r.depth]);
	free(r.starts);
	if (whole && r.root == NULL)
		faults_add(faults, FAULT_ERROR, file, 1, 1, "%s", _("the file is empty"));
	return whole ? r.root : NULL;
}

void
ynode_append(struct ynode *parent, struct ynode *node)
{
	if (parent->last != NULL)
		parent->last->next = node;
	else
		parent->first = node;
	parent->last = node;
	parent->n++;
}

const struct ynode *
ynode_get(const struct ynode *map, const char *key)
{
	if (map == NULL || map->kind != Y_MAP)
		return NULL;
	for (const struct ynode *c = map->first; c != NULL; c = c->next)
		if (strcmp(c->key, key) == 0)
			return c;
	return NULL;
}

const char *
ynode_kind_name(const struct ynode *node)
{
	switch (node->kind) {
	case Y_LIST:
		return _("a list");
	case Y_MAP:
		return _("a map");
	default:
		return _("a text");
	}
}
