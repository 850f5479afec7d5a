/* One world: its sites, its steps, its end. */
#include "oracle.h"

#include <signal.h>
#include <stdarg.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

enum { ROUNDS = 6 };
static const int64_t BEGIN = 1795400000000;	/* ms since 1970 */

/* ---- chance -------------------------------------------------------------------------- */

static uint64_t
next(struct chance *c)		/* splitmix64 */
{
	uint64_t z = c->state += 0x9E3779B97F4A7C15u;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

unsigned
chance_of(struct chance *c, unsigned n)
{
	return n > 0 ? (unsigned)(next(c) % n) : 0;
}

bool
chance_in(struct chance *c, unsigned percent)
{
	return chance_of(c, 100) < percent;
}

/* What the program draws comes from the seed too, so that a world can be played again. */
static struct chance drawn;

static const char *
drawn_name(void)
{
	return "oracle";
}

static void
drawn_bytes(void *const out, const size_t n)
{
	for (size_t i = 0; i < n; i++)
		((unsigned char *)out)[i] = (unsigned char)next(&drawn);
}

static uint32_t
drawn_number(void)
{
	return (uint32_t)next(&drawn);
}

static struct randombytes_implementation drawing = {
	.implementation_name = drawn_name, .random = drawn_number, .buf = drawn_bytes
};

/* ---- a step -------------------------------------------------------------------------- */

void
world_wrong(struct world *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->sh->why, sizeof w->sh->why, fmt, ap);
	va_end(ap);
	fflush(NULL);
	_exit(1);
}

static void
act(struct world *w, int no, step_fn *step, void *arg, bool alone)
{
	struct actor a = { .w = w, .site = &w->site[no], .no = no, .alone = alone };

	a.chance.state = w->seed * 1000003 + (uint64_t)w->step;
	drawn.state = a.chance.state ^ 0x5DEECE66Du;
	step(&a, arg);
}

/* A killed child is as it should be where a mishap was to kill it. */
static void
act_alone(struct world *w, int no, step_fn *step, void *arg, struct mishap mishap)
{
	int status = 0;
	pid_t pid;

	site_close(&w->site[no]);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		disk_fault(mishap, w->seed ^ (uint64_t)w->step);
		act(w, no, step, arg, true);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		world_wrong(w, "no child could be made");
	if (WIFSIGNALED(status) && (WTERMSIG(status) != SIGKILL ||
	    (mishap.kind != FAULT_KILL && mishap.kind != FAULT_CUT)))
		world_wrong(w, "step %d, site %d: ended by signal %d", w->step, no, WTERMSIG(status));
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0) {
		fflush(NULL);
		_exit(1);
	}
}

static void
play(struct world *w, int no, const char *what, step_fn *step, void *arg, struct mishap mishap)
{
	static const char *const kinds[] = { "", ", to be killed", ", power to be cut", ", disk full",
		", disk failing" };
	struct site *s = &w->site[no];

	w->step++;
	s->clock = (struct clock){ .fixed = true, .fixed_ms = BEGIN + s->ahead +
		60000 * (w->step + (int64_t)chance_of(&w->chance, 5)) };
	if (w->loud)
		printf("%3d site %d: %s%s\n", w->step, no, what, kinds[mishap.kind]);
	if (mishap.kind != NO_FAULT)
		act_alone(w, no, step, arg, mishap);
	else
		act(w, no, step, arg, false);
}

static void
calm(struct world *w, int no, const char *what, step_fn *step, void *arg)
{
	play(w, no, what, step, arg, (struct mishap){ NO_FAULT, 0 });
}

static struct mishap
any_fault(struct world *w, unsigned percent, int calls)
{
	static const int kinds[] = { FAULT_KILL, FAULT_KILL, FAULT_CUT, FAULT_CUT, FAULT_FULL, FAULT_SYNC };

	if (!chance_in(&w->chance, percent))
		return (struct mishap){ NO_FAULT, 0 };
	return (struct mishap){ kinds[chance_of(&w->chance, 6)],
		(int)chance_of(&w->chance, (unsigned)calls) };
}

/* ---- files ------------------------------------------------------------------------------ */

