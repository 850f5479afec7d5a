#include "logic/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "logic/regex_java.h"

#define MATCH_LIMIT 200000
#define DEPTH_LIMIT 20000
#define HEAP_LIMIT_KIB 4096

struct regex {
	pcre2_general_context *memory;	/* NULL: plain malloc */
	pcre2_compile_context *options;
	pcre2_code *code;
	pcre2_match_context *limits;
};

static void *
arena_get(size_t size, void *arena)
{
	return arena_alloc(arena, size);
}

static void
arena_keep(void *p, void *arena)
{
	(void)p;
	(void)arena;
}

static void
say(struct err *err, int code, size_t at)
{
	PCRE2_UCHAR text[200];

	if (pcre2_get_error_message(code, text, sizeof text) < 0)
		text[0] = '\0';
	err_set(err, _("the pattern is wrong at its character %zu: %s"), at + 1,
	    (const char *)text);
}

static pcre2_code *
compile(const char *pattern, size_t len, pcre2_compile_context *options, int *code,
    PCRE2_SIZE *at)
{
	/* \C could split a character. */
	return pcre2_compile((PCRE2_SPTR)pattern, len,
	    PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C, code, at,
	    options);
}

/* NULL: *code says why, *at where in the pattern as it is written. */
static pcre2_code *
compile_java(const char *pattern, size_t len, pcre2_compile_context *options, int *code,
    PCRE2_SIZE *at)
{
	struct buf ours = { 0 };
	pcre2_code *re, *as_written;

	regex_from_java(pattern, len, &ours);
	re = compile(buf_str(&ours), ours.len, options, code, at);
	if (!re) {
		int why;
		PCRE2_SIZE where;

		as_written = compile(pattern, len, options, &why, &where);
		if (!as_written) {
			*code = why;
			*at = where;
		}
		pcre2_code_free(as_written);
	}
	buf_free(&ours);
	return re;
}

struct regex *
regex_compile(const char *pattern, size_t len, struct arena *arena, struct err *err)
{
	struct regex *re = arena ? arena_alloc(arena, sizeof *re) : xcalloc(1, sizeof *re);
	PCRE2_SIZE at;
	int code;

	if (arena)
		re->memory = pcre2_general_context_create(arena_get, arena_keep, arena);
	re->options = pcre2_compile_context_create(re->memory);
	re->limits = pcre2_match_context_create(re->memory);
	if (!re->options || !re->limits) {
		err_set(err, "%s", _("out of memory"));
		regex_free(arena ? NULL : re);
		return NULL;
	}
	re->code = compile_java(pattern, len, re->options, &code, &at);
	if (!re->code) {
		say(err, code, at);
		regex_free(arena ? NULL : re);
		return NULL;
	}
	pcre2_set_match_limit(re->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(re->limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(re->limits, HEAP_LIMIT_KIB);
	return re;
}

void
regex_free(struct regex *re)
{
	if (!re)
		return;
	pcre2_code_free(re->code);
	pcre2_match_context_free(re->limits);
	pcre2_compile_context_free(re->options);
	free(re);
}

bool
regex_matches(const struct regex *re, const char *text, size_t len, struct err *err)
{
	pcre2_match_data *found = pcre2_match_data_create(1, NULL);
	int code;

	err->text[0] = '\0';
	if (!found)
		return err_set(err, "%s", _("out of memory"));
	code = pcre2_match(re->code, (PCRE2_SPTR)text, len, 0, 0, found, re->limits);
	pcre2_match_data_free(found);
	if (code >= 0)
		return true;
	if (code == PCRE2_ERROR_MATCHLIMIT || code == PCRE2_ERROR_DEPTHLIMIT ||
	    code == PCRE2_ERROR_HEAPLIMIT)
		return err_set(err, "%s",
		    _("the pattern takes too long on this text and was given up"));
	return false;
}
