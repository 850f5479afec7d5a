#include <string.h>
#include <strings.h>

#include "form/form.h"

/* One row a type, in the order of enum qtype. `select_one_from_file` and its
 * kin are the same types with a dataset instead of a list. */
static const struct type_info form_types[] = {
	/* type, name, aliases, kind, asked, preload, terminal */
	{ Q_FORM, "form", "", KIND_NONE, false, false, true },
	{ Q_GROUP, "group", "begin_group", KIND_NONE, false, false, true },
	{ Q_REPEAT, "repeat", "begin_repeat", KIND_NONE, false, false, true },
	{ Q_TEXT, "text", "string", KIND_STRING, true, false, true },
	{ Q_INTEGER, "integer", "int", KIND_INTEGER, true, false, true },
	{ Q_DECIMAL, "decimal", "", KIND_DECIMAL, true, false, true },
	{ Q_RANGE, "range", "", KIND_DECIMAL, true, false, true },
	{ Q_DATE, "date", "", KIND_DATE, true, false, true },
	{ Q_TIME, "time", "", KIND_TIME, true, false, true },
	{ Q_DATETIME, "dateTime", "date_time datetime", KIND_DATETIME, true, false, true },
	{ Q_SELECT_ONE, "select_one", "select1 select_one_from select_one_from_file",
	    KIND_CODE, true, false, true },
	{ Q_SELECT_MULTIPLE, "select_multiple",
	    "select select_all_that_apply select_all_that_apply_from select_multiple_from "
	    "select_multiple_from_file", KIND_CODES, true, false, true },
	{ Q_RANK, "rank", "", KIND_CODES, true, false, true },
	{ Q_NOTE, "note", "", KIND_NONE, false, false, true },
	{ Q_ACKNOWLEDGE, "acknowledge", "trigger", KIND_STRING, true, false, true },
	{ Q_CALCULATE, "calculate", "calculation", KIND_STRING, false, false, true },
	/* What phones do not tell any more: never filled. */
	{ Q_HIDDEN, "hidden", "simserial sim_serial subscriberid subscriber_id uri:simserial "
	    "uri:subscriberid", KIND_STRING, false, false, true },
	{ Q_TODAY, "today", "", KIND_DATE, false, true, true },
	{ Q_START, "start", "start_time", KIND_DATETIME, false, true, true },
	{ Q_END, "end", "end_time", KIND_DATETIME, false, true, true },
	{ Q_USERNAME, "username", "uri:username", KIND_STRING, false, true, true },
	{ Q_DEVICEID, "deviceid", "device_id imei uri:deviceid", KIND_STRING, false, true,
	    true },
	{ Q_EMAIL, "email", "uri:email", KIND_STRING, false, true, true },
	{ Q_PHONENUMBER, "phonenumber", "phone_number uri:phonenumber", KIND_STRING, false, true,
	    true },
	{ Q_AUDIT, "audit", "", KIND_STRING, false, true, true },
	{ Q_XML_EXTERNAL, "xml-external", "xml_external", KIND_NONE, false, false, true },
	{ Q_CSV_EXTERNAL, "csv-external", "csv_external", KIND_NONE, false, false, true },
	{ Q_BARCODE, "barcode", "", KIND_STRING, true, false, true },
	{ Q_GEOPOINT, "geopoint", "gps location", KIND_STRING, true, false, true },
	{ Q_GEOTRACE, "geotrace", "", KIND_STRING, true, false, true },
	{ Q_GEOSHAPE, "geoshape", "", KIND_STRING, true, false, true },
	{ Q_START_GEOPOINT, "start-geopoint", "start_geopoint background-geopoint "
	    "background_geopoint", KIND_STRING, false, false, false },
	{ Q_IMAGE, "image", "photo", KIND_STRING, false, false, false },
	{ Q_AUDIO, "audio", "", KIND_STRING, false, false, false },
	{ Q_VIDEO, "video", "", KIND_STRING, false, false, false },
	{ Q_FILE, "file", "osm", KIND_STRING, false, false, false },
	{ Q_BACKGROUND_AUDIO, "background-audio", "background_audio", KIND_STRING, false, false,
	    false },
};

_Static_assert(sizeof form_types / sizeof form_types[0] == Q_TYPES, "a row for each type");

const struct type_info *
type_info(enum qtype type)
{
	return &form_types[type];
}

/* Is word one of the space-separated words? Letters' case does not matter. */
static bool
has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	while (*words != '\0') {
		size_t len = strcspn(words, " ");

		if (len == n && strncasecmp(words, word, n) == 0)
			return true;
		words += len;
		words += strspn(words, " ");
	}
	return false;
}

const struct type_info *
type_by_name(const char *name)
{
	if (*name == '\0')
		return NULL;
	for (size_t i = Q_GROUP; i < Q_TYPES; i++)
		if (strcasecmp(form_types[i].name, name) == 0 ||
		    has_word(form_types[i].aliases, name))
			return &form_types[i];
	return NULL;
}

static const struct { enum missing missing; const char *name; } reasons[] = {
	{ MISSING_REFUSED, "refused" },
	{ MISSING_UNKNOWN, "unknown" },
	{ MISSING_NOT_APPLICABLE, "not_applicable" },
	{ MISSING_UNREADABLE, "unreadable" },
};

const char *
missing_name(enum missing m)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].missing == m)
			return reasons[i].name;
	return "";
}

enum missing
missing_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (strcmp(reasons[i].name, name) == 0)
			return reasons[i].missing;
	return MISSING_NONE;
}

static const char *const enforcements[] = {
	[ENFORCE_HARD] = "hard", [ENFORCE_ASK] = "ask", [ENFORCE_LOG] = "log"
};

const char *
enforce_name(enum enforce e)
{
	return enforcements[e];
}

bool
enforce_by_name(const char *name, enum enforce *out)
{
	for (size_t i = 0; i < sizeof enforcements / sizeof enforcements[0]; i++)
		if (strcmp(enforcements[i], name) == 0) {
			*out = (enum enforce)i;
			return true;
		}
	return false;
}

static const char *const aparts[] = {
	[APART_ASK] = "ask", [APART_LATEST] = "latest", [APART_MAX] = "max", [APART_MIN] = "min",
	[APART_UNION] = "union"
};

const char *
apart_name(enum apart a)
{
	return aparts[a];
}

bool
apart_by_name(const char *name, enum apart *out)
{
	for (size_t i = 0; i < sizeof aparts / sizeof aparts[0]; i++)
		if (strcmp(aparts[i], name) == 0) {
			*out = (enum apart)i;
			return true;
		}
	return false;
}
