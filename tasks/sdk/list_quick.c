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
#define INLINE inline __attribute__((always_inline))

/* Bits of a block: which bytes are ';', and which are ';' or a digit. */
struct block {
    uint64_t separators;
    uint64_t valid;
};

#ifdef __SSE2__
static INLINE void look_at_16(const char *at, int shift, struct block *block)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i separator = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(';'));
    __m128i digit = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
    __m128i is_valid = _mm_or_si128(separator, is_digit);
    block->separators |= (uint64_t)(unsigned)_mm_movemask_epi8(separator) << shift;
    block->valid |= (uint64_t)(unsigned)_mm_movemask_epi8(is_valid) << shift;
}

static INLINE struct block look(const char *at)
{
    struct block block = {0, 0};
    look_at_16(at, 0, &block);
    look_at_16(at + 16, 16, &block);
    look_at_16(at + 32, 32, &block);
    look_at_16(at + 48, 48, &block);
    return block;
}
#else
static INLINE struct block look(const char *at)
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

/* Where the list is: the separators of the block before, and where the number that is being
 * read begins, counted from the block. */
struct scan {
    uint64_t before;
    int64_t start;
};

/* Whether every number that ends in the block has one to four digits, and none runs on for
 * five: a separator, none right after it, and one in any five bytes. */
static INLINE bool has_good_lengths(uint64_t before, uint64_t separators, uint64_t inside)
{
    uint64_t after = separators << 1 | before >> 63, near = separators | after;
    if ((separators & after) != 0)
        return false;
    uint64_t near_before = before | before << 1;
    uint64_t in_four = near | near << 2 | near_before >> 62;
    uint64_t in_five = in_four | separators << 4 | before >> 60;
    return (in_five & inside) == inside;
}

/* The numbers that end in the block at `base`, as digits: the first one in the low byte. */
static INLINE void read_block(struct scan *scan, const char *base, uint64_t separators,
                              struct task_list *list)
{
    static const uint32_t digits_of[8] = {0, 0x0f000000, 0x0f0f0000, 0x0f0f0f00,
                                          0x0f0f0f0f};
    int64_t start = scan->start;
    uint32_t *out = list->index + list->count;
    for (; separators != 0; separators &= separators - 1) {
        int64_t end = __builtin_ctzll(separators);
        uint32_t word;
        memcpy(&word, base + end - (int64_t)sizeof word, sizeof word);
        *out++ = word & digits_of[end - start];
        start = end + 1;
    }
    list->count = (size_t)(out - list->index);
    scan->start = start;
}

/* Digits a b c d become their number, some at a time: 10 w + (w >> 8) has 10 a + b in the
 * low byte and 10 c + d in the third, each below 100. Rounds up to whole vectors. */
enum { LANES = 8 };
typedef uint32_t words __attribute__((vector_size(LANES * sizeof(uint32_t))));

static INLINE void convert(uint32_t *digits, size_t count)
{
    for (size_t i = 0; i < count; i += LANES) {
        words w;
        memcpy(&w, digits + i, sizeof w);
        w = (w << 3) + (w << 1) + (w >> 8);
        words hundreds = w & 0xff;
        w = (hundreds << 6) + (hundreds << 5) + (hundreds << 2) + (w >> 16 & 0xff);
        memcpy(digits + i, &w, sizeof w);
    }
}

/* One block, of which `inside` is list; a last separator may stand behind it. */
static INLINE bool scan_block(struct scan *scan, const char *base, const char *bytes,
                              uint64_t inside, struct task_list *list)
{
    const struct block block = look(bytes);
    uint64_t end = inside + 1; /* 0 where the block is full */
    uint64_t separators = (block.separators & inside) | end;
    if ((block.valid & inside) != inside ||
        !has_good_lengths(scan->before, separators, inside | end))
        return false;
    read_block(scan, base, separators, list);
    scan->before = separators;
    scan->start -= BLOCK;
    return true;
}

/* Reads at most `limit` numbers of one to four digits. The end of the list is one more
 * separator, behind what is left in the last block; up to text_end that block is read in
 * place. */
static INLINE bool scan_list(struct task_list *list, const char *at, const char *end,
                             const char *text_end, size_t limit)
{
    struct scan scan = {.before = (uint64_t)1 << 63};
    list->count = 0;
    for (; end - at >= BLOCK; at += BLOCK) {
        if (list->count >= limit || !scan_block(&scan, at, at, UINT64_MAX, list))
            return false;
    }
    char tail[BLOCK];
    size_t left = (size_t)(end - at);
    const char *bytes = at;
    if (text_end - at < BLOCK) {
        memset(tail, 0, sizeof tail);
        bytes = memcpy(tail, at, left);
    }
    if (list->count >= limit ||
        !scan_block(&scan, at, bytes, ((uint64_t)1 << left) - 1, list))
        return false;
    convert(list->index, list->count);
    return list->count <= limit;
}

/* As many numbers as configurations, and none of those without a mark: each is there once,
 * and nothing else. Marks of numbers beyond do no harm. */
static INLINE bool is_permutation(struct task_list *list, size_t configs)
{
    uint8_t *seen = list->seen;
    const uint32_t *index = list->index;
    memset(seen, 0, configs);
    size_t i = 0;
    for (; i + 4 <= configs; i += 4)
        seen[index[i]] = seen[index[i + 1]] = seen[index[i + 2]] = seen[index[i + 3]] = 1;
    for (; i < configs; i++)
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

static INLINE bool read_list(struct task_list *list, const char *at, const char *end,
                             const char *text_end, const struct task_graph *graph)
{
    size_t configs = graph->configs;
    if (at == end || configs > TASK_FOUR_DIGITS ||
        !scan_list(list, at, end, text_end, configs))
        return false;
    if (graph->rule == TASK_LIST_TOP)
        return is_clean_top(list, configs);
    return list->count == configs && is_permutation(list, configs);
}

#ifdef __x86_64__
/* The same with the instructions of newer machines: a tenth faster. */
__attribute__((target("avx2,bmi,bmi2"))) static bool
read_list_v3(struct task_list *list, const char *at, const char *end, const char *text_end,
             const struct task_graph *graph)
{
    return read_list(list, at, end, text_end, graph);
}

bool task_list_quick(struct task_list *list, const char *at, const char *end,
                     const char *text_end, const struct task_graph *graph)
{
    bool has_v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                  __builtin_cpu_supports("bmi2");
    return has_v3 ? read_list_v3(list, at, end, text_end, graph)
                  : read_list(list, at, end, text_end, graph);
}
#else
bool task_list_quick(struct task_list *list, const char *at, const char *end,
                     const char *text_end, const struct task_graph *graph)
{
    return read_list(list, at, end, text_end, graph);
}
#endif
