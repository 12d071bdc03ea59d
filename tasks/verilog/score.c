#include "score.h"

#include "lex.h"
#include "problem.h"
#include "simulate.h"

#include "sdk/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

enum { FILES_MAX = 4096, LINES_MAX = 24, NAME_SHOWN = 60 };

/* A case at work. */
struct judging {
    const struct task_score *job;
    struct vlog_reference *ref;
    struct vlog_simulator sim;
    size_t present; /* files of problems */
    size_t compiled;
    size_t lines; /* of the message, also those that are not shown */
    double share_sum;
};

/* How a module did. */
struct outcome {
    bool is_passed;
    bool is_compiled;
    double share; /* of samples that are right */
};

static bool check_file(const char *name, const struct stat *status, struct task_error *err)
{
    task_auto_buf struct task_buf shown = TASK_BUF_INIT;
    size_t length = strlen(name);
    bool is_module = length > 2 && strcmp(name + length - 2, ".v") == 0;
    task_buf_escaped(&shown, name, length, NAME_SHOWN);
    if (!S_ISREG(status->st_mode) && (is_module || !S_ISDIR(status->st_mode)))
        return task_fail(err, TASK_ENTRY, "%s: not a regular file", shown.data);
    if (is_module && status->st_size > VLOG_SOURCE_MAX)
        return task_fail(err, TASK_ENTRY, "%s: larger than %d bytes", shown.data,
                         VLOG_SOURCE_MAX);
    return true;
}

static bool check_entries(DIR *dir, struct task_error *err)
{
    size_t count = 0;
    errno = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL; errno = 0) {
        struct stat status;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (++count > FILES_MAX)
            return task_fail(err, TASK_ENTRY, "more than %d files in the output",
                             FILES_MAX);
        if (fstatat(dirfd(dir), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
            return task_fail_errno(err, TASK_HOST, "cannot look at a file of the output");
        if (!check_file(entry->d_name, &status, err))
            return false;
    }
    return errno == 0 || task_fail_errno(err, TASK_HOST, "cannot list the output");
}

static bool check_folder(const char *folder, struct task_error *err)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return task_fail_errno(err, TASK_HOST, "cannot list \"%s\"", folder);
    bool done = check_entries(dir, err);
    (void)closedir(dir); /* read-only: nothing can be lost */
    return done;
}

static bool is_right(const char *found, const char *expected, size_t bits, size_t *wrong)
{
    for (size_t i = 0; i < bits; i++)
        if (expected[i] != 'x' && expected[i] != found[i]) {
            *wrong = i;
            return false;
        }
    return true;
}

/* Tells the first difference, but not what would have been right. */
static bool compare(const struct vlog_problem *problem, const struct vlog_vectors *vectors,
                    const struct task_buf *found, struct outcome *outcome,
                    struct task_error *err)
{
    size_t bits = vlog_face_outputs(&problem->face), right = 0, wrong = 0;
    size_t each = vlog_face_samples(&problem->face), count = vectors->count * each;
    for (size_t i = 0; i < count; i++) {
        if (is_right(found->data + i * bits, vectors->samples.data + i * bits, bits,
                     &wrong))
            right++;
        else
            (void)task_fail(err, TASK_ENTRY, "vector %zu%s: output '%s' differs", i / each,
                            i % each ? ", clock high" : "",
                            vlog_face_output_at(&problem->face, wrong)->name);
    }
    outcome->share = (double)right / (double)count;
    outcome->is_passed = right == count;
    return outcome->is_passed;
}

static bool is_there(const char *folder, const char *name)
{
    struct stat status;
    task_auto_free char *path = task_strf("%s/%s", folder, name);
    return lstat(path, &status) == 0;
}

/* True: passed. The reason, where not, is TASK_ENTRY. */
static bool judge(struct judging *j, const struct vlog_problem *problem,
                  struct outcome *outcome, struct task_error *err)
{
    vlog_auto_vectors struct vlog_vectors vectors = VLOG_VECTORS_INIT;
    task_auto_buf struct task_buf text = TASK_BUF_INIT, accepted = TASK_BUF_INIT,
                                  found = TASK_BUF_INIT;
    task_auto_free char *name = task_strf("%s.v", problem->id);
    if (!is_there(j->job->output_dir, name))
        return task_fail(err, TASK_ENTRY, "no file");
    j->present++;
    if (!task_file_read_hostile(j->job->output_dir, name, VLOG_SOURCE_MAX, &text, err) ||
        !vlog_accept(text.data ? text.data : "", text.length, problem->face.module,
                     &accepted, err) ||
        !vlog_reference_vectors(j->job->case_dir, problem, &vectors, err))
        return false;
    const struct vlog_module module = {&problem->face, accepted.data, accepted.length};
    if (!vlog_simulate(&j->sim, &module, &vectors, &found, err))
        return false;
    outcome->is_compiled = true;
    return compare(problem, &vectors, &found, outcome, err);
}

