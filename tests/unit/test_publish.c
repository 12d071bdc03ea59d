/* A publishing that is cut off, into a folder; over the web see tests/cli. */
#include "engine/publish.h"

#include "base/fs.h"
#include "publish_fixture.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(publish, .init = publish_fixture_enter, .fini = publish_fixture_leave,
          .timeout = 120);

/* Calls that change a disk still to come until the process is killed in one; 0: never. */
static unsigned calls_left;
static unsigned syncs;

ssize_t __real_write(int fd, const void *bytes, size_t length);
ssize_t __wrap_write(int fd, const void *bytes, size_t length);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __real_mkdir(const char *path, mode_t mode);
int __wrap_mkdir(const char *path, mode_t mode);
int __real_fsync(int fd);
int __wrap_fsync(int fd);

static bool is_last_call(void)
{
    return calls_left > 0 && --calls_left == 0;
}

static void die(void)
{
    (void)kill(getpid(), SIGKILL);
}

/* Killed in the middle of it. */
ssize_t __wrap_write(int fd, const void *bytes, size_t length)
{
    if (is_last_call()) {
        (void)__real_write(fd, bytes, length / 2);
        die();
    }
    return __real_write(fd, bytes, length);
}

int __wrap_rename(const char *from, const char *to)
{
    if (is_last_call())
        die();
    int done = __real_rename(from, to);
    if (is_last_call())
        die();
    return done;
}

int __wrap_mkdir(const char *path, mode_t mode)
{
    if (is_last_call())
        die();
    return __real_mkdir(path, mode);
}

int __wrap_fsync(int fd)
{
    syncs++;
    if (is_last_call())
        die();
    return __real_fsync(fd);
}

static struct depot *open_folder(const char *path)
{
    struct depot_options options;
    struct pod_error err = POD_ERROR_INIT;
    depot_options_init(&options);
    struct depot *depot = depot_open(path, &options, &err);
    cr_assert(depot, "%s", err.message);
    return depot;
}

static bool publish_to(const char *path, const struct published *board, bool is_forced,
                       struct pod_error *err)
{
    struct publish publish;
    struct depot *depot = open_folder(path);
    publish_init(&publish, depot);
    bool done =
        publish_add_board(&publish, board, is_forced, err) && publish_send(&publish, err);
    publish_release(&publish);
    depot_close(depot);
    return done;
}

static void must_publish(const char *path, const struct published *board)
{
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(publish_to(path, board, false, &err), "%s", err.message);
}

/* The number of events of the log that a reader finds; it must hold. */
static int64_t read_seq(const char *path, const char *when)
{
    published_auto struct published found;
    struct pod_error err = POD_ERROR_INIT;
    struct depot *depot = open_folder(path);
    bool done = published_read(depot, &found, &err) && published_check(&found, &err);
    depot_close(depot);
    cr_assert(done, "%s: %s", when, err.message);
    return found.bundle.log_seq;
}

static void copy_folder(const char *from, const char *to)
{
    struct pod_error err = POD_ERROR_INIT;
    const struct pod_tree_caps caps = {.bytes = 1 << 24, .files = 1000, .depth = 10};
    cr_assert(pod_dir_remove(to, &err) && pod_tree_copy(from, to, &caps, &err), "%s",
              err.message);
}

/* False: it came to its end before the n-th call. */
static bool kill_at(unsigned call, const char *path, const struct published *board)
{
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        struct pod_error err = POD_ERROR_INIT;
        calls_left = call;
        _exit(publish_to(path, board, false, &err) ? 0 : 1);
    }
    int status = 0;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status) || WEXITSTATUS(status) == 0, "call %u", call);
    return WIFSIGNALED(status);
}

