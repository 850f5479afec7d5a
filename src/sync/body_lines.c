/* What the lines of a body say: manifest, transactions, footer. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "form/form_yaml.h"
#include "form/worklist.h"
#include "store/chain.h"
#include "store/scope.h"
#include "sync/body_parts.h"

enum { FORMAT_VERSION = 1, NAME = 64, COUNTER_BITS = 16 };
static const int64_t exact = 9007199254740991; /* 2^53 - 1 */

/* ---- members ----------------------------------------------------------------- */

static const char *
text_of(const struct body *b, const struct jcs_value *v, size_t max, struct err *err)
{
	const char *s = jcs_string(v);

	if (s == NULL || v->n > max) {
		body_bad(b, err, s == NULL ? _("a text is missing") : _("a text is too long"));
		return NULL;
	}
	return s;
}

const char *
body_str(const struct body *b, const struct jcs_value *v, const char *key, size_t max, struct err *err)
{
	const char *s = text_of(b, jcs_member(v, key), max, err);

	if (s != NULL && !body_clean(s, false)) {
		body_bad(b, err, _("'%s' holds a control character"), key);
		return NULL;
	}
	return s;
}

static bool
int_of(
    const struct body *b, const struct jcs_value *v, int64_t min, int64_t max, int64_t *out, struct err *err)
{
	if (!jcs_is(v, JCS_INT) || v->of.i < min || v->of.i > max)
		return body_bad(b, err, _("a number is missing or out of bounds"));
	*out = v->of.i;
	return true;
}

bool
body_int(const struct body *b, const struct jcs_value *v, const char *key, int64_t min, int64_t max,
    int64_t *out, struct err *err)
{
	return int_of(b, jcs_member(v, key), min, max, out, err) || err_wrap(err, "%s", key);
}

bool
body_hex(const struct body *b, const char *text, void *out, size_t len, struct err *err)
{
	if (text == NULL || strlen(text) != 2 * len ||
	    strspn(text, "0123456789abcdef") != 2 * len || hex_parse(text, out, len) != 0)
		return body_bad(b, err, _("%zu hexadecimal digits are missing"), 2 * len);
	return true;
}

bool
body_clean(const char *s, bool lines)
{
	for (; *s != '\0'; s++)
		if (((unsigned char)*s < 0x20 && !(lines && (*s == '\n' || *s == '\t'))) ||
		    *s == 0x7F)
			return false;
	return true;
}

static bool
stamp_of(const struct body *b, const char *text, uint64_t *out, struct err *err)
{
	unsigned char bytes[8];

	if (!body_hex(b, text, bytes, sizeof bytes, err))
		return false;
	*out = 0;
	for (size_t i = 0; i < sizeof bytes; i++)
		*out = *out << 8 | bytes[i];
	if (*out >> 63 != 0)
		return body_bad(b, err, _("a stamp is out of bounds"));
	return true;
}

/* ---- manifest ------------------------------------------------------------------ */

static const char *
keep(struct body *b, const char *s)
{
	return s != NULL ? arena_strdup(b->arena, s) : NULL;
}

static bool
array_of(const struct body *b, const struct jcs_value *v, size_t max, struct err *err)
{
	if (!jcs_is(v, JCS_LIST) || jcs_size(v) > max)
		return body_bad(b, err, _("a list is missing or too long"));
	return true;
}

/* The i-th text of a list in the manifest, kept. */
static const char *
item(struct body *b, const struct jcs_value *row, size_t i, size_t max, struct err *err)
{
	const char *s = text_of(b, jcs_item(row, i), max, err);

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

	if (!array_of(b, list, BODY_EPOCHS, err))
		return false;
	b->head.epochs = arena_alloc(b->arena, jcs_size(list) * sizeof *b->head.epochs + 1);
	for (size_t i = 0; i < jcs_size(list); i++, row = jcs_after(row)) {
		struct body_epoch *e = &b->head.epochs[i];

		if ((e->id = item(b, row, 0, 32, err)) == NULL ||
		    !body_hex(b, e->id, id, sizeof id, err) ||
		    (e->site = item(b, row, 1, NAME, err)) == NULL ||
		    !int_of(b, jcs_item(row, 2), 0, exact, &e->made_ms, err) ||
		    (e->parent = item(b, row, 3, 32, err)) == NULL ||
		    (e->why = item(b, row, 4, NAME, err)) == NULL)
			return false;
	}
	b->head.epochs_n = jcs_size(list);
	return true;
}

