/* Points, traces and shapes typed by hand or pasted: ODK's "lat lon alt acc". */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/tr.h"
#include "form/value_kinds.h"

#define NUMBER_LIMIT 40

static bool
point_refused(const char *s, struct err *err)
{
	char shown[QUOTE_TEXT];

	return err_set(err, _("'%s' is no point; type latitude and longitude in degrees, as in "
	    "38.10 106.35"), quote(s, shown));
}

/* One number of a point, appended in canonical form. */
static bool
coordinate(const char *word, size_t i, struct buf *out)
{
	static const double most[] = { 90, 180, 20000, 1e9 };
	static const double least[] = { -90, -180, -20000, 0 };
	char text[NUMBER_LIMIT + 3];
	double n;

	if (i > 3 || strlen(word) > NUMBER_LIMIT || !num_canonical(word, text, sizeof text))
		return false;
	n = num_parse(text);
	if (n < least[i] || n > most[i])
		return false;
	if (i > 0)
		buf_add_char(out, ' ');
	buf_add_str(out, text);
	return true;
}

bool
value_point(const char *s, struct buf *out, struct err *err)
{
	char *copy = xstrdup(s), *save = NULL;
	size_t n = 0;
	bool ok = true;

	for (char *w = strtok_r(copy, " ,\t\n", &save); ok && w != NULL;
	    w = strtok_r(NULL, " ,\t\n", &save))
		ok = coordinate(w, n++, out);
	free(copy);
	return ok && n >= 2 ? true : point_refused(s, err);
}

bool
value_points(const char *s, size_t least, bool close, struct buf *out, struct err *err)
{
	struct buf first = { 0 }, point = { 0 };
	char *copy = xstrdup(s), *save = NULL;
	size_t n = 0;
	bool ok = true, closed;

	for (char *w = strtok_r(copy, ";", &save); w != NULL; w = strtok_r(NULL, ";", &save)) {
		w += strspn(w, " \t\n");
		if (*w == '\0')
			continue;
		buf_reset(&point);
		ok = value_point(w, &point, err);
		if (!ok)
			break;
		if (n++ == 0)
			buf_set_str(&first, buf_str(&point));
		else
			buf_add_char(out, ';');
		buf_add_str(out, buf_str(&point));
	}
	closed = n > 1 && strcmp(buf_str(&first), buf_str(&point)) == 0;
	if (close && closed) {
		n--;			/* the last is the first again, no corner of its own */
	} else if (close && n >= least) {
		buf_add_char(out, ';');
		buf_add_str(out, buf_str(&first));
	}
	if (ok && n < least)
		ok = err_set(
		    err, _("%zu points; at least %zu are asked, with ; between them"), n, least);
	free(copy);
	buf_free(&first);
	buf_free(&point);
	return ok;
}
