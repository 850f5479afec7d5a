#include "tui/columns.h"

#include "base/buf.h"
#include "tui/screen.h"

void
columns_widen(int *width, const int *heading, size_t n, int room, int least)
{
	size_t shown = 0;

	while (shown < n && (width[shown] == 0 || width[shown] <= room))
		room -= width[shown] > 0 ? width[shown] + COLUMN_GAP : 0, shown++;
	if (shown < n && room >= least)
		return;
	room += COLUMN_GAP;
	for (size_t c = 0; c < shown; c++) {
		int more = heading[c] - width[c];

		if (width[c] > 0 && more > 0 && more <= room) {
			width[c] += more;
			room -= more;
		}
	}
}

void
columns_beyond(const struct screen *s, const struct columns *of, char *const *cells, size_t n,
    struct buf *out)
{
	int col = of->col;
	bool beyond = false;

	for (size_t c = 0; c < n; c++) {
		beyond |= col + (of->cut ? screen_width(s, cells[c]) : of->width[c]) > of->end;
		if (beyond && cells[c][0] != '\0')
			buf_addf(out, "%s%s", out->len > 0 ? "  " : "", cells[c]);
		col += of->width[c] > 0 ? of->width[c] + COLUMN_GAP : 0;
	}
}
