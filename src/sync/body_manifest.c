/* The first line of a body, read: what the file says of itself. */
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "store/scope.h"
#include "sync/body_parts.h"

enum { FORMAT_VERSION = 1 };

static const char *
keep(struct body *b, const char *s)
{
	return s != NULL ? arena_strdup(b->arena, s) : NULL;
}

/* The i-th text of a list in the manifest, kept. */
static const char *
item(struct body *b, const struct jcs_value *row, size_t i, size_t max, struct err *err)
{
	const char *s = body_text(b, jcs_item(row, i), max, err);

	if (s != NULL && !body_clean(s, false)) {
		body_bad(b, err, _("a name holds a control character"));
		return NULL;
	}
	return keep(b, s);
}

static bool
epochs(struct body *b, const struct jcs_value *list, struct err *err)
{
	unsigned char id[16];
	const struct jcs_value *row = jcs_first(list);

	if (!body_list(b, list, BODY_EPOCHS, err))
		return false;
	b->head.epochs = arena_alloc(b->arena, jcs_size(list) * sizeof *b->head.epochs + 1);
	for (size_t i = 0; i < jcs_size(list); i++, row = jcs_after(row)) {
		struct body_epoch *e = &b->head.epochs[i];

		if ((e->id = item(b, row, 0, 32, err)) == NULL ||
		    !body_hex(b, e->id, id, sizeof id, err) ||
		    (e->site = item(b, row, 1, BODY_NAME, err)) == NULL ||
		    !body_number(b, jcs_item(row, 2), 0, BODY_EXACT, &e->made_ms, err) ||
		    (e->parent = item(b, row, 3, 32, err)) == NULL ||
		    (e->why = item(b, row, 4, BODY_NAME, err)) == NULL)
			return false;
	}
	b->head.epochs_n = jcs_size(list);
	return true;
}

static bool
forms(struct body *b, const struct jcs_value *list, struct err *err)
{
	const struct jcs_value *row = jcs_first(list);

	if (!body_list(b, list, BODY_FORMS, err))
		return false;
	b->head.forms = arena_alloc(b->arena, jcs_size(list) * sizeof *b->head.forms + 1);
	for (size_t i = 0; i < jcs_size(list); i++, row = jcs_after(row)) {
		struct body_form *f = &b->head.forms[i];

		if ((f->id = item(b, row, 0, 2 * BODY_NAME, err)) == NULL ||
		    (f->version = item(b, row, 1, 2 * BODY_NAME, err)) == NULL ||
		    (f->hash = item(b, row, 2, BODY_NAME, err)) == NULL)
			return false;
	}
	b->head.forms_n = jcs_size(list);
	return true;
}

static bool
have(struct body *b, const struct jcs_value *list, struct err *err)
{
	const struct jcs_value *row = jcs_first(list);

	if (!body_list(b, list, BODY_EPOCHS, err))
		return false;
	b->head.have = arena_alloc(b->arena, jcs_size(list) * sizeof *b->head.have + 1);
	for (size_t i = 0; i < jcs_size(list); i++, row = jcs_after(row)) {
		struct body_have *h = &b->head.have[i];

		if ((h->epoch = item(b, row, 0, 32, err)) == NULL ||
		    !body_number(b, jcs_item(row, 1), 0, BODY_EXACT, &h->seq, err) ||
		    !body_hex(
			b, jcs_string(jcs_item(row, 2)), h->chain, HASH_BYTES, err))
			return false;
	}
	b->head.have_n = jcs_size(list);
	return true;
}

static bool
epoch_place(const struct body *b, const char *id, size_t *place)
{
	for (size_t i = 0; i < b->head.epochs_n; i++)
		if (strcmp(b->head.epochs[i].id, id) == 0) {
			*place = i;
			return true;
		}
	return false;
}

/* A range must join what is here: its chain goes on from ours. */
static bool
range(struct body *b, const struct jcs_value *v, struct err *err)
{
	struct body_range *r = &b->ranges[b->ranges_n];
	const char *epoch = body_str(b, v, "epoch", 32, err);
	unsigned char ours[HASH_BYTES];
	bool found = false;

	if (epoch == NULL || !body_int(b, v, "from", 1, BODY_EXACT, &r->from, err) ||
	    !body_int(b, v, "to", r->from - 1, BODY_EXACT, &r->to, err) ||
	    !body_hex(b, jcs_string(jcs_member(v, "c0")), r->c0, HASH_BYTES, err) ||
	    !body_hex(b, jcs_string(jcs_member(v, "c1")), r->c1, HASH_BYTES, err))
		return false;
	if (!epoch_place(b, epoch, &r->epoch))
		return body_bad(b, err, _("a range names an epoch that is not listed"));
	for (size_t i = 0; i < b->ranges_n; i++)
		if (b->ranges[i].epoch == r->epoch)
			return body_bad(b, err, _("an epoch has two ranges"));
	if (r->from == 1)
		memset(ours, 0, sizeof ours);
	else if (!b->world.chain_at(b->world.ctx, epoch, r->from - 1, ours, &found, err))
		return false;
	if ((r->from == 1 || found) && memcmp(ours, r->c0, HASH_BYTES) != 0)
		return body_bad(b, err,
		    _("it does not go on from the changes that are here; ask for "
		      "a file with all changes (ruhu export --all)"));
	memcpy(r->chain, r->c0, HASH_BYTES);
	r->next = r->from;
	b->ranges_n++;
	return true;
}

