/* table_xml.h: the saved records of a form as ODK submissions, a file each. */
#ifndef RUHU_CLI_TABLE_XML_H
#define RUHU_CLI_TABLE_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct store;

struct table_xml {
	size_t written, unchanged, incomplete;	/* records */
};

/* Writes folder/RECORD.xml for each complete record; makes the folder. A file
 * that is there already tells what was sent: it stays when nothing has changed;
 * else the new one has an instanceID of its own and names the old one as its
 * deprecatedID, as ODK Central asks. Incomplete records are left out. */
bool table_xml(struct store *, const char *form, const char *folder, struct table_xml *,
    struct err *);

#endif
