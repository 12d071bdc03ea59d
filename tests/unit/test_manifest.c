#include "model/manifest.h"
#include "base/buf.h"
#include "base/fs.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

static char *folder;

static void enter(void)
{
    folder = fixture_enter();
}

static void leave(void)
{
    fixture_leave_take(folder);
}

TestSuite(manifest, .init = enter, .fini = leave, .timeout = 20);

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

Test(manifest, each_line_is_a_row)
{
    struct pod_error err = POD_ERROR_INIT;
    manifest_auto struct manifest manifest = MANIFEST_INIT;
    fixture_write("m.ndjson",
                  "{\"schema\": \"podium.manifest/1\", \"id\": \"a\", \"url\": "
                  "\"https://example.org/a.zip\"}\r\n"
                  "\n"
                  "{\"id\": \"b.2\", \"url\": \"file:///tmp/b.tar\", \"sha256\": \"" HEX
                  "\", \"blake2b\": \"" HEX "\", \"bytes\": 12, \"team\": \"Zo\u00eb\", "
                  "\"received_at\": \"2023-11-18T11:59:59.999Z\"}");
    cr_assert(manifest_load("m.ndjson", &manifest, &err), "%s", err.message);
    cr_assert_eq(manifest.count, 2u);
    const struct manifest_row *a = &manifest.rows[0], *b = &manifest.rows[1];
    cr_assert_null(a->problem, "%s", a->problem);
    cr_assert_str_eq(a->id, "a");
    cr_assert_str_eq(a->url, "https://example.org/a.zip");
    cr_assert_null(a->sha256);
    cr_assert_null(a->team);
    cr_assert_eq(a->bytes, 0);
    cr_assert_not(a->has_stamp);
    cr_assert_null(b->problem, "%s", b->problem);
    cr_assert_eq(b->line, 3u);
    cr_assert_str_eq(b->url, "file:///tmp/b.tar");
    cr_assert_str_eq(b->sha256, HEX);
    cr_assert_str_eq(b->blake2b, HEX);
    cr_assert_eq(b->bytes, 12);
    cr_assert_str_eq(b->team, "Zo\u00eb");
    cr_assert(b->has_stamp);
    cr_assert_eq(b->received_at, 1700308799999);
}

#define OK_LINE "{\"id\": \"ok\", \"url\": \"https://example.org/ok\"}\n"

/* A bad line between two good ones, and what is said about it. */
static const char *const bad[][2] = {
    {"{", "m.ndjson:2: line 1, column 1: string or '}' expected near end of file"},
    {"7", "m.ndjson:2: line 1, column 1: '[' or '{' expected near '7'"},
    {"[]", "m.ndjson:2: expected an object, found an array"},
    {"{\"id\": \"x\"}", "m.ndjson:2: .url: missing"},
    {"{\"url\": \"http://a/\"}", "m.ndjson:2: .id: missing"},
    {"{\"id\": \"x\", \"url\": \"http://a/\", \"md5\": \"\"}",
     "m.ndjson:2: .md5: unknown key, known are id, url, sha256, blake2b, bytes, team, "
     "received_at"},
    {"{\"id\": \"x\", \"id\": \"y\", \"url\": \"http://a/\"}",
     "m.ndjson:2: line 1, column 16: duplicate object key near '\"id\"'"},
    {"{\"id\": \"../x\", \"url\": \"http://a/\"}",
     "m.ndjson:2: .id: \"../x\" is no identifier: 1 to 36 of a-z 0-9 _ . -, a letter or "
     "digit first"},
    {"{\"id\": \"x\", \"url\": \"ftp://a/\"}",
     "m.ndjson:2: .url: \"ftp://a/\" is no http or https address in plain ASCII"},
    {"{\"id\": \"x\", \"url\": \"file://host/a\"}",
     "m.ndjson:2: .url: \"file://host/a\" is no http or https address in plain ASCII"},
    {"{\"id\": \"x\", \"url\": \"file:///a b\"}",
     "m.ndjson:2: .url: is no file: address in plain ASCII"},
    {"{\"id\": \"x\", \"url\": \"http://a/\", \"sha256\": \"ABC\"}",
     "m.ndjson:2: .sha256: \"ABC\" is not 64 lower-case hex digits"},
    {"{\"id\": \"x\", \"url\": \"http://a/\", \"bytes\": 0}",
     "m.ndjson:2: .bytes: expected 1 to 9007199254740992, found 0"},
    {"{\"id\": \"x\", \"url\": \"http://a/\", \"team\": \"a\\u202eb\"}",
     "m.ndjson:2: .team: \"a\\xe2\\x80\\xaeb\" holds a character that turns the direction "
     "of text"},
    {"{\"id\": \"x\", \"url\": \"http://a/\", \"received_at\": \"2023-11-17\"}",
     "m.ndjson:2: .received_at: \"2023-11-17\" is not an instant: write it as "
     "2023-11-18T11:59:59Z"},
    {"{\"schema\": \"podium.manifest/2\", \"id\": \"x\", \"url\": \"http://a/\"}",
     "m.ndjson:2: .schema: expected \"podium.manifest/1\", found \"podium.manifest/2\""},
    {"{\"id\": \"ok\", \"url\": \"https://example.org/again\"}",
     "m.ndjson:2: .id: \"ok\" is also that of line 1"},
};

