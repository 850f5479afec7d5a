#include "form/form_instance.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "form/form.h"

/* One `prefix="URI"` of the setting; false: there is no more. */
struct binding {
	const char *prefix, *uri;
	size_t prefix_len, uri_len;
};

static bool
name_start(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

static size_t
name_length(const char *s)
{
	size_t n = 0;

	if (!name_start((unsigned char)*s))
		return 0;
	while (name_start((unsigned char)s[n]) || (s[n] >= '0' && s[n] <= '9') || s[n] == '-' ||
	       s[n] == '.')
		n++;
	return n;
}

static bool
next_binding(const char **at, struct binding *b)
{
	const char *s = *at, *end;

	s += strspn(s, " \t\r\n,");
	if (strncmp(s, "xmlns:", 6) == 0)
		s += 6;
	b->prefix = s;
	b->prefix_len = name_length(s);
	s += b->prefix_len;
	if (b->prefix_len == 0 || *s != '=' || (s[1] != '"' && s[1] != '\''))
		return false;
	end = strchr(s + 2, s[1]);
	if (end == NULL)
		return false;
	b->uri = s + 2;
	b->uri_len = (size_t)(end - b->uri);
	*at = end + 1;
	return true;
}

static const char *
setting(const struct form *f, const char *name)
{
	for (size_t i = 0; i < f->settings_n; i++)
		if (strcmp(f->settings[i].name, name) == 0)
			return f->settings[i].value;
	return "";
}

/* XML's own, and those an XForm says what it is with, are not a form's to bind. */
static bool
may_bind(const struct binding *b)
{
	return b->uri_len > 0 && !(b->prefix_len == 2 && memcmp(b->prefix, "jr", 2) == 0) &&
	    !(b->prefix_len >= 3 && strncasecmp(b->prefix, "xml", 3) == 0);
}

static bool
is_declared(const struct form *f, const char *prefix, size_t len)
{
	const char *at = setting(f, "namespaces");
	struct binding b;

	while (next_binding(&at, &b))
		if (may_bind(&b) && b.prefix_len == len && memcmp(b.prefix, prefix, len) == 0)
			return true;
	return false;
}

/* NAME or p:NAME with p declared: nothing else may stand in XML. */
static bool
may_write(const struct form *f, const char *name)
{
	size_t n = name_length(name);

	if (n == 0 || strcmp(name, "xmlns") == 0)
		return false;
	if (name[n] == '\0')
		return true;
	return name[n] == ':' && is_declared(f, name, n) && name_length(name + n + 1) > 0 &&
	       name[n + 1 + name_length(name + n + 1)] == '\0';
}

static const char *
after(const char *s, const char *start)
{
	size_t n = strlen(start);

	return strncmp(s, start, n) == 0 ? s + n : NULL;
}

static void
add_attributes(const struct form *f, const struct attr *v, size_t n, const char *start,
    struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		const char *name = after(v[i].name, start);

		if (name != NULL && may_write(f, name))
			buf_add_xml_attribute(out, name, v[i].value);
	}
}

static bool
bound_before(const char *all, const struct binding *b)
{
	struct binding other;

	while (next_binding(&all, &other) && other.prefix != b->prefix)
		if (other.prefix_len == b->prefix_len &&
		    memcmp(other.prefix, b->prefix, b->prefix_len) == 0)
			return true;
	return false;
}

void
form_root_attributes(const struct form *f, struct buf *out)
{
	const char *at = setting(f, "namespaces"), *all = at;
	struct binding b;
	const char *own = setting(f, "instance_xmlns");
	struct buf uri = { 0 };

	if (*own != '\0')
		buf_add_xml_attribute(out, "xmlns", own);
	while (next_binding(&at, &b)) {
		if (bound_before(all, &b) || !may_bind(&b))
			continue;
		buf_reset(&uri);
		buf_add(&uri, b.uri, b.uri_len);
		buf_addf(out, " xmlns:%.*s=\"", (int)b.prefix_len, b.prefix);
		buf_add_xml(out, buf_str(&uri));
		buf_add_char(out, '"');
	}
	buf_free(&uri);
	add_attributes(f, f->settings, f->settings_n, "attribute::", out);
}

void
form_node_attributes(const struct form *f, const struct question *q, struct buf *out)
{
	add_attributes(f, q->extra, q->extra_n, "instance::", out);
}
