/* search_bench.c: what it costs to list and find records, and to ask worklists, among
 * very many. usage: search_bench FILE RECORDS; FILE is made, people who do not exist.
 * Prints a line a case: what was typed, how many were found, ms to the first screen. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "store/db.h"
#include "store/search.h"
#include "store/store.h"
#include "store/worklist.h"

static const char form[] =
    "settings:\n"
    "  form_id: house\n"
    "  form_title: House\n"
    "  version: '1'\n"
    "  instance_name: concat(${head}, ' ', ${code})\n"
    "  ruhu: {unique: [code], list: [code, head, room, phone]}\n"
    "survey:\n"
    "- {type: text, name: code, label: Code}\n"
    "- {type: text, name: head, label: Head}\n"
    "- {type: text, name: room, label: Room}\n"
    "- {type: text, name: phone, label: Phone}\n"
    "- {type: date, name: next, label: Next}\n"
    "- repeat: visit\n"
    "  label: Visits\n"
    "  survey:\n"
    "  - {type: text, name: month, label: Month}\n";

static const char worklists[] =
    "worklists:\n"
    "- {name: due, label: Due, form: house, filter: \"${next} < today()\", order: \"${room}\"}\n"
    "- {name: month, label: Month, form: house, order: \"${room}\",\n"
    "   filter: \"count(${visit}[month = '2026-11']) = 0\"}\n"
    "- {name: rows, label: Rows, form: house, rows: visit, filter: \"${month} = '2026-10'\"}\n";

static void
must(bool ok, const struct err *err)
{
	if (ok)
		return;
	fprintf(stderr, "search_bench: %s\n", err->text);
	exit(1);
}

static double
now_ms(void)
{
	struct timespec t;

	/* The program's own time: others may be at work on this machine. */
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Surnames as frequent as they are, more or less: the first ones are everywhere. */
static void
person(uint32_t *seed, struct buf *out)
{
	static const char *const surnames[] = { "马", "王", "李", "张", "杨", "刘", "陈", "吴", "罗",
		"哈", "海", "丁", "单", "曾", "赵", "周", "徐", "孙", "田", "龙", "韦", "岑", "石", "黄" };
	static const char *const given[] = { "秀", "兰", "小", "明", "国", "平", "建", "军", "志", "强",
		"文", "学", "海", "霞", "玉", "梅", "彦", "东", "占", "生", "福", "耀", "武", "永", "德",
		"林", "少", "华", "成", "虎", "立", "新", "万", "俊", "杰", "龙", "桂", "花", "燕", "彩" };
	uint32_t a = next_random(seed) % 24, b = next_random(seed) % 24;

	buf_reset(out);
	buf_add_str(out, surnames[a < b ? a : b]);
	buf_add_str(out, given[next_random(seed) % 40]);
	if (next_random(seed) % 10 > 1)
		buf_add_str(out, given[next_random(seed) % 40]);
}

static void
fill(struct db *db, int n)
{
	struct buf name = { 0 }, words = { 0 }, label = { 0 };
	char id[40], code[24], room[16], phone[16], next[16];
	uint32_t seed = 1;
	struct err err;

	must(db_script(db, &err, "BEGIN"), &err);
	for (int i = 1; i <= n; i++) {
		person(&seed, &name);
		snprintf(id, sizeof id, "%08d-0000-7000-8000-000000000000", i);
		snprintf(code, sizeof code, "6401810%05d-%04d", i / 300, i % 300);
		snprintf(room, sizeof room, "%d-%d-%d0%d", i / 60 % 30 + 1, i / 12 % 5 + 1, i / 2 % 6 + 1,
		    i % 2 + 1);
		snprintf(phone, sizeof phone, "199%08d", i);
		snprintf(next, sizeof next, "2026-%02d-%02d", i % 12 + 1, i % 28 + 1);
		buf_reset(&label);
		buf_addf(&label, "%s %s", buf_str(&name), code);
		buf_reset(&words);
		search_words(buf_str(&label), &words);
		search_words(code, &words);
		search_words(code, &words);
		search_words(buf_str(&name), &words);
		search_words(room, &words);
		search_words(phone, &words);
		must(db_run(db, &err, "INSERT INTO ruhu_record(no, id, form, version, state, label,"
		    " created_at, created_by, changed_at, changed_by, last_change, secret)"
		    " VALUES(?1, ?2, 'house', '1', 'complete', ?3, '', '', '', '', ?1, x'00')",
		    WITH(b_int(i), b_text(id), b_text(buf_str(&label)))) &&
		    db_run(db, &err, "INSERT INTO house(record_no, record_id, code, head, room, phone,"
		    " next) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)", WITH(b_int(i), b_text(id), b_text(code),
		    b_text(buf_str(&name)), b_text(room), b_text(phone), b_text(next))) &&
		    db_run(db, &err, "INSERT INTO ruhu_search(rowid, words) VALUES(?, ?)",
		    WITH(b_int(i), b_text(buf_str(&words)))), &err);
		for (int m = 9; m <= (i % 3 ? 11 : 10); m++) {
			char month[24];

			snprintf(month, sizeof month, "2026-%02d", m);
			must(db_run(db, &err, "INSERT INTO house__visit(record_no, record_id, row_id,"
			    " row_position, month) VALUES(?, ?, ?, ?, ?)", WITH(b_int(i), b_text(id),
			    b_text(month), b_int(m), b_text(month))), &err);
		}
	}
	must(db_script(db, &err, "INSERT INTO ruhu_search(ruhu_search) VALUES('optimize'); COMMIT"), &err);
	buf_free(&name);
	buf_free(&words);
	buf_free(&label);
}

