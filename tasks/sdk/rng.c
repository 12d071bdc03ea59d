#include "sdk/rng.h"

#include "sdk/buf.h"
#include "sdk/exact.h"
#include "sdk/sha256.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void task_rng_init(struct task_rng *rng, const struct task_stream *stream)
{
    const char *words[] = {stream->seed, stream->task, stream->version, stream->split,
                           stream->purpose};
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        task_buf_append(&text, words[i], strlen(words[i]) + 1);
    task_buf_printf(&text, "%llu", (unsigned long long)stream->index);
    uint8_t digest[TASK_SHA256_BYTES];
    task_sha256(text.data, text.length, digest);
    *rng = (struct task_rng){0};
    for (int i = 0; i < TASK_SHA256_BYTES; i++)
        rng->state[i / 8] |= (uint64_t)digest[i] << (8 * (i % 8));
}

static uint64_t rotate(uint64_t x, int n)
{
    return x << n | x >> (64 - n);
}

/* xoshiro256** 1.0, prng.di.unimi.it. The all-zero state cannot come out of SHA-256 in
 * practice. */
uint64_t task_rng_next(struct task_rng *rng)
{
    uint64_t *s = rng->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

double task_rng_uniform(struct task_rng *rng)
{
    return (double)(task_rng_next(rng) >> 11) * 0x1p-53;
}

double task_rng_range(struct task_rng *rng, double low, double high)
{
    return low + (high - low) * task_rng_uniform(rng);
}

/* Lemire 2019: the product's high half, redrawn where the low half would bias it. */
uint64_t task_rng_below(struct task_rng *rng, uint64_t bound)
{
    unsigned __int128 product = (unsigned __int128)task_rng_next(rng) * bound;
    if ((uint64_t)product < bound) {
        uint64_t threshold = -bound % bound;
        while ((uint64_t)product < threshold)
            product = (unsigned __int128)task_rng_next(rng) * bound;
    }
    return (uint64_t)(product >> 64);
}

int64_t task_rng_between(struct task_rng *rng, int64_t low, int64_t high)
{
    uint64_t width = (uint64_t)high - (uint64_t)low + 1;
    uint64_t offset = width ? task_rng_below(rng, width) : task_rng_next(rng);
    return (int64_t)((uint64_t)low + offset);
}

bool task_rng_chance(struct task_rng *rng, double probability)
{
    return task_rng_uniform(rng) < probability;
}

/* Marsaglia's polar method: log and sqrt only. sqrt is exact by IEEE 754. */
double task_rng_normal(struct task_rng *rng)
{
    if (rng->has_spare) {
        rng->has_spare = false;
        return rng->spare;
    }
    double u, v, s;
    do {
        u = 2.0 * task_rng_uniform(rng) - 1.0;
        v = 2.0 * task_rng_uniform(rng) - 1.0;
        s = u * u + v * v;
    } while (s >= 1.0 || s == 0.0);
    double factor = sqrt(-2.0 * task_log(s) / s);
    rng->spare = v * factor;
    rng->has_spare = true;
    return u * factor;
}

void task_rng_shuffle(struct task_rng *rng, void *base, size_t count, size_t size)
{
    unsigned char *bytes = base;
    task_auto_free unsigned char *held = task_alloc(1, size);
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)task_rng_below(rng, i);
        memcpy(held, bytes + j * size, size);
        memmove(bytes + j * size, bytes + (i - 1) * size, size);
        memcpy(bytes + (i - 1) * size, held, size);
    }
}

void task_rng_permutation(struct task_rng *rng, uint32_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    task_rng_shuffle(rng, order, count, sizeof *order);
}

void task_rng_name(struct task_rng *rng, char name[33])
{
    static const char digits[] = "0123456789abcdef";
    uint64_t bits = 0;
    for (int i = 0; i < 32; i++) {
        if (i % 16 == 0)
            bits = task_rng_next(rng);
        name[i] = digits[bits & 15];
        bits >>= 4;
    }
    name[32] = '\0';
}
