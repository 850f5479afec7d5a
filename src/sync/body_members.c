/* Members of a body's lines, each checked for its type and bounds. */
#include <string.h>

#include "base/tr.h"
#include "sync/body_parts.h"

const char *
body_text(const struct body *b, const struct jcs_value *v, size_t max, struct err *err)
{
	const char *s = jcs_string(v);

	if (s == NULL || v->n > max) {
		body_bad(b, err, s == NULL ? _("a text is missing") : _("a text is too long"));
		return NULL;
	}
	return s;
}

const char *
body_str(const struct body *b, const struct jcs_value *v, const char *key, size_t max, struct err *err)
{
	const char *s = body_text(b, jcs_member(v, key), max, err);

	if (s != NULL && !body_clean(s, false)) {
		body_bad(b, err, _("'%s' holds a control character"), key);
		return NULL;
	}
	return s;
}

bool
body_number(
    const struct body *b, const struct jcs_value *v, int64_t min, int64_t max, int64_t *out, struct err *err)
{
	if (!jcs_is(v, JCS_INT) || v->of.i < min || v->of.i > max)
		return body_bad(b, err, _("a number is missing or out of bounds"));
	*out = v->of.i;
	return true;
}

bool
body_int(const struct body *b, const struct jcs_value *v, const char *key, int64_t min, int64_t max,
    int64_t *out, struct err *err)
{
	return body_number(b, jcs_member(v, key), min, max, out, err) || err_wrap(err, "%s", key);
}

bool
body_hex(const struct body *b, const char *text, void *out, size_t len, struct err *err)
{
	if (text == NULL || strlen(text) != 2 * len ||
	    strspn(text, "0123456789abcdef") != 2 * len || hex_parse(text, out, len) != 0)
		return body_bad(b, err, _("%zu hexadecimal digits are missing"), 2 * len);
	return true;
}

bool
body_clean(const char *s, bool lines)
{
	for (; *s != '\0'; s++)
		if (((unsigned char)*s < 0x20 && !(lines && (*s == '\n' || *s == '\t'))) ||
		    *s == 0x7F)
			return false;
	return true;
}

bool
body_stamp(const struct body *b, const char *text, uint64_t *out, struct err *err)
{
	unsigned char bytes[8];

	if (!body_hex(b, text, bytes, sizeof bytes, err))
		return false;
	*out = 0;
	for (size_t i = 0; i < sizeof bytes; i++)
		*out = *out << 8 | bytes[i];
	if (*out >> 63 != 0)
		return body_bad(b, err, _("a stamp is out of bounds"));
	return true;
}

bool
body_list(const struct body *b, const struct jcs_value *v, size_t max, struct err *err)
{
	if (!jcs_is(v, JCS_LIST) || jcs_size(v) > max)
		return body_bad(b, err, _("a list is missing or too long"));
	return true;
}

bool
body_counts(const struct body *b, const struct jcs_value *v, int64_t *tx, int64_t *changes, struct err *err)
{
	const struct jcs_value *n = jcs_member(v, "n");

	return body_int(b, n, "tx", 0, BODY_CHANGES, tx, err) &&
	       body_int(b, n, "changes", 0, BODY_CHANGES, changes, err);
}