static void
send(struct world *w, int from, int to, bool all, bool others, struct mishap mishap)
{
	struct file *f = &w->files[w->files_n];
	struct sending x = { .path = f->path, .key = f->key, .to = to, .all = all || w->forks, .others = others };

	if (w->files_n == FILES)
		return;
	f->from = from;
	memset(f->key, 0, sizeof f->key);
	f->to = w->kind == MESH ? -1 : to;
	f->sealed = x.sealed = w->kind == COUNTY || (w->kind == NAMED && chance_in(&w->chance, 20));
	snprintf(f->path, PATH, "%s/f%zu-%d%s", w->folder, w->files_n, from, x.sealed ? ".ruhu" :
	    chance_in(&w->chance, 50) ? ".zst" : ".ndjson");
	play(w, from, f->path + strlen(w->folder) + 1, step_send, &x, mishap);
	w->files_n += access(f->path, F_OK) == 0;
}

static bool
is_for(const struct file *f, int site)
{
	return f->to < 0 || f->to == site;
}

/* Files from number `first` on that are for the site, in any order. */
static void
take_all(struct world *w, int site, size_t first, bool must)
{
	struct post p = { .must = must };

	for (size_t i = first; i < w->files_n; i++)
		if (is_for(&w->files[i], site))
			p.v[p.n++] = &w->files[i];
	for (size_t i = p.n; i > 1; i--) {
		size_t k = chance_of(&w->chance, (unsigned)i);
		const struct file *f = p.v[k];

		p.v[k] = p.v[i - 1];
		p.v[i - 1] = f;
	}
	calm(w, site, "takes all", step_take, &p);
}

/* Any file, to whom it is for, in any state. */
static void
post(struct world *w)
{
	const struct file *f = &w->files[chance_of(&w->chance, (unsigned)w->files_n)];
	int site = f->to >= 0 ? f->to : (int)chance_of(&w->chance, (unsigned)w->sites_n);
	struct post p = { .v = { f }, .n = 1 };

	if (w->files_n == 0)
		return;
	if (chance_in(&w->chance, 20))
		p.damage = 1 + (int)chance_of(&w->chance, 2);
	play(w, site, p.damage != 0 ? "takes a damaged file" : f->path, step_take, &p,
	    p.damage != 0 ? (struct mishap){ NO_FAULT, 0 } : any_fault(w, 30, 40));
}

/* ---- keys ------------------------------------------------------------------------------ */

static bool
exchanges(const struct world *w, int a, int b)
{
	return a != b && (w->kind == NAMED || a == 0 || b == 0);
}

static void
renew(struct world *w, int from, int at, bool person)
{
	struct keys_of k = { from, person };

	if (!w->card_due[from][at])
		return;
	w->card_due[from][at] = false;
	calm(w, at, person ? "takes a card, by a person" : "takes a card", step_renew, &k);
}

/* A site changes its keys, one card is on its way, or a key is stolen: its site makes new
 * ones at once, and each other one revokes it before it takes the new card. */
static void
any_key(struct world *w)
{
	int site = (int)chance_of(&w->chance, (unsigned)w->sites_n);
	int other = (int)chance_of(&w->chance, (unsigned)w->sites_n);
	struct keys_of k = { site, false };

	if (chance_in(&w->chance, 50)) {
		if (exchanges(w, site, other))
			renew(w, site, other, true);
		return;
	}
	for (int i = 0; i < w->sites_n; i++)	/* one card at a time is under way */
		if (exchanges(w, site, i))
			renew(w, site, i, true);
	if (chance_in(&w->chance, 40))
		for (int i = 0; i < w->sites_n; i++)
			if (exchanges(w, site, i))
				calm(w, i, "revokes a key", step_revoke, &k);
	calm(w, site, "new keys", step_rotate, NULL);
	for (int i = 0; i < w->sites_n; i++)
		w->card_due[site][i] = exchanges(w, site, i);
}

static void
all_cards(struct world *w)
{
	for (int site = 0; site < w->sites_n; site++)
		for (int i = 0; i < w->sites_n; i++)
			renew(w, site, i, true);
}

/* ---- copies ------------------------------------------------------------------------------ */

