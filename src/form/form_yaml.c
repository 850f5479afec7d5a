#include "form/form_yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/tr.h"
#include "form/form_yaml_parts.h"

#define FILE_LIMIT (64u << 20)
#define FILE_NAME_LIMIT 255		/* bytes of it, as sync files have it */

/* ---- cells of any part ------------------------------------------------------------ */

const char *
yaml_scalar(struct builder *b, const struct ynode *node)
{
	if (node->kind == Y_TEXT)
		return node->text;
	fault(b, node->line, node->col, _("'%s' must be a text; here is %s"),
	    node->key != NULL ? node->key : "", ynode_kind_name(node));
	return "";
}

void
yaml_source(struct builder *b, const struct ynode *node, struct source *out)
{
	const char *text = yaml_scalar(b, node);
	size_t len = strlen(text);
	struct source_line *lines;

	while (len > 0 && strchr(" \t\n", text[len - 1]) != NULL)
		len--;
	if (len == 0)
		return;
	out->text = arena_strndup(b->arena, text, len);
	out->line = node->line;
	out->col = node->col;
	if (node->lines_n == 0)
		return;
	lines = arena_alloc(b->arena, node->lines_n * sizeof *lines);
	memcpy(lines, node->lines, node->lines_n * sizeof *lines);
	out->lines = lines;
	out->lines_n = node->lines_n;
}

void
yaml_texts(struct builder *b, const struct ynode *node, struct text *out)
{
	if (node->kind == Y_TEXT) {
		if (*node->text != '\0')
			build_text(b, out, build_plain_language(b), node->text);
		return;
	}
	if (node->kind == Y_LIST) {
		fault(b, node->line, node->col,
		    _("'%s' must be a text or a map of languages; here is "
		      "a list"),
		    node->key != NULL ? node->key : "");
		build_text(b, out, build_plain_language(b), "?");
		return;
	}
	for (const struct ynode *k = node->first; k != NULL; k = k->next) {
		if (*k->key == '\0')
			fault(b, k->key_line, k->key_col, "%s", _("a language without a name"));
		else
			build_text(b, out, build_language(b, k->key),
			    *yaml_scalar(b, k) == '\0' && k->kind != Y_TEXT ? "?" : k->text);
	}
}

bool
yaml_flag(struct builder *b, const struct ynode *node)
{
	static const char *const yes[] = { "yes", "true", "true()", "y", "1" };
	static const char *const no[] = { "no", "false", "false()", "n", "0", "" };
	const char *s = yaml_scalar(b, node);

	for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
		if (strcasecmp(s, yes[i]) == 0)
			return true;
	for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
		if (strcasecmp(s, no[i]) == 0)
			return false;
	fault(b, node->line, node->col, _("%s: '%s' is neither yes nor no"), node->key, s);
	return false;
}

/* ---- files beside the form ---------------------------------------------------------- */

bool
form_file_inside(const char *name)
{
	if (*name == '\0' || *name == '/' || strlen(name) > FILE_NAME_LIMIT)
		return false;
	for (const char *p = name; *p != '\0'; p++)
		if (*p == '\\' || (unsigned char)*p < ' ' || *p == 0x7F)
			return false;
	for (const char *p = name; *p != '\0'; ) {
		size_t len = strcspn(p, "/");

		if (len == 0 || (len == 2 && strncmp(p, "..", 2) == 0))
			return false;
		p += len;
		if (*p == '/' && *++p == '\0')
			return false;
	}
	return true;
}

static bool
read_all(int fd, const char *name, struct buf *out, struct err *err)
{
	char part[65536];
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return err_set(err, _("'%s' is not a file that can be read"), name);
	if (st.st_size > (off_t)FILE_LIMIT)
		return err_set(err, _("'%s' has more than %u bytes"), name, FILE_LIMIT);
	while ((n = read(fd, part, sizeof part)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, _("cannot read '%s': %s"), name, strerror(errno));
		buf_add(out, part, (size_t)n);
		if (out->len > FILE_LIMIT)
			return err_set(err, _("'%s' has more than %u bytes"), name, FILE_LIMIT);
	}
	return true;
}

