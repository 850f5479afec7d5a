/* out.h: what commands print. Text for a person goes through say(): on a
 * terminal that is not UTF-8 it is turned into the terminal's encoding. JSON and
 * tables in files and pipes are UTF-8 always. */
#ifndef RUHU_CLI_OUT_H
#define RUHU_CLI_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct buf;

/* Standard output and standard error. What an argument brings is made harmless but
 * for ends of lines: a stored text, which may have some, goes through say_text(). */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* On a terminal: what is complained next replaces the line that stands there. */
void complain_anew(void);

/* Stored text, made harmless and padded to `cols` columns (0: not padded; a text
 * that is longer is not cut). */
void say_text(const char *stored, int cols);
/* Text of several lines as it is: reports made below, form texts. */
void say_lines(const char *text);
/* The same broken into lines of at most `cols` columns behind `indent` spaces. */
void say_wrapped(const char *text, int indent, int cols);

/* All of them, a line each with their place, on standard output. */
void say_faults(const struct faults *);

/* "ruhu: <error>." on standard error; returns code. */
int fail(int code, const struct err *);

/* Writes one line of JSON (a newline is added) to standard output at once; a terminal
 * is shown it as text for a person. */
void put_json(const struct buf *);
/* False when something could not be written (a full disk, a closed pipe). */
bool out_flush(void);

#endif
