#include "sdk/exact.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const double ln2_high = 0x1.62e42feep-1; /* 33 bits: n * ln2_high is exact */
static const double ln2_low = 0x1.a39ef35793c76p-33;

static double from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t to_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* 2^n for -1022 <= n <= 1023. */
static double power_of_two(int n)
{
    return from_bits((uint64_t)(n + 1023) << 52);
}

/* x = n ln 2 + r with |r| <= ln 2 / 2, then Taylor's series: 14 terms leave 2e-18. */
double task_exp(double x)
{
    if (x < -708.0)
        return 0.0;
    if (x > 709.7)
        return from_bits((uint64_t)0x7ff << 52);
    int n = (int)(x * 0x1.71547652b82fep+0 + (x < 0 ? -0.5 : 0.5));
    double r = (x - n * ln2_high) - n * ln2_low;
    double sum = 1.0;
    for (int i = 14; i > 0; i--)
        sum = 1.0 + sum * r / i;
    /* Two factors, because 2^1024 is not a double. */
    return sum * power_of_two(n / 2) * power_of_two(n - n / 2);
}

/* x = 2^n m with m in [sqrt 1/2, sqrt 2); log m = 2 artanh((m - 1) / (m + 1)), whose
 * argument is at most 0.172: 11 odd terms leave 1e-17. */
double task_log(double x)
{
    uint64_t bits = to_bits(x);
    int n = (int)(bits >> 52) - 1023;
    double m = from_bits((bits & 0xfffffffffffff) | (uint64_t)1023 << 52);
    if (m > 0x1.6a09e667f3bcdp+0) {
        m *= 0.5;
        n++;
    }
    double z = (m - 1.0) / (m + 1.0), square = z * z, sum = 0.0;
    for (int i = 23; i > 0; i -= 2)
        sum = sum * square + 1.0 / i;
    return n * ln2_high + (2.0 * z * sum + n * ln2_low);
}

/* pi / 2 in three parts, the first two of 33 bits: n times them is exact for |n| < 2^20. */
static const double half_pi_high = 0x1.921fb544p+0;
static const double half_pi_middle = 0x1.0b4611a6p-34;
static const double half_pi_low = 0x1.3198a2e037073p-69;

/* Taylor's series on |r| <= pi / 4, the first factor r or 1: what is left out is below
 * 5e-17. */
static double sine_series(double r, bool is_cosine)
{
    double square = r * r, sum = 1.0;
    for (int i = 16 - is_cosine; i > 0; i -= 2)
        sum = 1.0 - sum * square / (i * (i + 1));
    return is_cosine ? sum : r * sum;
}

/* x = n pi / 2 + r; the quarter that n is in says sine or cosine, plus or minus. */
double task_sin(double x)
{
    int n = (int)(x * 0x1.45f306dc9c883p-1 + (x < 0 ? -0.5 : 0.5));
    double r = ((x - n * half_pi_high) - n * half_pi_middle) - n * half_pi_low;
    double value = sine_series(r, (n & 1) != 0);
    return (n & 2) != 0 ? -value : value;
}
