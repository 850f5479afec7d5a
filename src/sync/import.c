#include "sync/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form_read.h"
#include "store/changes.h"
#include "store/scope.h"
#include "store/store.h"
#include "store/worklist.h"
#include "sync/body.h"
#include "sync/seal.h"
#include "sync/spool.h"

enum { TELL_EVERY = 8192 };

/* name "": the form. */
struct handed { size_t form; char *name; struct buf text; };

struct import {
	struct store *store;
	struct import_options *o;
	struct body *body;
	const struct body_head *head;
	struct handed *handed;		/* forms and files beside them */
	size_t handed_n, handed_cap;
};

enum { HANDED_MAX = 64 << 20 };

static bool
chain_at(void *ctx, const char *epoch, int64_t seq, unsigned char chain[HASH_BYTES],
    bool *found, struct err *err)
{
	return merge_chain_at(ctx, epoch, seq, chain, found, err);
}

static bool
record_key(void *ctx, const char *record, unsigned char key[HASH_BYTES], bool *found,
    struct err *err)
{
	return merge_record_key(ctx, record, key, found, err);
}

static bool
told(const struct import *x, bool applying, int64_t n, struct err *err)
{
	if (x->o->progress == NULL || n % TELL_EVERY != 0 ||
	    x->o->progress(x->o->ctx, applying, n, x->head->changes))
		return true;
	return err_unable(err, _("the import was stopped; the next one goes on from here"));
}

/* Reads all of it; nothing is applied. */
static bool
check(struct import *x, struct err *err)
{
	const struct change *c;
	int64_t n = 0;

	do {
		if (!body_next(x->body, &c, err))
			return false;
	} while (c != NULL && told(x, false, ++n, err));
	return c == NULL;
}

/* A file for somebody else is not merged by accident. Before a site has a name
 * there is nothing to compare. */
static bool
meant_for_us(const struct import *x, struct err *err)
{
	struct site_info site;

	if (!store_site(x->store, &site, err))
		return false;
	if (strcmp(site.id, "LOCAL") == 0 || strcmp(x->head->to, site.id) == 0)
		return true;
	return err_set(err, _("it is meant for %s, and this is %s"), x->head->to, site.id);
}

/* A body that somebody else signed anew says inside from whom it is. */
static bool
as_sealed(const struct import *x, struct err *err)
{
	const struct seal_comment *s = x->o->seal;

	if (s == NULL || (strcmp(s->file, x->head->file) == 0 && strcmp(s->from, x->head->from) == 0 &&
	    strcmp(s->to, x->head->to) == 0 && s->made_ms == x->head->made_ms &&
	    s->lines == x->head->tx))
		return true;
	return err_set(err, _("its seal and its content do not belong together: ask %s for a new one"),
	    x->head->from);
}

static bool
announce(const struct import *x, struct merge *m, struct err *err)
{
	const struct body_head *h = x->head;

	for (size_t i = 0; i < h->epochs_n; i++)
		if (!merge_epoch(m, h->epochs[i].id, h->epochs[i].site, h->epochs[i].made_ms,
		    h->epochs[i].parent, h->epochs[i].why, err))
			return false;
	for (size_t i = 0; i < h->forms_n; i++)
		if (!merge_form(m, h->forms[i].id, h->forms[i].version, h->forms[i].hash, err))
			return false;
	for (size_t i = 0; h->part != NULL && i < h->have_n; i++)
		merge_knows(m, h->have[i].epoch, h->have[i].seq, h->have[i].chain);
	return h->part == NULL || merge_part(m, h->part, h->scope, err);
}

/* ---- forms that a county hands out ---------------------------------------------- */

/* From the county alone, and only when its seal says that it is. */
static bool
takes_forms(const struct import *x, bool *takes, struct err *err)
{
	struct buf county = { 0 };
	bool ok = store_county(x->store, &county, err);

	*takes = ok && x->o->seal != NULL && x->head->part != NULL &&
	    strcmp(x->head->from, buf_str(&county)) == 0;
	buf_free(&county);
	return ok;
}

