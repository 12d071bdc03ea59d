#include "order.h"

#include "text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { RUN = 8 };

void board__order_init(struct board__order *order, size_t count)
{
    order->items = board__alloc(count, sizeof *order->items);
    order->scratch = board__alloc(count, sizeof *order->scratch);
    order->count = count;
}

void board__order_release(struct board__order *order)
{
    free(order->items);
    free(order->scratch);
}

static void sort_run(struct board__keyed *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct board__keyed moved = items[i];
        size_t at = i;
        for (; at > 0 && items[at - 1].score < moved.score; at--)
            items[at] = items[at - 1];
        items[at] = moved;
    }
}

/* Which side is taken is a number, not a branch: between teams of equal strength no
 * processor can predict it. */
static void merge(const struct board__keyed *from, size_t left_count, size_t count,
                  struct board__keyed *to)
{
    const struct board__keyed *left = from, *left_end = from + left_count;
    const struct board__keyed *right = left_end, *right_end = from + count;
    while (left < left_end && right < right_end) {
        size_t is_right = right->score > left->score;
        const struct board__keyed *taken = is_right ? right : left;
        *to++ = *taken;
        right += is_right;
        left += 1 - is_right;
    }
    memcpy(to, left, (size_t)(left_end - left) * sizeof *to);
    to += left_end - left;
    memcpy(to, right, (size_t)(right_end - right) * sizeof *to);
}

static size_t at_most(size_t value, size_t limit)
{
    return value < limit ? value : limit;
}

static void merge_runs(struct board__order *order, size_t run)
{
    for (size_t start = 0; start < order->count; start += 2 * run) {
        size_t count = at_most(2 * run, order->count - start);
        const struct board__keyed *from = order->items + start;
        merge(from, at_most(run, count), count, order->scratch + start);
    }
    struct board__keyed *sorted = order->scratch;
    order->scratch = order->items;
    order->items = sorted;
}

const struct board__keyed *board__order_ranks(struct board__order *order,
                                              const int64_t *scores)
{
    size_t count = order->count;
    for (size_t i = 0; i < count; i++)
        order->items[i] = (struct board__keyed){scores[i], (uint32_t)i, 0};
    for (size_t start = 0; start < count; start += RUN)
        sort_run(order->items + start, at_most(RUN, count - start));
    for (size_t run = RUN; run < count; run *= 2)
        merge_runs(order, run);
    struct board__keyed *items = order->items;
    for (size_t i = 0; i < count; i++) {
        bool is_equal = i > 0 && items[i].score == items[i - 1].score;
        items[i].rank = is_equal ? items[i - 1].rank : (uint32_t)i + 1;
    }
    return items;
}
