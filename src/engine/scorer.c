#include "scorer.h"

#include "base/fs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Scorers are n log n and small; these are for one that a hostile file led astray. */
static const struct task_limits SCORER_LIMITS = {
    .cpu_s = 120,
    .wall_s = 180,
    .memory_mib = 4096,
    .processes = 16,
    .output_mib = VERDICT_OBJECT_BYTES >> 20,
    .output_files = 16,
    .log_kib = 16,
};

enum { EXIT_SCORED = 42, EXIT_REJECTED = 43, VERDICT_FD = 3 };

static void build_command(const struct scorer_job *job, struct pod_names *command)
{
    pod_names_add_take(command, pod_strf("/podium/bin/%s", job->set->task.id));
    pod_names_add(command, "score");
    if (job->is_lenient)
        pod_names_add(command, "--lenient");
    if (job->one->prepared != NULL) {
        pod_names_add(command, "--prepared");
        pod_names_add_take(command, pod_strf("/podium/prepared/%s", job->one->prepared));
    }
    for (size_t i = 0; job->others != NULL && i < job->others->count; i++) {
        pod_names_add(command, "--other");
        pod_names_add(command, job->others->items[i]);
    }
    pod_names_add(command, "/podium/case");
    pod_names_add(command, "/podium/out");
}

static bool read_verdict(int fd, struct pod_buf *bytes, struct pod_error *err)
{
    off_t size = lseek(fd, 0, SEEK_END);
    if (size < 0 || lseek(fd, 0, SEEK_SET) < 0)
        return pod_fail_errno(err, POD_HOST, "cannot read a scorer's verdict");
    if (size > VERDICT_OBJECT_BYTES)
        return pod_fail(err, POD_TASK, "the verdict has %lld bytes, more than %d",
                        (long long)size, VERDICT_OBJECT_BYTES);
    while ((off_t)bytes->length < size) {
        char chunk[65536];
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return pod_fail_errno(err, POD_HOST, "cannot read a scorer's verdict");
        pod_buf_append(bytes, chunk, (size_t)got);
    }
    return true;
}

/* JE, and the entry's own facts stay as they are. */
static void blame_task(struct case_result *result, const char *task, const char *why)
{
    result->verdict = VERDICT_JE;
    free(result->message);
    result->message = pod_strf("scorer of task '%s': %s", task, why);
}

static void blame_task_for_end(const struct scorer_job *job, const struct sb_result *run,
                               struct case_result *result)
{
    pod_auto_buf struct pod_buf said = POD_BUF_INIT;
    struct pod_error ignored = POD_ERROR_INIT;
    (void)pod_file_read(job->log, 1 << 20, &said, &ignored); /* its words are a bonus */
    pod_auto_buf struct pod_buf shown = POD_BUF_INIT;
    pod_buf_escaped(&shown, said.length ? said.data : "", said.length);
    pod_auto_free char *why =
        pod_strf("ended by '%s' (exit status %d, signal %d): %.300s", sb_end_name(run->end),
                 run->exit_code, run->signal, shown.length ? shown.data : "no words");
    blame_task(result, job->set->task.id, why);
}

static bool take_verdict(const struct scorer_job *job, const struct guest *guest,
                         int verdict_fd, struct case_result *result, struct pod_error *err)
{
    const struct sb_result *run = &guest->result;
    bool is_rejected = run->exit_code == EXIT_REJECTED;
    if (run->end != SB_END_EXIT || (run->exit_code != EXIT_SCORED && !is_rejected)) {
        blame_task_for_end(job, run, result);
        return true;
    }
    pod_auto_buf struct pod_buf bytes = POD_BUF_INIT;
    verdict_object_auto struct verdict_object object = VERDICT_OBJECT_INIT;
    struct pod_error problem = POD_ERROR_INIT;
    if (!read_verdict(verdict_fd, &bytes, &problem) ||
        !verdict_object_parse(bytes.length ? bytes.data : "", bytes.length, is_rejected,
                              &object, &problem)) {
        if (problem.fault == POD_HOST)
            return pod_fail(err, POD_HOST, "%s", problem.message);
        blame_task(result, job->set->task.id, problem.message);
        return true;
    }
    result->verdict = is_rejected ? VERDICT_WA : VERDICT_OK;
    case_result_take_object(result, &object);
    return true;
}

static bool run_scorer(const struct scorer_job *job, struct guest *guest, int verdict_fd,
                       struct case_result *result, struct pod_error *err)
{
    pod_auto_free char *programs = pod_strdup(job->set->program);
    char *slash = strrchr(programs, '/');
    if (slash == NULL)
        return pod_fail(err, POD_BUG, "no folder in program path '%s'", programs);
    *slash = '\0';
    guest_bind(guest, programs, "/podium/bin");
    guest_bind(guest, job->set->task_folder, "/podium/task");
    guest_bind(guest, job->one->folder, "/podium/case");
    guest_bind(guest, job->output, "/podium/out");
    /* Also where it is empty: a ground is kept for one set of places. */
    if (job->set->prepared != NULL)
        guest_bind(guest, job->set->prepared, "/podium/prepared");
    struct guest_options options = *job->options;
    options.cpu_limit_s = 0;
    guest_limits(guest, &SCORER_LIMITS, &options);
    guest->verdict_fd = (struct sb_pass_fd){verdict_fd, VERDICT_FD};
    guest->spec.command.pass_fds = &guest->verdict_fd;
    guest->spec.command.pass_fd_count = 1;
    pod_auto_names struct pod_names command = POD_NAMES_INIT;
    build_command(job, &command);
    return guest_run(guest, &command, "/podium/task", job->log, err) &&
           take_verdict(job, guest, verdict_fd, result, err);
}

bool scorer_run(const struct scorer_job *job, struct case_result *result,
                struct pod_error *err)
{
    /* A memory file, not a pipe: a large verdict must not wait for a reader that waits for
     * the scorer's end. */
    pod_auto_fd int verdict_fd = memfd_create("verdict", MFD_CLOEXEC);
    if (verdict_fd < 0)
        return pod_fail_errno(err, POD_HOST, "cannot make a memory file");
    struct guest_options options = *job->options;
    options.ground = job->options->scorer_ground;
    struct guest guest;
    guest_init(&guest, &options);
    bool done = run_scorer(job, &guest, verdict_fd, result, err);
    guest_release(&guest);
    return done;
}
