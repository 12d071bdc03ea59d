#include "sha256.h"

#include <string.h>

enum { BLOCK_BYTES = 64, LENGTH_BYTES = 8, ROUNDS = 64 };

/* First 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t constants[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
    0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
    0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2,
};

static uint32_t turned(uint32_t word, unsigned bits)
{
    return word >> bits | word << (32 - bits);
}

static void expand(const uint8_t block[BLOCK_BYTES], uint32_t words[ROUNDS])
{
    for (size_t i = 0; i < 16; i++)
        words[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
                   (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (size_t i = 16; i < ROUNDS; i++) {
        uint32_t early = words[i - 15];
        uint32_t late = words[i - 2];
        words[i] = words[i - 16] + (turned(early, 7) ^ turned(early, 18) ^ early >> 3) +
                   words[i - 7] + (turned(late, 17) ^ turned(late, 19) ^ late >> 10);
    }
}

static void mix(uint32_t state[8], const uint8_t block[BLOCK_BYTES])
{
    uint32_t words[ROUNDS];
    uint32_t s[8];
    expand(block, words);
    memcpy(s, state, sizeof s);
    for (size_t i = 0; i < ROUNDS; i++) {
        uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
        uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        uint32_t low = turned(s[4], 6) ^ turned(s[4], 11) ^ turned(s[4], 25);
        uint32_t high = turned(s[0], 2) ^ turned(s[0], 13) ^ turned(s[0], 22);
        uint32_t one = s[7] + low + choice + constants[i] + words[i];
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += one;
        s[0] = one + high + majority;
    }
    for (size_t i = 0; i < 8; i++)
        state[i] += s[i];
}

/* The last bytes, a one bit, zeros, and the length in bits: one block or two. */
static void mix_end(uint32_t state[8], const uint8_t *rest, size_t count, uint64_t length)
{
    uint8_t blocks[2 * BLOCK_BYTES] = {0};
    size_t end = count < BLOCK_BYTES - LENGTH_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES;
    if (count > 0)
        memcpy(blocks, rest, count);
    blocks[count] = 0x80;
    for (size_t i = 0; i < LENGTH_BYTES; i++)
        blocks[end - 1 - i] = (uint8_t)(length * 8 >> 8 * i);
    for (size_t at = 0; at < end; at += BLOCK_BYTES)
        mix(state, blocks + at);
}

void board__sha256(const void *bytes, size_t length, uint8_t digest[BOARD__SHA256_BYTES])
{
    /* First 32 bits of the fractional parts of the square roots of the first 8 primes. */
    uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    const uint8_t *in = bytes;
    size_t whole = length - length % BLOCK_BYTES;
    for (size_t at = 0; at < whole; at += BLOCK_BYTES)
        mix(state, in + at);
    mix_end(state, in + whole, length - whole, length);
    for (size_t i = 0; i < BOARD__SHA256_BYTES; i++)
        digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}
