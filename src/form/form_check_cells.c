/* Cells that are wrong by themselves: a boolean that is none, parameters, a
 * default that its own question would refuse, columns that do nothing here. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/num.h"
#include "base/tr.h"
#include "form/form_build.h"
#include "form/value.h"

#define COUNT(v) (sizeof (v) / sizeof (v)[0])

/* ---- conditions ------------------------------------------------------------------- */

static bool
one_word(const char *s)
{
	return name_valid(s) && strchr(s, '.') == NULL;
}

/* A condition of one bare word is yes, no, or a slip. A slip told here is taken
 * out, so that logic/ does not tell it again. */
static void
check_condition(struct builder *b, const char *column, struct source *s)
{
	static const char *const words[] = { "yes", "no", "true", "false" };
	struct near near;
	char hint[HINT_TEXT];

	if (s->text == NULL || !one_word(s->text))
		return;
	near_start(&near, s->text);
	for (size_t i = 0; i < COUNT(words); i++) {
		if (strcasecmp(words[i], s->text) == 0)
			return;
		near_try(&near, words[i]);
	}
	if (form_find(b->form, s->text, NULL) != NULL)
		fault(b, s->line, s->col, _("%s: '%s' by itself means nothing; write ${%s} for the "
		    "answer"), column, s->text, s->text);
	else
		fault(b, s->line, s->col, _("%s: '%s' is neither yes nor no nor an expression%s"),
		    column, s->text, did_you_mean(near.best, hint));
	s->text = NULL;
}

static void
check_conditions(struct builder *b, struct question *q)
{
	check_condition(b, "relevant", &q->relevant);
	check_condition(b, "required", &q->required);
	check_condition(b, "read_only", &q->read_only);
	check_condition(b, "constraint", &q->constraint);
	check_condition(b, "warning", &q->warning);
}

/* ---- columns that do nothing here ----------------------------------------------------- */

static void
useless(struct builder *b, const struct question *q, const struct source *s, const char *column)
{
	if (s->text != NULL)
		warn(b, s->line, s->col, _("%s: does nothing on a %s"), column,
		    type_info(q->type)->name);
}

static void
lonely(struct builder *b, const struct question *q, const struct text *message,
    const struct source *s, const char *what, const char *needs)
{
	if (message->in != NULL && s->text == NULL)
		warn(b, q->line, q->col, _("%s: '%s' has no %s, so it is never shown"), what,
		    q->name, needs);
}

static void
check_use(struct builder *b, const struct question *q)
{
	enum kind kind = type_info(q->type)->kind;
	bool group = q->type == Q_GROUP || q->type == Q_REPEAT;

	if (group) {
		useless(b, q, &q->constraint, "constraint");
		useless(b, q, &q->warning, "warning");
		useless(b, q, &q->calculation, "calculation");
		useless(b, q, &q->default_, "default");
		useless(b, q, &q->required, "required");
	}
	if (q->type != Q_REPEAT)
		useless(b, q, &q->repeat_count, "repeat_count");
	if (kind != KIND_CODE && kind != KIND_CODES)
		useless(b, q, &q->choice_filter, "choice_filter");
	lonely(b, q, &q->constraint_message, &q->constraint, "constraint_message", "constraint");
	lonely(b, q, &q->required_message, &q->required, "required_message", "required");
	lonely(b, q, &q->warning_message, &q->warning, "warning_message", "warning");
	if (q->enforce != ENFORCE_HARD && q->constraint.text == NULL)
		warn(b, q->line, q->col, _("enforce: '%s' has no constraint, so it does nothing"),
		    q->name);
	if (q->enforce_required != ENFORCE_HARD && q->required.text == NULL)
		warn(b, q->line, q->col,
		    _("enforce_required: '%s' is not required, so it does nothing"), q->name);
	if (q->trigger.text != NULL && q->calculation.text == NULL && q->default_.text == NULL)
		warn(b, q->trigger.line, q->trigger.col,
		    _("trigger: '%s' has no calculation to run"), q->name);
	if (q->type == Q_CALCULATE && q->calculation.text == NULL && q->default_.text == NULL)
		fault(b, q->line, q->col, _("'%s' is a calculate without a calculation"), q->name);
	if (q->missing != 0 && !type_info(q->type)->asked)
		warn(b, q->line, q->col, _("missing: does nothing on a %s"),
		    type_info(q->type)->name);
}

/* ---- parameters ------------------------------------------------------------------------- */

static const struct { enum qtype type; const char *names; } known[] = {
	{ Q_TEXT, "rows" },
	{ Q_RANGE, "start end step placeholder tick_interval tick_labelset" },
	{ Q_SELECT_ONE, "randomize seed value label" },
	{ Q_SELECT_MULTIPLE, "randomize seed value label" },
	{ Q_RANK, "randomize seed" },
	{ Q_GEOPOINT, "capture-accuracy warning-accuracy allow-mock-accuracy" },
	{ Q_GEOTRACE, "incremental allow-mock-accuracy" },
	{ Q_GEOSHAPE, "incremental allow-mock-accuracy" },
	{ Q_IMAGE, "max-pixels app" }, { Q_AUDIO, "quality" }, { Q_BACKGROUND_AUDIO, "quality" },
	{ Q_AUDIT, "location-priority location-min-interval location-max-age track-changes "
	    "track-changes-reasons identify-user" },
};

static const char *
known_parameters(enum qtype type)
{
	for (size_t i = 0; i < COUNT(known); i++)
		if (known[i].type == type)
			return known[i].names;
	return "";
}

/* Ours, on anything that is asked: where the keypad's + goes; END: past the row or
 * the record. */
