/* hlc.h: the hybrid logical clock: 47 bits UTC milliseconds, 16 bits counter, in
 * one number that only grows (Kulkarni et al. 2014). A wrong clock never refuses
 * an entry. */
#ifndef RUHU_STORE_HLC_H
#define RUHU_STORE_HLC_H

#include <stdbool.h>
#include <stdint.h>

/* The stamp after `last` at now_ms. *behind: the clock is more than five minutes
 * behind what this database has seen, so the stamp counts on from there. */
uint64_t hlc_next(uint64_t last, int64_t now_ms, bool *behind);
int64_t hlc_ms(uint64_t hlc);

#endif
