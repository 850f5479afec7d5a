#include "tui/keymap.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/tr.h"

static const struct action_info table[ACTIONS] = {
	[ACT_NONE] = { "", 0, "", "", "" },
#define ACTION(name, where, keys, bar, help) [ACT_##name] = { #name, where, keys, bar, help },
#include "tui/action.def"
#undef ACTION
};

struct binding {
	enum action action;
	struct key key;
	int line, col;			/* of a person's file; 0: the table's own */
};

struct keymap {
	struct binding *v;
	size_t n, cap;
};

const struct action_info *
action_info(enum action a)
{
	return &table[a];
}

/* The keys of a row, or of a file's line from its column col on, separated by blanks.
 * False: *bad is what is no key. */
static bool
bind_all(struct keymap *m, const struct binding *at, const char *keys, const char **bad,
    size_t *bad_len)
{
	for (const char *p = keys; *p != '\0';) {
		size_t n = strcspn(p, " \t\r");
		struct key k;

		if (n > 0) {
			if (!key_parse(p, n, &k)) {
				*bad = p;
				*bad_len = n;
				return false;
			}
			m->v = xgrow(m->v, &m->cap, m->n + 1, sizeof *m->v);
			m->v[m->n] = *at;
			m->v[m->n].key = k;
			m->v[m->n++].col = at->col + (int)(p - keys);
		}
		p += n;
		p += strspn(p, " \t\r");
	}
	return true;
}

struct keymap *
keymap_new(void)
{
	struct keymap *m = xcalloc(1, sizeof *m);
	const char *bad;
	size_t len;

	for (enum action a = ACT_NONE + 1; a < ACTIONS; a++)
		bind_all(m, &(struct binding){ .action = a }, table[a].keys, &bad, &len);
	return m;
}

void
keymap_free(struct keymap *m)
{
	if (m == NULL)
		return;
	free(m->v);
	free(m);
}

static enum action
by_name(const char *name, size_t len, struct near *near)
{
	for (enum action a = ACT_NONE + 1; a < ACTIONS; a++) {
		if (strlen(table[a].name) == len && strncasecmp(table[a].name, name, len) == 0)
			return a;
		near_try(near, table[a].name);
	}
	return ACT_NONE;
}

static void
unbind(struct keymap *m, enum action a)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].action != a)
			m->v[kept++] = m->v[i];
	m->n = kept;
}

/* Do two actions ever wait for keys at once? In a coded question those of the
 * record do, too. */
static bool
meet(enum action a, enum action b)
{
	unsigned of_a = table[a].where, of_b = table[b].where;

	of_a |= of_a & CODED ? ENTRY : 0;
	of_b |= of_b & CODED ? ENTRY : 0;
	return (of_a & of_b) != 0;
}

static size_t
keys_of(const struct keymap *m, enum action a)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += m->v[i].action == a;
	return n;
}

/* What the file says wins over the table, as long as the other action keeps a key;
 * two lines of the file may not say the same key. */
static bool
give_key(struct keymap *m, size_t mine, const char *file, struct err *err)
{
	struct binding b = m->v[mine];
	char name[KEY_NAME];
	size_t kept = 0;

	key_show(&b.key, name);
	if (b.key.code == K_TEXT && table[b.action].where != CODED)
		return err_at(err, file, b.line, b.col,
		    _("\"%s\" is typed into answers; only the actions of coded questions can have it"),
		    name);
	for (size_t i = 0; i < m->n; i++) {
		const struct binding *o = &m->v[i];

		if (o->action == b.action || !key_equal(&o->key, &b.key) || !meet(o->action, b.action)) {
			m->v[kept++] = *o;
		} else if (o->line != 0 || keys_of(m, o->action) == 1) {
			return err_at(err, file, b.line, b.col,
			    _("%s is the key of %s already; give that one another, in a line of its own"), name,
			    table[o->action].name);
		}
	}
	m->n = kept;
	return true;
}

static bool
check_keys(struct keymap *m, const char *file, struct err *err)
{
	/* The file's own stand at the end, and only others are taken away. */
	for (size_t i = m->n; i-- > 0;) {
		size_t before = m->n;

		if (m->v[i].line != 0 && !give_key(m, i, file, err))
			return false;
		i -= before - m->n;
	}
	return true;
}

static bool
read_line(struct keymap *m, char *line, const char *file, int number, struct err *err)
{
	struct near near;
	const char *bad, *start = line;
	size_t len, bad_len;
	enum action a;
	char *name;

	line[strcspn(line, "#\r")] = '\0';
	line += strspn(line, " \t");
	len = strcspn(line, " \t");
	if (len == 0)
		return true;
	name = xstrndup(line, len);
	near_start(&near, name);
	a = by_name(name, len, &near);
	if (a == ACT_NONE) {
		err_at(err, file, number, 1,
		    near.best != NULL ? _("no action is called \"%s\" (did you mean \"%s\"?)")
		                      : _("no action is called \"%s\""),
		    name, near.best);
		free(name);
		return false;
	}
	free(name);
	unbind(m, a);
	if (line[len + strspn(line + len, " \t")] == '\0')
		return err_at(err, file, number, (int)(line - start) + 1,
		    _("%s is given no key: it could not be reached any more"), table[a].name);
	if (!bind_all(m, &(struct binding){ a, { 0 }, number, (int)(line + len - start) + 1 }, line + len,
		&bad, &bad_len))
		return err_at(err, file, number, (int)(bad - start) + 1,
		    _("no key is called \"%.*s\"; for example: F2, Esc-2, C-w, PgDn"), (int)bad_len, bad);
	return true;
}

bool
keymap_read(struct keymap *m, const char *text, const char *file, struct err *err)
{
	struct keymap copy = { 0 };
	/* Some editors put a mark before a file's first line. */
	char *all = xstrdup(strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? text + 3 : text), *line = all;
	bool ok = true;

	copy.v = xgrow(copy.v, &copy.cap, m->n, sizeof *copy.v);
	memcpy(copy.v, m->v, m->n * sizeof *m->v);
	copy.n = m->n;
	for (int number = 1; ok && line != NULL; number++) {
		char *end = strchr(line, '\n');

		if (end != NULL)
			*end++ = '\0';
		ok = read_line(&copy, line, file, number, err);
		line = end;
	}
	free(all);
	ok = ok && check_keys(&copy, file, err);
	if (ok) {
		free(m->v);
		*m = copy;
	} else {
		free(copy.v);
	}
	return ok;
}

enum action
keymap_find(const struct keymap *m, unsigned modes, const struct key *k)
{
	/* A key file's lines stand after the table's rows and win. */
	for (size_t i = m->n; i-- > 0;)
		if ((table[m->v[i].action].where & modes) != 0 && key_equal(&m->v[i].key, k))
			return m->v[i].action;
	return ACT_NONE;
}

bool
keymap_first(const struct keymap *m, enum action a, struct key *out)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].action == a) {
			*out = m->v[i].key;
			return true;
		}
	return false;
}

void
keymap_keys(const struct keymap *m, enum action a, bool first, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++) {
		char name[KEY_NAME];

		if (m->v[i].action != a)
			continue;
		if (n++ > 0) {
			if (first)
				return;
			buf_add_str(out, ", ");
		}
		key_show(&m->v[i].key, name);
		buf_add_str(out, name);
	}
}
