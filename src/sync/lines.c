#include "sync/lines.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/tr.h"
#include "store/changes.h"
#include "sync/jcs.h"

/* Room in a line for what stands round its changes. */
enum { ROUND = 1024, COUNTER_BITS = 16 };

size_t
names_add(struct names *n, const char *a, const char *b)
{
	n->v = xgrow(n->v, &n->cap, n->n + 1, sizeof *n->v);
	n->v[n->n] = (struct name){ xstrdup(a), xstrdup(b) };
	return n->n++;
}

bool
names_find(struct names *n, const char *a, const char *b, size_t *place)
{
	for (size_t i = 0; i < n->n; i++) {
		size_t at = (n->last + i) % n->n;

		if (strcmp(n->v[at].a, a) == 0 && strcmp(n->v[at].b, b) == 0) {
			*place = n->last = at;
			return true;
		}
	}
	return false;
}

void
names_free(struct names *n)
{
	for (size_t i = 0; i < n->n; i++) {
		free(n->v[i].a);
		free(n->v[i].b);
	}
	free(n->v);
	*n = (struct names){ 0 };
}

/* A stamp as a reader of the line computes it from the one before: the counter
 * goes up by one, or the time by `ms` and the counter starts anew. */
static bool
stamp_follows(uint64_t before, uint64_t now, int64_t *ms)
{
	*ms = (int64_t)(now >> COUNTER_BITS) - (int64_t)(before >> COUNTER_BITS);
	if (*ms == 0)
		return now == before + 1;
	return *ms > 0 && (now & ((1u << COUNTER_BITS) - 1)) == 0;
}

static bool
fits(const struct lines *l, const struct change *c, size_t epoch, size_t form, int64_t *ms)
{
	if (l->alone || c->others_n > 0 || (c->part && c->chain_before == NULL))
		return false;
	return l->open && l->tx == c->tx && l->next_seq == c->seq && l->epoch == epoch &&
	    l->form == form && l->flags == c->flags && (c->part || l->first == c->record_first) &&
	    strcmp(buf_str(&l->record), c->record) == 0 &&
	    strcmp(buf_str(&l->row), c->row) == 0 &&
	    strcmp(buf_str(&l->author), c->author) == 0 && stamp_follows(l->last_hlc, c->hlc, ms);
}

/* [[epoch, number, "8 hex digits"], ...] */
static bool
add_refs(struct lines *l, struct jcs *j, const struct change_ref *refs, size_t n, int64_t seq,
    struct err *err)
{
	jcs_open(j, '[');
	for (size_t i = 0; i < n; i++) {
		char hex[9];
		size_t epoch;

		if (!names_find(l->epochs, refs[i].epoch, "", &epoch))
			return err_set(err, _("change %lld follows one of an epoch that is not "
			    "known here; 'ruhu doctor' tells more"), (long long)seq);
		hex_format(refs[i].chain, 4, hex);
		jcs_open(j, '[');
		jcs_int(j, (int64_t)epoch);
		jcs_int(j, refs[i].seq);
		jcs_str(j, hex);
		jcs_close(j, ']');
	}
	jcs_close(j, ']');
	return true;
}

static bool
add_heads(struct lines *l, struct jcs *j, const struct change *c, struct err *err)
{
	if (c->prev_n == 0) {
		jcs_null(j);
		return true;
	}
	if (!c->part && c->prev_n == 1 && strcmp(c->prev[0].epoch, c->epoch) == 0 &&
	    c->prev[0].seq < c->seq && c->prev[0].seq >= l->from) {
		jcs_int(j, c->prev[0].seq - c->seq);
		return true;
	}
	return add_refs(l, j, c->prev, c->prev_n, c->seq, err);
}

/* Of an erased value its hash is left, and of the program's own fields what they say. */
static void
add_value(struct jcs *j, const struct change *c)
{
	char hex[2 * HASH_BYTES + 1];

	if (c->value_hash == NULL) {
		jcs_str_or_null(j, c->value);
		return;
	}
	hex_format(c->value_hash, HASH_BYTES, hex);
	jcs_open(j, '{');
	jcs_key_str(j, "b2", hex);
	if (c->value != NULL)
		jcs_key_str(j, "v", c->value);
	jcs_close(j, '}');
}

/* [field, value, heads, milliseconds, reason?] */
static bool
cell(struct lines *l, const struct change *c, int64_t ms, struct err *err)
{
	struct jcs j = { &l->cells, l->cells.len > 0 };

	jcs_open(&j, '[');
	jcs_str(&j, c->field);
	add_value(&j, c);
	if (!add_heads(l, &j, c, err))
		return false;
	jcs_int(&j, ms);
	if (c->reason != NULL && c->reason[0] != '\0')
		jcs_str(&j, c->reason);
	jcs_close(&j, ']');
	return true;
}

