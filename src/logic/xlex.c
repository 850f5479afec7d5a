#include "logic/xlex.h"

#include <string.h>

#include "base/err.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "logic/xtree.h"

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
starts_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static bool
in_name(char c)
{
	return starts_name(c) || is_digit(c) || c == '-' || c == '.';
}

/* Punctuation of an input method, which looks right and is not: U+3001 U+3002,
 * quotes U+2018..201D, and the full-width forms. */
static bool
looks_wide(uint32_t cp)
{
	return (cp >= 0x2018 && cp <= 0x201D) || (cp >= 0x3000 && cp <= 0x3002) ||
	    (cp >= 0xFF01 && cp <= 0xFF5E);
}

static bool
wide_here(const char *s, size_t *used)
{
	return looks_wide(utf8_next(s, strlen(s), used));
}

static size_t
name_length(const char *s)
{
	size_t n = 0, used;

	if (!starts_name(*s))
		return 0;
	while (in_name(s[n])) {
		used = 1;
		if ((s[n] & 0x80) && wide_here(s + n, &used))
			break;
		n += used;
	}
	return n;
}

static bool
set(struct lexer *lx, enum word word, const char *s, size_t len, size_t total)
{
	lx->now = (struct token){ .word = word, .at = lx->pos, .s = s, .len = len };
	lx->pos += total;
	lx->operand_before = word == W_NUMBER || word == W_STRING || word == W_NAME ||
	    word == W_REF || word == W_CLOSE || word == W_CLOSE_BOX || word == W_DOT ||
	    word == W_DOTS || word == W_STAR;
	return true;
}

static bool
set_op(struct lexer *lx, enum op op, size_t total)
{
	set(lx, W_OPERATOR, lx->text + lx->pos, total, total);
	lx->now.op = op;
	return true;
}

static bool
lex_string(struct lexer *lx, struct err *err)
{
	const char *s = lx->text + lx->pos, *end = strchr(s + 1, *s);

	if (!end)
		return xerr(err, lx->text, lx->pos,
		    _("the text that begins here has no closing %c"), *s);
	return set(lx, W_STRING, s + 1, (size_t)(end - s) - 1, (size_t)(end - s) + 1);
}

static bool
lex_number(struct lexer *lx)
{
	const char *s = lx->text + lx->pos;
	size_t n = 0;

	while (is_digit(s[n]))
		n++;
	if (s[n] == '.')
		n++;
	while (is_digit(s[n]))
		n++;
	return set(lx, W_NUMBER, s, n, n);
}

static bool
lex_ref(struct lexer *lx, struct err *err)
{
	const char *s = lx->text + lx->pos, *end, *name = s + 2;

	if (s[1] != '{')
		return xerr(err, lx->text, lx->pos,
		    _("'$' stands before {name} only: ${name} is the answer to a question"));
	end = strchr(name, '}');
	if (!end)
		return xerr(err, lx->text, lx->pos, _("'${' is not closed by '}'"));
	while (is_space(*name))
		name++;
	for (s = end; s > name && is_space(s[-1]); s--)
		;
	if (s == name)
		return xerr(err, lx->text, lx->pos, _("'${}' names no question"));
	return set(lx, W_REF, name, (size_t)(s - name),
	    (size_t)(end + 1 - (lx->text + lx->pos)));
}

/* "1div1", "2 mod-3": where an operator must stand, its letters are enough. */
static bool
lex_operator_name(struct lexer *lx, size_t len)
{
	static const struct {
		const char *name;
		enum op op;
	} ops[] = { { "and", OP_AND }, { "or", OP_OR }, { "div", OP_DIV }, { "mod", OP_MOD } };
	const char *s = lx->text + lx->pos;

	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		size_t n = strlen(ops[i].name);

		if (len >= n && !strncmp(s, ops[i].name, n) && !starts_name(s[n]))
			return set_op(lx, ops[i].op, n);
	}
	return false;
}

