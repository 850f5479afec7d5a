#include "store/chain.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

/* One of these stands for each change of each file: room is made once, for the
 * worst case, and then only written to. */
static char *
put(char *out, const char *s)
{
	size_t n = strlen(s);

	memcpy(out, s, n);
	return out + n;
}

static char *
put_escape(char *out, unsigned char c)
{
	static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (const char *p = named; *p != '\0'; p += 2)
		if ((unsigned char)*p == c) {
			*out++ = '\\';
			*out++ = p[1];
			return out;
		}
	return out + sprintf(out, "\\u%04x", c);
}

static char *
put_string(char *out, const char *s)
{
	*out++ = '"';
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x20 || c == '"' || c == '\\')
			out = put_escape(out, c);
		else
			*out++ = *s;
	}
	*out++ = '"';
	return out;
}

static char *
put_int(char *out, int64_t n)
{
	char digits[24];
	size_t at = sizeof digits;
	uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do
		digits[--at] = (char)('0' + u % 10);
	while ((u /= 10) > 0);
	if (n < 0)
		*out++ = '-';
	memcpy(out, digits + at, sizeof digits - at);
	return out + sizeof digits - at;
}

static char *
put_hex(char *out, const void *bytes, size_t len)
{
	hex_format(bytes, len, out);
	return out + 2 * len;
}

static char *
put_stamp(char *out, uint64_t hlc)
{
	unsigned char bytes[8];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)(hlc >> (56 - 8 * i));
	return put_hex(out, bytes, sizeof bytes);
}

static char *
put_value(char *out, const struct change *c)
{
	const struct hash_part part = { c->value, c->value != NULL ? strlen(c->value) : 0 };
	unsigned char hash[HASH_BYTES];

	if (c->value == NULL && c->value_hash == NULL)
		return put(out, ",\"v\":null");
	if (c->value_hash == NULL)
		hash_parts(&part, 1, c->record_key, HASH_BYTES, hash);
	out = put(out, ",\"v\":\"");
	out = put_hex(out, c->value_hash != NULL ? c->value_hash : hash, HASH_BYTES);
	return put(out, "\"");
}

static char *
put_prev(char *out, const struct change *c)
{
	out = put(out, ",\"p\":[");
	for (size_t i = 0; i < c->prev_n; i++) {
		out = put(out, i > 0 ? ",[\"" : "[\"");
		out = put(out, c->prev[i].epoch);
		out = put(out, "\",");
		out = put_int(out, c->prev[i].seq);
		out = put(out, ",\"");
		out = put_hex(out, c->prev[i].chain, 4);
		out = put(out, "\"]");
	}
	return put(out, "]");
}

/* All of it but texts and forerunners fits into this; a byte is six when escaped. */
enum { ROUND = 512, ESCAPED = 6 };

static size_t
room_for(const struct change *c)
{
	size_t texts = strlen(c->author) + strlen(c->epoch) + strlen(c->form) + strlen(c->field) +
	    strlen(c->record) + strlen(c->version) + strlen(c->row) + strlen(c->reason);
	size_t prev = 0;

	for (size_t i = 0; i < c->prev_n; i++)
		prev += strlen(c->prev[i].epoch) + 64;
	return ROUND + ESCAPED * texts + prev;
}

void
chain_json(const struct change *c, struct buf *out)
{
	char *start, *p;

	buf_reset(out);
	start = p = buf_room(out, room_for(c));
	p = put_string(put(p, "{\"a\":"), c->author);
	p = put_string(put(p, ",\"e\":"), c->epoch);
	p = put_string(put(p, ",\"f\":"), c->form);
	p = put(put_stamp(put(p, ",\"h\":\""), c->hlc), "\"");
	p = put_string(put(p, ",\"n\":"), c->field);
	p = put_prev(p, c);
	p = put_int(put(p, ",\"q\":"), c->seq);
	p = put_string(put(p, ",\"r\":"), c->record);
	p = put_value(p, c);
	p = put_string(put(p, ",\"vn\":"), c->version);
	p = put_string(put(p, ",\"w\":"), c->row);
	p = put_string(put(p, ",\"y\":"), c->reason);
	p = put(p, "}");
	*p = '\0';
	out->len += (size_t)(p - start);
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
