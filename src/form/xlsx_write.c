/* A tree of rows written as a spreadsheet: the columns are the keys in the order
 * they first come up, `type`, `name` and `list_name` first; the first row stays
 * in sight. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "form/xlsx.h"
#include "form/yaml_tree.h"
#include "form/zip.h"

#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

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
add_cell(struct buf *out, size_t column_n, size_t row, const char *text)
{
	char letters[8];
	size_t n = sizeof letters - 1;

	letters[n] = '\0';
	for (size_t c = column_n + 1; c > 0 && n > 0; c = (c - 1) / 26)
		letters[--n] = (char)('A' + (c - 1) % 26);
	buf_addf(out, "<c r=\"%s%zu\" t=\"inlineStr\"><is><t xml:space=\"preserve\">", letters + n,
	    row);
	buf_add_xml(out, text);
	buf_add_str(out, "</t></is></c>");
}

static void
sheet_xml(const struct ynode *list, struct buf *out)
{
	struct columns c = { 0 };
	size_t row = 1;

	for (const struct ynode *r = list->first; r != NULL; r = r->next) {
		static const char *const first[] = { "list_name", "type", "name" };

		for (size_t i = 0; i < 3; i++)
			if (ynode_get(r, first[i]) != NULL)
				column(&c, first[i]);
	}
	for (const struct ynode *r = list->first; r != NULL; r = r->next)
		for (const struct ynode *k = r->first; k != NULL; k = k->next)
			column(&c, k->key);
	buf_add_str(out, HEAD "<worksheet xmlns=\"" MAIN "\"><sheetViews><sheetView "
	    "workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" state=\"frozen\"/>"
	    "</sheetView></sheetViews><sheetData><row r=\"1\">");
	for (size_t i = 0; i < c.n; i++)
		add_cell(out, i, 1, c.v[i]);
	buf_add_str(out, "</row>");
	for (const struct ynode *r = list->first; r != NULL; r = r->next) {
		const char **cells = xcalloc(c.n + 1, sizeof *cells);

		for (const struct ynode *k = r->first; k != NULL; k = k->next)
			cells[column(&c, k->key)] = k->text;
		buf_addf(out, "<row r=\"%zu\">", ++row);
		for (size_t i = 0; i < c.n; i++)
			if (cells[i] != NULL)
				add_cell(out, i, row, cells[i]);
		buf_add_str(out, "</row>");
		free(cells);
	}
	buf_add_str(out, "</sheetData></worksheet>");
	free(c.v);
}

/* The parts that only say where the others are. */
static void
add_frame(struct zip_writer *w, const struct ynode *top)
{
	struct buf types = { 0 }, book = { 0 }, rels = { 0 };
	size_t n = 0;

	buf_add_str(&types, HEAD "<Types xmlns=\"" PACKAGE "content-types\"><Default "
	    "Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package."
	    "relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>"
	    "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/"
	    "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>");
	buf_add_str(&book, HEAD "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" REL "\"><sheets>");
	buf_add_str(&rels, HEAD "<Relationships xmlns=\"" PACKAGE "relationships\">");
	for (const struct ynode *s = top->first; s != NULL; s = s->next) {
		n++;
		buf_addf(&types,
		    "<Override PartName=\"/xl/worksheets/sheet%zu.xml\" ContentType=\""
		    "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>",
		    n);
		buf_addf(
		    &book, "<sheet name=\"%s\" sheetId=\"%zu\" r:id=\"rId%zu\"/>", s->key, n, n);
		buf_addf(&rels, "<Relationship Id=\"rId%zu\" Type=\"" REL "/worksheet\" "
		    "Target=\"worksheets/sheet%zu.xml\"/>", n, n);
	}
	buf_add_str(&types, "</Types>");
	buf_add_str(&book, "</sheets></workbook>");
	buf_add_str(&rels, "</Relationships>");
	zip_writer_add(w, "[Content_Types].xml", buf_str(&types));
	zip_writer_add(w, "_rels/.rels", HEAD "<Relationships xmlns=\"" PACKAGE "relationships\">"
	    "<Relationship Id=\"rId1\" Type=\"" REL "/officeDocument\" Target=\"xl/workbook.xml\"/>"
	    "</Relationships>");
	zip_writer_add(w, "xl/workbook.xml", buf_str(&book));
	zip_writer_add(w, "xl/_rels/workbook.xml.rels", buf_str(&rels));
	buf_free(&types);
	buf_free(&book);
	buf_free(&rels);
}

bool
xlsx_write(const struct ynode *top, struct buf *out, struct err *err)
{
	struct zip_writer *w = zip_writer_new();
	struct buf xml = { 0 }, name = { 0 };
	size_t n = 0;

	add_frame(w, top);
	for (const struct ynode *s = top->first; s != NULL; s = s->next) {
		buf_reset(&xml);
		buf_reset(&name);
		sheet_xml(s, &xml);
		buf_addf(&name, "xl/worksheets/sheet%zu.xml", ++n);
		zip_writer_add(w, buf_str(&name), buf_str(&xml));
	}
	buf_free(&xml);
	buf_free(&name);
	return zip_writer_end(w, out, err);
}