static bool
keep_form(void *ctx, size_t form, const char *name, const char *text, size_t len, struct err *err)
{
	struct import *x = ctx;
	struct handed *h = NULL;

	for (size_t i = 0; i < x->handed_n; i++)
		if (x->handed[i].form == form && strcmp(x->handed[i].name, name) == 0)
			h = &x->handed[i];
	if (h == NULL) {
		x->handed = xgrow(x->handed, &x->handed_cap, x->handed_n + 1, sizeof *x->handed);
		h = &x->handed[x->handed_n++];
		*h = (struct handed){ .form = form, .name = xstrdup(name) };
	}
	if (h->text.len + len > HANDED_MAX)
		return err_set(err, _("a form in it is too long"));
	buf_add(&h->text, text, len);
	return true;
}

struct beside { const struct import *x; size_t form; };

static bool
read_beside(void *ctx, const char *name, struct buf *out, struct err *err)
{
	const struct beside *b = ctx;

	for (size_t i = 0; i < b->x->handed_n; i++) {
		const struct handed *h = &b->x->handed[i];

		if (h->form == b->form && strcmp(h->name, name) == 0) {
			buf_add(out, buf_str(&h->text), h->text.len);
			return true;
		}
	}
	return err_set(err, _("%s is not there"), name);
}

static bool
as_told(const struct import *x, const struct handed *h)
{
	unsigned char hash[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];

	hash_bytes(buf_str(&h->text), h->text.len, hash);
	hex_format(hash, HASH_BYTES, hex);
	return strcmp(hex, x->head->forms[h->form].hash) == 0;
}

static bool
is_installed(void *ctx, const struct form_info *info)
{
	const struct body_form **f = ctx;

	if (*f != NULL && strcmp(info->id, (*f)->id) == 0 &&
	    strcmp(info->version, (*f)->version) == 0 && info->title[0] != '\0')
		*f = NULL;
	return true;
}

/* One that this program cannot use stays out; its values wait in the log. */
static bool
install(struct import *x, struct import_result *r, struct err *err)
{
	for (size_t i = 0; i < x->handed_n; i++) {
		const struct handed *h = &x->handed[i];
		const struct body_form *f = h->form != BODY_WORKLIST ? &x->head->forms[h->form] : NULL;
		struct beside beside = { x, h->form };
		const struct form_files files = { &beside, read_beside };
		struct faults faults = { 0 };
		struct buf report = { 0 };
		struct err why = { .text = "" };

		if (h->form == BODY_WORKLIST || h->name[0] != '\0')
			continue;
		if (!store_forms(x->store, is_installed, &f, err))
			return false;
		if (f == NULL)
			continue;
		if (as_told(x, h) && store_form_add(x->store, x->head->forms[h->form].id,
		    buf_str(&h->text), h->text.len, &files, &report, &faults, &why)) {
			r->forms++;
		} else {
			r->forms_refused++;
			snprintf(r->forms_why, sizeof r->forms_why, "%s", why.text);
		}
		buf_free(&report);
		faults_free(&faults);
		if (why.unable) {
			*err = why;
			return false;
		}
	}
	return true;
}

/* All that the county hands out now; an old part would bring back what was replaced. */
static bool
take_worklists(struct import *x, struct import_result *r, struct err *err)
{
	struct sent_worklists *v = xcalloc(x->handed_n + 1, sizeof *v);
	size_t n = 0;
	bool old, ok = part_old(x->store, x->head->part, &old, err);

	for (size_t i = 0; i < x->handed_n; i++)
		if (x->handed[i].form == BODY_WORKLIST)
			v[n++] = (struct sent_worklists){ x->handed[i].name,
				buf_str(&x->handed[i].text) };
	ok = ok && (old || store_worklists_sent(x->store, x->head->from, v, n, &r->worklists, err));
	free(v);
	return ok;
}

static bool
add_all(struct import *x, struct merge *m, int64_t done, struct err *err)
{
	const struct change *c;

	for (int64_t n = 0; body_next(x->body, &c, err); n++) {
		if (c == NULL)
			return true;
		if (n >= done && (!merge_add(m, c, err) || !told(x, true, n + 1, err)))
			return false;
	}
	return false;
}

