#include "sdk/inversion.h"

#include <stdbool.h>
#include <string.h>

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
 * first passes all that are left in the left half. */
static uint64_t merge(const uint32_t *from, size_t middle, size_t n, uint32_t *to)
{
    const uint32_t *left = from, *left_end = from + middle;
    const uint32_t *right = left_end, *right_end = from + n;
    uint64_t passed = 0;
    while (left < left_end && right < right_end) {
        size_t is_right = *right < *left;
        *to++ = is_right ? *right : *left;
        passed += (uint64_t)(left_end - left) & -(uint64_t)is_right;
        right += is_right;
        left += 1 - is_right;
    }
    memcpy(to, left, (size_t)(left_end - left) * sizeof *to);
    to += left_end - left;
    memcpy(to, right, (size_t)(right_end - right) * sizeof *to);
    return passed;
}

/* The same for halves of one size, from both ends at once. Each step waits for the one
 * before it, so two independent chains take half the time; and as each side takes exactly
 * width elements, neither can run out of a half, and no branch depends on the data. At the
 * top end, an element of the right half was passed by what the left half already gave. */
static uint64_t merge_even(const uint32_t *from, size_t width, uint32_t *to)
{
    const uint32_t *left = from, *left_end = from + width;
    const uint32_t *right = left_end;
    const uint32_t *left_top = left_end - 1, *right_top = left_end + width - 1;
    uint32_t *top = to + 2 * width - 1;
    uint64_t passed = 0;
    for (size_t i = 0; i < width; i++) {
        uint32_t a = *left, b = *right, c = *left_top, d = *right_top;
        size_t is_right = b<a, is_left = c> d;
        *to++ = is_right ? b : a;
        *top-- = is_left ? c : d;
        passed += (uint64_t)(left_end - left) & -(uint64_t)is_right;
        passed += (uint64_t)(left_end - 1 - left_top) & -(uint64_t)(1 - is_left);
        right += is_right;
        left += 1 - is_right;
        left_top -= is_left;
        right_top -= 1 - is_left;
    }
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
        size_t i = 0;
        for (; n - i >= 2 * width; i += 2 * width)
            count += merge_even(from + i, width, to + i);
        if (i < n)
            count += merge(from + i, n - i < width ? n - i : width, n - i, to + i);
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != values)
        memcpy(values, from, n * sizeof *values);
    return count;
}

/* Places are bits of 16 words. An element finds the earlier ones above it: bits in the
 * word of its place, and `above`, the numbers of bits in all higher words, kept up to date
 * as one vector of 16 lanes. */
enum { WORDS = TASK_SMALL / 64 };
typedef uint16_t lanes __attribute__((vector_size(WORDS * sizeof(uint16_t))));

/* below[w]: ones in the lanes before w. */
static const uint16_t below[WORDS][WORDS] __attribute__((aligned(32))) = {
    {0},
    {1},
    {1, 1},
    {1, 1, 1},
    {1, 1, 1, 1},
    {1, 1, 1, 1, 1},
    {1, 1, 1, 1, 1, 1},
    {1, 1, 1, 1, 1, 1, 1},
    {1, 1, 1, 1, 1, 1, 1, 1},
    {1, 1, 1, 1, 1, 1, 1, 1, 1},
    {1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
    {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
    {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
    {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
    {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
    {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
};

struct task_slot task_slot_of(size_t place, size_t end)
{
    return (struct task_slot){(uint8_t)(place / 64), (uint8_t)(place % 64),
                              (uint8_t)(end / 64), (uint8_t)(end % 64)};
}

static inline __attribute__((always_inline)) uint64_t
count_small(const struct task_slot *slots, const uint32_t *order, size_t n)
{
    uint64_t bits[WORDS + 1] = {0}, count = 0; /* one more: nothing is above the last */
    lanes above = {0};
    uint16_t shown[2 * WORDS] __attribute__((aligned(32))) = {0};
    for (size_t i = 0; i < n; i++) {
        const struct task_slot *slot = &slots[order[i]];
        lanes step;
        memcpy(shown, &above, sizeof above);
        count += shown[slot->end_word] +
                 (unsigned)__builtin_popcountll(bits[slot->end_word] >> slot->end_bit);
        bits[slot->word] |= (uint64_t)1 << slot->bit;
        memcpy(&step, below[slot->word], sizeof step);
        above += step;
    }
    return count;
}

#ifdef __x86_64__
/* The loop is a third faster with these instructions, which not every machine has. */
__attribute__((target("avx2,bmi,bmi2,popcnt"))) static uint64_t
count_small_v3(const struct task_slot *slots, const uint32_t *order, size_t n)
{
    return count_small(slots, order, n);
}

uint64_t task_count_small(const struct task_slot *slots, const uint32_t *order, size_t n)
{
    bool has_v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                  __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
    return has_v3 ? count_small_v3(slots, order, n) : count_small(slots, order, n);
}
#else
uint64_t task_count_small(const struct task_slot *slots, const uint32_t *order, size_t n)
{
    return count_small(slots, order, n);
}
#endif
