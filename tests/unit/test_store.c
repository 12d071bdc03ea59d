#include "engine/store.h"

#include "base/fs.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/podium-store-XXXXXX";
static char *path;

static void set_up(void)
{
    cr_assert_not_null(mkdtemp(folder));
    path = pod_path_join(folder, "store.sqlite");
}

static void tear_down(void)
{
    struct pod_error err = POD_ERROR_INIT;
    free(path);
    cr_assert(pod_dir_remove(folder, &err), "%s", err.message);
}

TestSuite(store, .init = set_up, .fini = tear_down, .timeout = 60);

static struct store *open_store(void)
{
    struct pod_error err = POD_ERROR_INIT;
    struct store *store = store_open(path, &err);
    cr_assert_not_null(store, "%s", err.message);
    return store;
}

/* A result whose key is the digest of a number. */
static void make_result(struct case_result *result, int number, double raw)
{
    result->task = pod_strdup("tile");
    result->case_id = pod_strf("case-%d", number);
    result->key = pod_digest_bytes(&number, sizeof number);
    result->verdict = VERDICT_OK;
    result->has_raw = result->has_score = true;
    result->raw = raw;
    result->unit = pod_strdup("tau-b");
}

static void put(struct store *store, int number, double raw)
{
    struct pod_error err = POD_ERROR_INIT;
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    make_result(&result, number, raw);
    cr_assert(store_result(store, "entry", &result, &err), "%s", err.message);
}

static bool find(struct store *store, int number, double *raw)
{
    struct pod_error err = POD_ERROR_INIT;
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    struct pod_digest key = pod_digest_bytes(&number, sizeof number);
    bool found = false;
    cr_assert(store_find_result(store, key.hex, &found, &result, &err), "%s", err.message);
    *raw = result.raw;
    return found;
}

Test(store, a_result_comes_back_by_its_key_also_after_closing)
{
    struct store *store = open_store();
    double raw = 0;
    cr_assert_not(find(store, 1, &raw));
    put(store, 1, 0.1);
    store_close(store);
    store = open_store();
    cr_assert(find(store, 1, &raw));
    cr_assert_eq(raw, 0.1, "not the same double");
    cr_assert_not(find(store, 2, &raw));
    store_close(store);
}

Test(store, the_first_result_of_a_key_stands)
{
    struct store *store = open_store();
    double raw = 0;
    put(store, 1, 0.25);
    put(store, 1, 0.75);
    cr_assert(find(store, 1, &raw));
    cr_assert_eq(raw, 0.25);
    store_close(store);
}

struct seen {
    char text[512];
};

static bool see_case(void *context, const char *task, const char *case_id,
                     const struct case_result *result, struct pod_error *err)
{
    (void)err;
    struct seen *seen = context;
    size_t used = strlen(seen->text);
    (void)snprintf(seen->text + used, sizeof seen->text - used, "%s/%s:%s ", task, case_id,
                   result ? verdict_info(result->verdict)->code : "pending");
    return true;
}

Test(store, due_cases_are_replaced_as_a_whole_and_show_what_is_pending)
{
    struct pod_error err = POD_ERROR_INIT;
    struct store *store = open_store();
    put(store, 1, 0.5);
    int one = 1, two = 2;
    struct pod_digest first = pod_digest_bytes(&one, sizeof one);
    struct pod_digest second = pod_digest_bytes(&two, sizeof two);
    const struct due_case old[] = {{"tile", "gone", 0, second.hex}};
    const struct due_case now[] = {{"tile", "b", 0, second.hex},
                                   {"tile", "a", 0, first.hex}};
    cr_assert(store_due(store, "entry", old, 1, &err), "%s", err.message);
    cr_assert(store_due(store, "entry", now, 2, &err), "%s", err.message);
    cr_assert(store_due(store, "other", old, 1, &err), "%s", err.message);
    struct seen seen = {""};
    cr_assert(store_each_case(store, "entry", see_case, &seen, &err), "%s", err.message);
    cr_assert_str_eq(seen.text, "tile/a:OK tile/b:pending ");
    store_close(store);
}

static bool see_submission(void *context, const struct submission *submission,
                           struct pod_error *err)
{
    (void)err;
    struct seen *seen = context;
    size_t used = strlen(seen->text);
    (void)snprintf(seen->text + used, sizeof seen->text - used, "%s@%lld ",
                   submission->team,
                   submission->has_arrival ? (long long)submission->received_ms : -1);
    return true;
}

Test(store, an_arrival_time_is_set_once_and_orders_the_submissions)
{
    struct pod_error err = POD_ERROR_INIT;
    struct store *store = open_store();
    char path_a[] = "a", path_b[] = "b", digest[] = "d", name[] = "n";
    char first[] = "first", second[] = "second";
    struct submission late = {.path = path_a,
                              .digest = digest,
                              .name = name,
                              .team = second,
                              .has_arrival = true,
                              .received_ms = 20,
                              .seq = 2};
    struct submission early = {.path = path_b,
                               .digest = digest,
                               .name = name,
                               .team = first,
                               .has_arrival = true,
                               .received_ms = 10,
                               .seq = 1};
    cr_assert(store_submission(store, &late, &err), "%s", err.message);
    cr_assert(store_submission(store, &early, &err), "%s", err.message);
    late.received_ms = 5; /* somebody edits received.json afterwards */
    cr_assert(store_submission(store, &late, &err), "%s", err.message);
    struct seen seen = {""};
    cr_assert(store_each_submission(store, see_submission, &seen, &err), "%s", err.message);
    cr_assert_str_eq(seen.text, "first@10 second@20 ");
    store_close(store);
}

/* A child records without end and says each number that was acknowledged; it is killed at
 * odd moments. Everything acknowledged must be there. */
static int record_until_killed(int from)
{
    int said[2];
    cr_assert_eq(pipe(said), 0);
    pid_t child = fork();
    if (child == 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
            _exit(1);
        struct store *store = open_store();
        for (int i = from;; i++) {
            put(store, i, i);
            if (write(said[1], &i, sizeof i) != sizeof i)
                _exit(1);
        }
    }
    close(said[1]);
    int last = from - 1, got = 0;
    while (got < 20 && read(said[0], &last, sizeof last) == sizeof last)
        got++;
    kill(child, SIGKILL);
    while (read(said[0], &last, sizeof last) == sizeof last)
        ; /* acknowledged before the kill came through */
    close(said[0]);
    waitpid(child, NULL, 0);
    return last;
}

Test(store, kill_9_loses_nothing_that_was_acknowledged)
{
    int next = 1;
    for (int round = 0; round < 10; round++)
        next = record_until_killed(next) + 1;
    cr_assert_gt(next, 10 * 20);
    struct store *store = open_store();
    for (int i = 1; i < next; i++) {
        double raw = -1;
        cr_assert(find(store, i, &raw), "result %d is lost", i);
        cr_assert_eq(raw, i);
    }
    store_close(store);
}