static void
check_skip(struct builder *b, const struct question *q, const char *to)
{
	char hint[HINT_TEXT];
	struct near near;
	bool many;

	if (form_find(b->form, to, &many) != NULL || many || strcmp(to, "END") == 0)
		return;
	near_start(&near, to);
	for (size_t i = 1; i < b->form->questions_n; i++)
		near_try(&near, b->form->questions[i]->name);
	fault(b, q->parameters_line, q->parameters_col,
	    _("parameters: skip: no question is called '%s'%s"), to, did_you_mean(near.best, hint));
}

static void
check_parameter_name(struct builder *b, const struct question *q, const char *name)
{
	char *names = xstrdup(known_parameters(q->type)), *save = NULL, hint[HINT_TEXT];
	struct near near;
	bool found = false;

	near_start(&near, name);
	for (char *w = strtok_r(names, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
		near_try(&near, w);
		found |= strcmp(w, name) == 0;
	}
	if (!found)
		warn(b, q->parameters_line, q->parameters_col,
		    _("parameters: a %s has no '%s'; it is not read%s"), type_info(q->type)->name,
		    name, did_you_mean(near.best, hint));
	free(names);
}

/* The number of a range's parameter, or what XLSForm has without it. */
static double
range_number(struct builder *b, const struct question *q, const char *name, double otherwise)
{
	const char *s = question_parameter(q, name);
	double n;

	if (s == NULL)
		return otherwise;
	n = num_parse(s);
	if (isnan(n))
		fault(b, q->parameters_line, q->parameters_col,
		    _("parameters: %s=%s is no number"), name, s);
	return n;
}

static void
check_range(struct builder *b, const struct question *q)
{
	double start = range_number(b, q, "start", 1), end = range_number(b, q, "end", 10),
	    step = range_number(b, q, "step", 1);

	if (isnan(start) || isnan(end) || isnan(step))
		return;
	if (step == 0)
		fault(b, q->parameters_line, q->parameters_col, "%s",
		    _("parameters: step is 0; a range needs a step"));
	else if (start == end)
		fault(b, q->parameters_line, q->parameters_col, "%s",
		    _("parameters: start and end are the same"));
	else if (fabs(step) > fabs(end - start))
		fault(b, q->parameters_line, q->parameters_col, "%s",
		    _("parameters: the step is longer than the range"));
}

static void
check_parameters(struct builder *b, const struct question *q)
{
	const char *s;

	for (size_t i = 0; i < q->parameters_n; i++) {
		if (strcmp(q->parameters[i].name, "skip") == 0 && type_info(q->type)->asked)
			check_skip(b, q, q->parameters[i].value);
		else
			check_parameter_name(b, q, q->parameters[i].name);
	}
	if (q->type == Q_RANGE)
		check_range(b, q);
	s = question_parameter(q, "randomize");
	if (s != NULL && strcasecmp(s, "true") != 0 && strcasecmp(s, "false") != 0)
		fault(b, q->parameters_line, q->parameters_col,
		    _("parameters: randomize=%s is neither true nor false"), s);
	if (s == NULL && question_parameter(q, "seed") != NULL)
		warn(b, q->parameters_line, q->parameters_col, "%s",
		    _("parameters: seed does nothing without "
		    "randomize=true"));
	s = question_parameter(q, "rows");
	if (s != NULL && !(num_parse(s) >= 1 && num_parse(s) <= 100))
		fault(b, q->parameters_line, q->parameters_col,
		    _("parameters: rows=%s is no number of lines"), s);
	if (q->list != NULL && (question_parameter(q, "value") != NULL ||
	    question_parameter(q, "label") != NULL))
		warn(b, q->parameters_line, q->parameters_col, "%s",
		    _("parameters: value and label are for "
		    "select_..._from_file"));
}

/* ---- defaults ------------------------------------------------------------------------------ */

/* A default that can only be a literal of this kind: no call, no operator. */
static bool
surely_literal(const struct question *q, const char *s)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

	if (type_info(q->type)->kind == KIND_DATE)
		return strspn(s, "0123456789-") == strlen(s);
	if (type_info(q->type)->kind == KIND_CODES)
		return s[strspn(s, plain)] == '\0' || s[strspn(s, plain)] == ' '
			   ? strchr(s, '(') == NULL && strchr(s, '$') == NULL &&
				 strpbrk(s, "'\"+*=<>|/") == NULL
			   : false;
	return s[strspn(s, plain)] == '\0';
}

static void
check_default_names(struct builder *b, const struct question *q, const char *text)
{
	char *copy = xstrdup(text), *save = NULL, hint[HINT_TEXT];
	struct near near;

	for (char *w = strtok_r(copy, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
		if (choice_find(q->list, w) != NULL)
			continue;
		near_start(&near, w);
		for (size_t i = 0; i < q->list->n; i++)
			near_try(&near, q->list->v[i].name);
		fault(b, q->default_.line, q->default_.col,
		    _("default: '%s' is not in the list '%s'%s"), w, q->list->name,
		    did_you_mean(near.best, hint));
	}
	free(copy);
}

static void
check_default(struct builder *b, const struct question *q)
{
	const char *s = q->default_.text;
	struct buf out = { 0 };
	struct err err;

	if (s == NULL || !type_info(q->type)->asked || !surely_literal(q, s))
		return;
	if (q->list != NULL)
		check_default_names(b, q, s);
	else if (!value_parse(q, s, NULL, &out, &err))
		fault(b, q->default_.line, q->default_.col, _("default: %s"), err.text);
	buf_free(&out);
}

void
form_check_cells(struct builder *b)
{
	const struct form *f = b->form;

	for (size_t i = 1; i < f->questions_n; i++) {
		struct question *q = f->questions[i];

		check_use(b, q);
		check_parameters(b, q);
		check_default(b, q);
		check_conditions(b, q);		/* last: takes out what it tells */
	}
}
