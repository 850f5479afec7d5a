/* Lists in XML and GeoJSON become the same tables as .csv. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form_table.h"

/* Columns, then a line a row, cells with '|' between; or the first fault. */
static void
gives(const char *name, const char *text, const char *want)
{
	struct arena *arena = arena_new();
	struct faults faults = { 0 };
	struct table *t = table_read(name, text, strlen(text), arena, &faults);
	struct buf got = { 0 };
	char said[700];

	tr_use("en");
	for (size_t i = 0; t && i < t->columns_n; i++)
		buf_addf(&got, "%s%s", i ? "|" : "", t->columns[i]);
	for (size_t r = 0; t && r < t->rows_n; r++)
		for (size_t i = 0; i < t->columns_n; i++)
			buf_addf(&got, "%s%s", i ? "|" : "\n", t->rows[r].cells[i]);
	if (!t) {
		assert_true(faults.errors > 0);
		err_format(&faults.v[0].err, said, sizeof said);
		buf_add_str(&got, said);
	}
	assert_string_equal(buf_str(&got), want);
	buf_free(&got);
	faults_free(&faults);
	arena_free(arena);
}

static void
test_xml(void **state)
{
	(void)state;
	gives("a.xml",
	    "<root><item><name>1</name><label>One</label></item>\n"
	    "<!--c--><item><label>T<b>w</b>o</label><name>2</name><size>9</size></item><item/></"
	    "root>",
	    "name|label|size\n1|One|\n2|Two|9\n||");
	gives("A.XML", "<root><item><a>1</a><a>2</a></item></root>", "a\n1");
	gives("a.xml", "<root/>", "");
	gives("a.xml", "<list/>",
	    "a.xml:1:1: a list in XML begins with <root>, and has an <item> for "
	    "each row");
	gives("a.xml", "name,label\n1,One\n",
	    "a.xml:1:1: this is not well-formed XML: Start tag expected, '<' not found");
}

static void
test_geojson(void **state)
{
	(void)state;
	gives("a.geojson",
	    "{\"type\":\"FeatureCollection\",\"features\":["
	    "{\"type\":\"Feature\",\"id\":\"w1\",\"geometry\":{\"type\":\"Point\","
	    "\"coordinates\":[106.2,38.5]},\"properties\":{\"title\":\"Well\",\"depth\":12.5}},"
	    "{\"type\":\"Feature\",\"geometry\":{\"type\":\"LineString\","
	    "\"coordinates\":[[106,38],[107,39,1100]]},\"properties\":{\"id\":7,\"title\":null}},"
	    "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\","
	    "\"coordinates\":[[[0,1],[2,3],[0,1]]]},\"properties\":{\"open\":true}}]}",
	    "geometry|id|title|depth|open\n38.5 106.2 0 0|w1|Well|12.5|\n"
	    "38 106 0 0; 39 107 1100 0|7|||\n1 0 0 0; 3 2 0 0; 1 0 0 0||||true");
	gives("a.geojson", "{\"features\":[{},{\"geometry\":{\"type\":\"Point\","
	    "\"coordinates\":[\"x\",1]}},7]}", "geometry\n\n\n");
	gives("a.geojson", "{}",
	    "a.geojson:1:1: a list in GeoJSON is a FeatureCollection with an array of features");
	gives("a.geojson", "{\"a\":}",
	    "a.geojson:1:6: this is no GeoJSON: unexpected token near '}'");
	gives("a.geojson", "",
	    "a.geojson:1:0: this is no GeoJSON: '[' or '{' expected near end of file");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_xml),
		cmocka_unit_test(test_geojson),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
