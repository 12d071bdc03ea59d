#include "engine/bundle.h"

#include "base/json.h"
#include "publish_fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(bundle, .init = publish_fixture_enter, .fini = publish_fixture_leave,
          .timeout = 60);

static struct bundle sample;

/* The SHA-256 of nothing and of "abc" are those of FIPS 180-4's examples. */
static const char BODY[] =
    "{\n"
    "  \"schema\": \"podium.bundle/1\",\n"
    "  \"competition\": \"c\",\n"
    "  \"as_of\": \"2023-11-18T12:00:00.000Z\",\n"
    "  \"log_seq\": 7,\n"
    "  \"log_head\": "
    "\"000000000000000000000000000000000000000000000000000000000000000a\",\n"
    "  \"files\": [\n"
    "    {\n"
    "      \"path\": \"a.json\",\n"
    "      \"bytes\": 3,\n"
    "      \"sha256\": "
    "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"\n"
    "    },\n"
    "    {\n"
    "      \"path\": \"b.csv\",\n"
    "      \"bytes\": 0,\n"
    "      \"sha256\": "
    "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"\n"
    "    }\n"
    "  ],\n"
    "  \"key\": \"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\",\n";

static char *print_sample(void)
{
    sample = (struct bundle){.as_of = INT64_C(1700308800000), .log_seq = 7};
    sample.competition = pod_strdup("c");
    sample.log_head = pod_strf("%064x", 10);
    bundle_add_file(&sample, "a.json", "abc", 3);
    bundle_add_file(&sample, "b.csv", "", 0);
    char *text = bundle_print(&sample, &publish_fixture.key);
    bundle_release(&sample);
    return text;
}

/* The same document with its own signature: an organizer who signs what makes no sense. */
static char *sign_again(const char *text)
{
    char signature[POD_SIGNATURE_HEX];
    pod_auto_json json_t *object = json_loads(text, 0, NULL);
    cr_assert(object);
    json_object_del(object, "signature");
    json_object_set_new(object, "signature", json_string(""));
    pod_auto_free char *printed = pod_json_print(object);
    *strstr(printed, "  \"signature\"") = '\0';
    pod_sign(&publish_fixture.key, "podium.bundle/1", printed, signature);
    return pod_strf("%s  \"signature\": \"%s\"\n}\n", printed, signature);
}

static bool holds(const char *text, size_t length, struct pod_error *err)
{
    struct bundle bundle;
    *err = (struct pod_error)POD_ERROR_INIT;
    bool done = bundle_parse(text, length, "m", &bundle, err);
    bundle_release(&bundle);
    return done;
}

Test(bundle, it_is_printed_as_its_header_says_and_signed_without_its_last_two_lines)
{
    pod_auto_free char *text = print_sample();
    cr_assert_eq(strncmp(text, BODY, strlen(BODY)), 0, "%s", text);
    cr_assert_str_eq(strstr(text + strlen(BODY) + 140, "\"\n}\n"), "\"\n}\n");
    char signature[POD_SIGNATURE_HEX];
    memcpy(signature, text + strlen(BODY) + strlen("  \"signature\": \""), 128);
    signature[128] = '\0';
    cr_assert(pod_signature_holds(publish_fixture.key.public_hex, "podium.bundle/1", BODY,
                                  signature));
}

Test(bundle, what_is_printed_is_read_back)
{
    pod_auto_free char *text = print_sample();
    bundle_auto struct bundle bundle;
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(bundle_parse(text, strlen(text), "m", &bundle, &err), "%s", err.message);
    cr_assert_str_eq(bundle.competition, "c");
    cr_assert_eq(bundle.as_of, INT64_C(1700308800000));
    cr_assert_eq(bundle.log_seq, 7);
    cr_assert_null(bundle.forced);
    cr_assert_eq(bundle.file_count, 2u);
    cr_assert_str_eq(bundle.files[1].path, "b.csv");
    cr_assert_eq(bundle.files[0].bytes, 3);
    cr_assert_str_eq(bundle.key, publish_fixture.key.public_hex);
}

