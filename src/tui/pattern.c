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

/* ---- characters that never stand in it -------------------------------------------- */

static bool
escaped_is(char class, char c)
{
	bool digit = c >= '0' && c <= '9';

	switch (class) {
	case 'd':
		return digit;
	case 'D':
		return !digit;
	case 'w':
		return digit || c == '_' || ((c | 32) >= 'a' && (c | 32) <= 'z');
	case 's':
		return c == ' ' || c == '\t';
	case 'W':
	case 'S':
		return true;		/* not taken apart: it may */
	default:
		return c == class;
	}
}

/* p: "[...]", whole. */
static bool
class_has(const char *p, const char *end, char c)
{
	bool negated = p[1] == '^', has = false;

	p += 1 + negated;
	end--;
	for (bool first = true; p < end; first = false) {
		if (p[0] == '\\' && p + 1 < end) {
			has |= escaped_is(p[1], c);
			p += 2;
		} else if (p + 2 < end && p[1] == '-' && (!first || p[0] != ']')) {
			has |= c >= p[0] && c <= p[2];
			p += 3;
		} else {
			has |= *p++ == c;
		}
	}
	return has != negated;
}

/* May c stand in a match of the pattern, all of len bytes? */
static bool
pattern_has(const char *p, size_t len, char c)
{
	const char *end = p + len;

	while (p < end) {
		const char *one = p;

		if (*p == '^' || *p == '$' || strchr("*+?", *p) != NULL) {
			p++;
			continue;
		}
		if (*p == '{') {
			p = strchr(p, '}');
			if (p == NULL)
				return true;
			p++;
			continue;
		}
		p = one_character(p);
		if (p == NULL || p > end || *one == '.' ||
		    (*one == '[' ? class_has(one, p, c)
		     : *one == '\\' ? escaped_is(one[1], c) : *one == c))
			return true;
	}
	return false;
}

/* The pattern of a term that is all of `regex(., '...')`. False: it is another. */
static bool
regex_term(const char *s, const char *end, const char **pattern, size_t *len)
{
	static const char call[] = "regex(";
	const char *close;
	char quote;

	s += strspn(s, " \n(");
	if (strncmp(s, call, sizeof call - 1) != 0)
		return false;
	s += sizeof call - 1;
	s += strspn(s, " ");
	if (*s++ != '.')
		return false;
	s += strspn(s, " ");
	if (*s++ != ',')
		return false;
	s += strspn(s, " ");
	quote = *s++;
	close = quote == '\'' || quote == '"' ? strchr(s, quote) : NULL;
	if (close == NULL || close >= end)
		return false;
	*pattern = s;
	*len = (size_t)(close - s);
	return close + 1 + strspn(close + 1, " \n)") >= end;
}

/* ".*[0-9 ].*", which no answer is to match. */
static bool
contains_class(const char *p, size_t len, char c)
{
	return len > 6 && strncmp(p, ".*[", 3) == 0 && strncmp(p + len - 3, "].*", 3) == 0 &&
	    one_character(p + 2) == p + len - 2 && class_has(p + 2, p + len - 2, c);
}

bool
constraint_forbids(const char *s, char c)
{
	const char *pattern;
	size_t len;

	for (const char *end; *s != '\0'; s = end + (*end != '\0' ? 5 : 0)) {
		end = term_end(s);
		if (end == NULL)
			return false;
		s += strspn(s, " \n");
		if (strncmp(s, "not(", 4) == 0) {
			if (regex_term(s + 4, end, &pattern, &len) && contains_class(pattern, len, c))
				return true;
		} else if (regex_term(s, end, &pattern, &len) && !pattern_has(pattern, len, c)) {
			return true;
		}
	}
	return false;
}