static void note(struct judging *j, const char *id, const char *reason)
{
    struct task_buf *message = &j->job->verdict->message;
    if (j->lines++ >= LINES_MAX)
        return;
    task_buf_printf(message, "%s%s: ", message->length ? "\n" : "", id);
    task_buf_escaped(message, reason, strlen(reason), 300);
}

/* One item. False: the harness is at fault. */
static bool judge_item(struct judging *j, size_t i, struct task_error *err)
{
    const struct vlog_problem *problem = &j->ref->problems[i];
    struct task_error reason = TASK_ERROR_INIT;
    struct outcome outcome = {false, false, 0};
    (void)judge(j, problem, &outcome, &reason); /* reason says it */
    if (reason.fault != TASK_OK && reason.fault != TASK_ENTRY)
        return task_fail(err, reason.fault, "%s: %s", problem->id, reason.message);
    if (!outcome.is_passed)
        note(j, problem->id, reason.message);
    j->compiled += outcome.is_compiled;
    j->share_sum += outcome.share;
    j->job->verdict->items[i] =
        (struct task_item){problem->id, problem->group, outcome.is_passed ? 1 : 0};
    return true;
}

static void add_shifted(struct task_verdict *verdict, const struct vlog_reference *ref)
{
    double sum[2] = {0, 0}, count[2] = {0, 0};
    for (size_t i = 0; i < ref->count; i++) {
        sum[ref->problems[i].is_shifted] += verdict->items[i].value;
        count[ref->problems[i].is_shifted]++;
    }
    if (count[1] == 0)
        return;
    task_verdict_metric(verdict, "shifted", sum[1] / count[1]);
    if (count[0] > 0)
        task_verdict_metric(verdict, "unshifted", sum[0] / count[0]);
}

static void fill(struct judging *j)
{
    struct task_verdict *verdict = j->job->verdict;
    double count = (double)j->ref->count, sum = 0;
    for (size_t i = 0; i < j->ref->count; i++)
        sum += verdict->items[i].value;
    verdict->raw = sum / count;
    verdict->score = 100 * (verdict->raw - j->ref->m0) / (1 - j->ref->m0);
    verdict->unit = "share of problems solved";
    task_verdict_metric(verdict, "vectors", j->share_sum / count);
    task_verdict_metric(verdict, "simulated", (double)j->compiled / count);
    add_shifted(verdict, j->ref);
    if (j->lines > LINES_MAX)
        task_buf_printf(&verdict->message, "\nand %zu more", j->lines - LINES_MAX);
}

static void free_reference(void *keeper)
{
    vlog_reference_release(keeper);
    free(keeper);
}

static bool judge_all(struct judging *j, struct task_error *err)
{
    struct task_verdict *verdict = j->job->verdict;
    verdict->items = task_alloc(j->ref->count, sizeof *verdict->items);
    verdict->item_count = j->ref->count;
    for (size_t i = 0; i < j->ref->count; i++)
        if (!judge_item(j, i, err))
            return false;
    if (j->present == 0)
        return task_fail(err, TASK_ENTRY, "no file <id>.v for any of the %zu problems",
                         j->ref->count);
    fill(j);
    return true;
}

/* Whatever a module might make of the simulator, which runs as our user, it shall not reach
 * our descriptors and memory by /proc. */
static bool judge_hidden(struct judging *j, struct task_error *err)
{
    int before = prctl(PR_GET_DUMPABLE);
    if (before < 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
        return task_fail_errno(err, TASK_HOST, "cannot become not dumpable");
    bool done = vlog_simulator_init(&j->sim, err) && judge_all(j, err);
    vlog_simulator_release(&j->sim);
    /* The children are dead. Sanitizers, at exit, look into their own process. */
    (void)prctl(PR_SET_DUMPABLE, before);
    return done;
}

bool vlog_score(const struct task_score *job, struct task_error *err)
{
    struct judging j = {.job = job, .ref = task_alloc(1, sizeof *j.ref)};
    job->verdict->keeper = j.ref;
    job->verdict->keeper_free = free_reference;
    return vlog_reference_load(job->case_dir, j.ref, err) &&
           check_folder(job->output_dir, err) && judge_hidden(&j, err);
}
