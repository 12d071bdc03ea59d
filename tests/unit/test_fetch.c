/* What becomes of a body, by what its server does. */
#include "base/buf.h"
#include "base/fs.h"
#include "fetch_fixture.h"

#include <criterion/criterion.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

TestSuite(fetch, .init = fetch_fixture_enter, .fini = fetch_fixture_leave, .timeout = 60);

Test(fetch, a_body_arrives_whole_and_alone)
{
    fetch_fixture_check_fetched("plain");
    struct pod_error err = POD_ERROR_INIT;
    struct stat st;
    cr_assert(fetch_fixture_at(fetch_fixture.ports[0], "empty", &err), "%s", err.message);
    cr_assert_eq(stat("body", &st), 0);
    cr_assert_eq(st.st_size, 0);
    fetch_fixture_check_left("empty", true);
}

/* 300000 bytes a connection: four of them. */
Test(fetch, a_connection_that_ends_early_is_gone_on_with)
{
    fetch_fixture_check_fetched("flaky");
    cr_assert_eq(fetch_fixture_count("flaky"), 4u);
    fetch_fixture_check_fetched("flaky-dated");
    cr_assert_eq(fetch_fixture_count("flaky_dated"), 2u);
}

Test(fetch, what_cannot_be_resumed_starts_anew)
{
    fetch_fixture_check_fetched("flaky-weak");
    cr_assert_eq(fetch_fixture_count("flaky_weak"), 3u);
    fetch_fixture_check_fetched("changes");
    cr_assert_eq(fetch_fixture_count("changes"), 2u);
    fetch_fixture_check_fetched("416");
    cr_assert_eq(fetch_fixture_count("416"), 3u);
    fetch_fixture_check_fetched("misplaced");
    cr_assert_eq(fetch_fixture_count("misplaced"), 3u);
}

Test(fetch, what_may_pass_is_tried_again)
{
    fetch_fixture_check_fetched("503-twice");
    cr_assert_eq(fetch_fixture_count("503_twice"), 3u);
    struct timespec before, after;
    (void)clock_gettime(CLOCK_MONOTONIC, &before);
    fetch_fixture_check_fetched("429");
    (void)clock_gettime(CLOCK_MONOTONIC, &after);
    cr_assert_geq((after.tv_sec - before.tv_sec) * 1000 +
                      (after.tv_nsec - before.tv_nsec) / 1000000,
                  1000, "Retry-After: 1");
}

Test(fetch, what_will_not_pass_is_said_in_one_line)
{
    fetch_fixture_check_failed("nothing", "the server says 404");
    cr_assert_eq(fetch_fixture_count("nothing"), 1u);
    fetch_fixture_check_failed("403", "the server says 403");
    cr_assert_eq(fetch_fixture_count("403"), 1u);
    fetch_fixture_check_failed("503", "the server says 503 (tried in vain)");
    cr_assert_eq(fetch_fixture_count("503"), 5u);
    fetch_fixture_check_failed("429-long", "the server says 429 (out of time)");
    fetch_fixture_check_failed("nowhere", "the server redirects to nowhere");
    fetch_fixture_check_failed("loop", "more than 5 redirects");
    cr_assert_eq(fetch_fixture_count("loop"), 6u);
    fetch_fixture_check_failed("endless-head", "the server's headers have no end");
    fetch_fixture_check_failed("escape", "Received HTTP/0.9 when not allowed");
}

Test(fetch, a_server_that_never_sends_it_all_is_given_up)
{
    struct pod_error err = POD_ERROR_INIT;
    cr_assert_not(fetch_fixture_at(fetch_fixture.ports[0], "short", &err));
    cr_assert_str_eq(err.message,
                     "transfer closed with 700000 bytes remaining to read (tried in vain)");
    fetch_fixture_check_left("short", false);
    cr_assert_eq(fetch_fixture_count("short"), 5u);
}

Test(fetch, more_bytes_than_the_cap_are_refused_before_and_while_they_come)
{
    fetch_fixture_check_failed("huge", "has 10737418240 bytes, more than 1073741824");
    fetch_fixture.options.cap_bytes = 5000000;
    fetch_fixture_check_failed("endless", "has more than 5000000 bytes");
    fetch_fixture.options.cap_bytes = FETCH_SIZE;
    fetch_fixture_check_fetched("plain");
    cr_assert_eq(unlink("body"), 0);
    fetch_fixture.options.cap_bytes = FETCH_SIZE - 1;
    fetch_fixture_check_failed("plain", "has 1000000 bytes, more than 999999");
}

Test(fetch, a_slow_server_is_not_waited_for)
{
    fetch_fixture.options.idle_s = 1;
    fetch_fixture.options.tries = 1;
    struct pod_error err = POD_ERROR_INIT;
    cr_assert_not(fetch_fixture_at(fetch_fixture.ports[0], "slow", &err));
    cr_assert(strstr(err.message, "too slow"), "%s", err.message);
    cr_assert_eq(err.fault, POD_ENTRY);
    fetch_fixture.options.idle_s = 10;
    fetch_fixture.options.total_s = 1;
    fetch_fixture.options.tries = 5;
    err = (struct pod_error)POD_ERROR_INIT;
    cr_assert_not(fetch_fixture_at(fetch_fixture.ports[0], "slow", &err));
    cr_assert(strstr(err.message, "(out of time)"), "%s", err.message);
}

