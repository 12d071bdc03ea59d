#include "sdk/sort.h"

#include <stdbool.h>
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

enum { DIGITS = 8, BUCKETS = 256 };

static void count_digits(const struct task_pair *pairs, size_t n,
                         uint32_t counts[DIGITS][BUCKETS])
{
    memset(counts, 0, sizeof(uint32_t[DIGITS][BUCKETS]));
    for (size_t i = 0; i < n; i++) {
        uint64_t key = pairs[i].key;
        for (int d = 0; d < DIGITS; d++)
            counts[d][key >> (8 * d) & 255]++;
    }
}

static void scatter(const struct task_pair *from, struct task_pair *to, size_t n, int digit,
                    const uint32_t *counts)
{
    uint32_t starts[BUCKETS], sum = 0;
    for (int b = 0; b < BUCKETS; b++) {
        starts[b] = sum;
        sum += counts[b];
    }
    for (size_t i = 0; i < n; i++)
        to[starts[from[i].key >> (8 * digit) & 255]++] = from[i];
}

void task_pairs_sort(struct task_pair *pairs, struct task_pair *scratch, size_t n)
{
    uint32_t counts[DIGITS][BUCKETS];
    count_digits(pairs, n, counts);
    struct task_pair *from = pairs, *to = scratch;
    for (int d = 0; d < DIGITS && n > 0; d++) {
        if (counts[d][from[0].key >> (8 * d) & 255] == n)
            continue;
        scatter(from, to, n, d, counts[d]);
        struct task_pair *swap = from;
        from = to;
        to = swap;
    }
    if (from != pairs)
        memcpy(pairs, from, n * sizeof *pairs);
}

/* Insertion sort of a short run; every step of an element is one inversion. */
static uint64_t sort_run(uint32_t *values, size_t n)
{
    uint64_t moved = 0;
    for (size_t i = 1; i < n; i++) {
        uint32_t value = values[i];
        size_t j = i;
        for (; j > 0 && values[j - 1] > value; j--)
            values[j] = values[j - 1];
        values[j] = value;
        moved += i - j;
    }
    return moved;
}

/* Merges from[0 .. middle) and from[middle .. n). An element of the right half that goes
 * first passes all that are left in the left half. No branch depends on the data: it would
 * be mispredicted every second time. */
static uint64_t merge(const uint32_t *from, size_t middle, size_t n, uint32_t *to)
{
    const uint32_t *left = from, *left_end = from + middle;
    const uint32_t *right = left_end, *right_end = from + n;
    uint64_t passed = 0;
    while (left < left_end && right < right_end) {
        uint32_t a = *left, b = *right;
        size_t is_right = b < a;
        *to++ = is_right ? b : a;
        passed += (uint64_t)(left_end - left) & -(uint64_t)is_right;
        right += is_right;
        left += 1 - is_right;
    }
    memcpy(to, left, (size_t)(left_end - left) * sizeof *to);
    to += left_end - left;
    memcpy(to, right, (size_t)(right_end - right) * sizeof *to);
    return passed;
}

uint64_t task_count_inversions(uint32_t *values, uint32_t *scratch, size_t n)
{
    enum { RUN = 8 };
    uint64_t count = 0;
    for (size_t i = 0; i < n; i += RUN)
        count += sort_run(values + i, n - i < RUN ? n - i : RUN);
    uint32_t *from = values, *to = scratch;
    for (size_t width = RUN; width < n; width *= 2) {
        for (size_t i = 0; i < n; i += 2 * width) {
            size_t size = n - i < 2 * width ? n - i : 2 * width;
            count += merge(from + i, size < width ? size : width, size, to + i);
        }
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != values)
        memcpy(values, from, n * sizeof *values);
    return count;
}
