/* Where a URL must not lead. */
#include "base/buf.h"
#include "base/fs.h"
#include "fetch_fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(fetch_door, .init = fetch_fixture_enter, .fini = fetch_fixture_leave,
          .timeout = 60);

Test(fetch_door, an_address_that_is_not_public_is_not_connected_to)
{
    static const char *const hosts[] = {"127.0.0.1",  "localhost",  "127.1",
                                        "2130706433", "0x7f000001", "0177.0.0.1"};
    fetch_fixture.options.allows_private = false;
    for (size_t i = 0; i < COUNT(hosts); i++) {
        struct pod_error err = POD_ERROR_INIT;
        pod_auto_free char *url =
            pod_strf("http://%s:%u/plain", hosts[i], fetch_fixture.ports[0]);
        cr_assert_not(fetch_file(&fetch_fixture.options,
                                 &(struct fetch_job){.url = url, .dest = "body"}, &err));
        cr_assert(strstr(err.message, " is a loopback address, which is not connected to"),
                  "%s: %s", hosts[i], err.message);
        cr_assert_eq(err.fault, POD_ENTRY);
        fetch_fixture_check_left(hosts[i], false);
    }
    fetch_fixture.options.allows_private = true;
    cr_assert_eq(fetch_fixture_count("plain"), 0u);
}

/* The second port is public, the first one is not. */
Test(fetch_door, a_redirect_to_an_address_that_is_not_public_is_not_followed)
{
    fetch_fixture.options.allows_private = false;
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_free char *in =
        pod_strf("redirect?to=http://127.0.0.1:%u/plain", fetch_fixture.ports[0]);
    cr_assert_not(fetch_fixture_at(fetch_fixture.ports[1], in, &err));
    cr_assert(strstr(err.message, "127.0.0.1 is a loopback address"), "%s", err.message);
    pod_auto_free char *over =
        pod_strf("redirect?to=http://127.0.0.1:%u/plain", fetch_fixture.ports[1]);
    err = (struct pod_error)POD_ERROR_INIT;
    cr_assert(fetch_fixture_at(fetch_fixture.ports[1], over, &err), "%s", err.message);
    fetch_fixture_check_body("redirect");
    fetch_fixture.options.allows_private = true;
    cr_assert_eq(fetch_fixture_count("plain"), 1u);
}

Test(fetch_door, each_kind_of_redirect_is_followed_on_the_web_only)
{
    static const unsigned codes[] = {301, 302, 303, 307, 308};
    for (size_t i = 0; i < COUNT(codes); i++) {
        pod_auto_free char *path = pod_strf("redirect?code=%u&to=/plain", codes[i]);
        fetch_fixture_check_fetched(path);
        cr_assert_eq(unlink("body"), 0);
    }
    fetch_fixture_check_failed("redirect?code=305&to=/plain", "the server says 305");
    fetch_fixture_check_failed("redirect?to=file:///etc/passwd",
                               "redirect 1: a file: is no address on the web");
    fetch_fixture_check_failed(
        "redirect?to=ftp://127.0.0.1/x",
        "redirect 1: \"ftp://127.0.0.1/x\" is neither http nor https");
    fetch_fixture_check_failed(
        "redirect?to=http://a:b@127.0.0.1/x",
        "redirect 1: the URL holds a user or password, which others would read");
}