/* sha256sum and b2sum -l 256 of the body. */
static const char sha256[] =
    "c40f2bb6506be197d423019337e42a193d08131292fdedf76ced0bf4a3ab888e";
static const char blake2b[] =
    "e8bb4176d28e1acbd0141d2ddc53eeb3b76565f9b7e6b659ba4c561be7e5d0f5";

static bool fetch_checked(const char *path, const char *sha, const char *blake,
                          uint64_t bytes, struct pod_error *err)
{
    pod_auto_free char *url =
        pod_strf("http://127.0.0.1:%u/%s", fetch_fixture.ports[0], path);
    const struct fetch_job job = {
        .url = url, .dest = "body", .sha256 = sha, .blake2b = blake, .bytes = bytes};
    return fetch_file(&fetch_fixture.options, &job, err);
}

Test(fetch, size_and_digests_are_checked_when_all_is_there)
{
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(fetch_checked("plain", sha256, blake2b, FETCH_SIZE, &err), "%s", err.message);
    fetch_fixture_check_body("plain");
    cr_assert_eq(unlink("body"), 0);
    cr_assert_not(fetch_checked("other", sha256, NULL, 0, &err));
    cr_assert(strstr(err.message, "has the SHA-256 ") && strstr(err.message, sha256), "%s",
              err.message);
    cr_assert_eq(err.fault, POD_ENTRY);
    fetch_fixture_check_left("other", false);
    err = (struct pod_error)POD_ERROR_INIT;
    cr_assert_not(fetch_checked("other", NULL, blake2b, 0, &err));
    cr_assert(strstr(err.message, "has the BLAKE2b "), "%s", err.message);
    err = (struct pod_error)POD_ERROR_INIT;
    cr_assert_not(fetch_checked("plain", NULL, NULL, FETCH_SIZE + 1, &err));
    cr_assert_str_eq(err.message, "has 1000000 bytes, expected 1000001");
    fetch_fixture_check_left("plain", false);
}

Test(fetch, a_body_put_together_wrongly_is_fetched_once_more)
{
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(fetch_checked("changes-silently", sha256, NULL, 0, &err), "%s", err.message);
    fetch_fixture_check_body("changes-silently");
    cr_assert_eq(fetch_fixture_count("changes_silently"), 3u);
}

/* A first call without a second try leaves the part, and the next one asks for the rest. */
Test(fetch, a_later_call_goes_on_where_an_earlier_one_was_interrupted)
{
    struct pod_error err = POD_ERROR_INIT;
    struct stat st;
    fetch_fixture.options.tries = 1;
    cr_assert_not(fetch_fixture_at(fetch_fixture.ports[0], "flaky", &err));
    cr_assert_eq(stat("body.part", &st), 0);
    cr_assert_eq(st.st_size, 300000);
    fetch_fixture.options.tries = 5;
    fetch_fixture_check_fetched("flaky");
    cr_assert_eq(fetch_fixture_count("flaky"), 4u);
}

Test(fetch, a_part_of_another_url_or_without_its_note_is_not_gone_on_with)
{
    struct pod_error err = POD_ERROR_INIT;
    fetch_fixture.options.tries = 1;
    cr_assert_not(fetch_fixture_at(fetch_fixture.ports[0], "flaky", &err));
    fetch_fixture_check_fetched("plain");
    cr_assert_eq(unlink("body"), 0);
    cr_assert_not(fetch_fixture_at(fetch_fixture.ports[0], "flaky", &err));
    fixture_write("body.part.json", "{}");
    fetch_fixture_check_fetched("plain");
}

static uint64_t told_bytes, told_total;

static void tell(void *context, uint64_t bytes, uint64_t total)
{
    (void)context;
    cr_assert_geq(bytes, told_bytes);
    told_bytes = bytes;
    told_total = total;
}

Test(fetch, progress_ends_with_the_whole)
{
    fetch_fixture.options.progress = tell;
    fetch_fixture_check_fetched("plain");
    cr_assert_eq(told_bytes, (uint64_t)FETCH_SIZE);
    cr_assert_eq(told_total, (uint64_t)FETCH_SIZE);
}

Test(fetch, a_full_disk_is_the_hosts_fault_and_leaves_nothing)
{
    if (geteuid() != 0)
        cr_skip_test("needs root, for a file system of its own");
    struct pod_error err = POD_ERROR_INIT;
    cr_assert_eq(unshare(CLONE_NEWNS), 0);
    cr_assert_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
    cr_assert_eq(mkdir("small", 0755), 0);
    cr_assert_eq(mount("tmpfs", "small", "tmpfs", 0, "size=512k"), 0);
    pod_auto_free char *url = pod_strf("http://127.0.0.1:%u/plain", fetch_fixture.ports[0]);
    const struct fetch_job job = {.url = url, .dest = "small/body"};
    cr_assert_not(fetch_file(&fetch_fixture.options, &job, &err));
    cr_assert_eq(err.fault, POD_HOST);
    cr_assert_str_eq(err.message,
                     "cannot write \"small/body.part\": No space left on device");
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    struct pod_error ignored = POD_ERROR_INIT;
    cr_assert(pod_dir_list("small", &names, &ignored));
    cr_assert_eq(names.count, 0u);
    cr_assert_eq(umount("small"), 0);
}
