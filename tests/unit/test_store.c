#include "engine/store.h"
#include "engine/store_drift.h"

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

static void see_due(struct store *store, const char *digest, const char *set_key,
                    struct seen *seen)
{
    struct pod_error err = POD_ERROR_INIT;
    const struct due_set due = {.digest = digest, .set_key = set_key};
    seen->text[0] = '\0';
    cr_assert(store_each_case(store, &due, see_case, seen, &err), "%s", err.message);
}

Test(store, due_cases_are_replaced_as_a_whole_and_show_what_is_pending)
{
    struct pod_error err = POD_ERROR_INIT;
    struct store *store = open_store();
    put(store, 1, 0.5);
    int one = 1, two = 2;
    struct pod_digest first = pod_digest_bytes(&one, sizeof one);
    struct pod_digest second = pod_digest_bytes(&two, sizeof two);
    const struct due_case old[] = {{"gone", 0, second.hex}};
    const struct due_case now[] = {{"b", 0, second.hex}, {"a", 0, first.hex}};
    const struct due_set before = {"entry", "public", "tile", old, 1};
    const struct due_set after = {"entry", "public", "tile", now, 2};
    const struct due_set other = {"other", "public", "tile", old, 1};
    const struct due_set hidden = {"entry", "hidden", "tile", old, 1};
    cr_assert(store_due(store, &before, &err), "%s", err.message);
    cr_assert(store_due(store, &after, &err), "%s", err.message);
    cr_assert(store_due(store, &other, &err), "%s", err.message);
    cr_assert(store_due(store, &hidden, &err), "%s", err.message);
    struct seen seen;
    see_due(store, "entry", "public", &seen);
    cr_assert_str_eq(seen.text, "tile/a:OK tile/b:pending ");
    /* Another set of cases is another matter. */
    see_due(store, "entry", "hidden", &seen);
    cr_assert_str_eq(seen.text, "tile/gone:pending ");
    see_due(store, "entry", "changed", &seen);
    cr_assert_str_eq(seen.text, "");
    store_close(store);
}

static bool see_shown(void *context, const struct shown *shown, struct pod_error *err)
{
    (void)err;
    struct seen *seen = context;
    size_t used = strlen(seen->text);
    if (shown->result == NULL)
        (void)snprintf(seen->text + used, sizeof seen->text - used, "%s/%s/%s:pending ",
                       shown->digest, shown->task, shown->case_id);
    else
        (void)snprintf(seen->text + used, sizeof seen->text - used, "%s/%s/%s:%s %g ",
                       shown->digest, shown->task, shown->case_id,
                       verdict_info(shown->result->verdict)->code, shown->result->raw);
    return true;
}

static bool see_items(void *context, const char *case_id, const struct verdict_item *items,
                      size_t count, struct pod_error *err)
{
    (void)err;
    struct seen *seen = context;
    size_t used = strlen(seen->text);
    (void)snprintf(seen->text + used, sizeof seen->text - used, "%s:%zu ", case_id, count);
    for (size_t i = 0; i < count; i++) {
        used = strlen(seen->text);
        (void)snprintf(seen->text + used, sizeof seen->text - used, "%s=%g ", items[i].id,
                       items[i].value);
    }
    return true;
}

Test(store, a_set_is_shown_in_the_order_of_its_entries_and_items_come_apart)
{
    struct pod_error err = POD_ERROR_INIT;
    struct store *store = open_store();
    int one = 1, two = 2;
    struct pod_digest first = pod_digest_bytes(&one, sizeof one);
    struct pod_digest second = pod_digest_bytes(&two, sizeof two);
    const struct due_case cases[] = {{"b", 0, second.hex}, {"a", 0, first.hex}};
    const struct due_set z = {"z", "public", "tile", cases, 2};
    const struct due_set a = {"a", "public", "tile", cases, 1};
    struct case_result result = CASE_RESULT_INIT;
    char graph[] = "graph", other[] = "other";
    struct verdict_item items[] = {{graph, NULL, 0.5}, {other, NULL, 0.75}};
    result.task = pod_strdup("tile");
    result.case_id = pod_strdup("a");
    result.key = first;
    result.verdict = VERDICT_OK;
    result.has_raw = result.has_score = true;
    result.raw = 0.625;
    result.unit = pod_strdup("mean");
    result.items = items;
    result.item_count = 2;
    cr_assert(store_result(store, "z", &result, &err), "%s", err.message);
    result.items = NULL;
    result.item_count = 0;
    case_result_release(&result);
    cr_assert(store_due(store, &z, &err) && store_due(store, &a, &err), "%s", err.message);
    struct seen seen = {""};
    pod_auto_names struct pod_names keys = POD_NAMES_INIT;
    pod_names_add(&keys, "public");
    pod_auto_buf struct pod_buf texts = POD_BUF_INIT;
    const struct shown_sets sets = {&keys, &texts};
    cr_assert(store_each_shown(store, &sets, see_shown, &seen, &err), "%s", err.message);
    cr_assert_str_eq(seen.text, "a/tile/b:pending z/tile/a:OK 0.625 z/tile/b:pending ");
    seen.text[0] = '\0';
    cr_assert(store_each_items(store, &z, see_items, &seen, &err), "%s", err.message);
    cr_assert_str_eq(seen.text, "a:2 graph=0.5 other=0.75 ");
    store_close(store);
}

