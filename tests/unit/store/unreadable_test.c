/* A disk that cannot read one block: the record whose answers lie there is named, all
 * others are there, and nothing is lost once it reads again. */
#include "world.h"

#include <dlfcn.h>
#include <errno.h>
#include <sys/types.h>

enum { RECORDS = 60 };

/* In the place of the C library's, by which SQLite reads: this part of any file. */
static off_t bad_from, bad_to;

ssize_t pread64(int, void *, size_t, off_t);
ssize_t
pread64(int fd, void *out, size_t n, off_t at)
{
	static ssize_t (*real)(int, void *, size_t, off_t);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "pread64");
	if (at < bad_to && at + (off_t)n > bad_from) {
		errno = EIO;
		return -1;
	}
	return real(fd, out, n, at);
}

static void
key_all(struct world *w)
{
	char text[300];

	for (int i = 0; i < RECORDS; i++) {
		struct session *se = begin(w, w->s);

		snprintf(text, sizeof text, "I%02d", i);
		key(w, w->s, se, "id", text);
		snprintf(text, sizeof text, "name %02d", i);
		key(w, w->s, se, "name", text);
		memset(text, 'x', 250);
		text[250] = '\0';
		key(w, w->s, se, "sticky", text);
		save(w, w->s, se);
		store_session_close(w->s, se);
	}
}

/* The file alone, and nothing of it in memory. */
static void
open_again(struct world *w)
{
	OK(w, db_checkpoint(store_db(w->s), true, &w->err));
	store_close(w->s);
	w->s = world_open_as(w, "li4");
}

static void
spoil(struct world *w, const char *table)
{
	int64_t page = 0, size = 0;

	OK(w, db_int(store_db(w->s), &w->err, &size, NULL, "PRAGMA page_size", WITHOUT));
	OK(w, db_int(store_db(w->s), &w->err, &page, NULL, "SELECT pageno FROM dbstat WHERE name = ?"
	    " AND pagetype = 'leaf' ORDER BY pageno LIMIT 1 OFFSET 3", WITH(b_text(table))));
	assert_true(page > 1);
	open_again(w);
	bad_from = (page - 1) * size;
	bad_to = page * size;
}

/* *bad: how many cannot be opened; those are named. */
static void
open_each(struct world *w, int *bad, int *good)
{
	struct buf ids = { 0 };
	char *id, *rest;

	*bad = *good = 0;
	rows(w, w->s, "SELECT id || ' ' || label FROM ruhu_record ORDER BY no", &ids);
	rest = ids.data;
	while ((id = strsep(&rest, "\n")) != NULL && id[0] != '\0') {
		char *label = strchr(id, ' ');
		struct session *se;

		*label++ = '\0';
		if (store_session_open(w->s, id, false, &se, NULL, &w->err)) {
			++*good;
			assert_int_equal(strlen(value(se, "sticky")), 250);
			store_session_close(w->s, se);
			continue;
		}
		++*bad;
		assert_int_equal(strncmp(w->err.text, label, strlen(label)), 0);
		if (strstr(w->err.text, "could not be read from the disk") == NULL)
			fail_msg("%s", w->err.text);
		assert_non_null(strstr(w->err.text, "ruhu doctor"));
	}
	assert_int_equal(*bad + *good, RECORDS);
	buf_free(&ids);
}

static void
a_block_that_cannot_be_read_costs_its_records_alone(void **state)
{
	struct world *w = *state;
	struct buf faults = { 0 };
	struct session *se;
	size_t n;
	int bad, good;

	key_all(w);
	spoil(w, "ruhu_change");
	open_each(w, &bad, &good);
	assert_true(bad > 0);
	assert_true(good > RECORDS / 2);
	assert_false(store_check(w->s, &faults, &n, &w->err));
	/* Keying goes on. */
	se = begin(w, w->s);
	key(w, w->s, se, "id", "new");
	key(w, w->s, se, "name", "another");
	save(w, w->s, se);
	store_session_close(w->s, se);
	/* It reads again: nothing was lost, and nothing that was read before stands in its way. */
	bad_from = bad_to = 0;
	assert_rows(w, w->s, "SELECT count(*), sum(length(sticky)), max(name = 'another') FROM small",
	    "61|15250|1\n");
	assert_sound(w, w->s);
	buf_free(&faults);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_block_that_cannot_be_read_costs_its_records_alone,
		    world_new, world_end),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
