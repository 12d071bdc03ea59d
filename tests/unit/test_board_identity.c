#include "identity.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(board_identity, .timeout = 20);

/* "abc" and "" are FIPS 180-4's own examples. */
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
