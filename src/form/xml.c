#include "form/xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/late.h"
#include "base/mem.h"
#include "base/tr.h"

#define XML_BYTES_MAX (64u << 20)
#define DEPTH_MAX 256
#define SENTENCE 300

/* Of libxml2, taken in when the first XML is read (base/late.h). */
#define CALLS(X) \
	X(xmlCtxtGetLastError) X(xmlCtxtReadMemory) X(xmlFreeDoc) X(xmlFreeParserCtxt) \
	X(xmlGetLineNo) X(xmlGetNsList) X(xmlNewParserCtxt) X(xmlNodeListGetString) X(xmlFree) \
	X(xmlSetStructuredErrorFunc)

LATE_LIBRARY(XML_LIBRARY, CALLS)

struct reader {
	struct xml *xml;
	size_t cap;
	struct err *err;
	const char *file;
	int depth;
};

static const char *
keep(struct reader *r, const xmlChar *s)
{
	return s && *s ? arena_strdup(r->xml->arena, (const char *)s) : "";
}

static uint32_t
add(struct reader *r, enum xml_kind kind, uint32_t parent)
{
	struct xml *x = r->xml;

	x->v = xgrow(x->v, &r->cap, x->n + 1, sizeof *x->v);
	x->v[x->n] = (struct xml_node){ .kind = kind, .name = "", .prefix = "", .ns = "",
		.value = "", .parent = parent, .first = XML_NONE, .next = XML_NONE,
		.prev = XML_NONE, .attribute = XML_NONE, .namespaces = XML_NONE };
	return (uint32_t)x->n++;
}

/* Puts `id` at the end of the list that begins at *first. */
static void
append(struct reader *r, uint32_t *first, uint32_t *last, uint32_t id)
{
	struct xml_node *v = r->xml->v;

	if (*last == XML_NONE) {
		*first = id;
	} else {
		v[*last].next = id;
		v[id].prev = *last;
	}
	*last = id;
}

/* An element that declares none shares the list of the one around it. */
static void
add_namespaces(struct reader *r, xmlNodePtr node, uint32_t id)
{
	uint32_t first = XML_NONE, last = XML_NONE, ns, above = r->xml->v[id].parent;
	xmlNsPtr *list;

	if (above && !node->nsDef) {
		r->xml->v[id].namespaces = r->xml->v[above].namespaces;
		return;
	}
	list = lib.xmlGetNsList(node->doc, node);
	/* That of names without a prefix first, as browsers have it. */
	for (int bare = 1; bare >= 0; bare--) {
		for (size_t i = 0; list && list[i]; i++) {
			if (!list[i]->href || !*list[i]->href || (list[i]->prefix == NULL) != bare)
				continue;
			ns = add(r, XML_NS, id);
			r->xml->v[ns].name = keep(r, list[i]->prefix);
			r->xml->v[ns].value = keep(r, list[i]->href);
			append(r, &first, &last, ns);
		}
	}
	ns = add(r, XML_NS, id);
	r->xml->v[ns].name = "xml";
	r->xml->v[ns].value = "http://www.w3.org/XML/1998/namespace";
	append(r, &first, &last, ns);
	r->xml->v[id].namespaces = first;
	(*lib.xmlFree)(list);
}

static void
set_name(struct reader *r, uint32_t id, const xmlChar *name, xmlNsPtr ns)
{
	r->xml->v[id].name = keep(r, name);
	if (!ns)
		return;
	r->xml->v[id].prefix = keep(r, ns->prefix);
	r->xml->v[id].ns = keep(r, ns->href);
}

static void
add_attributes(struct reader *r, xmlNodePtr node, uint32_t id)
{
	uint32_t first = XML_NONE, last = XML_NONE, at;

	for (xmlAttrPtr a = node->properties; a; a = a->next) {
		xmlChar *value = lib.xmlNodeListGetString(node->doc, a->children, 1);

		at = add(r, XML_ATTR, id);
		set_name(r, at, a->name, a->ns);
		r->xml->v[at].value = keep(r, value);
		append(r, &first, &last, at);
		(*lib.xmlFree)(value);
	}
	r->xml->v[id].attribute = first;
}