static bool
copy_file(const char *from, const char *to)
{
	char piece[1 << 16];
	FILE *in = fopen(from, "rb"), *out = in != NULL ? fopen(to, "wb") : NULL;
	size_t n;

	while (out != NULL && (n = fread(piece, 1, sizeof piece, in)) > 0)
		fwrite(piece, 1, n, out);
	if (in != NULL)
		fclose(in);
	return out != NULL && fclose(out) == 0;
}

/* The database's files as they lie there; in the same place again they look as if
 * nothing had been. */
static void
copy_raw(const char *from, const char *to)
{
	static const char *const endings[] = { "", "-wal" };
	char a[PATH + 8], b[PATH + 8];

	for (size_t i = 0; i < 2; i++) {
		snprintf(a, sizeof a, "%s%s", from, endings[i]);
		snprintf(b, sizeof b, "%s%s", to, endings[i]);
		if (!copy_file(a, b))
			unlink(b);
	}
	snprintf(b, sizeof b, "%s-shm", to);
	unlink(b);
}

static void
back_up(struct world *w)
{
	struct backup *b = &w->backups[w->backups_n];

	if (w->backups_n == BACKUPS)
		return;
	b->site = (int)chance_of(&w->chance, (unsigned)w->sites_n);
	b->step = w->step;
	b->second = w->site[b->site].second;
	b->raw = w->forks && chance_in(&w->chance, 60);
	snprintf(b->path, PATH, "%s/b%zu", w->folder, w->backups_n);
	snprintf(b->marks, PATH, "%s/m%zu", w->folder, w->backups_n);
	mkdir(b->marks, 0700);
	if (b->raw)
		copy_raw(w->site[b->site].db, b->path);
	else
		play(w, b->site, "backup", step_backup, b->path, any_fault(w, 20, 60));
	w->backups_n += access(b->path, F_OK) == 0;
}

static void
set_back(struct world *w)
{
	const struct backup *b = &w->backups[chance_of(&w->chance, (unsigned)w->backups_n)];
	struct site *s = &w->site[b->site];
	char next_db[PATH];
	const char *paths[2] = { b->path, next_db };

	if (w->backups_n == 0)
		return;
	site_close(s);
	if (w->loud)
		printf("    site %d goes back to step %d\n", b->site, b->step);
	if (b->raw) {
		/* The marks outside are set back with it, or not. */
		copy_raw(b->path, s->db);
		if (chance_in(&w->chance, 50))
			memcpy(s->marks, b->marks, PATH);
	} else {
		snprintf(next_db, PATH, "%s/s%d-%d.db", w->folder, b->site, ++s->life);
		calm(w, b->site, "restore", step_restore, paths);
		memcpy(s->db, next_db, PATH);
	}
	for (size_t i = 0; i < w->sh->acks_n; i++)
		if (w->sh->acks[i].site == b->site && w->sh->acks[i].step > b->step)
			w->sh->acks[i].lost = true;
	s->second = s->second && b->second;
	s->restored = true;
	w->sh->set_back[b->site] = true;
}

/* ---- the schedule -------------------------------------------------------------------------- */

static void
newer_form(struct world *w, int site)
{
	/* Townships get it from the county. */
	if (w->kind == COUNTY)
		site = 0;
	if (w->site[site].second)
		return;
	w->site[site].second = w->second_ever = true;
	calm(w, site, "newer form", step_form, NULL);
}

static int
any_receiver(struct world *w, int from)
{
	int to;

	if (w->kind == COUNTY && from != 0)
		return 0;
	do
		to = (int)chance_of(&w->chance, (unsigned)w->sites_n);
	while (to == from);
	return to;
}

