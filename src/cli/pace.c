#include "cli/pace.h"

#include <string.h>

#include "base/date.h"
#include "base/tr.h"
#include "cli/out.h"

enum { SETTLE_MS = 300 };		/* before that a rate says nothing */

struct pace
pace_begin(void)
{
	return (struct pace){ .began_ms = clock_steady(), .what = "" };
}

void
pace_tell(struct pace *p, const char *what, int64_t done, int64_t of)
{
	int64_t now = clock_steady(), took, rate;

	if (strcmp(p->what, what) != 0) {
		p->what = what;
		p->began_ms = now;
		p->from = done;
	}
	took = now - p->began_ms;
	complain_anew();
	complain("%s %3d%%  %lld / %lld", what, (int)(of > 0 ? done * 100 / of : 100),
	    (long long)done, (long long)of);
	if (took >= SETTLE_MS && done > p->from) {
		rate = (done - p->from) * 1000 / took;
		complain(_("  %lld a second, %lld s left"), (long long)rate,
		    (long long)(rate > 0 ? (of - done) / rate : 0));
	}
	p->shown = true;
}

void
pace_end(struct pace *p)
{
	if (p->shown)
		complain_anew();
	p->shown = false;
}
