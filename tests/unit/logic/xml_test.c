/* XML files: what is read, what is refused and where, and their nodes' paths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "base/tr.h"
#include "logic/xml_tree.h"

static void
refused(const char *text, const char *place_and_start)
{
	struct xml xml;
	struct err err = { 0 };
	char said[700];

	tr_use("en");
	assert_false(xml_parse("a.xml", text, strlen(text), &xml, &err));
	err_format(&err, said, sizeof said);
	if (strncmp(said, place_and_start, strlen(place_and_start)))
		assert_string_equal(said, place_and_start);
}

static void
test_refused(void **state)
{
	struct buf deep = { 0 };

	(void)state;
	refused("", "a.xml:1:1: this is not well-formed XML");
	refused("<a>\n<b>\n</a>", "a.xml:3:5: this is not well-formed XML: Premature end");
	refused("<a>&nothing;</a>", "a.xml:1:13: this is not well-formed XML: Entity 'nothing'");
	refused("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "a.xml:1:1: a document type that declares");
	refused("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
	    "a.xml:1:1: a document type that declares");
	refused("<!DOCTYPE l [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>"
	        "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'>"
	        "<!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;'>]><l>&e;</l>", "a.xml:1:");
	refused("<a>\xff\xfe</a>", "a.xml:1:");
	for (int i = 0; i < 5000; i++)
		buf_add_str(&deep, "<a>");
	refused(buf_str(&deep), "a.xml:1:");
	buf_free(&deep);
}

static void
test_depth(void **state)
{
	struct buf deep = { 0 };

	(void)state;
	for (int i = 0; i < 256; i++)
		buf_add_str(&deep, "<a>");
	for (int i = 0; i < 256; i++)
		buf_add_str(&deep, "</a>");
	{
		struct xml xml;
		struct err err;

		assert_true(xml_parse("a.xml", buf_str(&deep), deep.len, &xml, &err));
		assert_int_equal(xml.n, 257 + 1);	/* and one namespace node, shared */
		xml_free(&xml);
	}
	buf_free(&deep);
}

static void
test_paths(void **state)
{
	static const char text[] = "<!DOCTYPE html><d xmlns:p='urn:p'><?go on?><!--c--><m k='1'>a</m>"
	    "<m>b<![CDATA[<c>]]></m><p:n p:k='2'/>&lt;</d>";
	static const char *const want[] = { "/", "/d", "/d/processing-instruction()",
		"/d/comment()", "/d/m[1]", "/d/m[1]/text()", "/d/m[2]", "/d/m[2]/text()", "/d/p:n",
		"/d/text()" };
	struct xml xml;
	struct xml_tree tree;
	struct err err;
	struct buf path = { 0 }, value = { 0 };
	size_t n = 0;

	(void)state;
	assert_true(xml_parse("a.xml", text, strlen(text), &xml, &err));
	xml_tree_start(&tree, &xml);
	for (node_id i = 0; i < xml.n; i++) {
		if (xml.v[i].kind == XML_ATTR || xml.v[i].kind == XML_NS)
			continue;
		buf_reset(&path);
		xml_tree_path(&tree, i, &path);
		assert_string_equal(buf_str(&path), want[n++]);
	}
	assert_int_equal(n, sizeof want / sizeof *want);
	tree.tree.ops->value(&tree.tree, 0, &value);
	assert_string_equal(buf_str(&value), "ab<c><");
	for (node_id i = 0; i < xml.n; i++) {
		if (xml.v[i].kind != XML_ATTR || strcmp(xml.v[i].value, "2"))
			continue;
		assert_string_equal(xml.v[i].ns, "urn:p");
		buf_reset(&path);
		xml_tree_path(&tree, i, &path);
		assert_string_equal(buf_str(&path), "/d/p:n/@p:k");
	}
	buf_free(&path);
	buf_free(&value);
	xml_free(&xml);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
