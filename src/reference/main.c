/* podium's reference workload: a fixed amount of work, whose sum engine/reference.c knows.
 *
 * usage: _reference
 * About 30 ms of three kinds in equal parts, because what slows a processor down does not
 * slow all work alike. The worst of it is the other thread of the core, which a virtual
 * machine cannot even see: it takes from work that keeps the core's units busy, and hardly
 * from a chain in which each step waits for the one before. So two of the kinds are busy,
 * as entries mostly are: reads that do not depend on each other, and products of matrices;
 * the third is such a chain. Everything fits the first cache: how long the pages of more
 * take to come is noise of its own. Whatever is changed here makes old ratios worthless,
 * hence the version in the output.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

enum {
    READS = 4000000,
    PRODUCTS = 150,
    SIDE = 64,
    STEPS = 1000000,
    WORDS = 1 << 12, /* 32 KiB */
};

static uint64_t table[WORDS];

static void fill(void)
{
    for (uint64_t i = 0; i < WORDS; i++)
        table[i] = i * UINT64_C(0x9e3779b97f4a7c15);
}

/* Three words at a time whose places are known long before; Knuth's MMIX generator. */
static uint64_t read_words(void)
{
    uint64_t state = 1, sum = 0;
    fill();
    for (int i = 0; i < READS; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        sum += table[state >> 52] + table[(state >> 40) & (WORDS - 1)] +
               table[(state >> 28) & (WORDS - 1)];
        table[(state >> 16) & (WORDS - 1)] = sum;
    }
    return sum;
}

/* All numbers are whole and below 2^24, so that no order of additions changes them. */
static float a[SIDE][SIDE], b[SIDE][SIDE], c[SIDE][SIDE];

static void fill_matrices(int n)
{
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            a[i][j] = (float)((i * j + n) % 7);
            b[i][j] = (float)((i + j) % 5);
            c[i][j] = 0;
        }
    }
}

static uint64_t multiply(void)
{
    uint64_t sum = 0;
    for (int n = 0; n < PRODUCTS; n++) {
        fill_matrices(n);
        for (int place = 0; place < SIDE * SIDE; place++) {
            int i = place / SIDE, k = place % SIDE;
            for (int j = 0; j < SIDE; j++)
                c[i][j] += a[i][k] * b[k][j];
        }
        sum = sum * 31 + (uint64_t)c[n % SIDE][n / SIDE % SIDE];
    }
    return sum;
}

/* Each address hangs on the word before, and half of the steps write. Marsaglia, Xorshift
 * RNGs, 2003: 13, 7, 17. */
static uint64_t walk(void)
{
    uint64_t state = UINT64_C(88172645463325252), sum = 0;
    fill();
    for (int i = 0; i < STEPS; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        sum = (sum ^ table[(state + sum) & (WORDS - 1)]) * UINT64_C(0xff51afd7ed558ccd);
        if (sum >> 63)
            table[state & (WORDS - 1)] += sum;
    }
    return sum;
}

int main(void)
{
    uint64_t sum = read_words() ^ multiply() ^ walk();
    return printf("podium reference 1: %016" PRIx64 "\n", sum) < 0;
}