static bool
apply(struct import *x, struct import_result *r, struct err *err)
{
	const struct body_head *h = x->head;
	const struct merge_file file = { .file = h->file, .hash = h->b2, .from = h->from,
		.made_ms = h->made_ms, .hlc = h->hlc, .changes = h->changes,
		.batch = x->o->batch };
	struct merge_progress progress = { 0 };
	struct merge *m = NULL;
	bool ok = merge_begin(x->store, &file, &m, &progress, err);

	r->known = ok && progress.known;
	if (ok && !progress.known)
		ok = announce(x, m, err) && body_rewind(x->body, err) &&
		    add_all(x, m, progress.done, err) && merge_end(m, &r->merged, err);
	r->set_back |= r->merged.set_back;
	merge_free(m);
	return ok;
}

/* What the sender says it has of this database. */
static bool
acknowledge(struct import *x, struct import_result *r, struct err *err)
{
	for (size_t i = 0; i < x->head->have_n; i++) {
		const struct body_have *h = &x->head->have[i];
		enum merge_ack ack;

		if (!merge_acknowledged(x->store, x->head->from, h->epoch, h->seq, h->chain, &ack,
		    err))
			return false;
		r->acknowledged += ack == ACK_NEWS;
		r->set_back |= ack == ACK_AHEAD;
	}
	return true;
}

/* The very file that was merged once: nothing in it is looked at again. */
static bool
came_before(struct import *x, struct import_result *r, struct err *err)
{
	char hash[2 * HASH_BYTES + 1];
	bool was;

	return merge_was_merged(x->store, x->head->file, hash, &was, err) &&
	    (!was || body_hash_is(x->body, hash, &r->known, err));
}

struct gap { const char *from; int64_t n; };

static bool
add_gap(void *ctx, const char *epoch, const char *site, int64_t seq, const unsigned char *chain,
    int64_t to)
{
	struct gap *g = ctx;

	(void)epoch;
	(void)chain;
	g->n += strcmp(site, g->from) == 0 && to > seq;
	return true;
}

/* Epochs of the sender with something missing. */
static bool
find_gaps(struct import *x, struct import_result *r, struct err *err)
{
	struct gap g = { .from = x->head->from };
	bool ok = store_have(x->store, add_gap, &g, err);

	r->missing = g.n;
	return ok;
}

static bool
import(struct import *x, FILE *spool, struct import_result *r, struct err *err)
{
	const struct body_world world = { x->store, chain_at, record_key };
	struct err ignored;
	FILE *chains;
	bool takes;

	if (!body_open(spool, &world, &x->body, err))
		return false;
	x->head = body_head(x->body);
	snprintf(r->file, sizeof r->file, "%s", x->head->file);
	snprintf(r->from, sizeof r->from, "%s", x->head->from);
	r->made_ms = x->head->made_ms;
	r->changes = x->head->changes;
	r->part = x->head->part != NULL;
	if (!as_sealed(x, err) || !meant_for_us(x, err) || !takes_forms(x, &takes, err))
		return false;
	if (!came_before(x, r, err))
		return false;
	if (r->known)
		return acknowledge(x, r, err);
	chains = spool_nameless(store_path(x->store), &ignored);
	if (chains != NULL)
		body_keep_chains(x->body, chains);
	if (takes)
		body_on_form(x->body, keep_form, x);
	/* The forms first: what is keyed by them is then no riddle. */
	return check(x, err) && install(x, r, err) && (!takes || take_worklists(x, r, err)) &&
	    apply(x, r, err) && acknowledge(x, r, err) && find_gaps(x, r, err);
}

bool
sync_import(struct store *store, const char *path, struct import_options *o,
    struct import_result *result, struct err *err)
{
	struct import x = { .store = store, .o = o };
	struct import_result r = { 0 };
	struct spool_limits limits = spool_limits;
	FILE *spool;
	bool ok;

	limits.promised = o->seal != NULL;
	if (limits.promised && o->seal->raw < limits.raw)
		limits.raw = o->seal->raw;
	ok = spool_open(path, store_path(store), &limits, &spool, err) && import(&x, spool, &r, err);

	body_close(x.body);
	for (size_t i = 0; i < x.handed_n; i++) {
		free(x.handed[i].name);
		buf_free(&x.handed[i].text);
	}
	free(x.handed);
	if (ok)
		*result = r;
	else
		err_wrap(err, "%s", o->called != NULL ? o->called : path);
	return ok;
}