static bool
count_one(void *ctx, const struct record_info *info)
{
	(void)info;
	(*(size_t *)ctx)++;
	return true;
}

/* As the list does: what is on the screen, then how many there are. */
static void
find(struct store *s, const char *text)
{
	struct record_query q = { .form = "house", .text = text, .limit = 40,
		.count_limit = text[0] != '\0' ? RECORDS_AT_ONCE : RECORDS_COUNTED };
	double first = 0, best = 1e9, start;
	size_t total = 0, shown = 0, none = 0;
	struct err err;

	for (int i = 0; i < 5; i++) {
		double took;

		start = now_ms();
		shown = 0;
		must(store_records(s, &q, count_one, &shown, &total, &err), &err);
		took = now_ms() - start;
		first = i == 0 ? took : first;
		best = took < best ? took : best;
	}
	printf("  %-24s %2zu shown: %9.2f ms the first time, then %7.2f",
	    text[0] != '\0' ? text : "(the whole list)", shown, first, best);
	if (total > q.count_limit) {
		q.limit = 1;
		q.count_limit = text[0] != '\0' ? RECORDS_COUNTED : 0;
		start = now_ms();
		must(store_records(s, &q, count_one, &none, &total, &err), &err);
		printf(";  %zu counted in %.2f\n", total, now_ms() - start);
	} else {
		printf(";  %zu there are\n", total);
	}
}

static void
work(struct store *s)
{
	struct work *work;
	struct err err;

	must(work_open(s, &work, &err), &err);
	for (size_t i = 0; i < work_count(work); i++) {
		struct work_tally t = { 0 };
		struct work_listing *l = work_listing_new(work, i, NULL);
		struct work_item *items;
		struct work_line line;
		double start = now_ms(), slice = 0, longest = 0, counted, listed;
		size_t n;

		while (!t.whole) {
			double from = now_ms();

			must(work_tally(work, i, &t, &err), &err);
			slice = now_ms() - from > slice ? now_ms() - from : slice;
		}
		counted = now_ms() - start;
		start = now_ms();
		while (!work_listing_whole(l)) {
			double from = now_ms();

			must(work_listing_go(l, &err), &err);
			longest = now_ms() - from > longest ? now_ms() - from : longest;
		}
		items = work_listing_take(l, &n);
		work_listing_free(l);
		listed = now_ms() - start;
		start = now_ms();
		for (size_t k = 0; k < n && k < 20; k++) {
			must(work_line(work, i, &items[k], &line, &err), &err);
			work_line_free(&line);
		}
		printf("  worklist %-15s %8zu left: counted in %.0f ms, the longest slice %.1f; listed in "
		    "%.0f, the longest %.1f; a screen of lines %.2f\n", work_list(work, i)->name.text,
		    n, counted, slice, listed, longest, now_ms() - start);
		free(items);
	}
	work_free(work);
}

int
main(int argc, char **argv)
{
	static const char *const typed[] = { "", "m", "mx", "mxm", "maxm", "ma xm", "马", "马小",
		"马xm", "maxiaoming", "szm", "zzm", "3-2-301", "3 301", "0033", "8888", "19900012345",
		"lv", "qqq", "zx 3-2" };
	struct store_options o = { .path = argc > 1 ? argv[1] : "", .user = "w07", .create = true };
	struct buf report = { 0 };
	struct faults faults = { 0 };
	struct store *s;
	struct err err;
	double start;
	size_t n;

	if (argc != 3) {
		fprintf(stderr, "usage: search_bench FILE RECORDS\n");
		return 2;
	}
	if (access(argv[1], F_OK) != 0) {
		must(store_open(&o, &s, &err), &err);
		must(store_form_add(s, "house.yaml", form, strlen(form), NULL, &report, &faults, &err) &&
		    store_worklists_add(s, "work.yaml", worklists, strlen(worklists), &n, &faults, &err),
		    &err);
		start = now_ms();
		fill(store_db(s), atoi(argv[2]));
		printf("  %s records made in %.0f s\n", argv[2], (now_ms() - start) / 1e3);
		store_close(s);
	}
	must(store_open(&o, &s, &err), &err);
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
		find(s, typed[i]);
	work(s);
	store_close(s);
	buf_free(&report);
	faults_free(&faults);
	return 0;
}
