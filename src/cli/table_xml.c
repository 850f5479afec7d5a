#include "cli/table_xml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/tr.h"
#include "cli/open.h"
#include "form/xml.h"
#include "record/instance.h"
#include "record/session.h"
#include "store/store.h"
#include "sync/out_file.h"

#define FILE_MAX ((size_t)64 << 20)

struct records {
	char **ids;
	size_t n, cap, incomplete;
};

static bool
note_record(void *ctx, const struct record_info *r)
{
	struct records *list = ctx;

	if (r->state == RECORD_INCOMPLETE)
		list->incomplete++;
	if (r->state != RECORD_COMPLETE)
		return true;
	list->ids = xgrow(list->ids, &list->cap, list->n + 1, sizeof *list->ids);
	list->ids[list->n++] = xstrdup(r->id);
	return true;
}

/* The text of meta's child of that name; "" when there is none. */
static void
meta_text(const struct xml *x, const char *name, struct buf *out)
{
	for (uint32_t i = 1; i < x->n; i++) {
		const struct xml_node *n = &x->v[i];

		if (n->kind != XML_ELEM || strcmp(n->name, name) != 0 ||
		    strcmp(x->v[n->parent].name, "meta") != 0)
			continue;
		if (n->first != XML_NONE)
			buf_add_str(out, x->v[n->first].value);
		return;
	}
}

/* What a file written before says of itself; false: there is none to go by. */
static bool
ids_sent(const char *path, const struct buf *file, struct buf *instance, struct buf *deprecated)
{
	struct xml x = { 0 };
	struct err err;

	if (file->len == 0 || !xml_parse(path, buf_str(file), file->len, &x, &err))
		return false;
	meta_text(&x, "instanceID", instance);
	meta_text(&x, "deprecatedID", deprecated);
	xml_free(&x);
	return instance->len > 0;
}

static bool
write_whole(const char *path, const struct buf *text, struct err *err)
{
	struct out_file *f;

	if (!out_file_open(path, &f, err))
		return false;
	if (!out_file_write(f, buf_str(text), text->len, err)) {
		out_file_abort(f);
		return false;
	}
	return out_file_commit(f, NULL, err);
}

static bool
write_record(struct session *s, const char *path, struct table_xml *count, struct err *err)
{
	struct buf old = { 0 }, now = { 0 }, instance = { 0 }, deprecated = { 0 }, id = { 0 };
	struct err none;
	char uuid[37];
	bool ok = true, same = false, sent;

	sent = access(path, F_OK) == 0 && file_read(path, FILE_MAX, &old, &none) &&
	    ids_sent(path, &old, &instance, &deprecated);
	if (sent) {
		instance_write(s, true, buf_str(&instance),
		    deprecated.len > 0 ? buf_str(&deprecated) : NULL, &now);
		same = now.len == old.len && memcmp(buf_str(&now), buf_str(&old), now.len) == 0;
		uuid_v4(uuid);
	}
	buf_addf(&id, "uuid:%s", sent ? uuid : session_record(s));
	if (!same) {
		buf_reset(&now);
		instance_write(s, true, buf_str(&id), sent ? buf_str(&instance) : NULL, &now);
		ok = write_whole(path, &now, err);
	}
	count->written += ok && !same;
	count->unchanged += same;
	buf_free(&old);
	buf_free(&now);
	buf_free(&instance);
	buf_free(&deprecated);
	buf_free(&id);
	return ok;
}

static bool
open_and_write(struct store *store, const char *record, const char *folder,
    struct table_xml *count, struct err *err)
{
	struct buf path = { 0 };
	struct session *s;
	node_id cursor;
	bool ok;

	if (!store_session_open(store, record, false, &s, &cursor, err))
		return false;
	buf_addf(&path, "%s/%s.xml", folder, record);
	ok = write_record(s, buf_str(&path), count, err);
	buf_free(&path);
	store_session_close(store, s);
	return ok;
}

bool
table_xml(struct store *store, const char *form, const char *folder, struct table_xml *count,
    struct err *err)
{
	struct record_query query = { .form = form, .limit = SIZE_MAX / 2 };
	struct records list = { 0 };
	size_t total;
	bool ok;

	*count = (struct table_xml){ 0 };
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return err_set(err, _("the folder %s cannot be made: %s"), folder, strerror(errno));
	ok = store_records(store, &query, note_record, &list, &total, err);
	for (size_t i = 0; ok && i < list.n; i++)
		ok = open_and_write(store, list.ids[i], folder, count, err);
	count->incomplete = list.incomplete;
	for (size_t i = 0; i < list.n; i++)
		free(list.ids[i]);
	free(list.ids);
	return ok;
}
