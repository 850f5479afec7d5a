/* What is counted of a sitting: keys, and the time between them without pauses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/pace.h"

static void
time_between_keys_without_pauses(void **state)
{
	struct pace p = { 0 };

	(void)state;
	pace_key(&p, 1000);
	pace_key(&p, 1200);
	pace_key(&p, 1200 + PACE_PAUSE_MS); /* nobody said so, but it is one */
	pace_key(&p, 1300 + PACE_PAUSE_MS);
	assert_int_equal(p.now.keys, 4);
	assert_int_equal(p.now.active_ms, 300);
	assert_int_equal(stats_keys_an_hour(&p.now), 48000);
}

static void
an_announced_pause_is_told_apart(void **state)
{
	struct pace p = { 0 };

	(void)state;
	pace_key(&p, 1000);
	pace_pause(&p, 1500);
	pace_go_on(&p, 9500);
	pace_key(&p, 9600);
	pace_key(&p, 9700);
	assert_int_equal(p.now.paused_ms, 8000);
	assert_int_equal(p.now.active_ms, 100);
	pace_go_on(&p, 20000); /* there was none */
	assert_int_equal(p.now.paused_ms, 8000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(time_between_keys_without_pauses),
	    cmocka_unit_test(an_announced_pause_is_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
