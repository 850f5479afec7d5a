#include "store/chain.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"

static void
json_string(struct buf *out, const char *s)
{
	buf_add_char(out, '"');
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;
		const char *from = s;

		/* Most texts need no escape: a run of bytes at once. */
		while ((unsigned char)*s >= 0x20 && *s != '"' && *s != '\\')
			s++;
		if (s > from) {
			buf_add(out, from, (size_t)(s - from));
			s--;
			continue;
		}

		switch (c) {
		case '"': buf_add_str(out, "\\\""); break;
		case '\\': buf_add_str(out, "\\\\"); break;
		case '\b': buf_add_str(out, "\\b"); break;
		case '\f': buf_add_str(out, "\\f"); break;
		case '\n': buf_add_str(out, "\\n"); break;
		case '\r': buf_add_str(out, "\\r"); break;
		case '\t': buf_add_str(out, "\\t"); break;
		default:
			if (c < 0x20)
				buf_addf(out, "\\u%04x", c);
			else
				buf_add_char(out, (char)c);
		}
	}
	buf_add_char(out, '"');
}

static void
member(struct buf *out, const char *key, const char *value)
{
	buf_add_str(out, out->len > 1 ? ",\"" : "\"");
	buf_add_str(out, key);
	buf_add_str(out, "\":");
	json_string(out, value);
}

static void
value_hash(const struct change *c, struct buf *out)
{
	const struct hash_part part = { c->value, c->value != NULL ? strlen(c->value) : 0 };
	unsigned char hash[HASH_BYTES];
	char hex[HASH_BYTES * 2 + 1];

	if (c->value == NULL && c->value_hash == NULL) {
		buf_add_str(out, ",\"v\":null");
		return;
	}
	if (c->value_hash == NULL)
		hash_parts(&part, 1, c->record_key, HASH_BYTES, hash);
	hex_format(c->value_hash != NULL ? c->value_hash : hash, HASH_BYTES, hex);
	member(out, "v", hex);
}

void
chain_json(const struct change *c, struct buf *out)
{
	char hex[17];

	buf_reset(out);
	buf_add_char(out, '{');
	member(out, "a", c->author);
	member(out, "e", c->epoch);
	member(out, "f", c->form);
	buf_addf(out, ",\"h\":\"%016" PRIx64 "\"", c->hlc);
	member(out, "n", c->field);
	buf_add_str(out, ",\"p\":[");
	for (size_t i = 0; i < c->prev_n; i++) {
		hex_format(c->prev[i].chain, 4, hex);
		buf_addf(out, "%s[\"%s\",%" PRId64 ",\"%s\"]", i > 0 ? "," : "",
		    c->prev[i].epoch, c->prev[i].seq, hex);
	}
	buf_addf(out, "],\"q\":%" PRId64, c->seq);
	member(out, "r", c->record);
	value_hash(c, out);
	member(out, "vn", c->version);
	member(out, "w", c->row);
	member(out, "y", c->reason);
	buf_add_char(out, '}');
}

void
chain_next(const unsigned char before[HASH_BYTES], const struct change *c,
    unsigned char out[HASH_BYTES])
{
	struct buf json = { 0 };
	struct hash_part parts[2];

	chain_json(c, &json);
	parts[0] = (struct hash_part){ before, HASH_BYTES };
	parts[1] = (struct hash_part){ json.data, json.len };
	hash_parts(parts, 2, NULL, 0, out);
	buf_free(&json);
}
