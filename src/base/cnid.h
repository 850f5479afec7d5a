/* cnid.h: Chinese resident ID numbers (GB 11643-1999, check character MOD 11-2
 * of ISO 7064) and disability certificates. Rules in docs/forms.md. */
#ifndef RUHU_BASE_CNID_H
#define RUHU_BASE_CNID_H

#include <stdbool.h>

struct buf;

enum cnid_fault {
	CNID_OK, CNID_LENGTH, CNID_DIGITS, CNID_X_PLACE, CNID_PROVINCE, CNID_DATE,
	CNID_FUTURE, CNID_TOO_OLD, CNID_CHECK, CNID_DISAB_TYPE, CNID_DISAB_GRADE,
	CNID_DISAB_REISSUE
};

/* Half-width, upper-case X, no spaces or hyphens; 15 digits become 18. What a
 * field of appearance "idcard" stores. */
void cnid_normalise(const char *typed, struct buf *out);

/* An ID number has 18 characters here, a certificate 20 or 22. today: days since 1970, for
 * "born in the future" and the age limit of 130. */
enum cnid_fault cnid_check(const char *id, long today);
enum cnid_fault cnid_disability_check(const char *cert, long today);

/* A sentence for the fault in the reader's language, e.g. "the check digit
 * should be 5"; id is the number it was found in. Written into out, which is returned. */
const char *cnid_fault_text(enum cnid_fault, const char *id, char *out, int size);

char cnid_sex(const char *id);			/* '1' male, '2' female, 0 unknown */
bool cnid_birth(const char *id, char out[11]);	/* YYYY-MM-DD; false: there is none in it */

#endif
