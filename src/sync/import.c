#include "sync/import.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "store/changes.h"
#include "store/store.h"
#include "sync/body.h"
#include "sync/spool.h"

enum { TELL_EVERY = 8192 };

struct import {
	struct store *store;
	const struct import_options *o;
	struct body *body;
	const struct body_head *head;
};

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
	return err_set(err, _("the import was stopped; the next one goes on from here"));
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
	if ((x->o->file == NULL || strcmp(x->o->file, x->head->file) == 0) &&
	    (x->o->from == NULL || strcmp(x->o->from, x->head->from) == 0))
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
	return true;
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
		.made_ms = h->made_ms, .hlc = h->hlc, .changes = h->changes };
	struct merge_progress progress = { 0 };
	struct merge *m = NULL;
	bool ok = merge_begin(x->store, &file, &m, &progress, err);

	r->known = ok && progress.known;
	if (ok && !progress.known)
		ok = announce(x, m, err) && body_rewind(x->body, err) &&
		    add_all(x, m, progress.done, err) && merge_end(m, &r->merged, err);
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

static bool
import(struct import *x, FILE *spool, struct import_result *r, struct err *err)
{
	const struct body_world world = { x->store, chain_at, record_key };

	if (!body_open(spool, &world, &x->body, err))
		return false;
	x->head = body_head(x->body);
	snprintf(r->file, sizeof r->file, "%s", x->head->file);
	snprintf(r->from, sizeof r->from, "%s", x->head->from);
	r->made_ms = x->head->made_ms;
	r->changes = x->head->changes;
	return as_sealed(x, err) && meant_for_us(x, err) && check(x, err) && apply(x, r, err) &&
	    acknowledge(x, r, err);
}

bool
sync_import(struct store *store, const char *path, const struct import_options *o,
    struct import_result *result, struct err *err)
{
	struct import x = { .store = store, .o = o };
	struct import_result r = { 0 };
	FILE *spool;
	bool ok = spool_open(path, store_path(store), &spool_limits, &spool, err) &&
	    import(&x, spool, &r, err);

	body_close(x.body);
	if (ok)
		*result = r;
	else
		err_wrap(err, "%s", path);
	return ok;
}