Test(publish, killed_at_any_call_it_leaves_the_old_board_or_the_new_one)
{
    published_auto struct published old, now;
    publish_fixture_board(&old, 5, "2023-11-10T00:00:00.000Z");
    publish_fixture_board(&now, 9, "2023-11-11T00:00:00.000Z");
    must_publish("first", &old);
    unsigned olds = 0, news = 0, call = 1;
    for (;; call++) {
        pod_auto_free char *when = pod_strf("killed at call %u", call);
        copy_folder("first", "pub");
        bool was_killed = kill_at(call, "pub", &now);
        int64_t seq = read_seq("pub", when);
        cr_assert(seq == 5 || seq == 9, "%s: %lld events", when, (long long)seq);
        cr_assert(news == 0 || seq == 9, "%s: the old board again", when);
        olds += seq == 5;
        news += seq == 9;
        must_publish("pub", &now);
        cr_assert_eq(read_seq("pub", when), 9);
        if (!was_killed)
            break;
    }
    cr_assert(olds > 10 && news > 5, "%u times old, %u times new", olds, news);
}

Test(publish, what_was_killed_on_the_first_board_leaves_none_or_a_whole_one)
{
    published_auto struct published board;
    publish_fixture_board(&board, 5, "2023-11-10T00:00:00.000Z");
    bool was_killed = true;
    for (unsigned call = 1; was_killed; call++) {
        struct pod_error err = POD_ERROR_INIT;
        cr_assert(pod_dir_remove("pub", &err));
        was_killed = kill_at(call, "pub", &board);
        if (pod_path_exists("pub/manifest.json"))
            cr_assert_eq(read_seq("pub", "killed"), 5);
        else
            cr_assert(was_killed);
    }
}

/* The folder's own name is synced in its parent as well. */
Test(publish, a_slash_at_the_end_of_a_folder_leaves_no_sync_out)
{
    published_auto struct published board;
    publish_fixture_board(&board, 5, "2023-11-10T00:00:00.000Z");
    unsigned before = syncs;
    must_publish("without", &board);
    unsigned without = syncs - before;
    must_publish("with/", &board);
    unsigned with = syncs - before - without;
    cr_assert_gt(without, 0);
    cr_assert_eq(with, without, "%u with it, %u without", with, without);
}

Test(publish, a_manifest_that_changed_after_the_look_is_not_replaced)
{
    published_auto struct published old, now;
    struct publish publish;
    struct pod_error err = POD_ERROR_INIT;
    publish_fixture_board(&old, 5, "2023-11-10T00:00:00.000Z");
    publish_fixture_board(&now, 9, "2023-11-11T00:00:00.000Z");
    struct depot *depot = open_folder("pub");
    publish_init(&publish, depot);
    cr_assert(publish_add_board(&publish, &old, false, &err), "%s", err.message);
    must_publish("pub", &now);
    cr_assert_not(publish_send(&publish, &err));
    cr_assert_str_eq(err.message, "cannot put 'manifest.json': somebody else published "
                                  "meanwhile: look at what is there, and publish again");
    cr_assert_eq(err.fault, POD_HOST);
    publish_release(&publish);
    depot_close(depot);
    cr_assert_eq(read_seq("pub", "refused"), 9);
}

static void refuses(const struct published *board, const char *message)
{
    struct pod_error err = POD_ERROR_INIT;
    cr_assert_not(publish_to("pub", board, false, &err));
    cr_assert_eq(err.fault, POD_USAGE);
    cr_assert(strstr(err.message, message), "%s", err.message);
}

Test(publish, neither_a_shorter_log_nor_an_earlier_instant_follows)
{
    published_auto struct published first, shorter, earlier, later;
    publish_fixture_board(&first, 9, "2023-11-11T00:00:00.000Z");
    publish_fixture_board(&shorter, 8, "2023-11-12T00:00:00.000Z");
    publish_fixture_board(&earlier, 9, "2023-11-10T23:59:59.999Z");
    publish_fixture_board(&later, 9, "2023-11-11T00:00:00.001Z");
    must_publish("pub", &first);
    refuses(&shorter, ": it is newer: its log has 9 events, this one 8 (--force");
    refuses(&earlier, ": it is newer: as of 2023-11-11T00:00:00.000Z, this one as of "
                      "2023-11-10T23:59:59.999Z (--force");
    must_publish("pub", &later);
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(publish_to("pub", &shorter, true, &err), "%s", err.message);
    cr_assert_eq(read_seq("pub", "forced"), 8);
}

