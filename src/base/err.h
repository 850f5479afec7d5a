/* err.h: errors as values. One error is a sentence and, where it came from a
 * text, the place in it. Errors travel up by `struct err *`; only cli/ and
 * tui/ print them.
 *
 * A fallible function is `bool f(..., struct err *err)`: true = done; false =
 * err is set and the outputs are untouched. err is never NULL.
 *
 * `struct faults` gathers many errors of one file, so that a form designer
 * sees all of them at once, in order. */
#ifndef RUHU_BASE_ERR_H
#define RUHU_BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct err {
	char text[512];		/* what was found and what would do, no final dot */
	char file[256];		/* "" when there is no file */
	int line, col;		/* from 1, col in characters; 0 = unknown */
	bool unable;		/* the machine could not: disk, lock, rights; not the fault of
				 * what was given, so the same may go well another time */
};

/* All return false, so that a caller can `return err_set(err, ...)`. A text
 * too long is cut at a character; bytes that are not UTF-8 become '?'. */
bool err_set(struct err *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool err_unable(struct err *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool err_at(struct err *, const char *file, int line, int col, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* Puts "<context>: " before the text; the rest untouched. Returns false. */
bool err_wrap(struct err *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "file:line:col: text" (parts that are known) into out, always NUL-ended. */
void err_format(const struct err *, char *out, size_t size);

enum severity { FAULT_WARNING, FAULT_ERROR };

struct fault {
	enum severity severity;
	struct err err;
};

struct faults {
	struct fault *v;
	size_t n, cap;
	size_t errors;		/* how many of them are FAULT_ERROR */
	size_t limit;		/* keep at most this many; 0 = 1000 */
	size_t dropped;		/* how many more there were */
};

void faults_add(struct faults *, enum severity, const char *file, int line, int col,
    const char *fmt, ...) __attribute__((format(printf, 6, 7)));
void faults_add_err(struct faults *, enum severity, const struct err *);
void faults_sort(struct faults *);	/* by file, line, column; stable */
void faults_free(struct faults *);	/* leaves it empty and usable */

#endif
