/* settings: a map, or the spreadsheet's one row; and `ruhu`, what XLSForm has no
 * word for. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/tr.h"
#include "form/form_yaml_parts.h"

#define FORM_ID_LIMIT 64

/* Settings of XLSForm that are kept as written and mean nothing here. */
static const char *const kept[] = {
	"style", "public_key", "submission_url", "auto_send", "auto_delete", "clean_text_values",
	"client_editable", "namespaces", "instance_xmlns", "omit_instanceID", "add_none_option",
	"sms_keyword", "sms_separator", "sms_allow_media", "sms_date_format", "sms_datetime_format",
	"sms_response", "prefix", "delimiter", "id_string", "title",
};
static const char *const ours[] = {
	"form_id", "form_title", "version", "name", "default_language", "instance_name",
	"allow_choice_duplicates", "ruhu",
};
static const char *const ruhu_keys[] = { "unique", "scope", "list", "publish", "walk", "verify",
	"verify_every", "batch_total", "conflict" };
static const char *const publish_keys[] = { "repeat", "key", "latest", "label" };

#define COUNT(v) (sizeof (v) / sizeof (v)[0])

/* As for columns, capitals, spaces and `-` for `_` do not matter. */
static bool
is_key(const char *key, const char *name)
{
	for (; *name != '\0'; key++, name++)
		if ((*key == ' ' || *key == '-' ? '_' : tolower((unsigned char)*key)) != *name)
			return false;
	return *key == '\0';
}

static bool
known(const char *const *v, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (is_key(word, v[i]))
			return true;
	return false;
}

static void
warn_key(struct builder *b, const struct ynode *k, const char *where, const char *const *v,
    size_t n)
{
	struct near near;
	char hint[HINT_TEXT];

	near_start(&near, k->key);
	for (size_t i = 0; i < n; i++)
		near_try(&near, v[i]);
	warn(b, k->key_line, k->key_col, _("%s: there is no '%s'; it is not read%s"), where, k->key,
	    did_you_mean(near.best, hint));
}

/* ---- ids ---------------------------------------------------------------------------- */

static bool
id_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '_' || c == '-' || c == '.' || (unsigned char)c >= 0x80;
}

/* form_id names tables of the database, so it is held to a little more than
 * XLSForm does. */
static void
check_form_id(struct builder *b, const char *id, const struct ynode *at)
{
	if (strlen(id) > FORM_ID_LIMIT)
		fault(b, at->line, at->col, _("form_id: longer than %d bytes"), FORM_ID_LIMIT);
	for (const char *p = id; *p != '\0'; p++)
		if (!id_character(*p)) {
			fault(b, at->line, at->col,
			    _("form_id: '%s' holds '%c'; letters, digits, _ - "
			      "and . are fine"),
			    id, *p);
			break;
		}
	if (strstr(id, "__") != NULL)
		fault(b, at->line, at->col,
		    _("form_id: '%s' holds __, which stands between a form and "
		      "its repeat in the database"),
		    id);
	if (strncmp(id, "ruhu_", 5) == 0 || strncmp(id, "sqlite_", 7) == 0)
		fault(b, at->line, at->col,
		    _("form_id: '%s' begins like the database's own tables"), id);
}

/* XLSForm's fallback: the file's name without folder and ending. */
static const char *
id_of_file(struct builder *b)
{
	const char *base = strrchr(b->file, '/'), *dot;
	char *id, *to;

	base = base != NULL ? base + 1 : b->file;
	dot = strrchr(base, '.');
	id = to = arena_strndup(b->arena, base,
	    dot != NULL && dot > base ? (size_t)(dot - base) : strlen(base));
	for (const char *p = id; *p != '\0'; p++) {
		char c = id_character(*p) ? *p : '_';

		if (c != '_' || to == id || to[-1] != '_')
			*to++ = c;
	}
	*to = '\0';
	return *id != '\0' ? id : "form";
}

/* ---- the plain settings ---------------------------------------------------------------- */

static void
read_default_language(struct builder *b, const struct ynode *k)
{
	const char *s = yaml_scalar(b, k);

	if (*s == '\0')
		return;
	b->default_language = arena_strdup(b->arena, s);
	b->default_line = k->line;
	b->default_col = k->col;
	build_language(b, s);
}

static void
keep_setting(struct builder *b, const struct ynode *map, const struct ynode *k)
{
	struct form *f = b->form;
	struct attr *v = (struct attr *)(uintptr_t)f->settings;

	if (!known(kept, COUNT(kept), k->key) && strncmp(k->key, "attribute::", 11) != 0) {
		warn_key(b, k, "settings", ours, COUNT(ours));
		if (k->kind != Y_TEXT)
			return;
	}
	if (v == NULL)
		f->settings = v = arena_alloc(b->arena, map->n * sizeof *v);
	v[f->settings_n].name = arena_strdup(b->arena, k->key);
	v[f->settings_n++].value = arena_strdup(b->arena, yaml_scalar(b, k));
}

