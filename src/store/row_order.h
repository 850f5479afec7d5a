/* row_order.h: numbers that keep rows in order ($pos), changed as little as can
 * be: moving one row writes one number. */
#ifndef RUHU_STORE_ROW_ORDER_H
#define RUHU_STORE_ROW_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* was[i]: the number row i has now, 0 none; now[i]: what it is to have, ascending.
 * The longest run of rows whose numbers already ascend keeps them. */
void row_order(const int64_t *was, int64_t *now, size_t n);

#endif
