/* A tree of rows written as a workbook: the columns are the keys in the order they
 * first come up, `type`, `name` and `list_name` first; the first row stays in sight.
 * The only file that includes libxlsxwriter, which writes to a path and not to
 * memory; it is taken in when the first workbook is written (base/late.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/buf.h"
#include "base/late.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/tr.h"
#include "form/xlsx.h"
#include "form/yaml_tree.h"

#define CALLS(X) \
	X(format_set_bold) X(lxw_rowcol_to_cell) X(lxw_strerror) X(workbook_add_format) \
	X(workbook_add_worksheet) X(workbook_close) X(workbook_new) X(workbook_new_opt) \
	X(workbook_set_properties) \
	X(worksheet_freeze_panes) X(worksheet_set_column) X(worksheet_write_number) \
	X(worksheet_write_string)

LATE_LIBRARY(XLSXWRITER_LIBRARY, CALLS)

/* ---- a sheet ---------------------------------------------------------------------- */

#define COLUMN_WIDTH 24			/* of most cells, in Excel's characters */
#define TABLE_WIDTH 16

struct columns { const char **v; size_t n, cap; };

static size_t
column(struct columns *c, const char *key)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->v[i], key) == 0)
			return i;
	c->v = xgrow(c->v, &c->cap, c->n + 1, sizeof *c->v);
	c->v[c->n] = key;
	return c->n++;
}

static void
find_columns(const struct ynode *list, struct columns *c)
{
	static const char *const first[] = { "list_name", "type", "name" };

	for (const struct ynode *r = list->first; r != NULL; r = r->next)
		for (size_t i = 0; i < 3; i++)
			if (ynode_get(r, first[i]) != NULL)
				column(c, first[i]);
	for (const struct ynode *r = list->first; r != NULL; r = r->next)
		for (const struct ynode *k = r->first; k != NULL; k = k->next)
			column(c, k->key);
}

static bool
put(lxw_worksheet *sheet, const char *name, size_t row, size_t col, const char *text,
    lxw_format *format, struct err *err)
{
	lxw_error e = lib.worksheet_write_string(sheet, (lxw_row_t)row, (lxw_col_t)col, text, format);
	char cell[LXW_MAX_CELL_NAME_LENGTH];

	if (e == LXW_NO_ERROR)
		return true;
	lib.lxw_rowcol_to_cell(cell, (lxw_row_t)row, (lxw_col_t)col);
	return err_set(err, _("%s!%s cannot be written: %s"), name, cell, lib.lxw_strerror(e));
}

static bool
write_sheet(lxw_workbook *book, const struct ynode *list, lxw_format *bold, struct err *err)
{
	lxw_worksheet *sheet = lib.workbook_add_worksheet(book, list->key);
	struct columns c = { 0 };
	size_t row = 0;
	bool ok = sheet != NULL || err_set(err, _("no sheet can be called '%s'"), list->key);

	find_columns(list, &c);
	for (size_t i = 0; ok && i < c.n; i++)
		ok = put(sheet, list->key, row, i, c.v[i], bold, err);
	for (const struct ynode *r = list->first; ok && r != NULL; r = r->next) {
		row++;
		for (const struct ynode *k = r->first; ok && k != NULL; k = k->next)
			ok = put(sheet, list->key, row, column(&c, k->key), k->text, NULL, err);
	}
	if (ok) {
		lib.worksheet_freeze_panes(sheet, 1, 0);
		lib.worksheet_set_column(sheet, 0, (lxw_col_t)(c.n > 0 ? c.n - 1 : 0),
		    COLUMN_WIDTH, NULL);
	}
	free(c.v);
	return ok;
}

/* ---- the workbook ----------------------------------------------------------------- */

/* The library tells standard error of a full disk, in words of its own. It is given
 * nothing to tell it to; -1 where that cannot be. */
static int
hush(void)
{
	int was = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (was >= 0 && nothing >= 0)
		dup2(nothing, STDERR_FILENO);
	if (nothing >= 0)
		close(nothing);
	return was;
}

static void
speak(int was)
{
	if (was < 0)
		return;
	dup2(was, STDERR_FILENO);
	close(was);
}

static bool
close_book(lxw_workbook *book, struct err *err)
{
	lxw_error e;
	int was = hush(), reason;

	errno = 0;
	e = lib.workbook_close(book);
	reason = errno;
	speak(was);
	return e == LXW_NO_ERROR || err_set(err, _("the workbook could not be made: %s"),
	    reason != 0 ? strerror(reason) : lib.lxw_strerror(e));
}

