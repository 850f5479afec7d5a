/* The declaration of an entity: read from rows, checked, and made into questions.
 * Standard: XLSForm, "Entities"; ODK XForms, Entities 2024.1. */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/tr.h"
#include "form/form_yaml_parts.h"

#define COUNT(v) (sizeof(v) / sizeof(v)[0])

/* ---- rows ----------------------------------------------------------------------- */

static void
unknown_column(struct builder *b, const struct ynode *k)
{
	static const char *const columns[] = {
	    "list_name", "label", "entity_id", "create_if", "update_if"};
	struct near near;
	char hint[HINT_TEXT];

	if (strcmp(k->key, "#") == 0 || strcasecmp(k->key, "notes") == 0)
		return;
	if (strcmp(k->key, "repeat") == 0) {
		if (*yaml_scalar(b, k) != '\0')
			fault(b, k->line, k->col, "%s",
			    _("repeat: a record makes one entity here; "
			      "rows are made a list by settings.ruhu.publish"));
		return;
	}
	near_start(&near, k->key);
	for (size_t i = 0; i < COUNT(columns); i++)
		near_try(&near, columns[i]);
	warn(b, k->key_line, k->key_col, _("%s: there is no '%s'; it is not read%s"), "entities",
	    k->key, did_you_mean(near.best, hint));
}

static void
read_list_name(struct builder *b, const struct ynode *k)
{
	struct entity *e = b->entity;
	const char *name = yaml_scalar(b, k);

	if (*name == '\0' || !name_check(b, k->key, name, k->line, k->col))
		return;
	if (strchr(name, '.') != NULL || strncmp(name, "__", 2) == 0)
		fault(b, k->line, k->col,
		    _("%s: '%s' is not the name of a list of entities; it has no . and does not "
		      "begin with __"),
		    k->key, name);
	e->list = arena_strdup(b->arena, name);
	e->line = k->line;
	e->col = k->col;
}

void
yaml_entities(struct builder *b, const struct ynode *node)
{
	const struct ynode *row = node;
	struct entity *e;

	if (node->kind == Y_LIST) {
		row = node->first;
		if (node->n > 1)
			fault(b, row->next->line, row->next->col, "%s",
			    _("entities: a form makes or changes one entity; a second begins "
			      "here"));
	}
	if (row == NULL || (row->kind == Y_TEXT && *row->text == '\0'))
		return;
	if (row->kind != Y_MAP) {
		fault(b, row->line, row->col,
		    _("'entities' must be a row, as in {list_name: trees, "
		      "label: \"${species}\"}; here is %s"),
		    ynode_kind_name(row));
		return;
	}
	b->entity = e = arena_alloc(b->arena, sizeof *e);
	e->line = row->line;
	e->col = row->col;
	for (const struct ynode *k = row->first; k != NULL; k = k->next) {
		if (strcmp(k->key, "list_name") == 0 || strcmp(k->key, "dataset") == 0)
			read_list_name(b, k);
		else if (strcmp(k->key, "label") == 0)
			yaml_source(b, k, &e->label_);
		else if (strcmp(k->key, "entity_id") == 0)
			yaml_source(b, k, &e->entity_id);
		else if (strcmp(k->key, "create_if") == 0)
			yaml_source(b, k, &e->create_if);
		else if (strcmp(k->key, "update_if") == 0)
			yaml_source(b, k, &e->update_if);
		else
			unknown_column(b, k);
	}
	e->updates = e->entity_id.text != NULL;
	e->creates = !e->updates || e->create_if.text != NULL;
	if (e->list == NULL)
		fault(b, row->line, row->col, "%s",
		    _("entities: there is no list_name, which the list of entities is called"));
}

/* ---- what is wrong with it ---------------------------------------------------------- */

