/* xlex.h: the words of an expression. Private to xparse.c. */
#ifndef RUHU_LOGIC_XLEX_H
#define RUHU_LOGIC_XLEX_H

#include <stdbool.h>
#include <stddef.h>

struct err;

enum word {
	W_END, W_NUMBER, W_STRING, W_NAME, W_REF, W_OPERATOR,
	W_OPEN, W_CLOSE, W_OPEN_BOX, W_CLOSE_BOX, W_COMMA, W_AT, W_DOT, W_DOTS,
	W_AXIS,			/* name:: */
	W_SLASH, W_SLASHES, W_STAR
};

enum op {			/* in order of how tightly they bind */
	OP_OR, OP_AND, OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_ADD, OP_SUB,
	OP_MUL, OP_DIV, OP_MOD, OP_UNION
};

struct token {
	enum word word;
	size_t at;		/* offset in the text */
	const char *s;		/* name, text between quotes, name in ${} */
	size_t len;
	enum op op;
};

struct lexer {
	const char *text;
	size_t pos;
	bool operand_before;	/* then a name or * is an operator (XPath 1.0, 3.7) */
	struct token now;
};

/* Reads the next word into lexer->now. False: err has the place. */
bool lex_next(struct lexer *, struct err *);

#endif
