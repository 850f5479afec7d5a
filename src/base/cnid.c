#include "base/cnid.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/tr.h"
#include "base/utf8.h"

#define ID_LENGTH 18
#define AGE_MAX 130

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
all_digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!is_digit(s[i]))
			return false;
	return true;
}

/* MOD 11-2 over the first 17 digits. */
static char
check_character(const char *id)
{
	static const char weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0;

	for (int i = 0; i < ID_LENGTH - 1; i++)
		sum += (id[i] - '0') * weights[i];
	return "10X98765432"[sum % 11];
}

/* 15 digits, issued until 1999, have a two-figure year and no check character. */
static void
upgrade(struct buf *id)
{
	char longer[ID_LENGTH + 1];

	snprintf(longer, sizeof longer, "%.6s19%.9s", id->data, id->data + 6);
	longer[ID_LENGTH - 1] = check_character(longer);
	longer[ID_LENGTH] = '\0';
	buf_set_str(id, longer);
}

void
cnid_normalise(const char *typed, struct buf *out)
{
	struct buf plain = { 0 };

	utf8_fold(typed, &plain);
	buf_reset(out);
	for (size_t i = 0; i < plain.len; i++) {
		char c = plain.data[i];

		if (c != ' ' && c != '-' && c != '\t')
			buf_add_char(out, c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
	}
	buf_free(&plain);
	if (out->len == 15 && all_digits(out->data, 15))
		upgrade(out);
}

static bool
is_province(const char *id)
{
	/* 83 stands in residence permits of people from Taiwan. */
	static const char codes[] = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 "
	    "46 50 51 52 53 54 61 62 63 64 65 71 81 82 83";
	char code[3] = { id[0], id[1], '\0' };

	return strstr(codes, code) != NULL;
}

static bool
birth_of(const char *id, struct date *d)
{
	char text[11];

	snprintf(text, sizeof text, "%.4s-%.2s-%.2s", id + 6, id + 10, id + 12);
	return date_parse(text, d, NULL);
}

static int
age_on(struct date birth, struct date day)
{
	bool before = day.month < birth.month ||
	    (day.month == birth.month && day.day < birth.day);

	return day.year - birth.year - before;
}

/* The first 18 characters; there are that many. */
static enum cnid_fault
check_id(const char *id, long today)
{
	struct date birth;

	for (int i = 0; i < ID_LENGTH - 1; i++)
		if (!is_digit(id[i]))
			return id[i] == 'X' ? CNID_X_PLACE : CNID_DIGITS;
	if (!is_province(id))
		return CNID_PROVINCE;
	if (!birth_of(id, &birth))
		return CNID_DATE;
	if (date_to_days(birth) > today)
		return CNID_FUTURE;
	if (age_on(birth, date_from_days(today)) > AGE_MAX)
		return CNID_TOO_OLD;
	return id[ID_LENGTH - 1] == check_character(id) ? CNID_OK : CNID_CHECK;
}

enum cnid_fault
cnid_check(const char *id, long today)
{
	if (utf8_length(id) != ID_LENGTH)
		return CNID_LENGTH;
	return check_id(id, today);
}

enum cnid_fault
cnid_disability_check(const char *cert, long today)
{
	size_t n = utf8_length(cert);
	enum cnid_fault fault;

	if (n != 20 && n != 22)
		return CNID_LENGTH;
	fault = check_id(cert, today);
	if (fault != CNID_OK)
		return fault;
	if (cert[18] < '1' || cert[18] > '7')
		return CNID_DISAB_TYPE;
	if (cert[19] < '1' || cert[19] > '4')
		return CNID_DISAB_GRADE;
	if (n == 22 && !((cert[20] == 'B' || is_digit(cert[20])) && is_digit(cert[21])))
		return CNID_DISAB_REISSUE;
	return CNID_OK;
}

static const char *
length_text(const char *id, char *out, int size)
{
	int n = (int)utf8_length(id);

	/* A certificate starts with the holder's ID number. */
	if (n > ID_LENGTH + 1)
		snprintf(out, (size_t)size, _("an ID number has 18 characters and a disability "
		    "certificate 20 or 22; this has %d"), n);
	else
		snprintf(out, (size_t)size, _("an ID number has 18 characters; this has %d"), n);
	return out;
}

const char *
cnid_fault_text(enum cnid_fault fault, const char *id, char *out, int size)
{
	static const char *const sentences[] = {
		[CNID_OK] = "",
		[CNID_DIGITS] = N_("the first 17 characters of an ID number are digits"),
		[CNID_X_PLACE] = N_("an X stands only at the end of an ID number"),
		[CNID_PROVINCE] = N_("the first two digits are no province's code"),
		[CNID_DATE] = N_("digits 7 to 14 are no date of birth"),
		[CNID_FUTURE] = N_("the date of birth in digits 7 to 14 is after today"),
		[CNID_TOO_OLD] = N_("by digits 7 to 14 this person would be over 130 years old"),
		[CNID_DISAB_TYPE] = N_("digit 19, the kind of disability, is 1 to 7"),
		[CNID_DISAB_GRADE] = N_("digit 20, the grade of disability, is 1 to 4"),
		[CNID_DISAB_REISSUE] = N_("the last two characters of a reissued certificate are "
		    "B and a digit"),
	};

	if (fault == CNID_LENGTH)
		return length_text(id, out, size);
	if (fault == CNID_CHECK)
		snprintf(out, (size_t)size, _("a digit is wrong: the check character at the end "
		    "should be %c"), check_character(id));
	else
		snprintf(out, (size_t)size, "%s", fault == CNID_OK ? "" : tr(sentences[fault]));
	return out;
}

static bool
has_parts(const char *id)
{
	return strlen(id) >= ID_LENGTH && all_digits(id, ID_LENGTH - 1);
}

char
cnid_sex(const char *id)
{
	if (!has_parts(id))
		return 0;
	return (id[16] - '0') % 2 == 1 ? '1' : '2';
}

bool
cnid_birth(const char *id, char out[11])
{
	struct date d;

	if (!has_parts(id) || !birth_of(id, &d))
		return false;
	snprintf(out, 11, "%.4s-%.2s-%.2s", id + 6, id + 10, id + 12);
	return true;
}