static bool
write_book(const char *path, const struct ynode *top, struct err *err)
{
	/* The same form is the same bytes on any day. */
	lxw_doc_properties properties = { .created = 1767225600 };
	lxw_workbook *book = lib.workbook_new(path);
	lxw_format *bold = lib.workbook_add_format(book);
	struct err ignored;
	bool ok = true, closed;

	lib.workbook_set_properties(book, &properties);
	lib.format_set_bold(bold);
	for (const struct ynode *s = top->first; ok && s != NULL; s = s->next)
		ok = write_sheet(book, s, bold, err);
	closed = close_book(book, ok ? err : &ignored);
	return ok && closed;
}

static bool
read_back(int fd, struct buf *out, struct err *err)
{
	char piece[65536];
	ssize_t n;

	while ((n = read(fd, piece, sizeof piece)) > 0)
		buf_add(out, piece, (size_t)n);
	return n == 0 || err_set(err, _("the workbook could not be made: %s"), strerror(errno));
}

/* The library writes to a path: an empty file for it. */
static bool
make_file(struct buf *path, int *fd, struct err *err)
{
	const char *folder = getenv("TMPDIR");

	if (!lib_ready(err))
		return false;
	buf_addf(path, "%s/ruhu-XXXXXX", folder != NULL && folder[0] != '\0' ? folder : "/tmp");
	*fd = mkostemp(path->data, O_CLOEXEC);
	return *fd >= 0 || err_set(err, _("the workbook could not be made: %s: %s"), buf_str(path),
	    strerror(errno));
}

bool
xlsx_write(const struct ynode *top, struct buf *out, struct err *err)
{
	struct buf path = { 0 };
	bool ok;
	int fd;

	ok = make_file(&path, &fd, err);
	if (ok) {
		ok = write_book(path.data, top, err) && read_back(fd, out, err);
		close(fd);
		unlink(path.data);
	}
	buf_free(&path);
	return ok;
}

/* ---- a table ---------------------------------------------------------------------- */

struct xlsx_sheet {
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *bold;
	const char *name;
	struct buf path;
	int fd;
};

bool
xlsx_begin(const char *name, struct xlsx_sheet **out, struct err *err)
{
	/* A table may have a million rows: they are not kept in memory. */
	lxw_workbook_options options = { .constant_memory = 1 };
	struct xlsx_sheet *s = xcalloc(1, sizeof *s);

	if (!make_file(&s->path, &s->fd, err)) {
		buf_free(&s->path);
		free(s);
		return false;
	}
	s->name = name;
	s->book = lib.workbook_new_opt(s->path.data, &options);
	s->bold = lib.workbook_add_format(s->book);
	lib.format_set_bold(s->bold);
	s->sheet = lib.workbook_add_worksheet(s->book, name);
	*out = s;
	if (s->sheet != NULL)
		return true;
	xlsx_drop(s);
	return err_set(err, _("no sheet can be called '%s'"), name);
}

void
xlsx_layout(struct xlsx_sheet *s, size_t frozen_rows, size_t columns, size_t wide)
{
	lib.worksheet_freeze_panes(s->sheet, (lxw_row_t)frozen_rows, 0);
	if (columns > 0)
		lib.worksheet_set_column(s->sheet, 0, (lxw_col_t)(columns - 1), TABLE_WIDTH, NULL);
	if (wide > 0)
		lib.worksheet_set_column(s->sheet, (lxw_col_t)(wide - 1), (lxw_col_t)(wide - 1),
		    2.5 * TABLE_WIDTH, NULL);
}

bool
xlsx_cell(struct xlsx_sheet *s, size_t row, size_t col, const char *text, enum xlsx_kind kind,
    struct err *err)
{
	lxw_error e;

	if (text[0] == '\0')
		return true;
	if (kind != XLSX_NUMBER)
		return put(s->sheet, s->name, row, col, text, kind == XLSX_HEADING ? s->bold : NULL,
		    err);
	e = lib.worksheet_write_number(s->sheet, (lxw_row_t)row, (lxw_col_t)col, num_parse(text), NULL);
	return e == LXW_NO_ERROR || err_set(err, _("the workbook could not be made: %s"),
	    lib.lxw_strerror(e));
}

static void
forget(struct xlsx_sheet *s)
{
	close(s->fd);
	unlink(s->path.data);
	buf_free(&s->path);
	free(s);
}

bool
xlsx_end(struct xlsx_sheet *s, struct buf *out, struct err *err)
{
	bool ok = close_book(s->book, err) && read_back(s->fd, out, err);

	forget(s);
	return ok;
}

void
xlsx_drop(struct xlsx_sheet *s)
{
	struct err ignored;

	close_book(s->book, &ignored);
	forget(s);
}