static void
read_setting(struct builder *b, const struct ynode *map, const struct ynode *k,
    const char **root)
{
	struct form *f = b->form;
	const char *key = k->key;

	if (strcmp(key, "#") == 0 || is_key(key, "default_language"))
		return;
	if (is_key(key, "form_id") || is_key(key, "id_string") || is_key(key, "set_form_id")) {
		if (*yaml_scalar(b, k) != '\0') {
			f->id = arena_strdup(b->arena, k->text);
			check_form_id(b, f->id, k);
		}
	} else if (is_key(key, "form_title") || is_key(key, "title") ||
	    is_key(key, "set_form_title")) {
		yaml_texts(b, k, &f->title);
	} else if (strncmp(key, "form_title::", 12) == 0) {
		build_text(b, &f->title, build_language(b, key + 12), yaml_scalar(b, k));
	} else if (is_key(key, "version")) {
		f->version = build_identity(b, "version", yaml_scalar(b, k), k->line, k->col);
	} else if (is_key(key, "instance_name")) {
		yaml_source(b, k, &f->instance_name);
	} else if (is_key(key, "allow_choice_duplicates")) {
		b->choice_duplicates = yaml_flag(b, k);
	} else if (is_key(key, "name")) {
		if (*yaml_scalar(b, k) != '\0' && name_check(b, "name", k->text, k->line, k->col))
			*root = k->text;
	} else if (is_key(key, "ruhu")) {
		b->ruhu = k;
	} else {
		keep_setting(b, map, k);
	}
}

const char *
yaml_settings(struct builder *b, const struct ynode *node)
{
	const struct ynode *map = node;
	const char *root = NULL;

	if (map != NULL && map->kind == Y_LIST) {
		if (map->n > 1)
			fault(b, map->first->next->line, map->first->next->col, "%s",
			    _("settings has one row; a second begins here"));
		map = map->first;
	}
	if (map != NULL && map->kind != Y_MAP) {
		if (map->kind != Y_TEXT || *map->text != '\0')
			fault(b, map->line, map->col, _("'settings' must be a map; here is %s"),
			    ynode_kind_name(map));
		map = NULL;
	}
	for (const struct ynode *k = map != NULL ? map->first : NULL; k != NULL; k = k->next)
		if (is_key(k->key, "default_language"))
			read_default_language(b, k);
	for (const struct ynode *k = map != NULL ? map->first : NULL; k != NULL; k = k->next)
		read_setting(b, map, k, &root);
	if (b->form->id == NULL)
		b->form->id = id_of_file(b);
	if (b->form->version == NULL)
		b->form->version = "";
	return root;
}

/* ---- ruhu ---------------------------------------------------------------------------------- */

const struct question *
yaml_question(struct builder *b, const char *where, const char *name, int line, int col)
{
	const struct form *f = b->form;
	struct near near;
	char hint[HINT_TEXT];
	bool many;
	const struct question *q = form_find(f, name, &many);

	if (q != NULL)
		return q;
	if (many) {
		fault(b, line, col, _("%s: several questions are called '%s'"), where, name);
		return NULL;
	}
	near_start(&near, name);
	for (size_t i = 1; i < f->questions_n; i++)
		near_try(&near, f->questions[i]->name);
	fault(b, line, col, _("%s: no question is called '%s'%s"), where, name,
	    did_you_mean(near.best, hint));
	return NULL;
}

static const struct question *
named_answer(struct builder *b, const char *where, const char *name, int line, int col)
{
	const struct question *q = yaml_question(b, where, name, line, col);

	if (q != NULL && type_info(q->type)->kind == KIND_NONE) {
		fault(b, line, col, _("%s: '%s' holds no answer; it is a %s"), where, name,
		    type_info(q->type)->name);
		return NULL;
	}
	return q;
}

static void
push_named(struct builder *b, const char *where, const char *name, int line, int col,
    const struct question **v, size_t *n)
{
	const struct question *q = named_answer(b, where, name, line, col);

	if (q == NULL)
		return;
	for (size_t i = 0; i < *n; i++)
		if (v[i] == q) {
			fault(b, line, col, _("%s: '%s' is there twice"), where, name);
			return;
		}
	v[(*n)++] = q;
}