static void
any_step(struct world *w)
{
	int site = (int)chance_of(&w->chance, (unsigned)w->sites_n);
	unsigned what = chance_of(&w->chance, 100);

	if (w->kind != MESH && chance_in(&w->chance, 10)) {
		any_key(w);
		return;
	}
	if (w->kind != MESH && site != 0 && w->site[site].ahead != 0 && chance_in(&w->chance, 6)) {
		play(w, 0, "clockfix", step_clockfix, &site, any_fault(w, 20, 40));
		return;
	}
	if (what < 38)
		play(w, site, "work", step_work, NULL, any_fault(w, 25, 60));
	else if (what < 44)
		play(w, site, "two people", step_two, NULL, any_fault(w, 10, 60));
	else if (what < 47)
		play(w, site, "verify", step_verify, NULL, any_fault(w, 10, 40));
	else if (what < 53)
		play(w, site, "settle", step_settle, NULL, any_fault(w, 15, 40));
	else if (what < 70)
		send(w, site, any_receiver(w, site), chance_in(&w->chance, 15), false,
		    any_fault(w, 15, 12));
	else if (what < 88)
		post(w);
	else if (what < 92)
		back_up(w);
	else if (what < 96)
		set_back(w);
	else if (what < 98)
		newer_form(w, site);
	else if (w->kind == COUNTY && chance_in(&w->chance, 50))
		play(w, 0, "held", step_held, NULL, any_fault(w, 20, 40));
	else if (w->kind != MESH && chance_in(&w->chance, 60))
		play(w, 0, "erase", step_erase, NULL, any_fault(w, 20, 30));
	else if (w->kind != MESH)
		play(w, site, "purge", step_purge, NULL, any_fault(w, 20, 60));
}

/* ---- the end ---------------------------------------------------------------------------------- */

static bool
sends_to(const struct world *w, int from, int to)
{
	if (w->kind == MESH)		/* one file is for all */
		return to == (from + 1) % w->sites_n;
	return from != to && (w->kind == NAMED || from == 0 || to == 0);
}

/* Each sends to each whom it sends to; after that all take. */
static void
exchange(struct world *w)
{
	const struct mishap none = { NO_FAULT, 0 };
	size_t first = w->files_n;

	for (int from = 0; from < w->sites_n; from++)
		for (int to = 0; to < w->sites_n; to++) {
			if (!sends_to(w, from, to))
				continue;
			send(w, from, to, w->kind == MESH || w->sh->set_back[to], false, none);
			/* Its own work of before, from those who have it. */
			if (w->site[to].restored && (w->kind == NAMED || (w->kind == COUNTY && to == 0)))
				send(w, from, to, true, true, none);
		}
	for (int i = 0; i < w->sites_n; i++)
		take_all(w, i, first, true);
}

/* Until nothing is new: what came makes sites calculate anew, and that goes out again.
 * A township never has all of it. */
static void
exchange_all(struct world *w)
{
	bool equal = false;

	for (int round = 1; !equal && round <= ROUNDS; round++) {
		exchange(w);
		equal = w->kind != COUNTY || round == 2;
		for (int i = 0; equal && w->kind != COUNTY && i < w->sites_n; i++) {
			calm(w, i, "hash", step_hash, NULL);
			equal = memcmp(w->sh->hash[0], w->sh->hash[i], HASH_BYTES) == 0;
		}
	}
}

/* The lines of a site's state that another one must have too. */
static void
read_state(struct world *w, int site, const char *area, struct buf *out)
{
	char path[PATH], line[1 << 14], want[32];
	FILE *f;

	snprintf(path, sizeof path, "%s/state%d", w->folder, site);
	snprintf(want, sizeof want, " scope=%s", area != NULL ? area : "");
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (area == NULL || strstr(line, want) != NULL)
			buf_add_str(out, line);
	if (f != NULL)
		fclose(f);
}

/* The first lines that differ. */
_Noreturn static void
differ(struct world *w, const char *when, int other, char *x, char *y)
{
	while (*x != '\0' && *x == *y) {
		char *ex = strchr(x, '\n'), *ey = strchr(y, '\n');

		if (ex == NULL || ey == NULL || ex - x != ey - y || memcmp(x, y, (size_t)(ex - x)) != 0)
			break;
		x = ex + 1;
		y = ey + 1;
	}
	world_wrong(w, "%s: sites 0 and %d differ:\n%.1500s\n%.1500s", when, other, x, y);
}