Test(fetch_door, a_url_that_is_none_is_refused)
{
    static const char *const cases[][2] = {
        {"", "\"\" is no URL"},
        {"plain", "\"plain\" is no URL"},
        {"ftp://example.org/x", "\"ftp://example.org/x\" is neither http nor https"},
        {"gopher://127.0.0.1/x", "\"gopher://127.0.0.1/x\" is neither http nor https"},
        {"javascript:alert(1)", "\"javascript:alert(1)\" is no URL"},
        {"file:///etc/passwd", "a file: URL is not taken unless allowed"},
        {"https://user:secret@example.org/",
         "the URL holds a user or password, which others would read"},
        {"http://user@example.org/",
         "the URL holds a user or password, which others would read"},
        {"http://a b/", "\"http://a b/\" is no URL"},
        {"http://a/\n", "\"http://a/\\x0a\" is no URL"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct pod_error err = POD_ERROR_INIT;
        const struct fetch_job job = {.url = cases[i][0], .dest = "body"};
        cr_assert_not(fetch_file(&fetch_fixture.options, &job, &err), "%s", cases[i][0]);
        cr_expect_str_eq(err.message, cases[i][1], "%s: %s", cases[i][0], err.message);
        cr_assert_eq(err.fault, POD_ENTRY);
        fetch_fixture_check_left(cases[i][0], false);
    }
}

Test(fetch_door, a_file_is_fetched_where_that_is_allowed)
{
    fetch_fixture.options.allows_file = true;
    fixture_write("key.pem", "some bytes");
    pod_auto_free char *url = pod_strf("file://%s/key%%2epem", fetch_fixture.folder);
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_buf struct pod_buf bytes = POD_BUF_INIT;
    const struct fetch_job job = {.url = url, .dest = "body"};
    cr_assert(fetch_file(&fetch_fixture.options, &job, &err), "%s", err.message);
    cr_assert(pod_file_read("body", 100, &bytes, &err), "%s", err.message);
    cr_assert_str_eq(bytes.data, "some bytes");
    fetch_fixture.options.cap_bytes = 9;
    cr_assert_not(fetch_file(&fetch_fixture.options, &job, &err));
    cr_assert_str_eq(err.message, "has 10 bytes, more than 9");
    err = (struct pod_error)POD_ERROR_INIT;
    const struct fetch_job device = {.url = "file:///dev/zero", .dest = "body"};
    cr_assert_not(fetch_file(&fetch_fixture.options, &device, &err));
    cr_assert_str_eq(err.message, "is no regular file");
}

static void make_certificate(const char *name)
{
    pod_auto_free char *command = pod_strf(
        "exec openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
        "-subj /CN=test -addext subjectAltName=%s -keyout key.pem -out cert.pem -days 2 "
        "2>/dev/null",
        name);
    pid_t pid = fork();
    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    int status = -1;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert_eq(status, 0, "%s", command);
}

static bool fetch_tls(const char *path, struct pod_error *err)
{
    pod_auto_free char *url =
        pod_strf("https://127.0.0.1:%u/%s", fetch_fixture.ports[2], path);
    return fetch_file(&fetch_fixture.options,
                      &(struct fetch_job){.url = url, .dest = "body"}, err);
}

Test(fetch_door, a_certificate_that_nobody_vouches_for_is_refused)
{
    struct pod_error err = POD_ERROR_INIT;
    make_certificate("IP:127.0.0.1");
    fetch_fixture_start_tls();
    cr_assert_not(fetch_tls("plain", &err));
    cr_assert_str_eq(err.message, "SSL certificate problem: self-signed certificate");
    cr_assert_eq(err.fault, POD_ENTRY);
    fetch_fixture.options.ca_file = "cert.pem";
    err = (struct pod_error)POD_ERROR_INIT;
    cr_assert(fetch_tls("plain", &err), "%s", err.message);
    fetch_fixture_check_body("TLS");
    pod_auto_free char *down =
        pod_strf("redirect?to=http://127.0.0.1:%u/plain", fetch_fixture.ports[0]);
    cr_assert_eq(unlink("body"), 0);
    cr_assert_not(fetch_tls(down, &err));
    cr_assert_str_eq(err.message, "redirect 1: leads from https to http");
    fetch_fixture_check_left("redirect", false);
}

Test(fetch_door, a_certificate_of_another_name_is_refused)
{
    struct pod_error err = POD_ERROR_INIT;
    make_certificate("DNS:example.org");
    fetch_fixture_start_tls();
    fetch_fixture.options.ca_file = "cert.pem";
    cr_assert_not(fetch_tls("plain", &err));
    cr_assert(strstr(err.message, "subject name"), "%s", err.message);
}

Test(fetch_door, a_proxy_of_the_environment_is_not_used)
{
    cr_assert_eq(setenv("http_proxy", "http://127.0.0.1:9", 1), 0);
    cr_assert_eq(setenv("all_proxy", "http://127.0.0.1:9", 1), 0);
    fetch_fixture_check_fetched("plain");
}
