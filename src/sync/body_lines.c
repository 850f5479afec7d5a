/* What the lines of a body after the manifest say: forms, transactions, footer. */
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "form/form_yaml.h"
#include "form/worklist.h"
#include "store/chain.h"
#include "sync/body_parts.h"

enum { COUNTER_BITS = 16 };

/* ---- forms --------------------------------------------------------------------- */

bool
body_form(struct body *b, const struct jcs_value *v, struct err *err)
{
	const char *name = "", *text = body_text(b, jcs_member(v, "t"), BODY_LINE, err);
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
	const char *text = body_text(b, jcs_member(v, "t"), BODY_LINE, err);
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
	    !body_number(b, jcs_item(v, 0), 0, (int64_t)b->head.epochs_n - 1, &epoch, err) ||
	    !body_number(b, jcs_item(v, 1), 1, BODY_EXACT, &ref->seq, err) ||
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

	if (!body_list(b, list, BODY_EPOCHS, err))
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
	    !body_int(b, line, "q", 1, BODY_EXACT, &c->seq, err) ||
	    (g != NULL && !body_int(b, line, "g", 1, 7, &flags, err)) ||
	    (c->author = body_str(b, line, "a", BODY_NAME, err)) == NULL ||
	    (c->record = body_str(b, line, "r", 36, err)) == NULL ||
	    (w != NULL && (c->row = body_str(b, line, "w", 36, err)) == NULL) ||
	    !body_stamp(b, jcs_string(jcs_member(line, "h")), &c->hlc, err))
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
	if (!body_number(b, v, 1 - b->change.seq, -1, &back, err))
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
		if ((c->value = body_text(b, v, BODY_VALUE, err)) == NULL)
			return false;
		if (!body_clean(c->value, true))
			return body_bad(b, err, _("a value holds a control character"));
	}
	if (reason != NULL) {
		if ((c->reason = body_text(b, reason, BODY_NAME, err)) == NULL)
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

	if (!body_number(b, v, 0, (int64_t)1 << 46, &ms, err))
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
	if ((c->field = body_text(b, jcs_item(cell, 0), 256, err)) == NULL)
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

	if (!body_counts(b, v, &tx, &changes, err) ||
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
