/* Values for the ? of a statement. */
#include <string.h>

#include "store/db.h"

struct bind
b_null(void)
{
	return (struct bind){ .kind = BIND_NULL };
}

struct bind
b_int(int64_t i)
{
	return (struct bind){ .kind = BIND_INT, .i = i };
}

struct bind
b_text(const char *s)
{
	if (s == NULL)
		return b_null();
	return (struct bind){ .kind = BIND_TEXT, .p = s, .len = strlen(s) };
}

struct bind
b_text_or_null(const char *s)
{
	return b_text(s != NULL && s[0] != '\0' ? s : NULL);
}

struct bind
b_bytes(const char *s, size_t len)
{
	return (struct bind){ .kind = BIND_TEXT, .p = s != NULL ? s : "", .len = len };
}

struct bind
b_blob(const void *p, size_t len)
{
	return (struct bind){ .kind = BIND_BLOB, .p = p, .len = len };
}
