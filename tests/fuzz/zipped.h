/* zipped.h: a spreadsheet out of plain text, so that what is changed at random is
 * the XML inside and not its packing. The text is the archive's members, each
 * begun by a line "@NAME"; those of a workbook that are missing are put beside. */
#ifndef RUHU_FUZZ_ZIPPED_H
#define RUHU_FUZZ_ZIPPED_H

#include <stdint.h>
#include <string.h>

#include "base/buf.h"

#define MEMBERS 16

struct member {
	const char *name, *data;
	size_t name_len, len;
};

static uint32_t
crc_of(const char *data, size_t len)
{
	uint32_t crc = ~0u;

	for (size_t i = 0; i < len; i++) {
		crc ^= (unsigned char)data[i];
		for (int k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
	}
	return ~crc;
}

static void
put(struct buf *out, uint32_t n, int bytes)
{
	for (; bytes > 0; bytes--, n >>= 8)
		buf_add_char(out, (char)(n & 0xff));
}

/* What a member's two headers have in common. */
static void
put_member(struct buf *out, const struct member *m)
{
	put(out, 20, 2);
	put(out, 0x800, 2);		/* names are UTF-8 */
	put(out, 0, 2);			/* stored as it is */
	put(out, 0x5a210000, 4);	/* 2025-01-01 */
	put(out, crc_of(m->data, m->len), 4);
	put(out, (uint32_t)m->len, 4);
	put(out, (uint32_t)m->len, 4);
	put(out, (uint32_t)m->name_len, 2);
	put(out, 0, 2);
}

static void
zip_members(const struct member *v, size_t n, struct buf *out)
{
	size_t at[MEMBERS], directory;

	for (size_t i = 0; i < n; i++) {
		at[i] = out->len;
		put(out, 0x04034b50, 4);
		put_member(out, &v[i]);
		buf_add(out, v[i].name, v[i].name_len);
		buf_add(out, v[i].data, v[i].len);
	}
	directory = out->len;
	for (size_t i = 0; i < n; i++) {
		put(out, 0x02014b50, 4);
		put(out, 20, 2);
		put_member(out, &v[i]);
		put(out, 0, 10);
		put(out, (uint32_t)at[i], 4);
		buf_add(out, v[i].name, v[i].name_len);
	}
	put(out, 0x06054b50, 4);
	put(out, 0, 4);
	put(out, (uint32_t)n, 2);
	put(out, (uint32_t)n, 2);
	put(out, (uint32_t)(out->len - directory), 4);
	put(out, (uint32_t)directory, 4);
	put(out, 0, 2);
}

static bool
has_member(const struct member *v, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].name_len == strlen(name) && !memcmp(v[i].name, name, v[i].name_len))
			return true;
	return false;
}

static const char book[] =
    "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\""
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>"
    "<sheet name=\"survey\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"choices\" sheetId=\"2\""
    " r:id=\"rId2\"/><sheet name=\"settings\" sheetId=\"3\" r:id=\"rId3\"/></sheets></workbook>";
static const char relations[] =
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/>"
    "<Relationship Id=\"rId2\" Target=\"worksheets/sheet2.xml\"/>"
    "<Relationship Id=\"rId3\" Target=\"worksheets/sheet3.xml\"/></Relationships>";

static void
zipped(const char *text, size_t len, struct buf *out)
{
	static const struct member own[] = {
		{ "xl/workbook.xml", book, 15, sizeof book - 1 },
		{ "xl/_rels/workbook.xml.rels", relations, 26, sizeof relations - 1 },
	};
	struct member v[MEMBERS];
	const char *end = text + len, *s = text;
	size_t n = 0;

	while (s < end && n < MEMBERS - 2) {
		const char *line = memchr(s, '\n', (size_t)(end - s)), *next;

		if (*s != '@' || line == NULL)
			break;
		next = memmem(line, (size_t)(end - line), "\n@", 2);
		next = next == NULL ? end : next + 1;
		v[n++] = (struct member){ s + 1, line + 1, (size_t)(line - s - 1),
			next > line + 1 ? (size_t)(next - line - 1) : 0 };
		s = next;
	}
	for (size_t i = 0; i < 2; i++)
		if (!has_member(v, n, own[i].name))
			v[n++] = own[i];
	zip_members(v, n, out);
}

#endif
