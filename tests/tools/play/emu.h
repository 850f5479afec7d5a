/* emu.h: a program in a pseudo-terminal, and a terminal emulator (libvterm)
 * that shows what it prints. Bytes are decoded from the locale's charset, as a
 * terminal of that charset would. Rows and columns count from 1. */
#ifndef PLAY_EMU_H
#define PLAY_EMU_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct emu;
struct err;

struct emu_options {
	const char *term, *locale;
	int cols, rows;
	int slow;		/* all times of quiet are multiplied by this */
	int limit_ms;		/* how long to wait for rest before giving up */
};

/* Runs `sh -c command`. NULL: err is set. */
struct emu *emu_start(const struct emu_options *, const char *command, struct err *);
void emu_free(struct emu *);		/* ends the program first; NULL is fine */

bool emu_send(struct emu *, const char *bytes, size_t len, struct err *);
/* text (UTF-8) in the locale's charset; false: it has no such character. */
bool emu_encode(struct emu *, const char *text, struct buf *out, struct err *);

/* Reads output until the program sleeps, has read all its input, and printed
 * nothing for quiet_ms. False: it never came to rest, or printed what a
 * terminal of this charset cannot show. */
bool emu_settle(struct emu *, int quiet_ms, struct err *);
bool emu_pump(struct emu *, int ms, struct err *);	/* reads output for so long */

bool emu_resize(struct emu *, int cols, int rows, struct err *);
void emu_signal(struct emu *, int signal);
void emu_hangup(struct emu *);				/* closes the terminal's side */
/* Ended by itself or after a signal? *status is its exit code, or 128 and the
 * signal, as in a shell. */
bool emu_ended(struct emu *, int *status);

void emu_row(struct emu *, int row, struct buf *out);	/* without blanks at the end */
void emu_size(struct emu *, int *cols, int *rows);
void emu_cursor(struct emu *, int *row, int *col);
enum { EMU_BOLD = 1, EMU_UNDERLINE = 2, EMU_REVERSE = 4, EMU_BLINK = 8, EMU_COLOUR = 16 };
int emu_attrs(struct emu *, int row, int col);		/* of the cell */
/* All that is to be seen, a line a row: its text, and what is not plain in it; then the
 * cursor. Appended. */
void emu_picture(struct emu *, struct buf *out);
size_t emu_bytes(struct emu *);				/* printed since the start */

#endif
