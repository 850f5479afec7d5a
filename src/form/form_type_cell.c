#include "form/form_type_cell.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/tr.h"
#include "form/form_build.h"

#define WORDS 8
#define TYPE_WORDS 5			/* "select all that apply from" */

struct words {
	char *v[WORDS];
	size_t n;
};

static bool
split(char *text, struct words *w)
{
	char *save = NULL;

	w->n = 0;
	for (char *s = strtok_r(text, " \t\n", &save); s != NULL;
	     s = strtok_r(NULL, " \t\n", &save)) {
		if (w->n == WORDS)
			return false;
		w->v[w->n++] = s;
	}
	return w->n > 0;
}

/* The first n words with `_` between, in small letters. */
static void
join(const struct words *w, size_t n, char *out, size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		int more = snprintf(out + len, size - len, "%s%s", i > 0 ? "_" : "", w->v[i]);

		len += (size_t)more;
		if (len >= size) {
			len = size - 1;
			break;
		}
	}
	out[len] = '\0';
	for (char *p = out; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
}

/* begin_group, "end repeat" ...; *used is how many words it took. */
static bool
marker(const struct words *w, struct type_cell *out, size_t *used)
{
	static const struct { const char *name; int what; enum qtype type; } markers[] = {
		{ "begin_group", CELL_BEGIN, Q_GROUP }, { "end_group", CELL_END, Q_GROUP },
		{ "begin_repeat", CELL_BEGIN, Q_REPEAT }, { "end_repeat", CELL_END, Q_REPEAT },
	};
	char name[64];

	for (size_t n = 1; n <= 2 && n <= w->n; n++) {
		join(w, n, name, sizeof name);
		for (size_t i = 0; i < sizeof markers / sizeof markers[0]; i++)
			if (strcmp(markers[i].name, name) == 0) {
				out->what = markers[i].what;
				out->type = markers[i].type;
				*used = n;
				return true;
			}
	}
	return false;
}

static bool
unknown_type(const struct words *w, struct err *err)
{
	static const char *const others[] = {
		"begin_group", "end_group", "begin_repeat", "end_repeat", "select_one_from_file",
		"select_multiple_from_file",
	};
	char name[64], hint[HINT_TEXT];
	struct near near;

	join(w, 1, name, sizeof name);
	if (strcmp(name, "select_one_external") == 0)
		return err_set(err, _("select_one_external is not read; use select_one_from_file"));
	if (strcmp(name, "group") == 0 || strcmp(name, "repeat") == 0)
		return err_set(
		    err, _("write '- %s: NAME', or begin_%s and end_%s"), name, name, name);
	near_start(&near, name);
	for (int t = Q_REPEAT + 1; t < Q_TYPES; t++)
		near_try(&near, type_info((enum qtype)t)->name);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		near_try(&near, others[i]);
	return err_set(err, _("there is no question type '%s'%s"), w->v[0],
	    did_you_mean(near.best, hint));
}

/* "or_other", "or other", "or specify other" at the end: taken off. */
static bool
take_other(struct words *w, size_t from)
{
	static const char *const endings[] = { "or_specify_other", "or_other" };

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
		for (size_t n = 1; n <= 3 && from + n < w->n; n++) {
			struct words tail = { .n = n };
			char name[64];

			memcpy(tail.v, w->v + w->n - n, n * sizeof tail.v[0]);
			join(&tail, n, name, sizeof name);
			if (strcmp(name, endings[i]) == 0) {
				w->n -= n;
				return true;
			}
		}
	return false;
}

static bool
select_arguments(struct words *w, size_t from, bool file, struct arena *arena,
    struct type_cell *out, struct err *err)
{
	const char *arg;
	size_t len;

	out->other = take_other(w, from);
	if (w->n == from)
		return file ? err_set(err,
				  _("%s: the file's name is missing, as in '%s member.csv'"),
				  w->v[0], w->v[0])
			    : err_set(err, _("%s: the list's name is missing, as in '%s yes_no'"),
				  w->v[0], w->v[0]);
	if (w->n > from + 1)
		return err_set(err, _("'%s' is not understood after '%s'"), w->v[from + 1],
		    w->v[from]);
	arg = w->v[from];
	len = strlen(arg);
	if (file) {
		const char *dot = strrchr(arg, '.');

		if (dot == NULL || (strcasecmp(dot, ".csv") != 0 && strcasecmp(dot, ".xml") != 0 &&
		    strcasecmp(dot, ".geojson") != 0))
			return err_set(
			    err, _("the file '%s' must end in .csv, .xml or .geojson"), arg);
		if (out->other)
			return err_set(
			    err, _("or_other needs a list of the form's own, not a file"));
		out->file = arena_strdup(arena, arg);
	} else if (len > 3 && strncmp(arg, "${", 2) == 0 && arg[len - 1] == '}') {
		out->from_repeat = arena_strndup(arena, arg + 2, len - 3);
	} else {
		out->list = arena_strdup(arena, arg);
	}
	return true;
}

bool
type_cell_parse(const char *text, struct arena *arena, struct type_cell *out, struct err *err)
{
	const struct type_info *info = NULL;
	struct type_cell cell = { 0 };
	struct words w;
	char name[64];
	size_t used;
	bool file;

	if (!split(arena_strdup(arena, text), &w))
		return err_set(err, _("'%.40s' is no question type"), text);
	if (marker(&w, &cell, &used)) {
		*out = cell;
		if (w.n > used && cell.what == CELL_BEGIN)
			return err_set(err, _("'%s' is not understood after '%s'; the name goes in "
			    "the column 'name'"), w.v[used], w.v[used - 1]);
		return true;
	}
	for (used = w.n < TYPE_WORDS ? w.n : TYPE_WORDS; used > 0; used--) {
		join(&w, used, name, sizeof name);
		info = type_by_name(name);
		if (info != NULL)
			break;
	}
	if (info == NULL || info->type == Q_GROUP || info->type == Q_REPEAT)
		return unknown_type(&w, err);
	cell.type = info->type;
	used = used > 0 ? used : 1;
	if (info->kind == KIND_CODE || info->kind == KIND_CODES) {
		size_t len = strlen(name);

		file = len > 10 && strcmp(name + len - 10, "_from_file") == 0;
		if (!select_arguments(&w, used, file, arena, &cell, err))
			return false;
	} else if (w.n > used) {
		return err_set(
		    err, _("'%s' is not understood after '%s'"), w.v[used], w.v[used - 1]);
	}
	*out = cell;
	return true;
}
