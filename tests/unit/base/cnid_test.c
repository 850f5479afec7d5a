#include "check.h"

#include "base/buf.h"
#include "base/cnid.h"
#include "base/date.h"

/* Synthetic: region 649999 is nobody's; the others were born before 1905. */
static const struct { const char *id; enum cnid_fault fault; const char *words; } ids[] = {
	{ "640221190003150015", CNID_OK, "" }, { "640181190111200025", CNID_OK, "" },
	{ "522324190402290137", CNID_OK, "" }, { "610330190307071048", CNID_OK, "" },
	{ "64050219020808002X", CNID_OK, "" }, { "649999198502140033", CNID_OK, "" },
	{ "649999201406010129", CNID_OK, "" }, { "529999199909301019", CNID_OK, "" },
	{ "619999202101010223", CNID_OK, "" }, { "649999195712310092", CNID_OK, "" },
	{ "", CNID_LENGTH, "this has 0" },
	{ "64022119000315001", CNID_LENGTH, "this has 17" },
	{ "6402211900031500155", CNID_LENGTH, "this has 19" },
	{ "640221000315001", CNID_LENGTH, "this has 15" },
	{ "640221190003150016", CNID_CHECK, "should be 5" },
	{ "64050219020808002x", CNID_CHECK, "should be X" },
	{ "64050219020808002A", CNID_CHECK, "should be X" },
	{ "64O221190003150015", CNID_DIGITS, "17" }, { "64022119000315X015", CNID_X_PLACE, "X" },
	{ "六40221190003150015", CNID_DIGITS, "17" },
	{ "640221190013150019", CNID_DATE, "date" }, { "640221190002290016", CNID_DATE, "date" },
	{ "640221209901010011", CNID_FUTURE, "after today" }, { "990221190003150015", CNID_PROVINCE, "province" },
	{ "160221190003150015", CNID_PROVINCE, "province" },
	{ "640221190003150105", CNID_CHECK, "should be" }, { "640221180003150016", CNID_TOO_OLD, "130" },
};

static long
today(void)
{
	return (long)date_to_days((struct date){ 2026, 11, 22 });
}

static void
resident_id_numbers(void **state)
{
	char text[200];

	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++) {
		enum cnid_fault fault = cnid_check(ids[i].id, today());

		if (fault != ids[i].fault)
			fail_msg("%s: fault %d instead of %d", ids[i].id, fault, ids[i].fault);
		cnid_fault_text(fault, ids[i].id, text, sizeof text);
		CHECK_ROW(ids[i].id, strstr(text, ids[i].words) != NULL);
		CHECK_ROW(ids[i].id, (fault == CNID_OK) == (text[0] == '\0'));
	}
	/* 130 years to the day, and one day more. */
	assert_int_equal(cnid_check("640221190003150015", (long)date_to_days((struct date){ 2031, 3, 14 })), CNID_OK);
	assert_int_equal(cnid_check("640221190003150015", (long)date_to_days((struct date){ 2031, 3, 15 })), CNID_TOO_OLD);
	assert_int_equal(cnid_check("649999198502140033", (long)date_to_days((struct date){ 1985, 2, 13 })), CNID_FUTURE);
	assert_int_equal(cnid_check("649999198502140033", (long)date_to_days((struct date){ 1985, 2, 14 })), CNID_OK);
}

/* One digit wrong, or two neighbours swapped, is always found in the last four
 * and the region, where no other rule looks: what MOD 11-2 promises. */
static void
the_check_character_finds_slips(void **state)
{
	static const char good[] = "649999198502140033";
	static const int places[] = { 2, 3, 4, 5, 14, 15, 16 };

	(void)state;
	for (size_t i = 0; i < COUNT(places); i++)
		for (char c = '0'; c <= '9'; c++) {
			char id[19];

			memcpy(id, good, sizeof id);
			id[places[i]] = c;
			CHECK_ROW(id, cnid_check(id, today()) ==
			    (c == good[places[i]] ? CNID_OK : CNID_CHECK));
		}
	assert_int_equal(cnid_check("649999198502140303", today()), CNID_CHECK);
}

static const struct { const char *cert; enum cnid_fault fault; } certs[] = {
	{ "64999919850214003342", CNID_OK }, { "64999919850214003342B1", CNID_OK },
	{ "6499991985021400334201", CNID_OK }, { "64999919850214003371", CNID_OK },
	{ "649999198502140033", CNID_LENGTH }, { "64999919850214003342B", CNID_LENGTH },
	{ "64999919850214003382", CNID_DISAB_TYPE }, { "64999919850214003302", CNID_DISAB_TYPE },
	{ "64999919850214003345", CNID_DISAB_GRADE }, { "64999919850214003340", CNID_DISAB_GRADE },
	{ "64999919850214003442", CNID_CHECK }, { "64999919850214003342C1", CNID_DISAB_REISSUE },
	{ "64999919850214003342BB", CNID_DISAB_REISSUE }, { "6499991985021400X342", CNID_X_PLACE },
};

static void
disability_certificates(void **state)
{
	char text[200];

	(void)state;
	for (size_t i = 0; i < COUNT(certs); i++) {
		enum cnid_fault fault = cnid_disability_check(certs[i].cert, today());

		if (fault != certs[i].fault)
			fail_msg("%s: fault %d", certs[i].cert, fault);
		cnid_fault_text(fault, certs[i].cert, text, sizeof text);
		CHECK_ROW(certs[i].cert, (fault == CNID_OK) == (text[0] == '\0'));
	}
	cnid_fault_text(CNID_CHECK, "64999919850214003442", text, 10);
	assert_int_equal(strlen(text), 9);
}

static void
what_is_stored(void **state)
{
	static const char *const rows[][2] = {
		{ "64050219020808002x", "64050219020808002X" }, { "６４０２２１１９０００３１５００１５", "640221190003150015" },
		{ "６４０５０２１９０２０８０８００２ｘ", "64050219020808002X" },
		{ " 640221 19000315-0015 ", "640221190003150015" }, { "640221000315001", "640221190003150015" },
		{ "64022100031500", "64022100031500" }, { "64022100031500X", "64022100031500X" },
		{ "64999919850214003342b1", "64999919850214003342B1" }, { "", "" },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		cnid_normalise(rows[i][0], &b);
		CHECK_TEXT(rows[i][0], buf_str(&b), rows[i][1]);
	}
	buf_free(&b);
}

static void
what_the_number_tells(void **state)
{
	char out[11];

	(void)state;
	assert_int_equal(cnid_sex("649999198502140033"), '1');
	assert_int_equal(cnid_sex("649999201406010129"), '2');
	assert_int_equal(cnid_sex("64999919850214003342"), '1');
	assert_int_equal(cnid_sex("6499991985021400"), 0);
	assert_int_equal(cnid_sex("64999919850214X033"), 0);
	assert_true(cnid_birth("649999198502140033", out));
	assert_string_equal(out, "1985-02-14");
	assert_false(cnid_birth("649999198502300033", out));
	assert_false(cnid_birth("", out));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(resident_id_numbers),
		cmocka_unit_test(the_check_character_finds_slips),
		cmocka_unit_test(disability_certificates),
		cmocka_unit_test(what_is_stored),
		cmocka_unit_test(what_the_number_tells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