Test(bundle, every_changed_byte_is_noticed_white_space_too)
{
    static const char others[] = {'0', 'A', ' ', '\n', '"', '\\', '\x00', '\xff'};
    pod_auto_free char *text = print_sample();
    size_t length = strlen(text);
    struct pod_error err;
    for (size_t at = 0; at < length; at++) {
        char old = text[at];
        for (size_t o = 0; o < COUNT(others); o++) {
            text[at] = others[o];
            cr_assert(others[o] == old || !holds(text, length, &err),
                      "byte %zu, '%c' as 0x%02x, is not noticed", at, old,
                      (unsigned char)others[o]);
        }
        text[at] = old;
    }
    cr_assert(holds(text, length, &err), "%s", err.message);
}

Test(bundle, every_truncation_and_whatever_follows_is_noticed)
{
    pod_auto_free char *text = print_sample();
    struct pod_error err;
    for (size_t length = 0; length < strlen(text); length++)
        cr_assert_not(holds(text, length, &err), "cut to %zu bytes it holds", length);
    pod_auto_free char *more = pod_strf("%s\n", text);
    cr_assert_not(holds(more, strlen(more), &err));
}

Test(bundle, a_signature_does_not_make_good_what_is_wrong)
{
    static const struct fixture_case cases[] = {
        {"files.0.path", "\"../a\"", "m: .files[0].path: is no path of a published file"},
        {"files.0.path", "\"a/../b\"", "m: .files[0].path: is no path of a published file"},
        {"files.0.path", "\"/a\"", "m: .files[0].path: is no path of a published file"},
        {"files.0.path", "\"a//b\"", "m: .files[0].path: is no path of a published file"},
        {"files.0.path", "\"a/\"", "m: .files[0].path: is no path of a published file"},
        {"files.1.path", "\"a?b\"", "m: .files[1].path: is no path of a published file"},
        {"files.1.path", "\"%2e%2e\"", "m: .files[1].path: is no path of a published file"},
        {"files.1.path", "\"x/a.json\"", "m: .files[1].path: is there twice"},
        {"files.0.bytes", "-1",
         "m: .files[0].bytes: expected 0 to 9007199254740991, found -1"},
        {"files.0.size", "1", "m: .files[0].size: unknown key"},
        {"schema", "\"podium.bundle/2\"",
         "m: .schema: expected \"podium.bundle/1\", found \"podium.bundle/2\""},
        {"colour", "1", "m: .colour: unknown key"},
        {"log_head", NULL, "m: .log_head: missing"},
        {"as_of", "\"yesterday\"", "m: .as_of: "},
        {"competition", "\"C D\"", "m: .competition: "},
    };
    pod_auto_free char *text = print_sample();
    struct pod_error err;
    for (size_t i = 0; i < COUNT(cases); i++) {
        pod_auto_free char *patched = fixture_patch(text, cases[i].path, cases[i].value);
        pod_auto_free char *again = sign_again(patched);
        cr_assert_not(holds(again, strlen(again), &err), "%s holds", cases[i].path);
        cr_assert_eq(err.fault, POD_ENTRY);
        cr_expect_eq(strncmp(err.message, cases[i].message, strlen(cases[i].message)), 0,
                     "%s", err.message);
    }
}

/* A key with its own signature over its own digits is another organizer, not this one. */
Test(bundle, a_signature_by_another_key_than_the_one_named_is_none)
{
    pod_auto_free char *text = print_sample();
    pod_auto_free char *other = pod_strf("\"%064x\"", 5);
    pod_auto_free char *patched = fixture_patch(text, "key", other);
    pod_auto_free char *again = sign_again(patched);
    struct pod_error err;
    cr_assert_not(holds(again, strlen(again), &err));
    cr_assert_str_eq(err.message, "m: .signature does not hold");
}

Test(bundle, files_are_placed_by_what_they_hold)
{
    struct bundle one = {.log_seq = 12}, two = {.log_seq = 12}, same = {.log_seq = 12};
    bundle_add_file(&one, "a", "x", 1);
    bundle_add_file(&two, "a", "y", 1);
    bundle_add_file(&same, "a", "x", 1);
    bundle_place(&one);
    bundle_place(&two);
    bundle_place(&same);
    cr_assert_eq(strncmp(one.files[0].path, "boards/000012-", 14), 0);
    cr_assert_str_eq(one.files[0].path, same.files[0].path);
    cr_assert_str_neq(one.files[0].path, two.files[0].path);
    cr_assert_str_eq(bundle_file_name(&one.files[0]), "a");
    bundle_release(&one);
    bundle_release(&two);
    bundle_release(&same);
}
