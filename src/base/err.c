#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

/* A cut in the middle of a UTF-8 character would make the message invalid. */
static void
cut_clean(char *text, size_t size, int wanted)
{
	size_t n = strlen(text);

	if (wanted < 0 || (size_t)wanted < size)
		return;
	while (n > 0 && ((unsigned char)text[n - 1] & 0xC0) == 0x80)
		n--;
	if (n > 0 && (unsigned char)text[n - 1] >= 0xC0)
		n--;
	text[n] = '\0';
}

/* What is quoted may be any bytes: a file's, another library's. */
static void
make_valid(char *text)
{
	size_t len = strlen(text), used;

	for (size_t at = 0; at < len; at += used)
		if (utf8_next(text + at, len - at, &used) == 0xFFFD && used == 1)
			text[at] = '?';
}

static void
set_text(struct err *err, const char *fmt, va_list ap)
{
	cut_clean(err->text, sizeof err->text,
	    vsnprintf(err->text, sizeof err->text, fmt, ap));
	make_valid(err->text);
}

static void
set_place(struct err *err, const char *file, int line, int col)
{
	const char *name = file != NULL ? file : "";

	cut_clean(err->file, sizeof err->file,
	    snprintf(err->file, sizeof err->file, "%s", name));
	make_valid(err->file);
	err->line = line;
	err->col = col;
	err->unable = false;
}

bool
err_set(struct err *err, const char *fmt, ...)
{
	va_list ap;

	set_place(err, NULL, 0, 0);
	va_start(ap, fmt);
	set_text(err, fmt, ap);
	va_end(ap);
	return false;
}

bool
err_unable(struct err *err, const char *fmt, ...)
{
	va_list ap;

	set_place(err, NULL, 0, 0);
	err->unable = true;
	va_start(ap, fmt);
	set_text(err, fmt, ap);
	va_end(ap);
	return false;
}

bool
err_at(struct err *err, const char *file, int line, int col, const char *fmt, ...)
{
	va_list ap;

	set_place(err, file, line, col);
	va_start(ap, fmt);
	set_text(err, fmt, ap);
	va_end(ap);
	return false;
}

bool
err_wrap(struct err *err, const char *fmt, ...)
{
	char was[sizeof err->text];
	size_t n;
	va_list ap;

	memcpy(was, err->text, sizeof was);
	va_start(ap, fmt);
	set_text(err, fmt, ap);
	va_end(ap);
	n = strlen(err->text);
	cut_clean(err->text + n, sizeof err->text - n,
	    snprintf(err->text + n, sizeof err->text - n, ": %s", was));
	return false;
}

void
err_format(const struct err *err, char *out, size_t size)
{
	int n;

	if (err->file[0] == '\0' && err->line == 0)
		n = snprintf(out, size, "%s", err->text);
	else if (err->line == 0)
		n = snprintf(out, size, "%s: %s", err->file, err->text);
	else
		n = snprintf(out, size, "%s%s%d:%d: %s", err->file,
		    err->file[0] != '\0' ? ":" : "", err->line, err->col, err->text);
	cut_clean(out, size, n);
}

static struct err *
faults_next(struct faults *faults, enum severity severity)
{
	size_t limit = faults->limit > 0 ? faults->limit : 1000;

	if (severity == FAULT_ERROR)
		faults->errors++;
	if (faults->n >= limit) {
		faults->dropped++;
		return NULL;
	}
	faults->v = xgrow(faults->v, &faults->cap, faults->n + 1, sizeof *faults->v);
	faults->v[faults->n].severity = severity;
	return &faults->v[faults->n++].err;
}

void
faults_add(struct faults *faults, enum severity severity, const char *file, int line,
    int col, const char *fmt, ...)
{
	struct err *err = faults_next(faults, severity);
	va_list ap;

	if (err == NULL)
		return;
	set_place(err, file, line, col);
	va_start(ap, fmt);
	set_text(err, fmt, ap);
	va_end(ap);
}

void
faults_add_err(struct faults *faults, enum severity severity, const struct err *err)
{
	struct err *into = faults_next(faults, severity);

	if (into != NULL)
		*into = *err;
}

static int
by_place(const struct fault *a, const struct fault *b)
{
	int c = strcmp(a->err.file, b->err.file);

	if (c != 0)
		return c;
	if (a->err.line != b->err.line)
		return a->err.line < b->err.line ? -1 : 1;
	if (a->err.col != b->err.col)
		return a->err.col < b->err.col ? -1 : 1;
	return 0;
}

void
faults_sort(struct faults *faults)
{
	/* Insertion: nearly sorted already, and it keeps the order of equals. */
	for (size_t i = 1; i < faults->n; i++) {
		struct fault f = faults->v[i];
		size_t j = i;

		for (; j > 0 && by_place(&faults->v[j - 1], &f) > 0; j--)
			faults->v[j] = faults->v[j - 1];
		faults->v[j] = f;
	}
}

void
faults_free(struct faults *faults)
{
	free(faults->v);
	memset(faults, 0, sizeof *faults);
}
