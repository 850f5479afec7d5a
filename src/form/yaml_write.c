/* A tree of rows written as YAML, the way the public converter writes it. */
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "form/form_yaml_parts.h"

/* U+0080 to U+009F, which a form cannot hold. */
static bool
control(const char *p)
{
	return *p == '\xC2' && (unsigned char)p[1] < 0xA0;
}

/* Can the text stand as it is, without quotes? */
static bool
plain(const char *s)
{
	size_t len = strlen(s);

	if (len == 0 || strchr(" -?:,[]{}#&*!|>'\"%@`=~<\t", s[0]) != NULL || s[len - 1] == ' ' ||
	    s[len - 1] == ':' || strcmp(s, "...") == 0)
		return false;
	for (const char *p = s; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7F || (*p == ':' && p[1] == ' ') ||
		    (*p == '#' && p > s && p[-1] == ' ') ||
		    control(p) || strncmp(p, "\xE2\x80\xA8", 3) == 0 ||
		    strncmp(p, "\xE2\x80\xA9", 3) == 0 || strncmp(p, "\xEF\xBB\xBF", 3) == 0)
			return false;
	return true;
}

static void
write_text(const char *s, struct buf *out)
{
	if (plain(s)) {
		buf_add_str(out, s);
		return;
	}
	buf_add_char(out, '"');
	for (const char *p = s; *p != '\0'; p++) {
		if (*p == '\n')
			buf_add_str(out, "\\n");
		else if (*p == '\t')
			buf_add_str(out, "\\t");
		else if (control(p))
			buf_add_char(out, ' '), p++;
		else if (strncmp(p, "\xE2\x80\xA8", 3) == 0)
			buf_add_str(out, "\\L"), p += 2;
		else if (strncmp(p, "\xE2\x80\xA9", 3) == 0)
			buf_add_str(out, "\\P"), p += 2;
		else if (strncmp(p, "\xEF\xBB\xBF", 3) == 0)
			p += 2;			/* a mark of byte order, nobody's text */
		else if ((unsigned char)*p < 0x20 || *p == 0x7F)
			buf_add_char(out, ' ');
		else {
			if (*p == '"' || *p == '\\')
				buf_add_char(out, '\\');
			buf_add_char(out, *p);
		}
	}
	buf_add_char(out, '"');
}

static void
indent(size_t depth, struct buf *out)
{
	for (size_t i = 0; i < depth; i++)
		buf_add_str(out, "  ");
}

static void write_inside(const struct ynode *, size_t depth, bool begun, struct buf *out);

static void
write_value(const struct ynode *node, size_t depth, struct buf *out)
{
	if (node->kind == Y_TEXT) {
		buf_add_char(out, ' ');
		write_text(node->text, out);
		buf_add_char(out, '\n');
	} else if (node->n == 0) {
		buf_add_str(out, node->kind == Y_MAP ? " {}\n" : " []\n");
	} else {
		buf_add_char(out, '\n');
		write_inside(node, depth, false, out);
	}
}

/* The children of a map or list; begun: the first stands on a line that has
 * begun, behind "- ". */
static void
write_inside(const struct ynode *node, size_t depth, bool begun, struct buf *out)
{
	for (const struct ynode *c = node->first; c != NULL; c = c->next) {
		if (!begun)
			indent(depth, out);
		begun = false;
		if (node->kind == Y_MAP) {
			write_text(c->key, out);
			buf_add_char(out, ':');
			write_value(c, depth + 1, out);
		} else if (c->kind == Y_TEXT || c->n == 0) {
			buf_add_char(out, '-');
			write_value(c, depth + 1, out);
		} else {
			buf_add_str(out, "- ");
			write_inside(c, depth + 1, true, out);
		}
	}
}

void
yaml_write(const struct ynode *top, struct buf *out)
{
	if (top->n == 0)
		buf_add_str(out, top->kind == Y_LIST ? "[]\n" : "{}\n");
	else
		write_inside(top, 0, false, out);
}
