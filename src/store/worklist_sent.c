/* Worklists that a county hands out. They are kept under "SITE/FILE", so that a
 * site's own files, which have no folder, are never theirs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/inside.h"
#include "store/worklist_in.h"

static bool
own_file(const char *name)
{
	return strchr(name, '/') == NULL;
}

struct telling {
	bool (*each)(void *, const struct worklist_file *);
	void *ctx;
};

static bool
tell_own(void *ctx, const struct worklist_file *f)
{
	struct telling *t = ctx;

	return !own_file(f->name) || t->each(t->ctx, f);
}

bool
store_worklists_own(
    struct store *s, bool (*each)(void *, const struct worklist_file *), void *ctx, struct err *err)
{
	struct telling t = {each, ctx};

	return store_worklist_files(s, tell_own, &t, err);
}

/* ---- taking them ---------------------------------------------------------------------- */

struct here {
	char *name, *text;
};

struct taking {
	struct here *v; /* all files here */
	size_t n, cap;
};

static bool
keep(void *ctx, const struct worklist_file *f)
{
	struct taking *t = ctx;

	t->v = xgrow(t->v, &t->cap, t->n + 1, sizeof *t->v);
	t->v[t->n++] = (struct here){xstrdup(f->name), xstrdup(f->text)};
	return true;
}

/* Is it here as it is: taken before, or this site's own copy of it? */
static bool
is_here(const struct taking *t, const char *name, const struct sent_worklists *f)
{
	for (size_t i = 0; i < t->n; i++)
		if ((strcmp(t->v[i].name, name) == 0 || strcmp(t->v[i].name, f->file) == 0) &&
		    strcmp(t->v[i].text, f->text) == 0)
			return true;
	return false;
}

/* What a file does not fit is told; it stays out, and the one before in force. */
static bool
take(struct store *s, const char *name, const struct sent_worklists *f, struct sent_result *r,
    struct err *err)
{
	struct faults faults = { 0 };
	struct err why = { .text = "" };
	size_t n;
	bool ok = worklists_put(s, name, f->text, strlen(f->text), &n, &faults, &why);

	if (!ok) {
		r->refused++;
		snprintf(r->why, sizeof r->why, "%s",
		    faults.errors > 0 ? faults.v[0].err.text : why.text);
	}
	r->taken += ok;
	faults_free(&faults);
	if (why.unable)
		*err = why;
	return !why.unable;
}

static bool
still_sent(const char *file, const struct sent_worklists *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].file, file) == 0)
			return true;
	return false;
}

static bool
drop_unsent(struct store *s, const struct taking *t, const char *site,
    const struct sent_worklists *v, size_t n, struct sent_result *r, struct err *err)
{
	size_t len = strlen(site);

	for (size_t i = 0; i < t->n; i++) {
		const char *name = t->v[i].name;

		if (strncmp(name, site, len) != 0 || name[len] != '/' ||
		    still_sent(name + len + 1, v, n))
			continue;
		if (!store_worklists_remove(s, name, err))
			return false;
		r->gone++;
	}
	return true;
}

bool
store_worklists_sent(struct store *s, const char *site, const struct sent_worklists *v, size_t n,
    struct sent_result *r, struct err *err)
{
	struct taking t = { 0 };
	struct buf name = { 0 };
	bool ok = store_worklist_files(s, keep, &t, err);

	memset(r, 0, sizeof *r);
	/* First what goes: a worklist may have moved to another file. */
	ok = ok && drop_unsent(s, &t, site, v, n, r, err);
	for (size_t i = 0; ok && i < n; i++) {
		buf_reset(&name);
		buf_addf(&name, "%s/%s", site, v[i].file);
		if (!is_here(&t, buf_str(&name), &v[i]))
			ok = take(s, buf_str(&name), &v[i], r, err);
	}
	for (size_t i = 0; i < t.n; i++) {
		free(t.v[i].name);
		free(t.v[i].text);
	}
	free(t.v);
	buf_free(&name);
	return ok;
}