/* At a county's townships: what lies in their areas. */
static void
same(struct world *w, const char *when)
{
	struct buf first = { 0 }, other = { 0 };
	char path[PATH];

	w->sh->asking = 0;
	for (int i = 0; i < w->sites_n; i++) {
		snprintf(path, sizeof path, "%s/state%d", w->folder, i);
		calm(w, i, "look", step_look, path);
	}
	for (int i = 1; i < w->sites_n; i++) {
		const char *area = w->kind == COUNTY ? w->site[i].area : NULL;

		buf_reset(&first);
		buf_reset(&other);
		read_state(w, 0, area, &first);
		read_state(w, i, area, &other);
		if (strcmp(buf_str(&first), buf_str(&other)) != 0)
			differ(w, when, i, first.data, other.data);
	}
	buf_free(&first);
	buf_free(&other);
}

static void
newest_forms(struct world *w)
{
	bool any = false;

	/* A county that went back before it installs the form again. */
	if (w->kind == COUNTY && w->second_ever)
		newer_form(w, 0);
	for (int i = 0; i < w->sites_n; i++)
		any |= w->site[i].second;
	for (int i = 0; any && i < w->sites_n; i++)
		if (w->kind != COUNTY)
			newer_form(w, i);
		else
			w->site[i].second = true;
}

static void
end(struct world *w)
{
	all_cards(w);
	for (int i = 0; i < w->sites_n; i++)
		take_all(w, i, 0, false);
	if (chance_in(&w->chance, 50))
		newest_forms(w);
	exchange(w);
	newest_forms(w);
	if (w->kind == COUNTY)
		calm(w, 0, "release all", step_held, w);
	exchange_all(w);
	same(w, "after the post");
	w->sh->conflicts = w->sh->asking;
	for (int i = w->sites_n; i-- > 0;)
		calm(w, i, "log", step_log, NULL);
	if (w->sh->conflicts == 0)
		return;
	calm(w, w->kind == COUNTY ? 0 : (int)chance_of(&w->chance, (unsigned)w->sites_n), "settle all",
	    step_settle, w);
	exchange_all(w);
	same(w, "after settling");
	if (w->sh->asking > 0)
		world_wrong(w, "%lld conflicts came back", (long long)w->sh->asking);
}

/* ---- the beginning ------------------------------------------------------------------------------ */

static void
begin(struct world *w)
{
	static const int sites[] = { 2, 3, 3, 4, 5 };
	static const int64_t minute = 60000, day = 86400000;
	static const int64_t ahead[] = { 0, 0, 60 * minute, -60 * minute, 40 * minute, -365 * day,
		3650 * day };
	char path[PATH];

	w->chance.state = w->seed;
	w->kind = (enum shape)(w->seed % 4 < 2 ? MESH : w->seed % 4 == 2 ? NAMED : COUNTY);
	w->forks = w->kind == MESH && chance_in(&w->chance, 40);
	w->sites_n = sites[chance_of(&w->chance, 5)];
	snprintf(path, sizeof path, "%s/template.db", w->keys);
	for (int i = 0; i < w->sites_n; i++) {
		struct site *s = &w->site[i];

		snprintf(s->name, sizeof s->name, "S%d", i);
		snprintf(s->area, sizeof s->area, "53%02d", i);
		snprintf(s->db, PATH, "%s/s%d.db", w->folder, i);
		snprintf(s->marks, PATH, "%s/marks%d", w->folder, i);
		snprintf(s->keys, PATH, "%s/keys%d", w->folder, i);
		snprintf(s->cards, PATH, "%s/card%d", w->folder, i);
		if (w->kind != MESH)
			keys_copy(w->keys, i, s->keys);
		s->ahead = ahead[chance_of(&w->chance, 7)];
		if (!copy_file(path, s->db))
			world_wrong(w, "%s cannot be made", s->db);
	}
	for (int i = 0; i < w->sites_n; i++)
		calm(w, i, "set up", step_set_up, NULL);
	/* Something for all to disagree about. */
	calm(w, w->kind == COUNTY ? 1 : 0, "work", step_work, NULL);
	exchange(w);
}

void
world_play(struct world *w)
{
	randombytes_set_implementation(&drawing);
	begin(w);
	for (unsigned n = 10 + chance_of(&w->chance, 14); n > 0; n--)
		any_step(w);
	end(w);
}
