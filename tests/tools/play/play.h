/* play.h: the state of a script being played, for the commands that have files of
 * their own. */
#ifndef PLAY_PLAY_H
#define PLAY_PLAY_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "play/emu.h"

struct err;

struct word;

struct matrix {
	char lang[3];			/* "": the script is of no matrix */
	struct word *words;
	size_t words_n, words_cap;
};

struct play {
	const char *file;
	FILE *in;
	int line;
	char term[64], locale[64];
	struct emu_options options;
	int look_ms;			/* how long something may be looked for again */
	struct emu *emu;
	char *command;		/* of the last `run` */
	bool exit_seen;		/* the script knows how the program ended */
	bool marked;		/* `mark`: keys do not start the count of bytes anew */
	size_t bytes_from;
	size_t keys, characters;	/* pressed since `run`; of them written on paper */
	struct matrix matrix;
	struct buf others;		/* the other keys, as "9 enter, " */
	struct err *err;
};

/* The running program; NULL, err set, when none runs. */
struct emu *play_emu(struct play *);
/* `type TEXT` and `key NAME ...`; both change the text they are given. */
bool play_type(struct play *, char *text);
bool play_keys(struct play *, char *names);
bool play_send(struct play *, const char *bytes, size_t len);	/* and waits till it rests */
bool play_run(struct play *, char *command);

#endif
