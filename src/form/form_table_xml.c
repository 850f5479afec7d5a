/* Lists in XML and GeoJSON as tables: what select_one_from_file and xml-external
 * of ODK read besides .csv. */
#include "form/form_table_xml.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/xml.h"

#define COLUMNS_MAX 1000
#define CELLS_MAX 20000000u

/* A table whose columns turn up as its rows do. */
struct growing {
	const char *name;
	struct arena *arena;
	struct faults *faults;
	struct map *columns;		/* name -> index + 1 */
	const char **names;
	size_t names_n, names_cap;
	struct cell {
		size_t row, column;
		const char *text;
	} *cells;
	size_t cells_n, cells_cap;
	int *lines;			/* of rows */
	size_t rows_n, rows_cap;
};

static void
start(struct growing *g, const char *name, struct arena *arena, struct faults *faults)
{
	*g = (struct growing){ .name = name, .arena = arena, .faults = faults,
		.columns = map_new() };
}

static void
new_row(struct growing *g, int line)
{
	g->lines = xgrow(g->lines, &g->rows_cap, g->rows_n + 1, sizeof *g->lines);
	g->lines[g->rows_n++] = line;
}

/* The first value of a column in a row counts. */
static void
put(struct growing *g, const char *column, const char *text)
{
	void **slot = map_get(g->columns, column);
	size_t at = slot ? (size_t)*slot - 1 : g->names_n;

	if (!slot) {
		if (g->names_n == COLUMNS_MAX)
			return;
		g->names = xgrow(g->names, &g->names_cap, g->names_n + 1, sizeof *g->names);
		g->names[g->names_n++] = arena_strdup(g->arena, column);
		map_put(g->columns, g->names[at], (void *)(at + 1));
	}
	for (size_t i = g->cells_n; i > 0 && g->cells[i - 1].row == g->rows_n - 1; i--)
		if (g->cells[i - 1].column == at)
			return;
	g->cells = xgrow(g->cells, &g->cells_cap, g->cells_n + 1, sizeof *g->cells);
	g->cells[g->cells_n++] = (struct cell){ g->rows_n - 1, at, arena_strdup(g->arena, text) };
}

static void
fill(struct growing *g, struct table *t)
{
	const char **cells = arena_alloc(g->arena, (g->rows_n * g->names_n + 1) * sizeof *cells);

	t->columns_n = g->names_n;
	t->columns = arena_alloc(g->arena, (g->names_n + 1) * sizeof *t->columns);
	if (g->names_n)
		memcpy(t->columns, g->names, g->names_n * sizeof *t->columns);
	t->rows_n = g->rows_n;
	t->rows = arena_alloc(g->arena, (g->rows_n + 1) * sizeof *t->rows);
	for (size_t i = 0; i < g->rows_n * g->names_n; i++)
		cells[i] = "";
	for (size_t i = 0; i < g->rows_n; i++) {
		t->rows[i].cells = cells + i * g->names_n;
		t->rows[i].line = g->lines[i];
	}
	for (size_t i = 0; i < g->cells_n; i++)
		t->rows[g->cells[i].row].cells[g->cells[i].column] = g->cells[i].text;
}

static struct table *
finish(struct growing *g, bool good)
{
	struct table *t = arena_alloc(g->arena, sizeof *t);

	if (good && g->names_n && g->rows_n > CELLS_MAX / g->names_n) {
		faults_add(g->faults, FAULT_ERROR, g->name, 0, 0,
		    _("%zu rows of %zu columns; the largest list has %u cells"), g->rows_n,
		    g->names_n, CELLS_MAX);
		good = false;
	}
	if (good)
		fill(g, t);
	map_free(g->columns);
	free(g->names);
	free(g->cells);
	free(g->lines);
	return good ? t : NULL;
}

/* ---- <root><item><column>text</column>...</item>...</root> ---------------------------- */

static void
add_value(const struct xml *xml, uint32_t id, struct buf *out)
{
	for (uint32_t c = xml->v[id].first; c != XML_NONE; c = xml->v[c].next) {
		if (xml->v[c].kind == XML_CHARS)
			buf_add_str(out, xml->v[c].value);
		else if (xml->v[c].kind == XML_ELEM)
			add_value(xml, c, out);
	}
}

static uint32_t
next_element(const struct xml *xml, uint32_t id)
{
	while (id != XML_NONE && xml->v[id].kind != XML_ELEM)
		id = xml->v[id].next;
	return id;
}

