/* Job files out, results home, on a folder that several processes share. */
#include "engine/spool.h"

#include "base/fs.h"
#include "engine/job.h"
#include "engine/scratch.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char id[SPOOL_ID];

static char *enter(void)
{
    struct pod_error err = POD_ERROR_INIT;
    char *folder = fixture_enter();
    cr_assert(spool_open("spool", id, &err), "%s", err.message);
    return folder;
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

static bool commit(int number, double raw)
{
    struct pod_error err = POD_ERROR_INIT;
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    make_result(&result, number, raw);
    bool is_first = false;
    cr_assert(spool_commit("spool", &result, &is_first, &err), "%s", err.message);
    return is_first;
}

static bool read_result(int number, struct case_result *out, struct pod_error *err)
{
    struct pod_digest key = pod_digest_bytes(&number, sizeof number);
    bool is_unread = false;
    return spool_read_result("spool", key.hex, out, &is_unread, err);
}

Test(spool, an_id_is_drawn_once)
{
    char *folder = enter();
    char again[SPOOL_ID];
    struct pod_error err = POD_ERROR_INIT;
    cr_assert_eq(strlen(id), SPOOL_ID - 1);
    cr_assert(spool_open("spool", again, &err));
    cr_assert_str_eq(id, again);
    cr_assert(spool_open("other", again, &err));
    cr_assert_str_neq(id, again);
    fixture_write("spool/id", "0123");
    cr_assert_not(spool_open("spool", again, &err));
    cr_assert_eq(err.fault, POD_HOST);
    fixture_leave_take(folder);
}

Test(spool, the_first_result_of_a_case_wins)
{
    char *folder = enter();
    struct pod_error err = POD_ERROR_INIT;
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    cr_assert(commit(1, 0.25));
    cr_assert_not(commit(1, 0.5));
    cr_assert(read_result(1, &result, &err), "%s", err.message);
    cr_assert_eq(result.raw, 0.25);
    fixture_leave_take(folder);
}

Test(spool, of_many_writers_exactly_one_is_the_first, .timeout = 60)
{
    enum { WRITERS = 16, CASES = 8 };
    char *folder = enter();
    pid_t pids[WRITERS];
    for (int w = 0; w < WRITERS; w++) {
        pids[w] = fork();
        if (pids[w] != 0)
            continue;
        int first = 0;
        for (int i = 0; i < CASES; i++)
            first += commit(i, w);
        _exit(first);
    }
    int firsts = 0;
    for (int w = 0; w < WRITERS; w++) {
        int status = 0;
        cr_assert_eq(waitpid(pids[w], &status, 0), pids[w]);
        cr_assert(WIFEXITED(status));
        firsts += WEXITSTATUS(status);
    }
    cr_assert_eq(firsts, CASES);
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_names struct pod_names keys = POD_NAMES_INIT, files = POD_NAMES_INIT;
    cr_assert(spool_list_results("spool", &keys, &err));
    cr_assert_eq(keys.count, CASES);
    cr_assert(pod_dir_list("spool/results", &files, &err));
    cr_assert_eq(files.count, CASES, "no temporary file stays");
    fixture_leave_take(folder);
}

Test(spool, what_is_no_result_is_refused_and_can_be_set_aside)
{
    char *folder = enter();
    int number = 1;
    struct pod_digest key = pod_digest_bytes(&number, sizeof number);
    pod_auto_free char *path = spool_result_path("spool", key.hex);
    static const char *const TEXTS[] = {"", "{", "[]", "{\"schema\": \"podium.result/1\"}",
                                        "\x7f"
                                        "ELF"};
    for (size_t i = 0; i < COUNT(TEXTS); i++) {
        struct pod_error err = POD_ERROR_INIT;
        case_result_auto struct case_result result = CASE_RESULT_INIT;
        fixture_write(path, TEXTS[i]);
        cr_expect_not(read_result(1, &result, &err), "%s", TEXTS[i]);
        cr_expect_eq(err.fault, POD_HOST);
    }
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(spool_set_aside("spool", key.hex, &err));
    cr_assert_not(pod_path_exists(path));
    cr_assert(spool_set_aside("spool", key.hex, &err), "somebody else was faster");
    cr_assert(commit(1, 1), "the next one is the first");
    fixture_leave_take(folder);
}

Test(spool, other_files_are_no_results)
{
    char *folder = enter();
    struct pod_error err = POD_ERROR_INIT;
    fixture_write("spool/results/.part-AbCdEf", "{");
    fixture_write("spool/results/README.json", "{");
    fixture_write("spool/results/0123.json", "{");
    pod_auto_names struct pod_names keys = POD_NAMES_INIT;
    cr_assert(spool_list_results("spool", &keys, &err));
    cr_assert_eq(keys.count, 0);
    fixture_leave_take(folder);
}

/* Notes. */

struct heard {
    size_t count;
    enum spool_note_kind kind;
    char message[64];
};

static bool hear(void *context, const struct spool_note *note, struct pod_error *err)
{
    struct heard *heard = context;
    heard->count++;
    heard->kind = note->kind;
    int length = snprintf(heard->message, sizeof heard->message, "%s", note->message);
    return length >= 0 || pod_fail(err, POD_BUG, "snprintf");
}

Test(spool, a_note_is_heard_once)
{
    char *folder = enter();
    struct pod_error err = POD_ERROR_INIT;
    struct heard heard = {0};
    char node[] = "n1", message[] = "two\nlines";
    const struct spool_note note = {SPOOL_NOTE_JUDGE_ERROR, pod_digest_bytes("x", 1), node,
                                    message};
    cr_assert(spool_put_note("spool", &note, &err), "%s", err.message);
    fixture_write("spool/notes/garbage.json", "garbage");
    cr_assert(spool_take_notes("spool", hear, &heard, &err), "%s", err.message);
    cr_assert_eq(heard.count, 1);
    cr_assert_eq(heard.kind, SPOOL_NOTE_JUDGE_ERROR);
    cr_assert_str_eq(heard.message, "two\\x0alines");
    cr_assert(spool_take_notes("spool", hear, &heard, &err));
    cr_assert_eq(heard.count, 1);
    fixture_leave_take(folder);
}

/* Job files. */

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char JOB[] =
    "{\"schema\": \"podium.job/1\", \"entry\": \"/w/runs/0/entry\", \"run\": "
    "\"/w/runs/0\", \"digest\": \"" HEX "\", \"podium\": \"" HEX
    "\", \"spool\": \"/w/slurm\", \"tasks\": \"/t\","
    " \"waived\": 32, \"cpu_limit_s\": 0.5, \"repeats\": 5, \"warmup\": 1, \"sets\": "
    "[{\"task\": \"tile\","
    " \"split\": \"public\", \"folder\": \"/w/cases/tile\", \"scorer\": \"" HEX
    "\", \"cases\": [{\"case\": \"tile-cpu\", \"key\": \"" HEX "\"}]}]}";

Test(spool, a_job_comes_back_as_it_was_written)
{
    char *folder = enter();
    struct pod_error err = POD_ERROR_INIT;
    struct job job, again;
    fixture_write("job.json", JOB);
    cr_assert(job_load(&job, "job.json", &err), "%s", err.message);
    cr_assert(job_write(&job, "again.json", &err), "%s", err.message);
    cr_assert(job_load(&again, "again.json", &err), "%s", err.message);
    cr_assert_str_eq(again.entry, "/w/runs/0/entry");
    cr_assert_null(again.policy);
    cr_assert_eq(again.waived, 32);
    cr_assert_eq(again.cpu_limit_s, 0.5);
    cr_assert_eq(again.timing.repeats, 5);
    cr_assert_eq(again.timing.warmup, 1);
    cr_assert_eq(again.set_count, 1);
    cr_assert_str_eq(again.sets[0].folder, "/w/cases/tile");
    cr_assert_str_eq(again.sets[0].scorer.hex, HEX);
    cr_assert_eq(again.sets[0].count, 1);
    cr_assert_str_eq(again.sets[0].cases[0].id, "tile-cpu");
    cr_assert_str_eq(again.sets[0].cases[0].key.hex, HEX);
    job_release(&job);
    job_release(&again);
    fixture_leave_take(folder);
}

static const struct fixture_case REFUSED[] = {
    {"sets.0.cases.0.case", "\"../../etc\"",
     "job.json: .sets[0].cases[0].case: is no name of a folder"},
    {"sets.0.cases.0.case", "\".hidden\"",
     "job.json: .sets[0].cases[0].case: is no name of a folder"},
    {"sets.0.cases.0.key", "\"" HEX "0\"",
     "job.json: .sets[0].cases[0].key: expected 64 to 64 bytes, found 65"},
    {"sets.0.cases.0.more", "1",
     "job.json: .sets[0].cases[0].more: unknown key, known are case, key"},
    {"sets", "[]", "job.json: .sets: expected 1 to 100000 items, found 0"},
    {"shell", "\"rm\"",
     "job.json: .shell: unknown key, known are entry, run, digest, podium, spool, tasks, "
     "policy, waived, cpu_limit_s, repeats, warmup, sets"},
    {"entry", NULL, "job.json: .entry: missing"},
};

Test(spool, a_wrong_job_is_refused_with_the_place)
{
    char *folder = enter();
    for (size_t i = 0; i < COUNT(REFUSED); i++) {
        struct pod_error err = POD_ERROR_INIT;
        struct job job;
        pod_auto_free char *text = fixture_patch(JOB, REFUSED[i].path, REFUSED[i].value);
        fixture_write("job.json", text);
        cr_expect_not(job_load(&job, "job.json", &err), "%s", REFUSED[i].message);
        cr_expect_eq(err.fault, POD_HOST);
        cr_expect_str_eq(err.message, REFUSED[i].message);
        job_release(&job);
    }
    fixture_leave_take(folder);
}

/* Private folders. */

Test(spool, two_jobs_on_a_node_have_two_folders_and_two_slots)
{
    char *folder = enter();
    struct pod_error err = POD_ERROR_INIT;
    struct scratch one, two;
    cr_assert_eq(setenv("TMPDIR", folder, 1), 0);
    cr_assert(scratch_open(&one, &err), "%s", err.message);
    cr_assert(scratch_open(&two, &err), "%s", err.message);
    cr_assert(pod_path_is_dir(one.folder), "a sweep must not take what is in use");
    cr_assert_str_neq(one.folder, two.folder);
    cr_assert_neq(one.slot, two.slot);
    scratch_close(&one);
    scratch_close(&two);
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    cr_assert(pod_dir_list(folder, &names, &err));
    cr_assert_eq(names.count, 1, "nothing but the spool");
    fixture_leave_take(folder);
}

Test(spool, a_folder_that_nobody_holds_is_swept)
{
    char *folder = enter();
    struct pod_error err = POD_ERROR_INIT;
    struct scratch scratch;
    fixture_write("podium-work-dead/cases/x", "left");
    cr_assert_eq(setenv("TMPDIR", folder, 1), 0);
    cr_assert(scratch_open(&scratch, &err), "%s", err.message);
    cr_assert_not(pod_path_exists("podium-work-dead"));
    scratch_close(&scratch);
    fixture_leave_take(folder);
}