static bool
forms(struct body *b, const struct jcs_value *list, struct err *err)
{
	const struct jcs_value *row = jcs_first(list);

	if (!array_of(b, list, BODY_FORMS, err))
		return false;
	b->head.forms = arena_alloc(b->arena, jcs_size(list) * sizeof *b->head.forms + 1);
	for (size_t i = 0; i < jcs_size(list); i++, row = jcs_after(row)) {
		struct body_form *f = &b->head.forms[i];

		if ((f->id = item(b, row, 0, 2 * NAME, err)) == NULL ||
		    (f->version = item(b, row, 1, 2 * NAME, err)) == NULL ||
		    (f->hash = item(b, row, 2, NAME, err)) == NULL)
			return false;
	}
	b->head.forms_n = jcs_size(list);
	return true;
}

static bool
have(struct body *b, const struct jcs_value *list, struct err *err)
{
	const struct jcs_value *row = jcs_first(list);

	if (!array_of(b, list, BODY_EPOCHS, err))
		return false;
	b->head.have = arena_alloc(b->arena, jcs_size(list) * sizeof *b->head.have + 1);
	for (size_t i = 0; i < jcs_size(list); i++, row = jcs_after(row)) {
		struct body_have *h = &b->head.have[i];

		if ((h->epoch = item(b, row, 0, 32, err)) == NULL ||
		    !int_of(b, jcs_item(row, 1), 0, exact, &h->seq, err) ||
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

	if (epoch == NULL || !body_int(b, v, "from", 1, exact, &r->from, err) ||
	    !body_int(b, v, "to", r->from - 1, exact, &r->to, err) ||
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

	if (older != NULL && !array_of(b, older, BODY_EPOCHS, err))
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
	    !body_int(b, p, "after", 0, exact, &out->after, err) ||
	    !body_int(b, p, "to", out->after, exact, &out->to, err) ||
	    !body_hex(b, jcs_string(jcs_member(p, "c1")), out->c1, HASH_BYTES, err))
		return false;
	memcpy(out->id, id, sizeof out->id);
	list = jcs_item(scope, 0);
	if (!array_of(b, list, BODY_FORMS, err))
		return false;
	one = jcs_first(list);
	for (size_t i = 0; i < jcs_size(list); i++, one = jcs_after(one)) {
		const char *s = text_of(b, one, NAME, err);

		ok = ok && s != NULL && body_clean(s, false) && strchr(s, ' ') == NULL;
		if (ok)
			buf_addf(&prefixes, "%s%s", i > 0 ? " " : "", s);
	}
	b->head.scope = keep(b, buf_str(&prefixes));
	b->head.part = out;
	buf_free(&prefixes);
	return ok || body_bad(b, err, _("a name holds a control character"));
}

static bool
counts(const struct body *b, const struct jcs_value *v, int64_t *tx, int64_t *changes, struct err *err)
{
	const struct jcs_value *n = jcs_member(v, "n");

	return body_int(b, n, "tx", 0, BODY_CHANGES, tx, err) &&
	       body_int(b, n, "changes", 0, BODY_CHANGES, changes, err);
}

bool
body_manifest(struct body *b, const struct jcs_value *v, struct err *err)
{
	struct body_head *h = &b->head;
	const char *kind = jcs_string(jcs_member(v, "k"));
	int64_t format;

	if (kind == NULL || strcmp(kind, "m") != 0)
		return err_set(err, _("it is not a sync file"));
	if (!body_int(b, v, "v", 1, exact, &format, err))
		return false;
	if (format != FORMAT_VERSION)
		return err_set(err, _("it is of format %lld; a newer program is needed to read it"),
		    (long long)format);
	return (h->file = keep(b, body_str(b, v, "file", NAME, err))) != NULL &&
	       (h->from = keep(b, body_str(b, v, "from", NAME, err))) != NULL &&
	       (h->to = keep(b, body_str(b, v, "to", NAME, err))) != NULL &&
	       (h->program = keep(b, body_str(b, v, "prog", 2 * NAME, err))) != NULL &&
	       body_int(b, v, "made", 0, exact, &h->made_ms, err) &&
	       stamp_of(b, jcs_string(jcs_member(v, "hlc")), &h->hlc, err) &&
	       counts(b, v, &h->tx, &h->changes, err) && epochs(b, jcs_member(v, "epochs"), err) &&
	       forms(b, jcs_member(v, "forms"), err) && have(b, jcs_member(v, "have"), err) &&
	       part(b, v, err) && ranges(b, v, err);
}

/* ---- forms --------------------------------------------------------------------- */

bool
body_form(struct body *b, const struct jcs_value *v, struct err *err)
{
	const char *name = "", *text = text_of(b, jcs_member(v, "t"), BODY_LINE, err);
	int64_t form;

	if (text == NULL || !body_int(b, v, "f", 0, (int64_t)b->head.forms_n - 1, &form, err) ||
	    (jcs_member(v, "n") != NULL && (name = body_str(b, v, "n", 255, err)) == NULL))
		return false;
	if (name[0] != '\0' && !form_file_inside(name))
		return body_bad(b, err, _("a file beside a form is not named as it should be"));
	return b->on_form == NULL || b->on_form(b->on_form_ctx, (size_t)form, name, text,
	    jcs_member(v, "t")->n, err);
}

bool
body_worklist(struct body *b, const struct jcs_value *v, struct err *err)
{
	const char *text = text_of(b, jcs_member(v, "t"), BODY_LINE, err);
	const char *name = text != NULL ? body_str(b, v, "n", 255, err) : NULL;

	if (name == NULL)
		return false;
	if (!worklist_file_name(name))
		return body_bad(b, err, _("a file of worklists is not named as it should be"));
	return b->on_form == NULL || b->on_form(b->on_form_ctx, BODY_WORKLIST, name, text,
	    jcs_member(v, "t")->n, err);
}

/* ---- transactions -------------------------------------------------------------- */

static bool
is_uuid(const char *s)
{
	if (strlen(s) != 36)
		return false;
	for (int i = 0; i < 36; i++) {
		bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;

		if (hyphen ? s[i] != '-' : strchr("0123456789abcdef", s[i]) == NULL)
			return false;
	}
	return true;
}

static struct body_range *
range_of(struct body *b, size_t epoch)
{
	for (size_t i = 0; i < b->ranges_n; i++)
		if (b->ranges[i].epoch == epoch)
			return &b->ranges[i];
	return NULL;
}

/* The record's key: of this line, of an earlier one, or of the database. NULL: it is
 * erased with what it belonged to; then no value may be in the line. */
static bool
find_key(struct body *b, const struct jcs_value *line, struct err *err)
{
	const struct jcs_value *rk = jcs_member(line, "rk");
	void **slot = map_get(b->records, b->change.record);
	unsigned char key[HASH_BYTES];
	bool found = false;

	b->record = slot != NULL ? *slot : NULL;

	if (rk != NULL) {
		if (!body_hex(b, jcs_string(rk), key, sizeof key, err))
			return false;
		if (b->record != NULL && memcmp(b->record->key, key, sizeof key) != 0)
			return body_bad(b, err, _("a record has two keys"));
	}
	if (b->record == NULL) {
		if (rk == NULL &&
		    (!b->world.record_key(b->world.ctx, b->change.record, key, &found, err)))
			return false;
		b->change.record_key = NULL;
		if (rk == NULL && !found)
			return true;
		b->record = arena_alloc(b->arena, sizeof *b->record);
		*b->record = (struct body_record){ .rows = 0 };
		memcpy(b->record->key, key, sizeof key);
		map_put(b->records, arena_strdup(b->arena, b->change.record), b->record);
	}
	b->change.record_key = b->record->key;
	return true;
}

static bool
reference(struct body *b, const struct jcs_value *v, struct change_ref *ref, struct err *err)
{
	int64_t epoch = 0;

	if (!jcs_is(v, JCS_LIST) || jcs_size(v) != 3 ||
	    !int_of(b, jcs_item(v, 0), 0, (int64_t)b->head.epochs_n - 1, &epoch, err) ||
	    !int_of(b, jcs_item(v, 1), 1, exact, &ref->seq, err) ||
	    !body_hex(b, jcs_string(jcs_item(v, 2)), ref->chain, 4, err))
		return body_bad(
		    b, err, _("a reference to an earlier change is not as it should be"));
	ref->epoch = b->head.epochs[epoch].id;
	return true;
}

static bool
others(struct body *b, const struct jcs_value *list, struct err *err)
{
	const struct jcs_value *one = jcs_first(list);

	if (!array_of(b, list, BODY_EPOCHS, err))
		return false;
	b->others = xgrow(b->others, &b->others_cap, jcs_size(list) + 1, sizeof *b->others);
	for (size_t i = 0; i < jcs_size(list); i++, one = jcs_after(one)) {
		b->others[i] = (struct change_ref){ 0 };
		if (!reference(b, one, &b->others[i], err))
			return false;
	}
	b->change.others = b->others;
	b->change.others_n = jcs_size(list);
	return true;
}

/* A change that stands alone says what its chain hash was made from ("x"), or where
 * its sender does not have that, what it is ("y"); and which heads are beside it. */
static bool
part_line(struct body *b, const struct jcs_value *line, struct err *err)
{
	const struct jcs_value *x = jcs_member(line, "x"), *y = jcs_member(line, "y"), *o = jcs_member(line, "o");
	size_t n = jcs_size(jcs_member(line, "c"));

	if ((x != NULL) == (y != NULL) || (y != NULL && n != 1) || (o != NULL && n != 1))
		return body_bad(b, err, _("a change of a part does not say where it stood"));
	b->told = y != NULL;
	b->change.left = jcs_member(line, "l") != NULL;
	return body_hex(b, jcs_string(x != NULL ? x : y), b->chain, HASH_BYTES, err) &&
	    (o == NULL || others(b, o, err));
}

bool
body_transaction(struct body *b, const struct jcs_value *line, struct err *err)
{
	struct change *c = &b->change;
	const struct jcs_value *w = jcs_member(line, "w"), *g = jcs_member(line, "g");
	const struct jcs_value *cells = jcs_member(line, "c");
	int64_t epoch, form, flags = 0;

	b->cells = jcs_size(cells);
	b->at = jcs_first(cells);
	b->cell = 0;
	b->tx++;
	*c = (struct change){.row = "", .tx = b->line_no};
	if (!body_int(b, line, "e", 0, (int64_t)b->head.epochs_n - 1, &epoch, err) ||
	    !body_int(b, line, "f", 0, (int64_t)b->head.forms_n - 1, &form, err) ||
	    !body_int(b, line, "q", 1, exact, &c->seq, err) ||
	    (g != NULL && !body_int(b, line, "g", 1, 7, &flags, err)) ||
	    (c->author = body_str(b, line, "a", NAME, err)) == NULL ||
	    (c->record = body_str(b, line, "r", 36, err)) == NULL ||
	    (w != NULL && (c->row = body_str(b, line, "w", 36, err)) == NULL) ||
	    !stamp_of(b, jcs_string(jcs_member(line, "h")), &c->hlc, err))
		return false;
	if (!is_uuid(c->record) || (w != NULL && !is_uuid(c->row)) || c->author[0] == '\0')
		return body_bad(b, err, _("a record, row or author is not named as it should be"));
	if (b->cells == 0)
		return body_bad(b, err, _("a transaction without changes"));
	b->range = range_of(b, (size_t)epoch);
	c->part = b->head.part != NULL;
	if (c->part ? b->changes + (int64_t)b->cells > b->head.changes :
	    b->range == NULL || c->seq != b->range->next)
		return body_bad(
		    b, err, _("change %lld stands where it should not"), (long long)c->seq);
	c->epoch = b->head.epochs[epoch].id;
	c->form = b->head.forms[form].id;
	c->version = b->head.forms[form].version;
	c->flags = (unsigned)flags;
	c->record_first = jcs_member(line, "rk") != NULL;
	return find_key(b, line, err) && (!c->part || part_line(b, line, err));
}

/* ---- one change ------------------------------------------------------------------ */

static struct change_ref *
new_ref(struct body *b)
{
	b->prev = xgrow(b->prev, &b->prev_cap, b->change.prev_n + 1, sizeof *b->prev);
	b->prev[b->change.prev_n] = (struct change_ref){ 0 };
	return &b->prev[b->change.prev_n++];
}

/* "-5": the change five numbers earlier, in the file or in the database. */
static bool
back_reference(struct body *b, const struct jcs_value *v, struct err *err)
{
	struct change_ref *ref = new_ref(b);
	const struct body_range *r = b->range;
	bool found = false;
	int64_t back = 0;

	if (b->change.part)
		return body_bad(b, err, _("a reference to an earlier change is not as it should be"));
	if (!int_of(b, v, 1 - b->change.seq, -1, &back, err))
		return false;
	ref->epoch = b->change.epoch;
	ref->seq = b->change.seq + back;
	if (ref->seq >= r->from) {
		memcpy(ref->chain, &r->heads[ref->seq - r->from], 4);
		return true;
	}
	if (!b->world.chain_at(b->world.ctx, ref->epoch, ref->seq, ref->chain, &found, err))
		return false;
	return found || body_bad(b, err,
			    _("it goes on from changes that are not here; ask for a "
			      "file with all changes (ruhu export --all)"));
}

static bool
heads(struct body *b, const struct jcs_value *v, struct err *err)
{
	const struct jcs_value *one = jcs_first(v);

	b->change.prev_n = 0;
	if (jcs_is(v, JCS_NULL))
		return true;
	if (jcs_is(v, JCS_INT))
		return back_reference(b, v, err);
	if (!jcs_is(v, JCS_LIST) || jcs_size(v) == 0 || jcs_size(v) > BODY_EPOCHS)
		return body_bad(b, err, _("a change does not say what it follows"));
	for (size_t i = 0; i < jcs_size(v); i++, one = jcs_after(one))
		if (!reference(b, one, new_ref(b), err))
			return false;
	return true;
}

static bool
field_fits(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= 256 && body_clean(s, false) && strchr(s, ' ') == NULL;
}

static bool
value_of(struct body *b, const struct jcs_value *cell, struct err *err)
{
	struct change *c = &b->change;
	const struct jcs_value *v = jcs_item(cell, 1), *reason = jcs_item(cell, 4);

	c->value = NULL;
	c->value_hash = NULL;
	c->reason = "";
	if (jcs_is(v, JCS_OBJECT)) {
		if (!body_hex(b, jcs_string(jcs_member(v, "b2")), b->value_hash, HASH_BYTES, err))
			return false;
		c->value_hash = b->value_hash;
		v = jcs_member(v, "v");
		if (v != NULL && c->field[0] != '$')
			return body_bad(b, err, _("a value is both erased and there"));
	} else if (!jcs_is(v, JCS_NULL) && c->record_key == NULL) {
		return body_bad(b, err, _("the beginning of a record was in an earlier file that has "
		    "not come; ask for a file with all changes (ruhu export --all)"));
	}
	if (v != NULL && !jcs_is(v, JCS_NULL)) {
		if ((c->value = text_of(b, v, BODY_VALUE, err)) == NULL)
			return false;
		if (!body_clean(c->value, true))
			return body_bad(b, err, _("a value holds a control character"));
	}
	if (reason != NULL) {
		if ((c->reason = text_of(b, reason, NAME, err)) == NULL)
			return false;
		if (missing_by_name(c->reason) == MISSING_NONE || c->value != NULL)
			return body_bad(b, err, _("'%s' is no reason for a missing answer"),
			    body_clean(c->reason, false) ? c->reason : "?");
	}
	return true;
}

/* The stamp follows from the one before (docs/sync-file.md). */
static bool
next_stamp(struct body *b, const struct jcs_value *v, struct err *err)
{
	struct change *c = &b->change;
	int64_t ms = 0;

	if (!int_of(b, v, 0, (int64_t)1 << 46, &ms, err))
		return false;
	if (b->cell == 0)
		return ms == 0 || body_bad(b, err,
				      _("the first change of a line has a time before "
					"it"));
	c->hlc = ms == 0 ? c->hlc + 1 : ((c->hlc >> COUNTER_BITS) + (uint64_t)ms) << COUNTER_BITS;
	return c->hlc >> 63 == 0 || body_bad(b, err, _("a stamp is out of bounds"));
}

/* The chain hash of the change, made or read back; where it cannot be kept, the second
 * reading makes it again. */
static bool
make_chain(struct body *b, const unsigned char *before, struct err *err)
{
	if (b->checked && b->chains != NULL)
		return fread(b->chain, HASH_BYTES, 1, b->chains) == 1 ||
		    err_unable(err, _("the copy cannot be read again"));
	if (!b->told || !b->change.part)
		chain_next(before, &b->change, b->chain);
	if (b->chains != NULL && fwrite(b->chain, HASH_BYTES, 1, b->chains) != 1) {
		fclose(b->chains);
		b->chains = NULL;
	}
	return true;
}

static bool
link_chain(struct body *b, struct err *err)
{
	struct body_range *r = b->range;
	size_t n;

	b->change.prev = b->prev;
	b->change.chain = b->chain;
	if (b->change.part)
		return make_chain(b, b->chain, err);
	if (!make_chain(b, r->chain, err))
		return false;
	n = (size_t)(b->change.seq - r->from);
	memcpy(r->chain, b->chain, HASH_BYTES);
	r->heads = xgrow(r->heads, &r->cap, n + 1, sizeof *r->heads);
	memcpy(&r->heads[n], b->chain, 4);
	return true;
}

bool
body_change(struct body *b, struct err *err)
{
	const struct jcs_value *cell = b->at;
	struct change *c = &b->change;
	size_t n = jcs_size(cell);

	if (n != 4 && n != 5)
		return body_bad(b, err, _("a change has 4 or 5 parts, this one has %zu"), n);
	if (b->cell > 0)
		c->seq++;
	if (!c->part && c->seq > b->range->to)
		return body_bad(b, err, _("more changes than the manifest says"));
	if ((c->field = text_of(b, jcs_item(cell, 0), 256, err)) == NULL)
		return false;
	if (!field_fits(c->field))
		return body_bad(b, err, _("a question is not named as it should be"));
	if (!b->checked && b->record != NULL && strcmp(c->field, FIELD_UP) == 0 &&
	    ++b->record->rows > BODY_ROWS)
		return body_bad(b, err, _("more than %d rows in one record"), BODY_ROWS);
	if (!value_of(b, cell, err) || !heads(b, jcs_item(cell, 2), err) ||
	    !next_stamp(b, jcs_item(cell, 3), err) || !link_chain(b, err))
		return false;
	if (!c->part)
		b->range->next = c->seq + 1;
	b->at = jcs_after(cell);
	b->cell++;
	b->changes++;
	return true;
}

/* ---- footer ------------------------------------------------------------------------ */

bool
body_footer(struct body *b, const struct jcs_value *v, struct err *err)
{
	unsigned char told[HASH_BYTES], real[HASH_BYTES];
	int64_t tx, changes;

	if (!counts(b, v, &tx, &changes, err) ||
	    !body_hex(b, jcs_string(jcs_member(v, "b2")), told, sizeof told, err))
		return false;
	if (tx != b->tx || changes != b->changes || tx != b->head.tx || changes != b->head.changes)
		return body_bad(b, err,
		    _("the number of lines or changes is not what the file says: "
		      "copy it again"));
	hash_stream_end(b->hash, real);
	b->hash = NULL;
	if (memcmp(told, real, sizeof real) != 0)
		return body_bad(b, err, _("the file was changed on the way: copy it again"));
	hex_format(told, sizeof told, b->head.b2);
	for (size_t i = 0; i < b->ranges_n; i++)
		if (b->ranges[i].next != b->ranges[i].to + 1 ||
		    memcmp(b->ranges[i].chain, b->ranges[i].c1, HASH_BYTES) != 0)
			return body_bad(b, err,
			    _("the chain of the changes is broken; ask for the "
			      "file again"));
	return true;
}