/* A list of names, or one text with commas or spaces between them. */
static const struct question **
read_names(struct builder *b, const char *where, const struct ynode *node, size_t *n)
{
	const struct question **v;
	size_t most = node->kind == Y_LIST ? node->n : strlen(node->text) / 2 + 1;

	v = arena_alloc(b->arena, (most + 1) * sizeof *v);
	*n = 0;
	if (node->kind == Y_LIST) {
		for (const struct ynode *k = node->first; k != NULL; k = k->next)
			push_named(b, where, yaml_scalar(b, k), k->line, k->col, v, n);
		return v;
	}
	for (const char *p = yaml_scalar(b, node); *(p += strspn(p, " ,\n\t")) != '\0'; ) {
		size_t len = strcspn(p, " ,\n\t");

		push_named(b, where, arena_strndup(b->arena, p, len), node->line, node->col, v, n);
		p += len;
	}
	return v;
}

/* A question that a row of `repeat` (NULL: the record) has. */
static const struct question *
of_row(struct builder *b, const struct ynode *k, const struct question *repeat)
{
	const char *name = yaml_scalar(b, k);
	const struct question *q = named_answer(b, k->key, name, k->line, k->col);

	if (q == NULL)
		return NULL;
	for (const struct question *r = repeat; ; r = r->repeat) {
		if (q->repeat == r)
			return q;
		if (r == NULL)
			break;
	}
	if (repeat == NULL)
		fault(b, k->line, k->col,
		    _("%s: '%s' is in the repeat '%s'; say 'repeat: %s' to publish "
		      "its rows"),
		    k->key, name, q->repeat->name, q->repeat->name);
	else
		fault(b, k->line, k->col, _("%s: '%s' is not in the repeat '%s' nor around it"),
		    k->key, name, repeat->name);
	return NULL;
}

static void
read_publish(struct builder *b, const struct ynode *node, struct publish *p)
{
	const struct ynode *k = ynode_get(node, "repeat");

	p->name = arena_strdup(b->arena, node->key);
	p->line = node->key_line;
	p->col = node->key_col;
	name_check(b, "publish", node->key, node->key_line, node->key_col);
	if (node->kind != Y_MAP) {
		fault(b, node->line, node->col, _("publish: '%s' must be a map with a key, as in "
		    "{key: household_id}; here is %s"), node->key, ynode_kind_name(node));
		return;
	}
	if (k != NULL) {
		p->repeat = yaml_question(b, "repeat", yaml_scalar(b, k), k->line, k->col);
		if (p->repeat != NULL && p->repeat->type != Q_REPEAT) {
			fault(b, k->line, k->col, _("repeat: '%s' is a %s, not a repeat"), k->text,
			    type_info(p->repeat->type)->name);
			p->repeat = NULL;
		}
		if (p->repeat == NULL)
			return;
	}
	for (k = node->first; k != NULL; k = k->next) {
		if (strcmp(k->key, "key") == 0)
			p->key = of_row(b, k, p->repeat);
		else if (strcmp(k->key, "latest") == 0)
			p->latest = of_row(b, k, p->repeat);
		else if (strcmp(k->key, "label") == 0)
			p->label = of_row(b, k, p->repeat);
		else if (strcmp(k->key, "repeat") != 0)
			warn_key(b, k, "publish", publish_keys, COUNT(publish_keys));
	}
	if (ynode_get(node, "key") == NULL)
		fault(b, node->key_line, node->key_col,
		    _("publish: '%s' has no 'key', the question that tells its items apart"),
		    node->key);
	for (size_t i = 0; i < b->form->entities_n; i++)
		if (strcmp(b->form->entities[i]->list, node->key) == 0)
			fault(b, node->key_line, node->key_col,
			    _("publish: '%s' is also the list of the form's entities; one of them "
			      "needs another name"), node->key);
	if (form_list(b->form, node->key) != NULL)
		fault(b, node->key_line, node->key_col,
		    _("publish: '%s' is also a list in choices; one of them needs another name"),
		    node->key);
}

static void
read_publishes(struct builder *b, const struct ynode *node)
{
	struct publish *v;
	size_t n = 0;

	if (node->kind != Y_MAP) {
		fault(b, node->line, node->col,
		    _("'publish' must be a map of lists to publish; here is "
		      "%s"),
		    ynode_kind_name(node));
		return;
	}
	v = arena_alloc(b->arena, (node->n + 1) * sizeof *v);
	for (const struct ynode *k = node->first; k != NULL; k = k->next)
		read_publish(b, k, &v[n++]);
	b->form->publish = v;
	b->form->publish_n = n;
}