static void
check_columns(struct builder *b, const struct entity *e)
{
	if (e->creates && e->label_.text == NULL)
		fault(b, e->line, e->col, "%s",
		    _("entities: an entity that is made needs a label, by which it is shown"));
	if (e->entity_id.text == NULL && (e->updates || e->update_if.text != NULL)) {
		const struct source *s = &e->update_if;

		fault(b, s->text != NULL ? s->line : e->line, s->text != NULL ? s->col : e->col,
		    "%s", _("update_if: there is no entity_id, which says what is changed"));
	}
	if (!b->form->xform && e->entity_id.text != NULL && e->create_if.text != NULL &&
	    e->update_if.text == NULL)
		fault(b, e->create_if.line, e->create_if.col, "%s",
		    _("create_if: with an entity_id an update_if is needed too, so that one of "
		      "both is done"));
	for (size_t i = 0; e->list != NULL && i < b->lists_n; i++)
		if (strcmp(b->lists[i]->name, e->list) == 0)
			fault(b, e->line, e->col,
			    _("entities: '%s' is also a list in choices; one of them needs another "
			      "name"),
			    e->list);
}

/* The place of a save_to; an XForm's is its question's. */
static void
place_of(const struct question *q, int *line, int *col)
{
	*line = q->save_to_line > 0 ? q->save_to_line : q->line;
	*col = q->save_to_line > 0 ? q->save_to_col : q->col;
}

static bool
property_ok(struct builder *b, const struct question *q, int line, int col)
{
	const char *name = q->save_to;

	if (!name_check(b, "save_to", name, line, col))
		return false;
	if (strcasecmp(name, "name") == 0 || strcasecmp(name, "label") == 0)
		fault(
		    b, line, col, _("save_to: '%s' is an entity's own; choose another name"), name);
	else if (strncmp(name, "__", 2) == 0 || strchr(name, '.') != NULL)
		fault(b, line, col,
		    _("save_to: '%s' is not the name of a property; it has no . and does not begin "
		      "with __"),
		    name);
	else if (q->type == Q_GROUP || q->type == Q_REPEAT || type_info(q->type)->kind == KIND_NONE)
		fault(b, line, col, _("save_to: '%s' holds no answer; it is a %s"), q->name,
		    type_info(q->type)->name);
	else if (q->repeat != NULL)
		fault(b, line, col,
		    _("save_to: '%s' is in the repeat '%s'; an entity is of the record, rows are "
		      "made a list by settings.ruhu.publish"),
		    q->name, q->repeat->name);
	else
		return true;
	return false;
}

static void
add_property(struct builder *b, struct entity *e, const struct question *q)
{
	char at[PLACE_TEXT];
	int line, col;

	place_of(q, &line, &col);
	if (!property_ok(b, q, line, col))
		return;
	for (size_t i = 0; i < e->saved_n; i++)
		if (strcasecmp(e->saved[i]->save_to, q->save_to) == 0) {
			int first, first_col;

			place_of(e->saved[i], &first, &first_col);
			fault(b, line, col, _("save_to: '%s' is there twice; the first is at %s"),
			    q->save_to, place_text(b, first, first_col, at));
			return;
		}
	e->saved[e->saved_n++] = q;
}

static bool
saves(const struct question *q)
{
	return q->save_to != NULL && *q->save_to != '\0';
}

static void
without_entity(struct builder *b)
{
	const struct question *root = b->questions[0];
	int line, col;

	for (const struct question *q = root; q != NULL; q = form_next(q, root)) {
		if (!saves(q))
			continue;
		place_of(q, &line, &col);
		fault(b, line, col,
		    _("save_to: '%s': there is no row in 'entities' that says "
		      "which list it is saved to"),
		    q->save_to);
		return;
	}
}

/* ---- as questions --------------------------------------------------------------------- */

static struct question *
group(struct builder *b, struct question *parent, const char *name)
{
	struct question *q = parent->first;

	while (q != NULL && strcmp(q->name, name) != 0)
		q = q->next;
	if (q != NULL && q->type == Q_GROUP)
		return q;
	q = build_question(b, parent, Q_GROUP, name, b->entity->line, b->entity->col);
	q->of_entity = true;
	return q;
}