static bool
ranges(struct body *b, const struct jcs_value *v, struct err *err)
{
	const struct jcs_value *older = jcs_member(v, "older"), *one = jcs_first(older);
	int64_t n = 0;

	if (older != NULL && !body_list(b, older, BODY_EPOCHS, err))
		return false;
	b->ranges = arena_alloc(b->arena, (jcs_size(older) + 1) * sizeof *b->ranges);
	for (size_t i = 0; i < jcs_size(older); i++, one = jcs_after(one))
		if (!range(b, one, err))
			return false;
	if (!range(b, jcs_member(v, "stream"), err))
		return false;
	if (b->head.part != NULL) {
		for (size_t i = 0; i < b->ranges_n; i++)
			if (b->ranges[i].to >= b->ranges[i].from)
				return body_bad(b, err, _("a part has ranges"));
		return true;
	}
	for (size_t i = 0; i < b->ranges_n; i++) {
		if (b->ranges[i].to - b->ranges[i].from >= BODY_CHANGES)
			return body_bad(b, err, _("more than %d changes"), BODY_CHANGES);
		n += b->ranges[i].to - b->ranges[i].from + 1;
	}
	if (n != b->head.changes)
		return body_bad(b, err, _("the ranges and the number of changes do not agree"));
	return true;
}

/* What of a stream it is, and of which area. */
static bool
part(struct body *b, const struct jcs_value *v, struct err *err)
{
	const struct jcs_value *p = jcs_member(v, "part"), *scope = jcs_member(v, "scope"), *list, *one;
	struct buf prefixes = { 0 };
	struct part *out;
	const char *id;
	bool ok = true;

	if (p == NULL)
		return true;
	out = arena_alloc(b->arena, sizeof *out);
	if ((id = body_str(b, p, "id", 32, err)) == NULL ||
	    !body_hex(b, id, out->c1, 16, err) ||
	    !body_int(b, p, "after", 0, BODY_EXACT, &out->after, err) ||
	    !body_int(b, p, "to", out->after, BODY_EXACT, &out->to, err) ||
	    !body_hex(b, jcs_string(jcs_member(p, "c1")), out->c1, HASH_BYTES, err))
		return false;
	memcpy(out->id, id, sizeof out->id);
	list = jcs_item(scope, 0);
	if (!body_list(b, list, BODY_FORMS, err))
		return false;
	one = jcs_first(list);
	for (size_t i = 0; i < jcs_size(list); i++, one = jcs_after(one)) {
		const char *s = body_text(b, one, BODY_NAME, err);

		ok = ok && s != NULL && body_clean(s, false) && strchr(s, ' ') == NULL;
		if (ok)
			buf_addf(&prefixes, "%s%s", i > 0 ? " " : "", s);
	}
	b->head.scope = keep(b, buf_str(&prefixes));
	b->head.part = out;
	buf_free(&prefixes);
	return ok || body_bad(b, err, _("a name holds a control character"));
}

bool
body_manifest(struct body *b, const struct jcs_value *v, struct err *err)
{
	struct body_head *h = &b->head;
	const char *kind = jcs_string(jcs_member(v, "k"));
	int64_t format;

	if (kind == NULL || strcmp(kind, "m") != 0)
		return err_set(err, _("it is not a sync file"));
	if (!body_int(b, v, "v", 1, BODY_EXACT, &format, err))
		return false;
	if (format != FORMAT_VERSION)
		return err_set(err, _("it is of format %lld; a newer program is needed to read it"),
		    (long long)format);
	return (h->file = keep(b, body_str(b, v, "file", BODY_NAME, err))) != NULL &&
	       (h->from = keep(b, body_str(b, v, "from", BODY_NAME, err))) != NULL &&
	       (h->to = keep(b, body_str(b, v, "to", BODY_NAME, err))) != NULL &&
	       (h->program = keep(b, body_str(b, v, "prog", 2 * BODY_NAME, err))) != NULL &&
	       body_int(b, v, "made", 0, BODY_EXACT, &h->made_ms, err) &&
	       body_stamp(b, jcs_string(jcs_member(v, "hlc")), &h->hlc, err) &&
	       body_counts(b, v, &h->tx, &h->changes, err) && epochs(b, jcs_member(v, "epochs"), err) &&
	       forms(b, jcs_member(v, "forms"), err) && have(b, jcs_member(v, "have"), err) &&
	       part(b, v, err) && ranges(b, v, err);
}
