/* tr.h: the program's own sentences in the reader's language. Sources hold
 * English; po/zh.po (a plain gettext catalogue) holds the Chinese, compiled by
 * msgfmt and built into the program, so no system locale is needed.
 *
 * The language is the one setting a process has: tr_use is called once by
 * cli/main.c, and again when a person switches language on the screen. */
#ifndef RUHU_BASE_TR_H
#define RUHU_BASE_TR_H

/* The sentence in the language in use; the English itself where the catalogue has none.
 * Never to be freed. */
const char *tr(const char *english) __attribute__((format_arg(1)));
#define _(s) tr(s)
#define N_(s) (s)		/* marks a sentence in a table; the user calls tr() */

void tr_use(const char *lang);	/* "zh" or "en"; anything else is "en" */
const char *tr_lang(void);	/* "zh" or "en" */

#endif
