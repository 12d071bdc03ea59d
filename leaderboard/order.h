/* order.h - ranks of many scores, many times over.
 *
 * Calling sequence: board__order_init, board__order_ranks as often as wanted,
 * board__order_release. Scores are integers: equal ones share the rank of the first.
 */
#ifndef BOARD_ORDER_H
#define BOARD_ORDER_H

#include <stddef.h>
#include <stdint.h>

struct board__keyed {
    int64_t score;
    uint32_t index;
    uint32_t rank; /* from 1 */
};

struct board__order {
    struct board__keyed *items;
    struct board__keyed *scratch;
    size_t count;
};

void board__order_init(struct board__order *order, size_t count);
void board__order_release(struct board__order *order);

/* Best first, each with the index of its score and its rank; valid until the next call. */
const struct board__keyed *board__order_ranks(struct board__order *order,
                                              const int64_t *scores);

#endif
