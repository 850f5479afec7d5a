#include "store/history.h"

#include "base/date.h"
#include "store/changes.h"
#include "store/hlc.h"
#include "store/inside.h"

/* Why, of the change alone or of all that was saved with it; what was confirmed of
 * this very answer. */
#define REASONS                                                                                    \
	"(SELECT group_concat(y.why, ' ') FROM ruhu_why y WHERE y.tx = c.tx AND y.change IN (0, c.no))"
#define CONFIRMED                                                                                  \
	"(SELECT group_concat(k.kind, ' ') FROM ruhu_confirm k WHERE k.record = r.id"              \
	" AND k.row = coalesce(w.id, '') AND k.field = n.text AND k.value = coalesce(c.value, ''))"

/* Beside each, the change before it in the same place; a question that was renamed
 * has its earlier answers under the earlier name. */
#define CHANGES                                                                                    \
	"SELECT c.no, c.hlc, a.text, e.site, f.version, coalesce(w.id, ''), n.text, c.value,"      \
	" c.reason, lag(c.value) OVER place, lag(c.reason) OVER place, lag(c.no) OVER place,"      \
	" c.flags, " REASONS ", " CONFIRMED " FROM ruhu_change c"                                  \
	" JOIN ruhu_record r ON r.no = c.record"                                                   \
	" JOIN ruhu_epoch e ON e.no = c.epoch JOIN ruhu_name a ON a.no = c.author"                 \
	" JOIN ruhu_name n ON n.no = c.field JOIN ruhu_form f ON f.no = c.form"                    \
	" LEFT JOIN ruhu_row w ON w.no = c.row"                                                    \
	" WHERE r.id = ?1 AND (?2 IS NULL OR coalesce(w.id, '') = ?2)"                             \
	" AND (?3 IS NULL OR n.text = ?3) AND n.text NOT IN ('$pos', '$up')"                       \
	" WINDOW place AS (PARTITION BY c.row, c.field ORDER BY c.no)"

/* Its stamp is made of the time, as the changes' are, so that they sort together. */
#define VERIFICATIONS                                                                              \
	"SELECT 0, CAST(round((julianday(v.ended_at) - 2440587.5) * 86400000) AS INTEGER) << 16,"  \
	" v.by, '', '', '', '', '', '', '', '', NULL, 0, '',"                                      \
	" (SELECT count(*) || ' ' || sum(x.result IN ('keyer', 'both')) || ' ' ||"                 \
	"  sum(x.result IN ('verifier', 'both')) FROM ruhu_verify_field x WHERE x.verify = v.no)"  \
	" FROM ruhu_verify v WHERE v.record = ?1 AND v.ended_at IS NOT NULL AND ?3 IS NULL"

enum {
	NO,
	HLC,
	BY,
	SITE,
	VERSION,
	ROW,
	FIELD,
	VALUE,
	REASON,
	WAS,
	WAS_REASON,
	WAS_NO,
	FLAGS,
	WHY,
	NOTE
};

static bool
tell(struct stmt *st, bool (*each)(void *, const struct history_line *), void *ctx)
{
	char at[INSTANT_TEXT];
	const struct history_line line = {.no = stmt_int(st, NO),
	    .at = at,
	    .by = stmt_text(st, BY),
	    .site = stmt_text(st, SITE),
	    .version = stmt_text(st, VERSION),
	    .row = stmt_text(st, ROW),
	    .field = stmt_text(st, FIELD),
	    .value = stmt_text(st, VALUE),
	    .reason = stmt_text(st, REASON),
	    .was = stmt_text(st, WAS),
	    .was_reason = stmt_text(st, WAS_REASON),
	    .first = stmt_is_null(st, WAS_NO),
	    .imported = (stmt_int(st, FLAGS) & CHANGE_IMPORT) != 0,
	    .why = stmt_text(st, WHY),
	    .note = stmt_text(st, NOTE)};

	instant_format_utc(hlc_ms((uint64_t)stmt_int(st, HLC)), at);
	return each(ctx, &line);
}

bool
store_history(struct store *s, const char *record, const char *row, const char *field,
    bool (*each)(void *, const struct history_line *), void *ctx, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    CHANGES " UNION ALL " VERIFICATIONS " ORDER BY 2 DESC, 1 DESC",
	    WITH(b_text(record), b_text(row), b_text(field)));

	while (stmt_row(st))
		if (!tell(st, each, ctx))
			break;
	return stmt_end(st, err);
}
