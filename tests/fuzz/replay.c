/* replay KEEP FILE...: a fuzz target without a fuzzer, for any compiler. It gets each
 * file as it is, and then DAMAGES times with something changed; the same each time. Keeps
 * in the file KEEP what it was given last. Prints how many inputs there were. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"

#define MOST 8192			/* bytes of an input */
#define DAMAGES 20
#define PATIENCE_S 20

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	uint8_t *data;
	size_t size;
};

static uint64_t dice = 88172645463325252u;

static size_t
below(size_t limit)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return limit > 0 ? (size_t)(dice >> 11) % limit : 0;
}

static struct input
read_file(const char *path)
{
	struct input in = { xmalloc(MOST), 0 };
	FILE *f = fopen(path, "rb");

	if (f == NULL) {
		perror(path);
		exit(2);
	}
	in.size = fread(in.data, 1, MOST, f);
	fclose(f);
	return in;
}

/* The input whose memory ends where its text ends: what reads on is seen. */
static void
give(const struct input *in, int keep)
{
	uint8_t *copy = xmalloc(in->size);

	memcpy(copy, in->data, in->size);
	if (pwrite(keep, copy, in->size, 0) < 0 || ftruncate(keep, (off_t)in->size) != 0)
		perror("keeping the input");
	alarm(PATIENCE_S);
	LLVMFuzzerTestOneInput(copy, in->size);
	alarm(0);
	free(copy);
}

/* A byte, a piece out, a piece of its own or of another one in. */
static void
damage(struct input *in, const struct input *other)
{
	size_t at = below(in->size), len = 1 + below(below(4) ? 8 : 200);
	size_t from = below(other->size), room = MOST - in->size;

	switch (below(4)) {
	case 0:
		if (in->size > 0)
			in->data[at] ^= (uint8_t)(1u << below(8));
		break;
	case 1:
		if (in->size > 0)
			in->data[at] = (uint8_t)below(256);
		break;
	case 2:
		len = len < in->size - at ? len : in->size - at;
		memmove(in->data + at, in->data + at + len, in->size - at - len);
		in->size -= len;
		break;
	default:
		len = len < other->size - from ? len : other->size - from;
		len = len < room ? len : room;
		memmove(in->data + at + len, in->data + at, in->size - at);
		memcpy(in->data + at, other->data + from, len);
		in->size += len;
	}
}

int
main(int argc, char **argv)
{
	struct input *in = xcalloc((size_t)argc, sizeof *in), work = { xmalloc(MOST), 0 };
	size_t n = 0, given = 0;
	FILE *keep = argc > 2 ? fopen(argv[1], "wb") : NULL;

	if (keep == NULL) {
		fprintf(stderr, "replay KEEP FILE...\n");
		return 2;
	}
	LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 2; i < argc; i++)
		in[n++] = read_file(argv[i]);
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k <= DAMAGES; k++, given++) {
			work.size = in[i].size;
			memcpy(work.data, in[i].data, in[i].size);
			for (size_t times = k > 0 ? 1 + below(3) : 0; times > 0; times--)
				damage(&work, below(2) ? &in[below(n)] : &in[i]);
			give(&work, fileno(keep));
		}
	for (size_t i = 0; i < n; i++)
		free(in[i].data);
	free(in);
	free(work.data);
	fclose(keep);
	unlink(argv[1]);
	printf("%zu inputs\n", given);
	return 0;
}