/* The record list shows, and is sorted by, what a record has once. */
static void
check_list(struct builder *b, const struct ynode *node, const char *key,
    const struct question **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i]->repeat != NULL)
			fault(b, node->line, node->col,
			    _("%s: '%s' is in the repeat '%s'; the list of "
			      "records shows what a record has once"),
			    key, v[i]->name, v[i]->repeat->name);
}

/* Only what a person types can be typed a second time. */
static void
check_verify(struct builder *b, const struct ynode *node)
{
	for (size_t i = 0; i < b->form->verify_n; i++)
		if (!type_info(b->form->verify[i]->type)->asked)
			fault(b, node->line, node->col,
			    _("verify: nobody types '%s'; it is a %s"), b->form->verify[i]->name,
			    type_info(b->form->verify[i]->type)->name);
}

static void
read_verify_every(struct builder *b, const struct ynode *k)
{
	const char *text = yaml_scalar(b, k);
	size_t len = strlen(text);

	if (len == 0 || len > 4 || strspn(text, "0123456789") != len || strtoul(text, NULL, 10) == 0)
		fault(b, k->line, k->col,
		    _("verify_every: '%s' is no number from 1 to 9999; 5 is every fifth record"), text);
	else
		b->form->verify_every = (unsigned)strtoul(text, NULL, 10);
}

static void
read_batch_total(struct builder *b, const struct ynode *k)
{
	const char *name = yaml_scalar(b, k);
	const struct question *q = named_answer(b, "batch_total", name, k->line, k->col);
	enum kind kind = q != NULL ? type_info(q->type)->kind : KIND_NONE;

	if (q != NULL && kind != KIND_INTEGER && kind != KIND_DECIMAL)
		fault(b, k->line, k->col, _("batch_total: '%s' is a %s; only numbers add up"), name,
		    type_info(q->type)->name);
	else
		b->form->batch_total = q;
}

static void
move_to(struct ynode *node, int line, int col)
{
	node->line = node->key_line = line;
	node->col = node->key_col = col;
	for (struct ynode *k = node->first; k != NULL; k = k->next)
		move_to(k, line, col);
}

/* In a spreadsheet the map stands in one cell, as YAML. */
static const struct ynode *
ruhu_of_text(struct builder *b, const struct ynode *cell)
{
	struct faults faults = { 0 };
	struct ynode *map;

	map = yaml_tree_read(b->file, cell->text, strlen(cell->text), b->arena, &faults);
	if (map == NULL && faults.n > 0)
		fault(b, cell->line, cell->col, "ruhu: %s", faults.v[0].err.text);
	faults_free(&faults);
	if (map != NULL)
		move_to(map, cell->line, cell->col);
	return map;
}

void
yaml_settings_ruhu(struct builder *b)
{
	const struct ynode *conflict = NULL;
	struct form *f = b->form;

	if (b->ruhu != NULL && b->ruhu->kind == Y_TEXT && *b->ruhu->text != '\0')
		b->ruhu = ruhu_of_text(b, b->ruhu);
	if (b->ruhu == NULL)
		return;
	if (b->ruhu->kind != Y_MAP) {
		if (b->ruhu->kind == Y_LIST || *b->ruhu->text != '\0')
			fault(b, b->ruhu->line, b->ruhu->col, _("'ruhu' must be a map; here is %s"),
			    ynode_kind_name(b->ruhu));
		return;
	}
	for (const struct ynode *k = b->ruhu->first; k != NULL; k = k->next) {
		if (strcmp(k->key, "unique") == 0) {
			f->unique = read_names(b, "unique", k, &f->unique_n);
		} else if (strcmp(k->key, "list") == 0) {
			f->list = read_names(b, "list", k, &f->list_n);
			check_list(b, k, "list", f->list, f->list_n);
		} else if (strcmp(k->key, "walk") == 0) {
			f->walk = read_names(b, "walk", k, &f->walk_n);
			check_list(b, k, "walk", f->walk, f->walk_n);
		} else if (strcmp(k->key, "scope") == 0) {
			yaml_source(b, k, &f->scope);
		} else if (strcmp(k->key, "publish") == 0) {
			read_publishes(b, k);
		} else if (strcmp(k->key, "verify") == 0) {
			f->verify = read_names(b, "verify", k, &f->verify_n);
			check_verify(b, k);
		} else if (strcmp(k->key, "verify_every") == 0) {
			read_verify_every(b, k);
		} else if (strcmp(k->key, "batch_total") == 0) {
			read_batch_total(b, k);
		} else if (strcmp(k->key, "conflict") == 0) {
			conflict = k;
		} else {
			warn_key(b, k, "ruhu", ruhu_keys, COUNT(ruhu_keys));
		}
	}
	if (conflict != NULL)		/* it asks what is unique */
		yaml_conflict(b, conflict);
}