static bool
lex_name(struct lexer *lx, struct err *err)
{
	const char *s = lx->text + lx->pos, *after;
	size_t n = name_length(s);

	if (lx->operand_before) {
		if (lex_operator_name(lx, n))
			return true;
		if ((n == 2 && !strncasecmp(s, "or", 2)) || (n == 3 && (!strncasecmp(s, "and", 3) ||
		    !strncasecmp(s, "div", 3) || !strncasecmp(s, "mod", 3))))
			return xerr(err, lx->text, lx->pos,
			    _("operators are written small: and, or, div, mod"));
		return xerr(err, lx->text, lx->pos,
		    _("an operator is missing before '%.*s'"), (int)n, s);
	}
	if (s[n] == ':' && s[n + 1] != ':') {
		if (s[n + 1] == '*')
			return set(lx, W_NAME, s, n + 2, n + 2);
		if (name_length(s + n + 1))
			n += 1 + name_length(s + n + 1);
	}
	for (after = s + n; is_space(*after); after++)
		;
	if (after[0] == ':' && after[1] == ':')
		return set(lx, W_AXIS, s, n, (size_t)(after + 2 - s));
	return set(lx, W_NAME, s, n, n);
}

/* Operators of other languages. */
static bool
no_operator(struct lexer *lx, struct err *err)
{
	static const struct {
		const char *found, *meant;
	} others[] = { { "==", "=" }, { "<>", "!=" }, { "&&", "and" }, { "||", "or" },
		{ "&", "and" }, { "%", "mod" }, { "^", "pow(x, y)" }, { "=>", ">=" }, { "=<", "<=" },
		{ ";", "," }, { "\\", "/" } };
	const char *s = lx->text + lx->pos;

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (!strncmp(s, others[i].found, strlen(others[i].found)))
			return !xerr(err, lx->text, lx->pos, _("'%s' is no operator: write %s"),
			    others[i].found, others[i].meant);
	return false;
}

static bool
lex_punctuation(struct lexer *lx, struct err *err)
{
	static const struct {
		char c;
		enum word word;
	} marks[] = { { '(', W_OPEN }, { ')', W_CLOSE }, { '[', W_OPEN_BOX },
		{ ']', W_CLOSE_BOX }, { ',', W_COMMA }, { '@', W_AT } };
	const char *s = lx->text + lx->pos;
	size_t used;

	if (no_operator(lx, err))
		return false;
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (*s == marks[i].c)
			return set(lx, marks[i].word, s, 1, 1);
	switch (*s) {
	case '/':
		return s[1] == '/' ? set(lx, W_SLASHES, s, 2, 2) : set(lx, W_SLASH, s, 1, 1);
	case '.':
		return s[1] == '.' ? set(lx, W_DOTS, s, 2, 2) : set(lx, W_DOT, s, 1, 1);
	case '*':
		return lx->operand_before ? set_op(lx, OP_MUL, 1) : set(lx, W_STAR, s, 1, 1);
	case '|':
		return set_op(lx, OP_UNION, 1);
	case '+':
		return set_op(lx, OP_ADD, 1);
	case '-':
		return set_op(lx, OP_SUB, 1);
	case '=':
		return set_op(lx, OP_EQ, 1);
	case '<':
		return s[1] == '=' ? set_op(lx, OP_LE, 2) : set_op(lx, OP_LT, 1);
	case '>':
		return s[1] == '=' ? set_op(lx, OP_GE, 2) : set_op(lx, OP_GT, 1);
	case '!':
		if (s[1] == '=')
			return set_op(lx, OP_NE, 2);
		return xerr(err, lx->text, lx->pos, _("'!' is no operator: write not(...) or !="));
	default:
		break;
	}
	if ((*s & 0x80) && wide_here(s, &used))
		return xerr(err, lx->text, lx->pos,
		    _("'%.*s' is a full-width character: write it half-width"), (int)used, s);
	utf8_next(s, strlen(s), &used);
	return xerr(err, lx->text, lx->pos, _("'%.*s' has no meaning here"), (int)used, s);
}

bool
lex_next(struct lexer *lx, struct err *err)
{
	const char *s;
	size_t used;

	while (is_space(lx->text[lx->pos]))
		lx->pos++;
	s = lx->text + lx->pos;
	if (!*s)
		return set(lx, W_END, s, 0, 0);
	if (*s == '\'' || *s == '"')
		return lex_string(lx, err);
	if (is_digit(*s) || (*s == '.' && is_digit(s[1])))
		return lex_number(lx);
	if (*s == '$')
		return lex_ref(lx, err);
	if (starts_name(*s) && !((*s & 0x80) && wide_here(s, &used)))
		return lex_name(lx, err);
	return lex_punctuation(lx, err);
}
