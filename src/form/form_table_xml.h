/* form_table_xml.h: the other two notations of table_read (form_table.h): XML as
 * ODK's external instances (<root><item>...), and GeoJSON, whose features become
 * rows of their properties, `id` and `geometry` (places as ODK writes them). */
#ifndef RUHU_FORM_FORM_TABLE_XML_H
#define RUHU_FORM_FORM_TABLE_XML_H

#include "form/form_table.h"

struct table *table_read_xml(const char *name, const char *text, size_t len, struct arena *,
    struct faults *);
struct table *table_read_geojson(const char *name, const char *text, size_t len,
    struct arena *, struct faults *);

#endif
