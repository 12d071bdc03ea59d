#include "sdk/list.h"

#include "sdk/submission.h"

#include <stdbool.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Lists of numbers of up to four digits are read in blocks of 64 bytes: first where the
 * separators are, as bits, then the numbers between them. No branch depends on how long a
 * number is; that would be mispredicted for one number of ten, which costs more than
 * reading it. */
enum { BLOCK = 64 };

/* Bits of a block: which bytes are ';', and which are ';' or a digit. */
struct block {
    uint64_t separators;
    uint64_t valid;
};

#ifdef __SSE2__
static struct block look(const char *at)
{
    const __m128i semicolon = _mm_set1_epi8(';'), zero = _mm_set1_epi8('0');
    const __m128i nine = _mm_set1_epi8(9);
    struct block block = {0, 0};
    for (int i = 0; i < BLOCK; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + i));
        __m128i separator = _mm_cmpeq_epi8(bytes, semicolon);
        __m128i digit = _mm_sub_epi8(bytes, zero);
        __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, nine), digit);
        __m128i is_valid = _mm_or_si128(separator, is_digit);
        block.separators |= (uint64_t)(unsigned)_mm_movemask_epi8(separator) << i;
        block.valid |= (uint64_t)(unsigned)_mm_movemask_epi8(is_valid) << i;
    }
    return block;
}
#else
static struct block look(const char *at)
{
    struct block block = {0, 0};
    for (int i = 0; i < BLOCK; i++) {
        uint64_t separator = at[i] == ';';
        uint64_t is_digit = (unsigned char)(at[i] - '0') < 10;
        block.separators |= separator << i;
        block.valid |= (separator | is_digit) << i;
    }
    return block;
}
#endif

/* The up to four characters before end, as digits; the first one is in the low byte. */
static uint32_t digits_before(const char *end, size_t length)
{
    static const uint32_t digits_of[8] = {0, 0x0f000000, 0x0f0f0000, 0x0f0f0f00,
                                          0x0f0f0f0f};
    uint32_t word;
    memcpy(&word, end - sizeof word, sizeof word);
    return word & digits_of[length & 7];
}

/* Where a number begins, and whether one so far had no digit or more than four. */
struct scan {
    const char *start;
    size_t wrong;
};

/* The numbers that end in the block at `base`; list takes their digits. */
static void read_block(struct scan *scan, const char *base, uint64_t separators,
                       struct task_list *list)
{
    const char *start = scan->start;
    size_t wrong = scan->wrong;
    uint32_t *out = list->index + list->count;
    for (; separators != 0; separators &= separators - 1) {
        const char *end = base + __builtin_ctzll(separators);
        size_t length = (size_t)(end - start);
        wrong |= (length - 1) & ~(size_t)3;
        *out++ = digits_before(end, length);
        start = end + 1;
    }
    list->count = (size_t)(out - list->index);
    *scan = (struct scan){start, wrong};
}

/* Digits a b c d become their number, four at a time: 10 w + (w >> 8) has 10 a + b in the
 * low byte and 10 c + d in the third, each below 100. Rounds up to whole vectors. */
typedef uint32_t words __attribute__((vector_size(16)));

static void convert(uint32_t *digits, size_t count)
{
    for (size_t i = 0; i < count; i += 4) {
        words w;
        memcpy(&w, digits + i, sizeof w);
        w = (w << 3) + (w << 1) + (w >> 8);
        words hundreds = w & 0xff;
        w = (hundreds << 6) + (hundreds << 5) + (hundreds << 2) + (w >> 16 & 0xff);
        memcpy(digits + i, &w, sizeof w);
    }
}

/* Reads at most `limit` numbers of one to four digits. The end of the list is one more
 * separator, behind what is left in the last block. */
static bool scan_list(struct task_list *list, const char *at, const char *end, size_t limit)
{
    struct scan scan = {.start = at};
    list->count = 0;
    for (; end - at >= BLOCK; at += BLOCK) {
        const struct block block = look(at);
        if (block.valid != UINT64_MAX || list->count >= limit)
            return false;
        read_block(&scan, at, block.separators, list);
    }
    char tail[BLOCK] = {0};
    size_t left = (size_t)(end - at);
    memcpy(tail, at, left);
    const struct block block = look(tail);
    uint64_t inside = ((uint64_t)1 << left) - 1;
    if ((block.valid & inside) != inside || list->count >= limit)
        return false;
    read_block(&scan, at, (block.separators & inside) | (uint64_t)1 << left, list);
    convert(list->index, list->count);
    return scan.wrong == 0 && list->count <= limit;
}

/* As many numbers as configurations, and none of those without a mark: each is there once,
 * and nothing else. Marks of numbers beyond do no harm. */
static bool is_permutation(struct task_list *list, size_t configs)
{
    uint8_t *seen = list->seen;
    const uint32_t *index = list->index;
    memset(seen, 0, configs);
    for (size_t i = 0; i < configs; i++)
        seen[index[i]] = 1;
    return !memchr(seen, 0, configs);
}

/* A list for a tile graph is short; where it is not, the careful reader can take it. */
static bool is_clean_top(const struct task_list *list, size_t configs)
{
    enum { SHORT = 16 };
    const uint32_t *index = list->index;
    size_t count = list->count, wrong = 0;
    if (count > SHORT || (count < TASK_TOP && count != configs))
        return false;
    for (size_t i = 0; i < count; i++) {
        wrong += index[i] >= configs;
        for (size_t k = 0; k < i; k++)
            wrong += index[i] == index[k];
    }
    return wrong == 0;
}

bool task_list_quick(struct task_list *list, const char *at, const char *end,
                     const struct task_graph *graph)
{
    size_t configs = graph->configs;
    if (at == end || configs > TASK_FOUR_DIGITS || !scan_list(list, at, end, configs))
        return false;
    if (graph->rule == TASK_LIST_TOP)
        return is_clean_top(list, configs);
    return list->count == configs && is_permutation(list, configs);
}