static bool
is_text(xmlNodePtr node)
{
	return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

/* Text, and what of text follows it at once; *node is left at the last. */
static uint32_t
add_text(struct reader *r, xmlNodePtr *node, uint32_t parent)
{
	struct buf b = { 0 };
	uint32_t id = add(r, XML_CHARS, parent);

	for (;;) {
		if ((*node)->content)
			buf_add_str(&b, (const char *)(*node)->content);
		if (!(*node)->next || !is_text((*node)->next))
			break;
		*node = (*node)->next;
	}
	r->xml->v[id].value = arena_strdup(r->xml->arena, buf_str(&b));
	buf_free(&b);
	return id;
}

static bool add_children(struct reader *r, xmlNodePtr first, uint32_t parent);

static bool
add_element(struct reader *r, xmlNodePtr node, uint32_t parent, uint32_t *id)
{
	bool done;

	if (r->depth == DEPTH_MAX)
		return err_at(r->err, r->file, (int)lib.xmlGetLineNo(node), 0,
		    _("elements are nested too deep; %d are the most"), DEPTH_MAX);
	*id = add(r, XML_ELEM, parent);
	set_name(r, *id, node->name, node->ns);
	r->xml->v[*id].line = (int)lib.xmlGetLineNo(node);
	add_namespaces(r, node, *id);
	add_attributes(r, node, *id);
	r->depth++;
	done = add_children(r, node->children, *id);
	r->depth--;
	return done;
}

/* Of a document type that is named and never fetched: what it stands for is lost. */
static bool
undefined(struct reader *r, xmlNodePtr node)
{
	return err_at(r->err, r->file, (int)lib.xmlGetLineNo(node->parent), 0,
	    _("'&%s;' stands for something that this file does not say"),
	    (const char *)node->name);
}

static bool
add_children(struct reader *r, xmlNodePtr node, uint32_t parent)
{
	uint32_t first = XML_NONE, last = XML_NONE, id = XML_NONE;

	for (; node; node = node->next) {
		if (node->type == XML_ELEMENT_NODE) {
			if (!add_element(r, node, parent, &id))
				return false;
		} else if (is_text(node)) {
			id = add_text(r, &node, parent);
		} else if (node->type == XML_COMMENT_NODE || node->type == XML_PI_NODE) {
			bool comment = node->type == XML_COMMENT_NODE;

			id = add(r, comment ? XML_COMMENT : XML_INSTRUCTION, parent);
			r->xml->v[id].name = comment ? "" : keep(r, node->name);
			r->xml->v[id].value = keep(r, node->content);
		} else if (node->type == XML_ENTITY_REF_NODE) {
			return undefined(r, node);
		} else {
			continue;
		}
		append(r, &first, &last, id);
	}
	r->xml->v[parent].first = first;
	return true;
}

/* libxml2's sentence without its newline. */
/* What the library tells no parser but would print itself: bytes that are not of the
 * encoding the file names. */
static void
note_undecoded(void *undecoded, xmlErrorPtr e)
{
	char *text = undecoded;

	if (e && e->domain == XML_FROM_I18N && e->message && !*text)
		snprintf(text, SENTENCE, "%s", e->message);
}

static bool
not_well_formed(struct err *err, const char *file, xmlParserCtxtPtr parser, const char *undecoded)
{
	const xmlError *e = lib.xmlCtxtGetLastError(parser);
	char text[SENTENCE] = "";

	if (*undecoded)
		snprintf(text, sizeof text, "%s", undecoded);
	else if (e && e->message)
		snprintf(text, sizeof text, "%s", e->message);
	else
		snprintf(text, sizeof text, "%s", _("the file is empty"));
	text[strcspn(text, "\n")] = '\0';
	return err_at(err, file, e ? e->line : 0, e ? e->int2 : 0,
	    _("this is not well-formed XML: %s"), text);
}

bool
xml_parse(const char *file, const char *text, size_t len, struct xml *out, struct err *err)
{
	struct xml xml = { .arena = arena_new() };
	struct reader r = { .xml = &xml, .err = err, .file = file };
	xmlParserCtxtPtr parser = NULL;
	xmlDocPtr doc = NULL;
	char undecoded[SENTENCE] = "";
	bool done = false;

	if (!lib_ready(err)) {
		arena_free(xml.arena);
		return false;
	}
	if (len > XML_BYTES_MAX) {
		err_at(err, file, 0, 0, _("the file is larger than %u MiB"), XML_BYTES_MAX >> 20);
		goto out;
	}
	parser = lib.xmlNewParserCtxt();
	lib.xmlSetStructuredErrorFunc(undecoded, note_undecoded);
	if (parser)
		doc = lib.xmlCtxtReadMemory(parser, text, (int)len, NULL, NULL,
		    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
		    XML_PARSE_COMPACT | XML_PARSE_BIG_LINES);
	lib.xmlSetStructuredErrorFunc(NULL, NULL);
	if (!doc) {
		not_well_formed(err, file, parser, undecoded);
		goto out;
	}
	/* <!DOCTYPE html> says nothing; declarations could say anything. */
	if (doc->extSubset || (doc->intSubset && doc->intSubset->children)) {
		err_at(err, file, 1, 1, "%s",
		    _("a document type that declares things (<!DOCTYPE ... [ ]>) is not accepted"));
		goto out;
	}
	add(&r, XML_DOCUMENT, XML_NONE);
	done = add_children(&r, doc->children, 0);
out:
	lib.xmlFreeDoc(doc);
	lib.xmlFreeParserCtxt(parser);
	if (done)
		*out = xml;
	else
		xml_free(&xml);
	return done;
}

void
xml_free(struct xml *xml)
{
	free(xml->v);
	arena_free(xml->arena);
	memset(xml, 0, sizeof *xml);
}
