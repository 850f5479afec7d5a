#include "tui/pattern.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* One thing that stands for one character: a literal, a class, an escape, a dot.
 * Returns the byte after it, NULL for anything else. */
static const char *
one_character(const char *p)
{
	if (*p == '[') {
		p++;
		if (*p == '^')
			p++;
		if (*p == ']')
			p++;
		while (*p != '\0' && *p != ']')
			p += p[0] == '\\' && p[1] != '\0' ? 2 : 1;
		return *p == ']' ? p + 1 : NULL;
	}
	if (*p == '\\')
		return p[1] != '\0' && strchr("dwsDWS.-\\/[]()*+?{}|^$", p[1]) != NULL ? p + 2 : NULL;
	/* A character outside ASCII would need its bytes counted as one. */
	if (*p == '\0' || (*p & 0x80) != 0 || strchr("()|*+?{}^$", *p) != NULL)
		return NULL;
	return p + 1;
}

int
pattern_length(const char *p)
{
	int n = 0;

	if (*p == '^')
		p++;
	while (*p != '\0' && !(p[0] == '$' && p[1] == '\0')) {
		char *end;
		long times = 1;

		p = one_character(p);
		if (p == NULL)
			return 0;
		if (*p == '{') {
			times = strtol(p + 1, &end, 10);
			if (end == p + 1 || *end != '}' || times < 0 || times > 1000)
				return 0;
			p = end + 1;
		}
		n += (int)times;
	}
	return n;
}

/* " or " anywhere, in a text of an expression too: then nothing is sure. */
static bool
has_or(const char *s)
{
	for (; *s != '\0'; s++)
		if (strchr(" \n)", s[0]) != NULL && strncmp(s + 1, "or", 2) == 0 &&
		    strchr(" \n(", s[3]) != NULL)
			return true;
	return false;
}

int
constraint_length(const char *s)
{
	char regex[128];
	const char *end;
	char quote;

	while (*s == ' ')
		s++;
	if (strncmp(s, "regex(", 6) != 0)
		return 0;
	s += 6 + strspn(s + 6, " ");
	if (*s++ != '.')
		return 0;
	s += strspn(s, " ");
	if (*s++ != ',')
		return 0;
	s += strspn(s, " ");
	quote = *s++;
	if (quote != '\'' && quote != '"')
		return 0;
	end = strchr(s, quote);
	if (end == NULL || (size_t)(end - s) >= sizeof regex)
		return 0;
	memcpy(regex, s, (size_t)(end - s));
	regex[end - s] = '\0';
	end++;
	end += strspn(end, " ");
	if (*end++ != ')')
		return 0;
	end += strspn(end, " \n");
	if (*end == '\0')
		return pattern_length(regex);
	if (strncmp(end, "and", 3) != 0 || strchr(" \n(", end[3]) == NULL || has_or(end))
		return 0;
	return pattern_length(regex);
}

/* Where the term that begins at s ends: at an " and " outside brackets and quotes,
 * or at the end. NULL: there is an " or " beside it. */
static const char *
term_end(const char *s)
{
	int depth = 0;

	for (; *s != '\0'; s++) {
		if (*s == '\'' || *s == '"') {
			s = strchr(s + 1, *s);
			if (s == NULL)
				return NULL;
		} else if (*s == '(' || *s == '[') {
			depth++;
		} else if (*s == ')' || *s == ']') {
			depth--;
		} else if (depth == 0 && strncmp(s, " or ", 4) == 0) {
			return NULL;
		} else if (depth == 0 && strncmp(s, " and ", 5) == 0) {
			return s;
		}
	}
	return s;
}

/* ". <= 12" or ". < 13", and nothing behind it. */
static bool
upper_bound(const char *s, const char *end, long *most)
{
	char *after;
	bool below;

	s += strspn(s, " ");
	if (*s++ != '.')
		return false;
	s += strspn(s, " ");
	if (*s++ != '<')
		return false;
	below = *s != '=';
	s += !below;
	*most = strtol(s, &after, 10);
	if (after == s || after + strspn(after, " ") < end)
		return false;
	*most -= below;
	return true;
}

bool
constraint_most(const char *s, long *most)
{
	bool found = false;
	long bound;

	for (const char *end; *s != '\0'; s = end + (*end != '\0' ? 5 : 0)) {
		end = term_end(s);
		if (end == NULL)
			return false;
		if (upper_bound(s, end, &bound) && (!found || bound < *most)) {
			*most = bound;
			found = true;
		}
	}
	return found;
}
