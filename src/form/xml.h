/* xml.h: an XML file as plain nodes. xml.c is the only file that includes
 * libxml2. No network, no entities from outside, no huge files; a text that is
 * not well-formed is refused with its place.
 *
 * Nodes are in an array in document order: an element, its namespaces, its
 * attributes, its children. Neighbouring text and CDATA is one text node. */
#ifndef RUHU_FORM_XML_H
#define RUHU_FORM_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum xml_kind { XML_DOCUMENT, XML_ELEM, XML_ATTR, XML_CHARS, XML_COMMENT, XML_INSTRUCTION, XML_NS };

#define XML_NONE UINT32_MAX

struct xml_node {
	enum xml_kind kind;
	const char *name;	/* local part; prefix of a namespace; target of an instruction */
	const char *prefix;	/* as written, "" for none */
	const char *ns;		/* URI, "" for none */
	const char *value;	/* of all but elements and the document; "" there */
	uint32_t parent, first, next, prev;	/* XML_NONE: none; first child */
	uint32_t attribute;	/* first, more by next */
	uint32_t namespaces;	/* first in scope, more by next */
	int line;		/* of an element, from 1; 0 elsewhere */
};

struct xml {
	struct xml_node *v;	/* [0] is the document node */
	size_t n;
	struct arena *arena;	/* of the texts */
};

/* false: err has the place. file is what it is called in errors. */
bool xml_parse(const char *file, const char *text, size_t len, struct xml *, struct err *);
void xml_free(struct xml *);	/* leaves it empty */

#endif
