/* buf.h: bytes that grow. `struct buf b = { 0 };` is an empty one; buf_free
 * leaves it empty again. The bytes always end in a NUL that is not counted,
 * so b.data is a C string once anything was added; buf_str gives "" before. */
#ifndef RUHU_BASE_BUF_H
#define RUHU_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

struct buf {
	char *data;
	size_t len, cap;
};

void buf_add(struct buf *, const void *bytes, size_t len);
void buf_add_str(struct buf *, const char *s);
void buf_add_char(struct buf *, char c);
/* Room for so many bytes more, where the text ends: what is put there counts once
 * len has grown by it and a NUL follows. */
char *buf_room(struct buf *, size_t more);
void buf_addf(struct buf *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vaddf(struct buf *, const char *fmt, va_list);

/* As XML has it in an element or an attribute: & < > " and line ends as references;
 * what XML has no place for, even so, becomes U+FFFD. */
void buf_add_xml(struct buf *, const char *text);
/* The same as the attribute ` name="text"` of the tag that the buffer ends in; a tag
 * that has it keeps its own, for XML takes none twice. */
void buf_add_xml_attribute(struct buf *, const char *name, const char *text);

const char *buf_str(const struct buf *);	/* lent until the next change */
void buf_set_str(struct buf *, const char *s);	/* s may lie in the buffer itself */
void buf_reset(struct buf *);			/* empty, memory kept */
void buf_cut(struct buf *, size_t len);		/* shortens to len bytes */
char *buf_take(struct buf *);			/* yours to free(); leaves it empty */
void buf_free(struct buf *);

#endif