/* Everything that a board asks, of each visit a line. */
static bool print_shown(void *context, const struct shown *shown, struct pod_error *err)
{
    (void)err;
    const struct case_result *result = shown->result;
    struct pod_buf *text = context;
    pod_buf_printf(text, "%zu %s %s %s", shown->set, shown->digest, shown->task,
                   shown->case_id);
    if (result != NULL)
        pod_buf_printf(text, " %s %s %s %d:%.17g %d:%.17g %lld %lld %lld %zu:%lld",
                       result->case_id, verdict_info(result->verdict)->code,
                       result->message ? result->message : "none", result->has_raw,
                       result->raw, result->has_score, result->score,
                       (long long)result->wall_ns, (long long)result->cpu_ns,
                       (long long)result->memory_bytes, result->timing.count,
                       (long long)result->timing.median_ns);
    pod_buf_puts(text, "\n");
    return strcmp(shown->case_id, "last") != 0;
}

static void put_failure(struct store *store, int number)
{
    struct pod_error err = POD_ERROR_INIT;
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    result.task = pod_strdup("tile");
    result.case_id = pod_strdup("b");
    result.key = pod_digest_bytes(&number, sizeof number);
    result.verdict = VERDICT_TLE;
    result.message = pod_strdup("too slow");
    result.wall_ns = 3;
    result.cpu_ns = 2;
    result.memory_bytes = 1;
    result.timing.samples = pod_alloc(2, sizeof *result.timing.samples);
    for (; result.timing.count < 2; result.timing.count++)
        result.timing.samples[result.timing.count] = (struct timing_sample){3, 2, 4};
    result.timing.level_ns = 4;
    timing_summarise(&result.timing);
    cr_assert(store_result(store, "entry", &result, &err), "%s", err.message);
}

