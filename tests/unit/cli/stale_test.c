/* Which calculations hold for ever: those of this record's answers alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/stale.h"
#include "form/form.h"
#include "form/form_yaml.h"
#include "logic/logic.h"

static const char text[] =
    "settings: {form_id: t, version: '1'}\n"
    "survey:\n"
    "  - {type: integer, name: a}\n"
    "  - {type: text, name: b, calculation: '${a} + 1', trigger: '${a}'}\n"
    "  - {type: calculate, name: plain, calculation: '${a} * 2'}\n"
    "  - {type: calculate, name: of_plain, calculation: '${plain} + ${b}'}\n"
    "  - {type: calculate, name: clock, calculation: 'today()'}\n"
    "  - {type: calculate, name: of_clock, calculation: 'concat(${clock}, ${a})'}\n"
    "  - {type: calculate, name: own, calculation: 'max(coalesce(., 0), ${a})'}\n"
    "  - {type: calculate, name: chance, calculation: 'random()'}\n"
    "  - {type: calculate, name: last, calculation: '${last-saved#a}'}\n"
    "  - group: sometimes\n"
    "    relevant: today() > '2026-01-01'\n"
    "    survey:\n"
    "      - {type: calculate, name: inside, calculation: '${a} + 2'}\n"
    "  - repeat: r\n"
    "    survey:\n"
    "      - {type: integer, name: x}\n"
    "      - {type: calculate, name: twice, calculation: '${x} * 2'}\n"
    "  - {type: calculate, name: total, calculation: 'sum(${twice})'}\n";

static void
settled(void **state)
{
	static const struct { const char *name; bool holds; } want[] = {
		{ "a", false }, { "b", false }, { "plain", true }, { "of_plain", true },
		{ "clock", false }, { "of_clock", false }, { "own", false }, { "chance", false },
		{ "last", false }, { "inside", false }, { "twice", true }, { "total", true },
	};
	struct faults faults = { 0 };
	struct form *form = form_read_yaml("t.yaml", text, strlen(text), NULL, &faults);
	struct logic *logic;
	bool *holds;

	(void)state;
	assert_non_null(form);
	logic = logic_compile(form, &faults);
	assert_non_null(logic);
	holds = stale_settled(logic);
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		const struct question *q = form_find(form, want[i].name, NULL);

		assert_non_null(q);
		if (holds[q->index] != want[i].holds)
			fail_msg("%s", want[i].name);
	}
	free(holds);
	logic_free(logic);
	form_free(form);
	faults_free(&faults);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(settled) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