static bool
begin(struct lines *l, const struct change *c, size_t epoch, size_t form, struct err *err)
{
	struct jcs j = jcs_into(&l->others);

	l->open = true;
	l->first = c->record_first;
	buf_set_str(&l->author, c->author);
	buf_set_str(&l->record, c->record);
	buf_set_str(&l->row, c->row);
	buf_reset(&l->cells);
	l->epoch = epoch;
	l->form = form;
	l->flags = c->flags;
	l->seq = c->seq;
	l->tx = c->tx;
	l->hlc = c->hlc;
	l->keyed = c->record_key != NULL;
	if (l->keyed)
		memcpy(l->key, c->record_key, sizeof l->key);
	l->part = c->part;
	l->left = c->left;
	l->before = c->part && c->chain_before != NULL;
	l->alone = c->others_n > 0 || (c->part && !l->before);
	if (c->part)
		memcpy(l->chain, l->before ? c->chain_before : c->chain, sizeof l->chain);
	buf_reset(&l->others);
	return c->others_n == 0 || add_refs(l, &j, c->others, c->others_n, c->seq, err);
}

static void
compose(struct lines *l)
{
	struct jcs j = jcs_into(&l->line);
	char hex[2 * sizeof l->key + 1], stamp[17];

	buf_reset(&l->line);
	snprintf(stamp, sizeof stamp, "%016" PRIx64, l->hlc);
	jcs_open(&j, '{');
	jcs_key_str(&j, "a", buf_str(&l->author));
	jcs_key(&j, "c");
	jcs_open(&j, '[');
	buf_add(&l->line, buf_str(&l->cells), l->cells.len);
	jcs_close(&j, ']');
	jcs_key_int(&j, "e", (int64_t)l->epoch);
	jcs_key_int(&j, "f", (int64_t)l->form);
	if (l->flags != 0)
		jcs_key_int(&j, "g", (int64_t)l->flags);
	jcs_key_str(&j, "h", stamp);
	jcs_key_str(&j, "k", "t");
	if (l->left)
		jcs_key_int(&j, "l", 1);
	if (l->others.len > 0) {
		jcs_key(&j, "o");
		buf_add(&l->line, l->others.data, l->others.len);
		j.comma = true;
	}
	jcs_key_int(&j, "q", l->seq);
	jcs_key_str(&j, "r", buf_str(&l->record));
	if (l->first && l->keyed) {
		hex_format(l->key, sizeof l->key, hex);
		jcs_key_str(&j, "rk", hex);
	}
	if (l->row.len > 0)
		jcs_key_str(&j, "w", buf_str(&l->row));
	if (l->part) {
		hex_format(l->chain, sizeof l->chain, hex);
		jcs_key_str(&j, l->before ? "x" : "y", hex);
	}
	jcs_close(&j, '}');
	buf_add_char(&l->line, '\n');
}

bool
lines_end(struct lines *l, struct err *err)
{
	if (!l->open)
		return true;
	l->open = false;
	l->count++;
	if (l->put == NULL)
		return true;
	compose(l);
	if (l->line.len > LINE_LIMIT)
		return err_set(err, _("change %lld is too long to be sent: a line holds %d "
		    "bytes"), (long long)l->seq, LINE_LIMIT);
	return l->put(l->ctx, l->line.data, l->line.len, err);
}

bool
lines_add(struct lines *l, const struct change *c, struct err *err)
{
	size_t epoch, form, before = l->cells.len;
	int64_t ms = 0;

	if (!names_find(l->epochs, c->epoch, "", &epoch) ||
	    !names_find(l->forms, c->form, c->version, &form))
		return err_set(err, _("change %lld names a form or epoch that is not in the "
		    "database; 'ruhu doctor' tells more"), (long long)c->seq);
	if (!fits(l, c, epoch, form, &ms)) {
		if (!lines_end(l, err))
			return false;
		if (!begin(l, c, epoch, form, err))
			return false;
		ms = 0;
	}
	before = l->cells.len;
	if (!cell(l, c, ms, err))
		return false;
	if (before > 0 && l->cells.len > LINE_LIMIT - ROUND) {
		/* It goes into a line of its own, where it is the first. */
		buf_cut(&l->cells, before);
		if (!lines_end(l, err))
			return false;
		if (!begin(l, c, epoch, form, err) || !cell(l, c, 0, err))
			return false;
	}
	l->last_hlc = c->hlc;
	l->next_seq = c->seq + 1;
	l->changes++;
	return true;
}

void
lines_free(struct lines *l)
{
	buf_free(&l->author);
	buf_free(&l->record);
	buf_free(&l->row);
	buf_free(&l->cells);
	buf_free(&l->line);
	buf_free(&l->others);
}