Test(manifest, a_bad_line_is_told_and_the_others_go_on)
{
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct pod_error err = POD_ERROR_INIT;
        manifest_auto struct manifest manifest = MANIFEST_INIT;
        pod_auto_free char *text =
            pod_strf(OK_LINE "%s\n{\"id\": \"last\", \"url\": \"http://a/\"}\n", bad[i][0]);
        fixture_write("m.ndjson", text);
        cr_assert(manifest_load("m.ndjson", &manifest, &err), "%s", err.message);
        cr_assert_eq(manifest.count, 3u, "%s", bad[i][0]);
        cr_assert_null(manifest.rows[0].problem, "%s", bad[i][0]);
        cr_assert_null(manifest.rows[2].problem, "%s", bad[i][0]);
        cr_assert_str_eq(manifest.rows[2].id, "last");
        cr_assert_not_null(manifest.rows[1].problem, "%s", bad[i][0]);
        cr_expect_str_eq(manifest.rows[1].problem, bad[i][1], "%s",
                         manifest.rows[1].problem);
    }
}

Test(manifest, bytes_that_are_no_text_are_one_bad_line)
{
    static const char bytes[] = OK_LINE "\x00\xff\x1b[31m\n" OK_LINE;
    struct pod_error err = POD_ERROR_INIT;
    manifest_auto struct manifest manifest = MANIFEST_INIT;
    cr_assert(pod_file_write("m.ndjson", bytes, sizeof bytes - 1, &err));
    cr_assert(manifest_load("m.ndjson", &manifest, &err), "%s", err.message);
    cr_assert_eq(manifest.count, 3u);
    cr_assert_not_null(manifest.rows[1].problem);
    cr_assert_null(strpbrk(manifest.rows[1].problem, "\x1b\xff\n"));
    cr_assert_str_eq(manifest.rows[2].problem,
                     "m.ndjson:3: .id: \"ok\" is also that of line 1");
}

Test(manifest, a_line_without_end_is_one_bad_line)
{
    struct pod_error err = POD_ERROR_INIT;
    manifest_auto struct manifest manifest = MANIFEST_INIT;
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    pod_buf_puts(&text, OK_LINE "{\"id\": \"");
    for (unsigned i = 0; i < 20000; i++)
        pod_buf_puts(&text, "x");
    pod_buf_puts(&text, "\"}");
    fixture_write("m.ndjson", text.data);
    cr_assert(manifest_load("m.ndjson", &manifest, &err), "%s", err.message);
    cr_assert_str_eq(manifest.rows[1].problem, "m.ndjson:2: has more than 16384 bytes");
}

static void check_refused(const char *path, const char *message)
{
    struct pod_error err = POD_ERROR_INIT;
    manifest_auto struct manifest manifest = MANIFEST_INIT;
    cr_assert_not(manifest_load(path, &manifest, &err), "%s", path);
    cr_assert_str_eq(err.message, message, "%s", err.message);
    cr_assert_eq(err.fault, POD_USAGE);
}

Test(manifest, a_file_without_rows_is_refused)
{
    check_refused("none", "cannot open \"none\": No such file or directory");
    check_refused(".", "\".\" is not a regular file");
    fixture_write("empty", "");
    check_refused("empty", "empty: holds no line");
    fixture_write("blank", " \n\r\n\t\n");
    check_refused("blank", "blank: holds no line");
    pod_auto_buf struct pod_buf lines = POD_BUF_INIT;
    for (unsigned i = 0; i <= 100000; i++)
        pod_buf_puts(&lines, "\n");
    fixture_write("long", lines.data);
    check_refused("long", "long: has more than 100000 lines");
}
