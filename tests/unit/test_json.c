/* Each folder of tests/cases/json is a bad document and what must be said about it. */
#include "base/json.h"
#include "base/buf.h"
#include "base/fs.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

TestSuite(json, .timeout = 20);

struct sample {
    char *name;
    bool flag;
    int64_t count;
    double ratio;
    struct pod_names words;
    json_t *inner, *list;
};

static const struct pod_field fields[] = {
    {"name", POD_FIELD_STRING, offsetof(struct sample, name), true, 1, 8},
    {"flag", POD_FIELD_BOOL, offsetof(struct sample, flag), false, 0, 0},
    {"count", POD_FIELD_INT, offsetof(struct sample, count), false, 1, 10},
    {"ratio", POD_FIELD_REAL, offsetof(struct sample, ratio), false, 0, 1},
    {"words", POD_FIELD_NAMES, offsetof(struct sample, words), false, 1, 2},
    {"inner", POD_FIELD_OBJECT, offsetof(struct sample, inner), false, 0, 0},
    {"list", POD_FIELD_ARRAY, offsetof(struct sample, list), false, 0, 3},
    {.key = NULL},
};

static void sample_release(struct sample *sample)
{
    free(sample->name);
    pod_names_release(&sample->words);
}

static bool read_sample(json_t *root, struct sample *out, struct pod_error *err)
{
    return pod_json_schema(root, "input.json", "podium.test/1", POD_ENTRY, err) &&
           pod_json_fill(root, &(struct pod_json_place){"input.json", "", POD_ENTRY},
                         fields, out, err);
}

static void check_case(const char *folder)
{
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_free char *input = pod_path_join(folder, "input.json");
    pod_auto_free char *error = pod_path_join(folder, "error.txt");
    pod_auto_buf struct pod_buf expected = POD_BUF_INIT;
    cr_assert(pod_file_read(error, 4096, &expected, &err), "%s", err.message);
    pod_auto_json json_t *root =
        pod_json_load(input, "input.json", 1 << 20, POD_ENTRY, &err);
    struct sample sample = {0};
    cr_assert_not(root && read_sample(root, &sample, &err), "%s was taken", folder);
    sample_release(&sample);
    cr_assert_eq(err.fault, POD_ENTRY, "%s: %s", folder, err.message);
    cr_expect_eq(strncmp(expected.data, err.message, strlen(err.message)), 0,
                 "%s\nexpected %sfound    %s", folder, expected.data, err.message);
    cr_expect_eq(expected.length, strlen(err.message) + 1, "%s", folder);
}

Test(json, every_bad_document_is_named_with_its_place)
{
    static const char root[] = PODIUM_SOURCE_DIR "/tests/cases/json";
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    cr_assert(pod_dir_list(root, &names, &err), "%s", err.message);
    cr_assert_geq(names.count, 40, "cases are missing");
    for (size_t i = 0; i < names.count; i++) {
        pod_auto_free char *folder = pod_path_join(root, names.items[i]);
        check_case(folder);
    }
}

Test(json, a_good_document_fills_every_kind_of_field)
{
    static const char text[] =
        "{\"schema\": \"podium.test/1\", \"name\": \"\\u00e4\\ud83d\\ude00\", \"flag\": "
        "true,"
        " \"count\": 10, \"ratio\": 1, \"words\": [\"x\", \"\"], \"inner\": {\"a\": 1},"
        " \"list\": [1, 2, 3]}";
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_json json_t *root =
        pod_json_parse(text, strlen(text), "input.json", POD_ENTRY, &err);
    struct sample sample = {0};
    cr_assert(root && read_sample(root, &sample, &err), "%s", err.message);
    cr_assert_str_eq(sample.name, "\xc3\xa4\xf0\x9f\x98\x80");
    cr_assert(sample.flag);
    cr_assert_eq(sample.count, 10);
    cr_assert_float_eq(sample.ratio, 1, 0, "an integer is a number too");
    cr_assert_eq(sample.words.count, 2);
    cr_assert_str_eq(sample.words.items[0], "x");
    cr_assert_str_eq(sample.words.items[1], "");
    cr_assert_eq(json_integer_value(json_object_get(sample.inner, "a")), 1);
    cr_assert_eq(json_array_size(sample.list), 3);
    sample_release(&sample);
}

