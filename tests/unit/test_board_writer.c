#include "writer.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

TestSuite(board_writer, .timeout = 60);

/* What jansson writes, with the newline that ends a document. */
static char *expected_text(json_t *value)
{
    char *text = json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    cr_assert_not_null(text);
    size_t length = strlen(text);
    char *whole = malloc(length + 2);
    cr_assert_not_null(whole);
    memcpy(whole, text, length);
    memcpy(whole + length, "\n", 2);
    free(text);
    json_decref(value);
    return whole;
}

static void is_same(struct board__writer *writer, json_t *value)
{
    char *text = board__writer_take(writer);
    char *expected = expected_text(value);
    cr_assert_str_eq(text, expected);
    free(expected);
    free(text);
}

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static void add_real(struct board__writer *writer, json_t *array, double value)
{
    board__write_real(writer, NULL, value);
    cr_assert_eq(json_array_append_new(array, json_real(value)), 0);
}

Test(board_writer, a_real_of_any_bits_is_written_as_jansson_writes_it)
{
    static const double odd[] = {
        0.0,  -0.0,  1.0,    -1.0,   0.1,  1e15,   1e16,
        1e17, 1e20,  1e100,  1e-4,   1e-5, 1.5e-7, 5e-324,
        0.5,  1e308, -1e-10, 1234.5, 1e22, 1e10,   123456789012345678.0};
    struct board__writer writer = {.text = NULL};
    json_t *array = json_array();
    uint64_t state = 1;
    board__open_array(&writer, NULL);
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
        add_real(&writer, array, odd[i]);
    for (int i = 0; i < 100000; i++) {
        uint64_t bits = next_random(&state);
        double value = 0;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            add_real(&writer, array, value);
        add_real(&writer, array, (double)(bits >> 40) / 1000);
        add_real(&writer, array, (double)(bits >> 11) / 9007199254740992.0);
    }
    board__close_array(&writer);
    is_same(&writer, array);
}

Test(board_writer, a_text_with_every_ascii_character_and_beyond_is_escaped_as_by_jansson)
{
    char all[130] = "";
    for (int i = 1; i < 128; i++)
        all[i - 1] = (char)i;
    static const char beyond[] =
        "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x8f\x86 \xe2\x80\xa8 </script>";
    struct board__writer writer = {.text = NULL};
    board__open_object(&writer, NULL);
    board__write_string(&writer, "all", all);
    board__write_string(&writer, "beyond", beyond);
    board__write_string(&writer, "none", "");
    board__close_object(&writer);
    is_same(&writer,
            json_pack("{s:s, s:s, s:s}", "all", all, "beyond", beyond, "none", ""));
}

Test(board_writer, empty_and_nested_lists_are_indented_as_by_jansson)
{
    struct board__writer writer = {.text = NULL};
    board__open_object(&writer, NULL);
    board__open_array(&writer, "empty");
    board__close_array(&writer);
    board__open_object(&writer, "none");
    board__close_object(&writer);
    board__open_array(&writer, "deep");
    board__open_array(&writer, NULL);
    board__open_object(&writer, NULL);
    board__write_bool(&writer, "yes", true);
    board__write_bool(&writer, "no", false);
    board__close_object(&writer);
    board__write_integer(&writer, NULL, INT64_MIN);
    board__close_array(&writer);
    board__write_integer(&writer, NULL, INT64_MAX);
    board__close_array(&writer);
    board__write_integer(&writer, "zero", 0);
    board__close_object(&writer);
    is_same(&writer, json_pack("{s:[], s:{}, s:[[{s:b, s:b}, I], I], s:i}", "empty", "none",
                               "deep", "yes", 1, "no", 0, (json_int_t)INT64_MIN,
                               (json_int_t)INT64_MAX, "zero", 0));
}

Test(board_writer, text_from_outside_is_made_safe_first)
{
    struct board__writer writer = {.text = NULL};
    board__open_array(&writer, NULL);
    board__write_escaped(&writer, NULL, "a\n\x1b[31m\xff", true);
    board__write_escaped(&writer, NULL, "a\nb", false);
    board__write_escaped(&writer, NULL, NULL, false);
    board__close_array(&writer);
    char *text = board__writer_take(&writer);
    cr_assert_str_eq(text,
                     "[\n  \"a\\n\\\\x1b[31m\\\\xff\",\n  \"a\\\\x0ab\",\n  \"\"\n]\n");
    free(text);
}
