#include "identity.h"
#include "sha256.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(board_identity, .timeout = 20);

/* FIPS 180-4's own examples (csrc.nist.gov, "SHA-256"), of 0, 3, 56 and a million bytes;
 * and lengths around the padding, by sha256sum. */
static const struct {
    size_t repeats;
    const char *text;
    const char *digest;
} examples[] = {
    {1, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {1, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {1, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {1000000, "a", "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    {55, "a", "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
    {63, "a", "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"},
    {64, "a", "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
    {65, "a", "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0"},
};

Test(board_identity, digests_are_those_of_the_standard)
{
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        size_t length = strlen(examples[i].text);
        size_t total = length * examples[i].repeats;
        char *bytes = calloc(total + 1, 1);
        cr_assert_not_null(bytes);
        for (size_t at = 0; at < total; at += length)
            memcpy(bytes + at, examples[i].text, length);
        uint8_t digest[BOARD__SHA256_BYTES];
        char shown[2 * BOARD__SHA256_BYTES + 1];
        board__sha256(bytes, total, digest);
        for (size_t k = 0; k < BOARD__SHA256_BYTES; k++)
            (void)snprintf(shown + 2 * k, 3, "%02x", digest[k]);
        cr_expect_str_eq(shown, examples[i].digest, "example %zu", i);
        free(bytes);
    }
}

Test(board_identity, team_has_the_start_of_its_name_s_digest)
{
    char *id = board__team_id("abc");
    cr_expect_str_eq(id, "ba7816bf8f01cfea414140de5dae2223");
    cr_expect_eq(board__team_number("abc"), UINT64_C(0xba7816bf8f01c));
    free(id);
    id = board__team_id(NULL);
    cr_expect_str_eq(id, "e3b0c44298fc1c149afbf4c8996fb924");
    free(id);
}

/* The marks are the first 8 digits of `printf 'TASK\0CASE\0' | sha256sum`. */
static const struct {
    const char *task, *case_id, *id;
} columns[] = {
    {"tile", "tile-sim", "tile.tile-sim"},
    {"t", "0123456789012345678901234567890123", "t.0123456789012345678901234567890123"},
    {"t", "01234567890123456789012345678901234", "t.0123456789012345678901234-5051c36a"},
    {"tile", "xla:conv", "tile.xla_conv-e1ce6203"},
    {"tile", "xla_conv", "tile.xla_conv"},
    {"a.b", "c", "a_b.c-a222eed1"},
    {"-a", "c", "_a.c-0ecff68c"},
    {"t", "name ÿ", "t.name___-a055f884"},
};

Test(board_identity, column_has_an_id_that_clics_takes)
{
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        char *id = board__column_id(columns[i].task, columns[i].case_id);
        cr_expect_str_eq(id, columns[i].id);
        cr_expect_leq(strlen(id), 36);
        free(id);
    }
}

Test(board_identity, texts_of_an_event_do_not_run_into_each_other)
{
    char *one = board__event_id((const char *const[]){"ab", "c"}, 2);
    char *other = board__event_id((const char *const[]){"a", "bc"}, 2);
    char *none = board__event_id((const char *const[]){NULL}, 1);
    cr_expect_str_neq(one, other);
    cr_expect_str_eq(one, "629c2f14f654f026086f2aefe1855533");
    cr_expect_str_eq(none, "6e340b9cffb37a989ca544e6bb780a2c"); /* SHA-256 of one NUL */
    free(one);
    free(other);
    free(none);
}
