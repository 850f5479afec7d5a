/* A sync file's body, before anything of it is believed. What is whole is read a
 * second time, and must then be the same. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "store/changes.h"
#include "sync/body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A database that has every change below 100, and the keys of half of the records. */
static bool
chain_at(void *ctx, const char *epoch, int64_t seq, unsigned char chain[HASH_BYTES],
    bool *found, struct err *err)
{
	(void)ctx;
	(void)err;
	*found = seq < 100 && epoch[0] != '\0';
	memset(chain, (int)seq, HASH_BYTES);
	return true;
}

static bool
record_key(void *ctx, const char *record, unsigned char key[HASH_BYTES], bool *found,
    struct err *err)
{
	(void)ctx;
	(void)err;
	*found = record[0] < '8';
	memset(key, record[0], HASH_BYTES);
	return true;
}

/* How many changes; -1 when the file is refused. */
static long
read_all(struct body *b, size_t *bytes)
{
	const struct change *c;
	struct err err;
	long n = 0;

	*bytes = 0;
	for (;;) {
		if (!body_next(b, &c, &err)) {
			if (err.text[0] == '\0')
				abort();
			return -1;
		}
		if (c == NULL)
			return n;
		n++;
		*bytes += strlen(c->epoch) + strlen(c->record) + strlen(c->row) +
		    strlen(c->field) + strlen(c->author) + strlen(c->form) + strlen(c->version) +
		    strlen(c->reason) + (c->value != NULL ? strlen(c->value) : 0) + c->chain[0] +
		    c->record_key[31];
		for (size_t i = 0; i < c->prev_n; i++)
			*bytes += strlen(c->prev[i].epoch) + c->prev[i].chain[0];
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct body_world world = { NULL, chain_at, record_key };
	FILE *f = size > 0 ? fmemopen((void *)data, size, "r") : NULL;
	struct body *b;
	struct err err;
	size_t bytes, again;
	long n;

	if (f == NULL || !body_open(f, &world, &b, &err))
		return 0;
	n = read_all(b, &bytes);
	if (n >= 0 && (!body_rewind(b, &err) || read_all(b, &again) != n || again != bytes))
		abort();
	body_close(b);
	return 0;
}