Test(store, one_pass_shows_several_sets_each_in_its_order_and_stops_where_it_is_told)
{
    struct pod_error err = POD_ERROR_INIT;
    struct store *store = open_store();
    int one = 1, two = 2, three = 3;
    struct pod_digest first = pod_digest_bytes(&one, sizeof one);
    struct pod_digest second = pod_digest_bytes(&two, sizeof two);
    struct pod_digest third = pod_digest_bytes(&three, sizeof three);
    put_failure(store, 2); /* recorded in another order than they are due */
    put(store, 4, 0.5);    /* and one that is due nowhere */
    put(store, 1, 0.1);
    const struct due_case cases[] = {
        {"a", 0, first.hex}, {"b", 0, second.hex}, {"c", 0, third.hex}};
    const struct due_case again[] = {{"again", 0, first.hex}, {"last", 0, third.hex}};
    const struct due_set public = {"e", "public", "tile", cases, 3};
    const struct due_set hidden = {"e", "hidden", "layout", again, 2};
    const struct due_set beyond = {"f", "hidden", "layout", again, 1};
    cr_assert(store_due(store, &beyond, &err) && store_due(store, &public, &err) &&
                  store_due(store, &hidden, &err),
              "%s", err.message);
    pod_auto_names struct pod_names keys = POD_NAMES_INIT;
    pod_names_add(&keys, "public");
    pod_names_add(&keys, "nothing");
    pod_names_add(&keys, "hidden");
    pod_auto_buf struct pod_buf texts = POD_BUF_INIT;
    pod_auto_buf struct pod_buf seen = POD_BUF_INIT;
    const struct shown_sets sets = {&keys, &texts};
    cr_assert_not(store_each_shown(store, &sets, print_shown, &seen, &err));
    cr_assert_str_eq(seen.data,
                     "0 e tile a a OK none 1:0.10000000000000001 1:0 0 0 0 0:0\n"
                     "0 e tile b b TLE too slow 0:0 0:0 3 2 1 2:2\n"
                     "0 e tile c\n"
                     "2 e layout again again OK none 1:0.10000000000000001 1:0 0 0"
                     " 0 0:0\n"
                     "2 e layout last\n");
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

static void put_submission(struct store *store, const char *where, const char *digest,
                           int64_t received_ms)
{
    struct pod_error err = POD_ERROR_INIT;
    struct submission submission = {
        .path = pod_strdup(where),
        .digest = pod_strdup(digest),
        .name = pod_strdup("n"),
        .team = pod_strf("%s-%s", where, digest),
        .has_arrival = received_ms > 0,
        .received_ms = received_ms,
        .seq = received_ms,
    };
    cr_assert(store_submission(store, &submission, &err), "%s", err.message);
    submission_release(&submission);
}

static void see_submissions(struct store *store, struct seen *seen)
{
    struct pod_error err = POD_ERROR_INIT;
    seen->text[0] = '\0';
    cr_assert(store_each_submission(store, see_submission, seen, &err), "%s", err.message);
}

Test(store, an_arrival_time_is_set_once_and_orders_the_submissions)
{
    struct store *store = open_store();
    struct seen seen;
    put_submission(store, "a", "d1", 20);
    put_submission(store, "b", "d2", 10);
    put_submission(store, "a", "d1", 5); /* somebody edits received.json afterwards */
    see_submissions(store, &seen);
    cr_assert_str_eq(seen.text, "b-d2@10 a-d1@20 ");
    store_close(store);
}

Test(store, equal_bytes_are_one_submission_with_the_first_arrival)
{
    struct store *store = open_store();
    struct seen seen;
    put_submission(store, "late", "same", 30);
    put_submission(store, "early", "same", 10);
    put_submission(store, "unstamped", "same", 0);
    see_submissions(store, &seen);
    cr_assert_str_eq(seen.text, "early-same@10 ");
    store_close(store);
}

Test(store, what_a_folder_was_stamped_with_can_be_looked_up)
{
    struct pod_error err = POD_ERROR_INIT;
    struct store *store = open_store();
    struct arrival known;
    put_submission(store, "a", "old", 10);
    put_submission(store, "a", "new", 20);
    cr_assert(store_find_arrival(store, "a", "old", &known, &err), "%s", err.message);
    cr_assert(known.is_known && known.is_same_entry);
    cr_assert_eq(known.received_ms, 10);
    cr_assert(store_find_arrival(store, "a", "other", &known, &err), "%s", err.message);
    cr_assert(known.is_known && !known.is_same_entry);
    cr_assert_eq(known.received_ms, 20, "not the last one");
    cr_assert(store_find_arrival(store, "b", "old", &known, &err), "%s", err.message);
    cr_assert_not(known.is_known);
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

static bool sum_drift(void *context, const struct store_drift *drift, struct pod_error *err)
{
    int64_t *seen = context;
    (void)err;
    seen[0]++;
    seen[drift->cpu] =
        drift->after_ns - drift->before_ns + drift->ended_ms - 1000 * drift->started_ms;
    return drift->cpu != 3;
}

Test(store, drifts_come_back_in_their_order)
{
    struct pod_error err = POD_ERROR_INIT;
    struct store *store = open_store();
    int64_t seen[4] = {0};
    for (int64_t cpu = 1; cpu <= 3; cpu++) {
        const struct store_drift drift = {1, 2000, cpu, 10, 10 + cpu};
        cr_assert(store_drift(store, &drift, &err), "%s", err.message);
    }
    cr_assert_not(store_each_drift(store, sum_drift, seen, &err), "the last one stops it");
    cr_assert_eq(seen[0], 3);
    cr_assert_eq(seen[1], 1001);
    cr_assert_eq(seen[2], 1002);
    cr_assert_eq(seen[3], 1003);
    store_close(store);
}
