/* Composed text: what is composed, what stays, what is no text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/nfc.h"

static void
gives(const char *text, const char *want)
{
	struct buf out = { 0 };

	nfc_add(&out, text);
	assert_string_equal(buf_str(&out), want);
	buf_free(&out);
}

static void
test_composes(void **state)
{
	(void)state;
	gives("e\xCC\x81", "\xC3\xA9");
	gives("Vi\xE1\xBB\x87t Vie\xCC\xA3\xCC\x82t", "Vi\xE1\xBB\x87t Vi\xE1\xBB\x87t");
	gives("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "\xED\x95\x9C");	/* Hangul */
	gives("\xE2\x84\xAB", "\xC3\x85");		/* the sign for angstrom */
}

static void
test_stays(void **state)
{
	(void)state;
	gives("", "");
	gives("plain <&>", "plain <&>");
	gives("马秀兰 ，（一）𠮷 é", "马秀兰 ，（一）𠮷 é");
	gives("\xCC\x81", "\xCC\x81");
	gives("e\xCC\x81\xFF", "e\xCC\x81\xFF");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_composes),
		cmocka_unit_test(test_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
