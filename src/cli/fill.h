/* fill.h: what `ruhu fill` keeps between lines, and the JSON it answers with. */
#ifndef RUHU_CLI_FILL_H
#define RUHU_CLI_FILL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "logic/answers.h"
#include "sync/jcs.h"

struct cli;
struct changed;
struct cell;
struct question;
struct save_result;
struct session;
struct store;

struct fill {
	struct cli *cli;
	struct store *store;
	struct session *session;	/* NULL: none is open */
	node_id near;			/* where bare names are looked for first */
	struct buf line;		/* the answer being made */
	struct jcs json;
	char *user;			/* after `as`; NULL: as the program was started */
};

/* Each adds members to the object that is open in f->json. */
void fill_json_path(struct fill *, const char *key, node_id);
void fill_json_set(struct fill *, node_id, const struct changed *);
void fill_json_cell(struct fill *, node_id);
void fill_json_rows(struct fill *, node_id parent, const struct question *repeat);
void fill_json_answers(struct fill *);
/* "problems": those that keep the record from being complete, or all. */
void fill_json_problems(struct fill *, bool errors_only);
void fill_json_dropped(struct fill *, const node_id *, size_t n);
void fill_json_collisions(struct fill *, const struct save_result *);
bool fill_json_choices(struct fill *, node_id, struct err *);

/* What stands for a problem's kind in JSON: "required", "constraint", ... */
const char *problem_name(int kind);
/* The rest of a line as a value: as it stands, or a JSON string when it begins
 * with '"' (for line feeds and spaces at the ends). */
bool fill_value(const char *rest, struct buf *out, struct err *err);

#endif
