/* The declaration of an entity: read from rows, checked, and made into questions.
 * Standard: XLSForm, "Entities"; ODK XForms, Entities 2025.1. */
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
	    "list_name", "label", "entity_id", "create_if", "update_if", "repeat"};
	struct near near;
	char hint[HINT_TEXT];

	if (strcmp(k->key, "#") == 0 || strcasecmp(k->key, "notes") == 0)
		return;
	near_start(&near, k->key);
	for (size_t i = 0; i < COUNT(columns); i++)
		near_try(&near, columns[i]);
	warn(b, k->key_line, k->key_col, _("%s: there is no '%s'; it is not read%s"), "entities",
	    k->key, did_you_mean(near.best, hint));
}

static void
read_list_name(struct builder *b, const struct ynode *k, struct entity *e)
{
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

struct entity *
build_entity_new(struct builder *b, int line, int col)
{
	struct entity *e = arena_alloc(b->arena, sizeof *e);

	e->line = line;
	e->col = col;
	b->entities = xgrow(b->entities, &b->entities_cap, b->entities_n + 1, sizeof *b->entities);
	b->entities[b->entities_n++] = e;
	return e;
}

static void
read_row(struct builder *b, const struct ynode *row)
{
	struct entity *e;

	if (row->kind == Y_TEXT && *row->text == '\0')
		return;
	if (row->kind != Y_MAP) {
		fault(b, row->line, row->col,
		    _("'entities' must be a row, as in {list_name: trees, "
		      "label: \"${species}\"}; here is %s"),
		    ynode_kind_name(row));
		return;
	}
	e = build_entity_new(b, row->line, row->col);
	for (const struct ynode *k = row->first; k != NULL; k = k->next) {
		if (strcmp(k->key, "list_name") == 0 || strcmp(k->key, "dataset") == 0)
			read_list_name(b, k, e);
		else if (strcmp(k->key, "label") == 0)
			yaml_source(b, k, &e->label_);
		else if (strcmp(k->key, "entity_id") == 0)
			yaml_source(b, k, &e->entity_id);
		else if (strcmp(k->key, "create_if") == 0)
			yaml_source(b, k, &e->create_if);
		else if (strcmp(k->key, "update_if") == 0)
			yaml_source(b, k, &e->update_if);
		else if (strcmp(k->key, "repeat") == 0)
			yaml_source(b, k, &e->repeat);
		else
			unknown_column(b, k);
	}
	e->updates = e->entity_id.text != NULL;
	e->creates = !e->updates || e->create_if.text != NULL;
	if (e->list == NULL)
		fault(b, row->line, row->col, "%s",
		    _("entities: there is no list_name, which the list of entities is called"));
}

void
yaml_entities(struct builder *b, const struct ynode *node)
{
	if (node->kind != Y_LIST)
		read_row(b, node);
	else
		for (const struct ynode *row = node->first; row != NULL; row = row->next)
			read_row(b, row);
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
	for (size_t i = 0; e->list != NULL && b->entities[i] != e; i++)
		if (b->entities[i]->list != NULL && strcmp(b->entities[i]->list, e->list) == 0)
			fault(b, e->line, e->col,
			    _("entities: the list '%s' has a row already; a form makes entities of "
			      "a list in one place"),
			    e->list);
}

/* The place of a save_to; an XForm's is its question's. */
static void
place_of(const struct question *q, int *line, int *col)
{
	*line = q->save_to_line > 0 ? q->save_to_line : q->line;
	*col = q->save_to_line > 0 ? q->save_to_col : q->col;
}

/* The property of "property", "list#property". */
static const char *
property_of(const struct question *q)
{
	const char *mark = strchr(q->save_to, '#');

	return mark != NULL ? mark + 1 : q->save_to;
}

static bool
is_around(const struct question *outer, const struct question *q)
{
	while (q != NULL && q != outer)
		q = q->parent;
	return q != NULL;
}

static bool
property_ok(struct builder *b, const struct entity *e, const struct question *q)
{
	const char *name = property_of(q);
	const struct question *repeat = e->at->type == Q_REPEAT ? e->at : e->at->repeat;
	int line, col;

	place_of(q, &line, &col);
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
	else if (q->repeat != repeat || !is_around(e->at, q))
		fault(b, line, col,
		    _("save_to: '%s' does not lie where the entity of '%s' is made: in '%s' and no "
		      "repeat inside it"),
		    q->name, e->list, e->at->name);
	else
		return true;
	return false;
}

static void
add_property(struct builder *b, struct entity *e, struct question *q)
{
	char at[PLACE_TEXT];
	int line, col;

	place_of(q, &line, &col);
	if (!property_ok(b, e, q))
		return;
	q->save_to = property_of(q);
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

/* ---- where it is made ------------------------------------------------------------------- */

static struct question *
repeat_called(struct builder *b, const struct source *name)
{
	const char *s = name->text;
	size_t len = strlen(s);

	if (len > 3 && strncmp(s, "${", 2) == 0 && s[len - 1] == '}') {
		s += 2;
		len -= 3;
	}
	for (size_t i = 0; i < b->questions_n; i++)
		if (b->questions[i]->type == Q_REPEAT && strlen(b->questions[i]->name) == len &&
		    strncmp(b->questions[i]->name, s, len) == 0)
			return b->questions[i];
	return NULL;
}

/* Is q said to be saved to e: by its list, by being the only one, by lying in it? */
static bool
says(const struct builder *b, const struct entity *e, const struct question *q)
{
	const char *mark = strchr(q->save_to, '#');
	const struct question *nearest = NULL;

	if (mark != NULL)
		return e->list != NULL && strlen(e->list) == (size_t)(mark - q->save_to) &&
		    strncmp(e->list, q->save_to, strlen(e->list)) == 0;
	if (b->entities_n == 1)
		return true;
	if (e->at == NULL)
		return false;
	for (size_t i = 0; i < b->entities_n; i++) {
		const struct question *at = b->entities[i]->at;

		if (at != NULL && is_around(at, q) && (nearest == NULL || is_around(nearest, at)))
			nearest = at;
	}
	return nearest == e->at;
}

/* The innermost repeat (or group) that all its answers lie in; the form when none do. */
static struct question *
common(const struct builder *b, const struct entity *e, bool groups)
{
	struct question *all = NULL;

	for (size_t i = 0; i < b->questions_n; i++) {
		struct question *q = b->questions[i];

		if (q->save_to == NULL || *q->save_to == '\0' || !says(b, e, q))
			continue;
		if (all == NULL)
			all = q->parent;
		while (all->parent != NULL && !is_around(all, q))
			all = all->parent;
	}
	while (all != NULL && all->parent != NULL && all->type != Q_REPEAT &&
	    !(groups && all->type == Q_GROUP))
		all = all->parent;
	return all != NULL ? all : b->questions[0];
}

static bool
is_taken(const struct builder *b, const struct question *at)
{
	for (size_t i = 0; i < b->entities_n; i++)
		if (b->entities[i]->at == at)
			return true;
	return false;
}

/* Those that are told first; then what their answers tell. */
static void
find_places(struct builder *b)
{
	for (size_t i = 0; i < b->entities_n; i++) {
		struct entity *e = b->entities[i];

		if (e->repeat.text == NULL || e->at != NULL)
			continue;
		e->at = repeat_called(b, &e->repeat);
		if (e->at == NULL)
			fault(b, e->repeat.line, e->repeat.col,
			    _("repeat: there is no repeat called '%s'"), e->repeat.text);
	}
	for (size_t i = 0; i < b->entities_n; i++) {
		struct entity *e = b->entities[i];
		const struct question *at;

		if (e->at != NULL)
			continue;
		at = common(b, e, false);
		if (is_taken(b, at))
			at = common(b, e, true);
		e->at = at;
	}
}

/* Is another made in the same place? There is one meta/entity in it. */
static bool
is_second(const struct builder *b, const struct entity *e)
{
	for (size_t i = 0; b->entities[i] != e; i++)
		if (b->entities[i]->at == e->at)
			return true;
	return false;
}

static void
check_place(struct builder *b, const struct entity *e)
{
	if (e->at != NULL && is_second(b, e))
		fault(b, e->line, e->col,
		    _("entities: two are made in '%s'; put the questions of one of them "
		      "into a group, each with save_to: %s#NAME"),
		    e->at->name, e->list != NULL ? e->list : "LIST");
}

static void
share_out(struct builder *b, struct question *q)
{
	int line, col;

	for (size_t i = 0; i < b->entities_n; i++)
		if (says(b, b->entities[i], q)) {
			add_property(b, b->entities[i], q);
			return;
		}
	if (b->form->xform)		/* whose attribute then means nothing */
		return;
	place_of(q, &line, &col);
	fault(b, line, col,
	    _("save_to: '%s': it is not told which list it is saved to; write LIST#%s"), q->save_to,
	    property_of(q));
}

/* ---- as questions --------------------------------------------------------------------- */

static struct question *
group(struct builder *b, const struct entity *e, struct question *parent, const char *name)
{
	struct question *q = parent->first;

	while (q != NULL && strcmp(q->name, name) != 0)
		q = q->next;
	if (q != NULL && q->type == Q_GROUP)
		return q;
	q = build_question(b, parent, Q_GROUP, name, e->line, e->col);
	q->of_entity = true;
	return q;
}

static const struct question *
made(struct builder *b, struct question *entity, const char *name, const struct source *source)
{
	struct question *q =
	    build_question(b, entity, Q_CALCULATE, name, entity->line, entity->col);

	q->of_entity = true;
	q->calculation = *source;
	return q;
}

static const struct question *
made_of_text(struct builder *b, struct question *entity, const char *name, struct buf *text)
{
	struct source s = {.text = arena_strdup(b->arena, buf_str(text)),
	    .line = entity->line,
	    .col = entity->col};

	buf_free(text);
	return made(b, entity, name, &s);
}

/* One that may be made as well has a UUID of its own where none is named. */
static const struct question *
made_id(struct builder *b, const struct entity *e, struct question *entity)
{
	struct source s = e->entity_id;
	struct buf text = { 0 };

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
	struct buf text = { 0 };

	if (s->text != NULL)
		return made(b, entity, name, s);
	buf_add_str(&text, "'1'");
	return made_of_text(b, entity, name, &text);
}

/* From the entity's node to q, by way of what the entity lies in. */
static void
add_path(const struct entity *e, const struct question *q, struct buf *out)
{
	if (q == e->at) {
		buf_add_str(out, "../../..");
		return;
	}
	add_path(e, q->parent, out);
	buf_addf(out, "/%s", q->name);
}

/* A question that is not relevant is not told, and the property stays as it is; a
 * blank answer empties it. */
static const struct question *
made_sent(struct builder *b, const struct entity *e, struct question *entity)
{
	struct buf text = { 0 };

	buf_add_str(&text, "normalize-space(concat(''");
	for (size_t i = 0; i < e->saved_n; i++) {
		buf_add_str(&text, ", if(count(");
		add_path(e, e->saved[i], &text);
		buf_addf(&text, ") > 0, '%s ', '')", e->saved[i]->save_to);
	}
	buf_add_str(&text, "))");
	return made_of_text(b, entity, "properties", &text);
}

static void
make_questions(struct builder *b, struct entity *e)
{
	struct question *at = (struct question *)(uintptr_t)e->at;
	struct question *entity = group(b, e, group(b, e, at, "meta"), "entity");
	struct buf text = { 0 };

	e->id = made_id(b, e, entity);
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
	e->sent = made_sent(b, e, entity);
}

void
build_entities(struct builder *b)
{
	size_t n = b->questions_n;
	const struct entity **list;
	bool good = true;

	if (b->entities_n == 0) {
		if (!b->form->xform) /* whose attribute then means nothing */
			without_entity(b);
		return;
	}
	find_places(b);
	for (size_t i = 0; i < b->entities_n; i++) {
		b->entities[i]->saved = arena_alloc(b->arena, n * sizeof *b->entities[i]->saved);
		good = good && b->entities[i]->list != NULL && b->entities[i]->at != NULL;
	}
	for (size_t i = 0; good && i < n; i++)
		if (saves(b->questions[i]))
			share_out(b, b->questions[i]);
	for (size_t i = 0; i < b->entities_n; i++) {
		check_columns(b, b->entities[i]);
		check_place(b, b->entities[i]);
	}
	if (!good)
		return;
	list = arena_alloc(b->arena, b->entities_n * sizeof *list);
	for (size_t i = 0; i < b->entities_n; i++)
		list[i] = b->entities[i];
	b->form->entities = list;
	b->form->entities_n = b->entities_n;
	for (size_t i = 0; i < b->entities_n; i++)
		if (!is_second(b, b->entities[i]))
			make_questions(b, b->entities[i]);
}