/* Signed, and yet more than anybody should have to read. */

static void reads(const struct published *board, const char *message)
{
    published_auto struct published found;
    struct pod_error err = POD_ERROR_INIT;
    struct depot *depot = open_folder("pub");
    fixture_write("pub/manifest.json", board->manifest);
    bool done = published_read(depot, &found, &err);
    depot_close(depot);
    cr_assert_not(done, "it is read, and should say: %s", message);
    cr_assert_eq(err.fault, POD_ENTRY);
    cr_assert(strstr(err.message, message), "%s", err.message);
}

Test(publish, no_more_is_read_than_the_manifest_says_nor_more_than_a_board_may_have)
{
    published_auto struct published board;
    publish_fixture_board(&board, 5, "2023-11-10T00:00:00.000Z");
    must_publish("pub", &board);
    struct bundle *bundle = &board.bundle;
    bundle->files[0].bytes--;
    published_sign(&board, &publish_fixture.key);
    reads(&board, "not what the manifest says: ");
    bundle->files[0].bytes = (int64_t)DEPOT_FILE_MAX + 1;
    published_sign(&board, &publish_fixture.key);
    reads(&board, "with 268435457 bytes, which is more than");
    for (size_t i = 0; i < 5; i++) { /* four of them are the gibibyte */
        pod_auto_free char *name = pod_strf("%zu", i);
        bundle_add_file(bundle, name, "", 0);
        bundle->files[2 + i].bytes = DEPOT_FILE_MAX;
    }
    bundle->files[0].bytes = bundle->files[1].bytes = 0;
    published_sign(&board, &publish_fixture.key);
    reads(&board, "the manifest names '4' with 268435456 bytes, which is more than");
}

Test(publish, a_line_ends_with_a_newline_or_with_the_text)
{
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    struct published_line line;
    size_t at = 0;
    int64_t seq = 0;
    cr_assert_not(published_next_line(&text, &at, &line));
    pod_buf_puts(&text, "one\n\nthree");
    cr_assert(published_next_line(&text, &at, &line));
    cr_assert(line.length == 3 && at == 4 && strncmp(line.text, "one", 3) == 0);
    cr_assert(published_next_line(&text, &at, &line));
    cr_assert(line.length == 0 && at == 5);
    cr_assert(published_next_line(&text, &at, &line));
    cr_assert(line.length == 5 && at == 10 && strncmp(line.text, "three", 5) == 0);
    cr_assert_not(published_next_line(&text, &at, &line));
    cr_assert_eq(published_find_line(&text, event_digest("one").hex, &seq), 4);
    cr_assert_eq(seq, 1);
    cr_assert_eq(published_find_line(&text, event_digest("three").hex, &seq), 10);
    cr_assert_eq(seq, 3);
    cr_assert_eq(published_find_line(&text, event_digest("two").hex, NULL), 0);
}

/* What is signed, and does not fit together. */

static void does_not_hold(struct published *board, const char *message)
{
    struct pod_error err = POD_ERROR_INIT;
    cr_assert_not(published_check(board, &err), "it holds, and should say: %s", message);
    cr_assert_eq(err.fault, POD_ENTRY);
    cr_assert(strstr(err.message, message), "%s", err.message);
}

Test(publish, board_log_and_manifest_must_be_of_one_key_competition_and_instant)
{
    published_auto struct published board;
    struct pod_error err = POD_ERROR_INIT;
    publish_fixture_board(&board, 9, "2023-11-11T00:00:00.000Z");
    cr_assert(published_check(&board, &err), "%s", err.message);
    cr_assert_eq(board.board_seq, 9);
    struct bundle *bundle = &board.bundle;
    bundle->as_of++;
    does_not_hold(&board, "the board is of another instant than the manifest");
    bundle->as_of--;
    bundle->log_seq = 8;
    does_not_hold(&board, "the log ends with event 9, head ");
    bundle->log_seq = 9;
    bundle->competition[0] = 'd';
    does_not_hold(&board, "the manifest is of 'd', the log of 'c'");
    bundle->competition[0] = 'c';
    bundle->log_head[0] ^= 1;
    does_not_hold(&board, "the log ends with event 9, head ");
    bundle->log_head[0] ^= 1;
    bundle->key[0] ^= 1;
    does_not_hold(&board, "the log was opened with d75a980182b10ab7");
}

