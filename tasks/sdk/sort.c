#include "sdk/sort.h"

#include "sdk/buf.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

uint64_t task_key_integer(int64_t value)
{
    return (uint64_t)value ^ (uint64_t)1 << 63;
}

/* IEEE 754: flip all bits of a negative number, the sign of another. */
uint64_t task_key_double(double value)
{
    uint64_t bits;
    value += 0.0; /* -0 becomes 0 */
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

/* What is sorted is 8 bytes an element, half of key and index: 32 bits of the key, taken
 * where the keys begin to differ, above the index. Few keys agree in those and differ
 * below; their runs are sorted apart. */
struct prefix {
    uint64_t least;
    int shift;
};

static struct prefix find_prefix(const uint64_t *keys, size_t n)
{
    uint64_t least = keys[0], most = keys[0];
    for (size_t i = 1; i < n; i++) {
        least = keys[i] < least ? keys[i] : least;
        most = keys[i] > most ? keys[i] : most;
    }
    int bits = most == least ? 0 : 64 - __builtin_clzll(most - least);
    return (struct prefix){least, bits > 32 ? bits - 32 : 0};
}

enum { DIGITS = 4, BUCKETS = 256 };

static unsigned digit_of(uint64_t item, int digit)
{
    return item >> (32 + 8 * digit) & (BUCKETS - 1);
}

static void scatter(const uint64_t *from, uint64_t *to, size_t n, int digit,
                    const uint32_t *counts)
{
    uint32_t starts[BUCKETS], sum = 0;
    for (int b = 0; b < BUCKETS; b++) {
        starts[b] = sum;
        sum += counts[b];
    }
    for (size_t i = 0; i < n; i++)
        to[starts[digit_of(from[i], digit)]++] = from[i];
}

/* Sorts by the upper halves. Returns where the result is: items or scratch. */
static uint64_t *sort_items(uint64_t *items, uint64_t *scratch, size_t n)
{
    uint32_t counts[DIGITS][BUCKETS] = {0};
    for (size_t i = 0; i < n; i++) {
        for (int d = 0; d < DIGITS; d++)
            counts[d][digit_of(items[i], d)]++;
    }
    for (int d = 0; d < DIGITS; d++) {
        if (counts[d][digit_of(items[0], d)] == n)
            continue;
        scatter(items, scratch, n, d, counts[d]);
        uint64_t *swap = items;
        items = scratch;
        scratch = swap;
    }
    return items;
}

static void insertion_sort(const uint64_t *keys, uint32_t *order, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint32_t index = order[i];
        size_t j = i;
        for (; j > 0 && keys[order[j - 1]] > keys[index]; j--)
            order[j] = order[j - 1];
        order[j] = index;
    }
}

/* A long run whose keys agree in the prefix: by its own prefix, which lies lower. */
static void sort_apart(const uint64_t *keys, uint32_t *order, size_t n)
{
    task_auto_free uint64_t *own = task_alloc_raw(n, sizeof *own);
    task_auto_free uint32_t *inner = task_alloc_raw(n, sizeof *inner);
    task_auto_free uint32_t *rank = task_alloc_raw(n, sizeof *rank);
    for (size_t i = 0; i < n; i++)
        own[i] = keys[order[i]];
    task_sort_order(own, n, inner, rank);
    for (size_t i = 0; i < n; i++)
        inner[i] = order[inner[i]];
    memcpy(order, inner, n * sizeof *order);
}

/* order and rank of a run from start to end, whose keys agree in the prefix. */
static void finish_run(const uint64_t *keys, uint32_t *order, uint32_t *rank, size_t start,
                       size_t end)
{
    enum { SHORT = 24 };
    if (end - start > SHORT)
        sort_apart(keys, order + start, end - start);
    else
        insertion_sort(keys, order + start, end - start);
    rank[start] = (uint32_t)start;
    for (size_t i = start + 1; i < end; i++)
        rank[i] = keys[order[i]] == keys[order[i - 1]] ? rank[i - 1] : (uint32_t)i;
}

void task_sort_order(const uint64_t *keys, size_t n, uint32_t *order, uint32_t *rank)
{
    if (n == 0)
        return;
    const struct prefix prefix = find_prefix(keys, n);
    task_auto_free uint64_t *items = task_alloc_raw(n, sizeof *items);
    task_auto_free uint64_t *scratch = task_alloc_raw(n, sizeof *scratch);
    for (size_t i = 0; i < n; i++)
        items[i] = (keys[i] - prefix.least) >> prefix.shift << 32 | i;
    const uint64_t *sorted = sort_items(items, scratch, n);
    for (size_t i = 0; i < n; i++) {
        bool is_same = i > 0 && sorted[i] >> 32 == sorted[i - 1] >> 32;
        order[i] = (uint32_t)sorted[i];
        rank[i] = is_same ? rank[i - 1] : (uint32_t)i;
    }
    /* Where nothing was cut off, equal prefixes are equal keys. */
    for (size_t start = 0, end; prefix.shift > 0 && start < n; start = end) {
        for (end = start + 1; end < n && rank[end] == rank[start];)
            end++;
        if (end - start > 1)
            finish_run(keys, order, rank, start, end);
    }
}
