/* form_instance.h: what an instance of a form carries besides answers: attributes
 * and namespaces. XLSForm says them in the settings `attribute::NAME` and
 * `namespaces` and in the columns `instance::NAME`; an XForm in its instance. */
#ifndef RUHU_FORM_FORM_INSTANCE_H
#define RUHU_FORM_FORM_INSTANCE_H

struct buf;
struct form;
struct question;

/* Of the root, but for id and version: " xmlns:p="..." NAME="..."", appended. */
void form_root_attributes(const struct form *, struct buf *out);
void form_node_attributes(const struct form *, const struct question *, struct buf *out);

#endif