Test(publish, a_board_must_stand_on_an_event_of_its_log)
{
    published_auto struct published board;
    publish_fixture_board(&board, 9, "2023-11-11T00:00:00.000Z");
    char *head = strstr(board.contents[0].data, "\"log_head\": \"");
    head[strlen("\"log_head\": \"")] ^= 1;
    does_not_hold(&board, "which this log never had");
}

Test(publish, the_event_that_makes_a_board_final_is_found)
{
    published_auto struct published board;
    struct pod_error err = POD_ERROR_INIT;
    publish_fixture_board(&board, 18, "2023-11-22T00:00:00.000Z");
    cr_assert(published_check(&board, &err), "%s", err.message);
    cr_assert_eq(board.final_seq, 17); /* of another board: its digest is "b" */
    cr_assert_not(board.is_final_board);
}

/* Final boards. By the sample's events 3, 7 and 8 the deadline is 2023-11-19T12:00:00Z with
 * a minute of grace, and something was sealed. */

static void final_holds(const char *as_of, const struct publish_fixture_way *way)
{
    published_auto struct published board;
    struct pod_error err = POD_ERROR_INIT;
    publish_fixture_final(&board, as_of, way);
    cr_assert(published_check(&board, &err), "%s", err.message);
    cr_assert(board.is_final_board);
    cr_assert_eq(board.closes_at, log_instant("2023-11-19T12:01:00.000Z"));
}

static void no_final(const char *as_of, const struct publish_fixture_way *way,
                     const char *message)
{
    published_auto struct published board;
    publish_fixture_final(&board, as_of, way);
    does_not_hold(&board, message);
}

static const struct publish_fixture_way PLAIN = {NULL, NULL, true, true};

Test(publish, a_final_board_is_of_the_end_of_the_logs_deadline_with_its_grace)
{
    final_holds("2023-11-19T12:01:00.000Z", &PLAIN);
}

Test(publish, a_board_of_a_millisecond_before_that_is_not_final)
{
    no_final("2023-11-19T12:00:59.999Z", &PLAIN,
             "before 2023-11-19T12:01:00.000Z, the log's deadline with the grace");
}

Test(publish, no_board_of_an_instant_after_its_own_event_is_final)
{
    no_final("2023-11-23T00:00:00.001Z", &PLAIN,
             "event 19 makes a board final of an instant that is still to come");
}

Test(publish, a_jump_of_the_clock_may_come_before_a_board_is_made_final)
{
    const struct publish_fixture_way way = {"clock", NULL, true, true};
    final_holds("2023-11-22T00:00:00.000Z", &way);
}

Test(publish, nothing_else_may_come_between_a_final_board_and_its_event)
{
    const struct publish_fixture_way way = {"disqualified team=B", NULL, true, true};
    no_final("2023-11-22T00:00:00.000Z", &way, "stands on event 18, before event 19");
}

Test(publish, what_comes_after_a_board_was_made_final_does_not_undo_it)
{
    const struct publish_fixture_way way = {NULL, "disqualified team=B", true, true};
    final_holds("2023-11-22T00:00:00.000Z", &way);
}

Test(publish, a_final_board_has_its_records)
{
    const struct publish_fixture_way way = {NULL, NULL, true, false};
    no_final("2023-11-22T00:00:00.000Z", &way,
             "no board is final without its 'records.ndjson'");
}

Test(publish, a_second_final_board_takes_a_reason)
{
    const struct publish_fixture_way way = {NULL, NULL, false, true};
    no_final("2023-11-22T00:00:00.000Z", &way,
             "event 19 makes another board final than event 17 did, without a reason");
}