bool
form_files_folder(void *folder, const char *name, struct buf *out, struct err *err)
{
	const char *dir = folder;
	struct buf path = { 0 };
	int fd;
	bool ok;

	if (!form_file_inside(name))
		return err_set(
		    err, _("'%s' is not below the form's folder; give a name in it"), name);
	buf_addf(&path, "%s/%s", dir != NULL && *dir != '\0' ? dir : ".", name);
	fd = open(path.data, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	buf_free(&path);
	if (fd < 0) {
		if (errno == ENOENT)
			return err_set(err, _("there is no file '%s' beside the form"), name);
		return err_set(err, _("cannot read '%s': %s"), name, strerror(errno));
	}
	ok = read_all(fd, name, out, err);
	close(fd);
	return ok;
}

/* ---- the whole form ------------------------------------------------------------------ */

static const char *const sheets[] = {
	"survey", "choices", "settings", "yxf", "entities", "external_choices", "osm",
};

static void
check_sheets(struct builder *b, const struct ynode *top)
{
	for (const struct ynode *k = top->first; k != NULL; k = k->next) {
		struct near near;
		char hint[HINT_TEXT];
		bool found = strcmp(k->key, "#") == 0;

		near_start(&near, k->key);
		for (size_t i = 0; i < sizeof sheets / sizeof sheets[0]; i++) {
			found |= strcmp(k->key, sheets[i]) == 0;
			near_try(&near, sheets[i]);
		}
		if (!found)
			warn(b, k->key_line, k->key_col,
			    _("'%s' is no part of a form; it is not read%s"), k->key,
			    did_you_mean(near.best, hint));
		else if (strcmp(k->key, "external_choices") == 0)
			warn(b, k->key_line, k->key_col, _("'%s' is not read by this program"),
			    k->key);
	}
}

static bool
read_sheets(struct builder *b, const struct ynode *top)
{
	const struct ynode *survey = ynode_get(top, "survey"), *choices;
	struct question *root;
	const char *root_name;

	if (top->kind != Y_MAP) {
		fault(b, top->line, top->col,
		    _("a form must be a map with 'survey' and 'settings'; "
		      "here is %s"),
		    ynode_kind_name(top));
		return false;
	}
	check_sheets(b, top);
	if (survey == NULL) {
		fault(
		    b, top->line, top->col, "%s", _("there is no 'survey', the list of questions"));
		return false;
	}
	root_name = yaml_settings(b, ynode_get(top, "settings"));
	root = build_question(b, NULL, Q_FORM, "data", survey->key_line, survey->key_col);
	yaml_survey(b, survey, root);
	choices = ynode_get(top, "choices");
	if (choices != NULL)
		yaml_choices(b, choices);
	yaml_selects(b);
	if (ynode_get(top, "entities") != NULL)
		yaml_entities(b, ynode_get(top, "entities"));
	if (b->form->title.in == NULL)
		build_text(b, &b->form->title, build_plain_language(b), b->form->id);
	build_finish(b, root_name);
	yaml_settings_ruhu(b);
	form_check(b);
	return true;
}

static void
builder_free(struct builder *b)
{
	map_free(b->warned);
	free(b->languages);
	free(b->texts);
	free(b->entities);
	free(b->questions);
	free(b->lists);
	free(b->selects);
}

struct form *
yaml_form_of_tree(const char *file, const struct ynode *top, bool spreadsheet,
    const struct form_files *files, struct faults *faults)
{
	struct builder b = { .file = file, .faults = faults, .files = files,
		.spreadsheet = spreadsheet };
	bool read;

	b.form = xcalloc(1, sizeof *b.form);
	b.form->spreadsheet = spreadsheet;
	b.form->arena = b.arena = arena_new();
	b.form->file = b.file = arena_strdup(b.arena, file);
	b.warned = map_new();
	read = read_sheets(&b, top);
	if (!read)
		form_free(b.form);
	builder_free(&b);
	return read ? b.form : NULL;
}

struct form *
form_read_yaml_lenient(const char *file, const char *text, size_t len,
    const struct form_files *files, struct faults *faults)
{
	struct arena *scratch = arena_new();
	struct ynode *top = yaml_tree_read(file, text, len, scratch, faults);
	struct form *f = NULL;

	if (top != NULL)
		f = yaml_form_of_tree(file, top, false, files, faults);
	arena_free(scratch);
	faults_sort(faults);
	return f;
}

struct form *
form_read_yaml(const char *file, const char *text, size_t len, const struct form_files *files,
    struct faults *faults)
{
	size_t before = faults->errors;
	struct form *f = form_read_yaml_lenient(file, text, len, files, faults);

	if (f == NULL || faults->errors == before)
		return f;
	form_free(f);
	return NULL;
}
