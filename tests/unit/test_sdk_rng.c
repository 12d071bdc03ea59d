/* Seeded numbers: published test vectors, and laws that a broken generator would miss. */
#include "sdk/exact.h"
#include "sdk/rng.h"
#include "sdk/sha256.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(sdk_rng, .timeout = 20);

static const struct task_stream stream = {"00", "test", "1", "public", "numbers", 7};

/* FIPS 180-4 examples and the million letters of NIST's CAVP. */
Test(sdk_rng, hashes_the_published_vectors)
{
    static char million[1000000];
    memset(million, 'a', sizeof million);
    const struct {
        const char *text;
        size_t length;
        const char *hex;
    } cases[] = {
        {"", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {million, sizeof million,
         "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t digest[TASK_SHA256_BYTES];
        char hex[65];
        task_sha256(cases[i].text, cases[i].length, digest);
        for (int k = 0; k < TASK_SHA256_BYTES; k++)
            cr_assert_eq(snprintf(hex + 2 * k, 3, "%02x", digest[k]), 2);
        cr_expect_str_eq(hex, cases[i].hex);
    }
}

/* The authors' C program with the state 1, 2, 3, 4. */
Test(sdk_rng, is_xoshiro256_star_star)
{
    struct task_rng rng = {.state = {1, 2, 3, 4}};
    static const uint64_t expected[] = {11520, 0, 1509978240, 1215971899390074240};
    for (size_t i = 0; i < 4; i++)
        cr_expect_eq(task_rng_next(&rng), expected[i]);
}

/* python3 -c "import hashlib; print(hashlib.sha256(b'00\0test\0' b'1\0public\0numbers\0'
 * b'7') .digest()[:8][::-1].hex())" */
Test(sdk_rng, is_seeded_by_the_digest_of_its_stream)
{
    struct task_rng rng;
    task_rng_init(&rng, &stream);
    cr_expect_eq(rng.state[0], 0x8295adc62ac75eb9);
    struct task_stream other = stream;
    other.task = "tes";
    other.version = "t1";
    struct task_rng moved;
    task_rng_init(&moved, &other);
    cr_expect_neq(moved.state[0], rng.state[0], "words run into each other");
}

Test(sdk_rng, draws_whole_numbers_evenly_within_bounds)
{
    struct task_rng rng;
    task_rng_init(&rng, &stream);
    int counts[6] = {0};
    for (int i = 0; i < 60000; i++) {
        int64_t face = task_rng_between(&rng, -2, 3);
        cr_assert(face >= -2 && face <= 3);
        counts[face + 2]++;
    }
    /* Chi-squared with 5 degrees of freedom is below 20.5 in 999 of 1000 streams. */
    double chi = 0;
    for (int i = 0; i < 6; i++)
        chi += (counts[i] - 10000.) * (counts[i] - 10000.) / 10000.;
    cr_expect_lt(chi, 20.5, "chi-squared is %.1f", chi);
    cr_expect_eq(task_rng_below(&rng, 1), 0);
    for (int i = 0; i < 100; i++)
        cr_expect_lt(task_rng_below(&rng, (1ULL << 63) + 1), (1ULL << 63) + 1);
    cr_expect_eq(task_rng_between(&rng, INT64_MAX, INT64_MAX), INT64_MAX);
    (void)task_rng_between(&rng, INT64_MIN, INT64_MAX);
}

Test(sdk_rng, draws_normal_numbers)
{
    struct task_rng rng;
    task_rng_init(&rng, &stream);
    enum { N = 200000 };
    double sum = 0, squares = 0;
    int beyond = 0;
    for (int i = 0; i < N; i++) {
        double x = task_rng_normal(&rng);
        sum += x;
        squares += x * x;
        beyond += fabs(x) > 1.959963985;
    }
    cr_expect_lt(fabs(sum / N), .01);
    cr_expect_lt(fabs(squares / N - 1), .02);
    cr_expect_lt(fabs(beyond / (double)N - .05), .003);
}

Test(sdk_rng, shuffles_into_every_order)
{
    struct task_rng rng;
    task_rng_init(&rng, &stream);
    int counts[6] = {0};
    for (int i = 0; i < 12000; i++) {
        uint32_t order[3];
        task_rng_permutation(&rng, order, 3);
        cr_assert_eq(order[0] + order[1] + order[2], 3);
        counts[order[0] * 2 + (order[1] > order[2])]++;
    }
    for (int i = 0; i < 6; i++)
        cr_expect(abs(counts[i] - 2000) < 200, "order %d came %d times", i, counts[i]);
}

Test(sdk_rng, makes_names_of_32_hex_digits)
{
    struct task_rng rng;
    char a[33], b[33];
    task_rng_init(&rng, &stream);
    task_rng_name(&rng, a);
    task_rng_name(&rng, b);
    cr_expect_eq(strlen(a), 32);
    cr_expect_eq(strspn(a, "0123456789abcdef"), 32);
    cr_expect_str_neq(a, b);
}

/* glibc's exp and log are within one unit in the last place. */
Test(sdk_rng, has_exp_and_log_of_its_own)
{
    double worst_exp = 0, worst_log = 0;
    for (double x = -700; x < 700; x += .0937) {
        double error = fabs(task_exp(x) / exp(x) - 1);
        worst_exp = error > worst_exp ? error : worst_exp;
    }
    for (double x = 1e-300; x < 1e300; x *= 1.37) {
        double error = fabs(task_log(x) - log(x)) / fmax(fabs(log(x)), 1e-3);
        worst_log = error > worst_log ? error : worst_log;
    }
    for (double x = .5; x < 2; x += .00037) {
        double error = fabs(task_log(x) - log(x)) / fmax(fabs(log(x)), 1e-3);
        worst_log = error > worst_log ? error : worst_log;
    }
    cr_expect_lt(worst_exp, 2e-15, "exp is off by %g", worst_exp);
    cr_expect_lt(worst_log, 2e-15, "log is off by %g", worst_log);
    cr_expect_eq(task_exp(0), 1);
    cr_expect_eq(task_log(1), 0);
    cr_expect_eq(task_exp(-1000), 0);
    cr_expect(isinf(task_exp(1000)));
}