Test(json, depth_is_counted_outside_strings_and_32_levels_are_allowed)
{
    struct pod_error err = POD_ERROR_INIT;
    char text[65];
    memset(text, '[', 32);
    memset(text + 32, ']', 32);
    pod_auto_json json_t *deep = pod_json_parse(text, 64, "x", POD_ENTRY, &err);
    cr_assert_not_null(deep, "%s", err.message);
    static const char quoted[] =
        "{\"a\": \"\\\\\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\", \"b\": []}";
    pod_auto_json json_t *flat =
        pod_json_parse(quoted, strlen(quoted), "x", POD_ENTRY, &err);
    cr_assert_not_null(flat, "%s", err.message);
}

Test(json, hostile_size_is_refused_before_the_parser_sees_it)
{
    enum { LENGTH = 8 << 20 };
    pod_auto_free char *text = pod_alloc(1, LENGTH + 1);
    static const struct {
        const char *unit, *message;
    } table[] = {
        {"[", "x: line 1: nested deeper than 32 levels"},
        {"{\"a\":", "x: line 1: nested deeper than 32 levels"},
        {"[],", "x: line 1: more than 1048576 values"},
        {"0,", "x: line 1: more than 1048576 values"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        size_t size = strlen(table[i].unit);
        for (size_t at = 0; at + size <= LENGTH; at += size)
            memcpy(text + at, table[i].unit, size);
        struct pod_error err = POD_ERROR_INIT;
        cr_assert_null(pod_json_parse(text, LENGTH, "x", POD_TASK, &err));
        cr_assert_eq(err.fault, POD_TASK);
        cr_assert_str_eq(err.message, table[i].message);
    }
}

Test(json, a_file_that_is_no_document_is_its_owners_fault)
{
    static const struct {
        const char *path, *message;
    } table[] = {
        {"none", "x.json: No such file or directory"},
        {"fifo", "x.json: is not a regular file"},
        {"folder", "x.json: is not a regular file"},
        {"large", "x.json: is larger than 8 bytes"},
    };
    char *folder = fixture_enter();
    cr_assert_eq(mkfifo("fifo", 0600), 0);
    cr_assert_eq(mkdir("folder", 0700), 0);
    fixture_write("large", "[1,2,3,4]");
    for (size_t i = 0; i < COUNT(table); i++) {
        struct pod_error err = POD_ERROR_INIT;
        cr_assert_null(pod_json_load(table[i].path, "x.json", 8, POD_ENTRY, &err));
        cr_assert_eq(err.fault, POD_ENTRY);
        cr_assert_str_eq(err.message, table[i].message);
    }
    fixture_leave_take(folder);
}

Test(json, printing_keeps_order_and_every_bit_of_a_number)
{
    pod_auto_json json_t *value =
        json_pack("{s:f, s:f, s:I, s:s, s:[]}", "z", 0.1, "a", 1.0, "big",
                  (json_int_t)9223372036854775807, "text", "\xc3\xa4\n", "list");
    pod_auto_free char *text = pod_json_print(value);
    /* 17 digits: 0.1 is 0.1000000000000000055511151231257827 */
    cr_assert_str_eq(text, "{\n  \"z\": 0.10000000000000001,\n  \"a\": 1.0,\n"
                           "  \"big\": 9223372036854775807,\n  \"text\": \"\xc3\xa4\\n\",\n"
                           "  \"list\": []\n}\n");
}

Test(json, random_doubles_come_back_exactly)
{
    char *folder = fixture_enter();
    unsigned short state[3] = {1, 2, 3};
    pod_auto_json json_t *array = json_array();
    for (int i = 0; i < 20000; i++)
        json_array_append_new(array,
                              json_real(ldexp(erand48(state) - 0.5, i % 2000 - 1000)));
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(pod_json_write("x.json", array, &err), "%s", err.message);
    pod_auto_json json_t *back = pod_json_load("x.json", "x", 1 << 20, POD_HOST, &err);
    cr_assert_not_null(back, "%s", err.message);
    cr_assert(json_equal(array, back));
    fixture_leave_take(folder);
}
