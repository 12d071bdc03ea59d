#include "random.h"

static uint64_t split_mix(uint64_t *state)
{
    uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

void board__random_init(struct board__random *random, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        random->state[i] = split_mix(&seed);
}

static uint64_t rotate(uint64_t word, int bits)
{
    return word << bits | word >> (64 - bits);
}

uint64_t board__random_next(struct board__random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

/* The upper 32 bits are multiplied; a lower half of the product below 2^32 mod bound would
 * favour some numbers, and is drawn again. */
uint32_t board__random_below(struct board__random *random, uint32_t bound)
{
    uint32_t least = -bound % bound;
    uint64_t product = 0;
    do {
        product = (board__random_next(random) >> 32) * bound;
    } while ((uint32_t)product < least);
    return (uint32_t)(product >> 32);
}