static void
take_item(struct growing *g, const struct xml *xml, uint32_t item)
{
	struct buf text = { 0 };

	new_row(g, xml->v[item].line);
	for (uint32_t c = next_element(xml, xml->v[item].first); c != XML_NONE;
	     c = next_element(xml, xml->v[c].next)) {
		buf_reset(&text);
		add_value(xml, c, &text);
		put(g, xml->v[c].name, buf_str(&text));
	}
	buf_free(&text);
}

struct table *
table_read_xml(const char *name, const char *text, size_t len, struct arena *arena,
    struct faults *faults)
{
	struct growing g;
	struct xml xml;
	struct err err;
	uint32_t root;
	bool good;

	if (!xml_parse(name, text, len, &xml, &err)) {
		faults_add_err(faults, FAULT_ERROR, &err);
		return NULL;
	}
	start(&g, name, arena, faults);
	root = next_element(&xml, xml.v[0].first);
	good = root != XML_NONE && !strcmp(xml.v[root].name, "root");
	if (!good)
		faults_add(faults, FAULT_ERROR, name, 1, 1, "%s",
		    _("a list in XML begins with <root>, and has an <item> for each row"));
	for (uint32_t c = good ? next_element(&xml, xml.v[root].first) : XML_NONE;
	     c != XML_NONE; c = next_element(&xml, xml.v[c].next))
		if (!strcmp(xml.v[c].name, "item"))
			take_item(&g, &xml, c);
	xml_free(&xml);
	return finish(&g, good);
}

/* ---- GeoJSON (RFC 7946) ----------------------------------------------------------------- */

static void
put_json(struct growing *g, const char *column, const json_t *value)
{
	char *text;

	if (json_is_string(value)) {
		put(g, column, json_string_value(value));
	} else if (!json_is_null(value)) {
		text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15));
		put(g, column, text ? text : "");
		free(text);
	}
}

/* [longitude, latitude, altitude?] as ODK writes a place. */
static bool
add_place(const json_t *at, struct buf *out)
{
	size_t n = json_array_size(at);

	if (n < 2 || !json_is_number(json_array_get(at, 0)) ||
	    !json_is_number(json_array_get(at, 1)))
		return false;
	buf_addf(out, "%s%.15g %.15g %.15g 0", out->len ? "; " : "",
	    json_number_value(json_array_get(at, 1)), json_number_value(json_array_get(at, 0)),
	    n > 2 ? json_number_value(json_array_get(at, 2)) : 0.0);
	return true;
}

static bool
add_places(const json_t *list, struct buf *out)
{
	size_t i;
	json_t *at;

	json_array_foreach(list, i, at)
		if (!add_place(at, out))
			return false;
	return true;
}

/* Points, lines and the outer ring of areas; others are left blank. */
static void
put_geometry(struct growing *g, const json_t *geometry)
{
	const char *type = json_string_value(json_object_get(geometry, "type"));
	const json_t *at = json_object_get(geometry, "coordinates");
	struct buf out = { 0 };
	bool good = false;

	if (type && !strcmp(type, "Point"))
		good = add_place(at, &out);
	else if (type && !strcmp(type, "LineString"))
		good = add_places(at, &out);
	else if (type && !strcmp(type, "Polygon"))
		good = add_places(json_array_get(at, 0), &out);
	put(g, "geometry", good ? buf_str(&out) : "");
	buf_free(&out);
}

static void
take_feature(struct growing *g, json_t *feature)
{
	json_t *properties = json_object_get(feature, "properties"), *value;
	const char *key;

	new_row(g, 0);
	put_geometry(g, json_object_get(feature, "geometry"));
	if (json_object_get(feature, "id"))
		put_json(g, "id", json_object_get(feature, "id"));
	json_object_foreach(properties, key, value)
		put_json(g, key, value);
}

struct table *
table_read_geojson(const char *name, const char *text, size_t len, struct arena *arena,
    struct faults *faults)
{
	struct growing g;
	json_error_t why;
	json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why), *features, *feature;
	size_t i;
	bool good;

	if (!json) {
		faults_add(faults, FAULT_ERROR, name, why.line, why.column,
		    _("this is no GeoJSON: %s"), why.text);
		return NULL;
	}
	start(&g, name, arena, faults);
	features = json_object_get(json, "features");
	good = json_is_array(features);
	if (!good)
		faults_add(faults, FAULT_ERROR, name, 1, 1, "%s",
		    _("a list in GeoJSON is a FeatureCollection with an array of features"));
	json_array_foreach(features, i, feature)
		take_feature(&g, feature);
	json_decref(json);
	return finish(&g, good);
}
