/* oracle.h: sites that exchange files badly, played many thousand times. A world is
 * some sites and a pool of files, all made from one seed. A step that a mishap may end,
 * at any of its writes, runs in a child process of its own; what a child was told is
 * saved stands in memory that outlives it. */
#ifndef RUHU_TESTS_ORACLE_H
#define RUHU_TESTS_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/err.h"
#include "base/hash.h"

enum { SITES = 5, FILES = 200, ACKS = 6000, ERASED = 32, PATH = 160, BACKUPS = 8 };

/* ---- chance (world.c) ---------------------------------------------------------- */

struct chance { uint64_t state; };
unsigned chance_of(struct chance *, unsigned n);		/* 0 .. n - 1 */
bool chance_in(struct chance *, unsigned percent);

/* ---- the disk (disk.c) ---------------------------------------------------------- */

/* What happens at the n-th call that writes, syncs, cuts or renames. CUT: killed,
 * and any of the writes that no sync has brought to the disk are not there. */
struct mishap {
	enum { NO_FAULT, FAULT_KILL, FAULT_CUT, FAULT_FULL, FAULT_SYNC } kind;
	int after;
};
void disk_fault(struct mishap, uint64_t seed);	/* from now on, in this process */
bool disk_struck(void);				/* has it come? */

/* ---- a world ---------------------------------------------------------------------- */

struct ack {			/* a value that was saved for certain */
	int site, step;
	bool lost;		/* its database was set back behind it */
	bool found;		/* and a township has it still */
	char record[37], row[37], field[24], value[64];
};

struct shared {
	size_t acks_n, erased_n;
	struct ack acks[ACKS];
	char erased[ERASED][37];	/* records */
	int64_t asking, conflicts;	/* looking now; before all were settled */
	int64_t shown, changes, held, rotated, revoked, refused, fixed;
	int count;			/* of new values, so that each is its own */
	unsigned char hash[SITES][HASH_BYTES];
	bool set_back[SITES];		/* was told to ask for all changes */
	char why[4000];
};

struct file { char path[PATH], key[24]; int from, to; bool sealed; };
struct backup { char path[PATH], marks[PATH]; int site, step; bool raw, second; };

struct store;

enum shape { MESH, NAMED, COUNTY };

struct site {
	char name[16], db[PATH], marks[PATH], area[20];
	int64_t ahead;			/* its clock, ms */
	int life;
	bool second;			/* has the newer form */
	bool restored;
	char keys[PATH], cards[PATH];	/* its keyring; its newest card, signed by its old key */
	struct clock clock;
	struct store *s;		/* kept open while nothing goes wrong, or NULL */
};

struct world {
	uint64_t seed;
	struct chance chance;
	enum shape kind;
	bool forks;			/* databases go back to a state with their numbers */
	bool loud, second_ever;
	int sites_n, step;
	bool card_due[SITES][SITES];	/* the card of the first is on its way to the second */
	struct site site[SITES];
	struct file files[FILES];
	size_t files_n;
	struct backup backups[BACKUPS];
	size_t backups_n;
	const char *folder, *keys;
	const char *form[2];
	struct shared *sh;
};
/* Ends this process with 1 when something is wrong; sh->why then says what. */
void world_play(struct world *);
_Noreturn void world_wrong(struct world *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- one step, in its child (actor.c: keying; post.c: files; look.c: looking) ------ */

struct actor {
	struct world *w;
	struct site *site;
	int no;				/* of the site */
	bool alone;			/* in a process of its own */
	struct chance chance;
	struct store *s;
	struct err err;
};
void actor_open(struct actor *);
void actor_close(struct actor *);
void site_close(struct site *);
/* Ends the child: well, where a fault made it fail, else with what is wrong. */
void actor_must(struct actor *, bool ok, const char *what);
_Noreturn void actor_wrong(struct actor *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

struct post { const struct file *v[FILES]; size_t n; int damage; bool must; };
struct keys_of { int site; bool person; };
struct sending { const char *path; char *key; int to; bool all, others, sealed; };

typedef void step_fn(struct actor *, void *);
step_fn step_set_up;		/* names, counties, areas */
step_fn step_work;		/* keys, changes, deletes */
step_fn step_two;		/* two people in one record */
step_fn step_verify;		/* a second person keys a record */
step_fn step_settle;		/* some conflicts, or, if anything is handed in, all */
step_fn step_held;		/* decides some of what is held back, or, with anything, releases all */
step_fn step_clockfix;		/* int: the site whose clock it is */
step_fn step_erase;
step_fn step_purge;
step_fn step_form;		/* the newer form */
step_fn step_send;		/* struct sending */
step_fn step_take;		/* struct post */
step_fn step_rotate;		/* new keys; their card is signed by the old */
step_fn step_renew;		/* struct keys_of: takes that site's newest card */
step_fn step_revoke;		/* struct keys_of: its key is trusted no more here */
step_fn step_backup;		/* path of the copy */
step_fn step_restore;		/* const char *[2]: the copy, the new database */
step_fn step_hash;		/* of the state */
step_fn step_look;		/* path of what is seen */
step_fn step_log;		/* is everything saved in the log, and nothing erased? */

/* Keys and templates, once for all worlds (post.c, actor.c). */
bool keys_make(const char *folder, struct err *);
/* A world of one's own of them. */
void keys_copy(const char *folder, int site, const char *to);
bool template_make(const char *path, const char *form, struct err *);

#endif