static const struct question *
made(struct builder *b, struct question *entity, const char *name, const struct source *source)
{
	struct question *q =
	    build_question(b, entity, Q_CALCULATE, name, b->entity->line, b->entity->col);

	q->of_entity = true;
	q->calculation = *source;
	return q;
}

static const struct question *
made_of_text(struct builder *b, struct question *entity, const char *name, struct buf *text)
{
	struct source s = {.text = arena_strdup(b->arena, buf_str(text)),
	    .line = b->entity->line,
	    .col = b->entity->col};

	buf_free(text);
	return made(b, entity, name, &s);
}

/* One that may be made as well has a UUID of its own where none is named. */
static const struct question *
made_id(struct builder *b, struct question *entity)
{
	const struct entity *e = b->entity;
	struct source s = e->entity_id;
	struct buf text = {0};

	if (s.text != NULL && !e->creates)
		return made(b, entity, "id", &s);
	if (s.text == NULL) {
		buf_add_str(&text, "once(uuid())");
		return made_of_text(b, entity, "id", &text);
	}
	buf_add_str(&text, "coalesce(");
	s.col -= s.lines_n == 0 ? (int)text.len : 0;
	buf_addf(&text, "%s, once(uuid()))", s.text);
	s.text = arena_strdup(b->arena, buf_str(&text));
	buf_free(&text);
	return made(b, entity, "id", &s);
}

static const struct question *
made_flag(struct builder *b, struct question *entity, const char *name, const struct source *s)
{
	struct buf text = {0};

	if (s->text != NULL)
		return made(b, entity, name, s);
	buf_add_str(&text, "'1'");
	return made_of_text(b, entity, name, &text);
}

static void
add_path(const struct question *q, struct buf *out)
{
	if (q->parent != NULL)
		add_path(q->parent, out);
	buf_addf(out, "/%s", q->name);
}

/* A question that is not relevant is not told, and the property stays as it is; a
 * blank answer empties it. */
static const struct question *
made_sent(struct builder *b, struct question *entity)
{
	const struct entity *e = b->entity;
	struct buf text = {0};

	buf_add_str(&text, "normalize-space(concat(''");
	for (size_t i = 0; i < e->saved_n; i++) {
		buf_add_str(&text, ", if(count(");
		add_path(e->saved[i], &text);
		buf_addf(&text, ") > 0, '%s ', '')", e->saved[i]->save_to);
	}
	buf_add_str(&text, "))");
	return made_of_text(b, entity, "properties", &text);
}

static void
make_questions(struct builder *b)
{
	struct entity *e = b->entity;
	struct question *entity = group(b, group(b, b->questions[0], "meta"), "entity");
	struct buf text = {0};

	e->id = made_id(b, entity);
	if (e->creates)
		e->create = made_flag(b, entity, "create", &e->create_if);
	if (e->updates) {
		e->update = made_flag(b, entity, "update", &e->update_if);
		buf_addf(
		    &text, "instance('%s')/root/item[name = current()/../id]/__version", e->list);
		e->base = made_of_text(b, entity, "baseVersion", &text);
	}
	if (e->label_.text != NULL)
		e->label = made(b, entity, "label", &e->label_);
	e->sent = made_sent(b, entity);
}

void
build_entity(struct builder *b)
{
	struct entity *e = b->entity;
	const struct question *root = b->questions[0];

	if (e == NULL) {
		if (!b->form->xform) /* whose attribute then means nothing */
			without_entity(b);
		return;
	}
	e->saved = arena_alloc(b->arena, b->questions_n * sizeof *e->saved);
	for (const struct question *q = root; q != NULL; q = form_next(q, root))
		if (saves(q))
			add_property(b, e, q);
	check_columns(b, e);
	if (e->list == NULL)
		return;
	b->form->entity = e;
	make_questions(b);
}
