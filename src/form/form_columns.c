#include "form/form_columns.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "base/near.h"
#include "form/form.h"

#define AT(member) offsetof(struct question, member)

static const struct column columns[] = {
	{ "#", "", COL_IGNORED, 0 },
	{ "notes", "note comment comments", COL_IGNORED, 0 },
	{ "type", "command", COL_TYPE, 0 },
	{ "name", "tag", COL_NAME, 0 },
	{ "label", "caption", COL_TEXT, AT(label) },
	{ "hint", "", COL_TEXT, AT(hint) },
	{ "guidance_hint", "", COL_TEXT, AT(guidance_hint) },
	{ "required", "skippable", COL_SOURCE, AT(required) },
	{ "required_message", "requiredmsg", COL_TEXT, AT(required_message) },
	{ "relevant", "relevance", COL_SOURCE, AT(relevant) },
	{ "constraint", "", COL_SOURCE, AT(constraint) },
	{ "constraint_message", "constraining_message", COL_TEXT, AT(constraint_message) },
	{ "warning", "", COL_SOURCE, AT(warning) },
	{ "warning_message", "", COL_TEXT, AT(warning_message) },
	{ "calculation", "calculate", COL_SOURCE, AT(calculation) },
	{ "trigger", "", COL_SOURCE, AT(trigger) },
	{ "default", "", COL_SOURCE, AT(default_) },
	{ "read_only", "readonly", COL_SOURCE, AT(read_only) },
	{ "choice_filter", "", COL_SOURCE, AT(choice_filter) },
	{ "repeat_count", "count", COL_SOURCE, AT(repeat_count) },
	{ "appearance", "", COL_STRING, AT(appearance) },
	{ "parameters", "", COL_PARAMETERS, 0 },
	{ "missing", "", COL_MISSING, 0 },
	{ "enforce", "", COL_ENFORCE, AT(enforce) },
	{ "enforce_required", "", COL_ENFORCE, AT(enforce_required) },
	{ "save_to", "", COL_STRING, AT(save_to) },
	{ "was", "", COL_STRING, AT(was) },
	{ "disabled", "", COL_DISABLED, 0 },
	{ "group", "", COL_NEST, 0 },
	{ "repeat", "", COL_NEST, 0 },
	{ "survey", "", COL_INSIDE, 0 },
	{ "image", "", COL_EXTRA, 0 },
	{ "audio", "", COL_EXTRA, 0 },
	{ "video", "", COL_EXTRA, 0 },
	{ "big_image", "", COL_EXTRA, 0 },
	{ "autoplay", "", COL_EXTRA, 0 },
	{ "intent", "", COL_EXTRA, 0 },
};

/* Columns of these families are kept as written. */
static const char *const families[] = { "media", "bind", "body", "instance", "control" };

#define COUNT(v) (sizeof (v) / sizeof (v)[0])
#define KEY_TEXT 64

/* The part before "::" in small letters, `_` for space and `-`. */
static void
plain_key(const char *key, size_t len, char out[KEY_TEXT])
{
	size_t n = 0;

	while (len > 0 && isspace((unsigned char)key[len - 1]))
		len--;
	while (len > 0 && isspace((unsigned char)*key)) {
		key++;
		len--;
	}
	for (size_t i = 0; i < len && n < KEY_TEXT - 1; i++) {
		char c = key[i];

		out[n++] = c == ' ' || c == '-' ? '_' : (char)tolower((unsigned char)c);
	}
	out[n] = '\0';
}

bool
column_named(const char *key, const char *name)
{
	char plain[KEY_TEXT];

	plain_key(key, strcspn(key, ":"), plain);
	return strcmp(plain, name) == 0;
}

static bool
alias_of(const char *aliases, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = aliases; *p != '\0'; p += strspn(p, " ")) {
		size_t len = strcspn(p, " ");

		if (len == n && strncmp(p, word, n) == 0)
			return true;
		p += len;
	}
	return false;
}

static const struct column *
by_plain_key(const char *plain)
{
	for (size_t i = 0; i < COUNT(columns); i++)
		if (strcmp(columns[i].name, plain) == 0)
			return &columns[i];
	for (size_t i = 0; i < COUNT(columns); i++)
		if (alias_of(columns[i].aliases, plain))
			return &columns[i];
	return NULL;
}

const struct column *
column_find(const char *key, const char **lang)
{
	static const struct column kept = { "media::", "", COL_EXTRA, 0 };
	const struct column *c;
	char plain[KEY_TEXT];
	size_t base = strcspn(key, ":");
	const char *rest = key + base;

	*lang = NULL;
	plain_key(key, base, plain);
	if (strcmp(plain, "jr") == 0 && *rest == ':') {	/* jr:count, as XForms call it */
		plain_key(rest + 1, strlen(rest + 1), plain);
		return strcmp(plain, "count") == 0 ? by_plain_key(plain) : NULL;
	}
	if (*rest != '\0')
		for (size_t i = 0; i < COUNT(families); i++)
			if (strcmp(plain, families[i]) == 0)
				return &kept;
	c = by_plain_key(plain);
	if (c == NULL || *rest == '\0')
		return c;
	if (c->kind == COL_EXTRA)
		return c;
	if (c->kind != COL_TEXT)
		return NULL;
	/* "label::English"; the old way had one colon. */
	rest += strspn(rest, ":");
	rest += strspn(rest, " \t");
	if (*rest == '\0')
		return NULL;
	*lang = rest;
	return c;
}

const char *
column_near(const char *key)
{
	struct near near;
	char plain[KEY_TEXT];

	plain_key(key, strcspn(key, ":"), plain);
	near_start(&near, plain);
	for (size_t i = 0; i < COUNT(columns); i++)
		if (columns[i].kind != COL_IGNORED)
			near_try(&near, columns[i].name);
	return near.best;
}

const struct column *
column_table(size_t *n)
{
	*n = COUNT(columns);
	return columns;
}
