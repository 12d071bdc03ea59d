#include "crew.h"

#include "pipeline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct frame {
    uint32_t kind;
    uint32_t length;
};

enum { FRAME_MAX = 64 << 20, PIPE_BYTES = 1 << 20 };

static bool write_all(int fd, const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length > 0) {
        ssize_t put = write(fd, at, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        at += put;
        length -= (size_t)put;
    }
    return true;
}

static bool read_all(int fd, void *bytes, size_t length)
{
    char *at = bytes;
    while (length > 0) {
        ssize_t got = read(fd, at, length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        length -= (size_t)got;
    }
    return true;
}

/* As one: a frame that is there is whole, as far as a pipe holds it. rest follows text,
 * with a newline between; NULL: none. */
static bool send_frame(int fd, enum crew_frame_kind kind, const char *text,
                       const char *rest)
{
    pod_auto_buf struct pod_buf all = POD_BUF_INIT;
    struct frame frame = {kind, 0};
    pod_buf_append(&all, &frame, sizeof frame);
    pod_buf_puts(&all, text);
    if (rest != NULL) {
        pod_buf_append(&all, "\n", 1);
        pod_buf_puts(&all, rest);
    }
    frame.length = (uint32_t)(all.length - sizeof frame);
    memcpy(all.data, &frame, sizeof frame);
    return write_all(fd, all.data, all.length);
}

static bool send_result(void *context, const struct result_lines *lines,
                        struct pod_error *err)
{
    const int *fd = context;
    return send_frame(*fd, CREW_RESULT, lines->summary, lines->items ? lines->items : "") ||
           pod_fail_errno(err, POD_HOST, "cannot hand over a result");
}

/* The manifest is read where the entry is run: planning thousands does without. */
static bool run_job(const struct crew_round *round, const struct rules *rules, size_t index,
                    int reports, struct pod_error *err)
{
    const struct executor_job *job = &round->jobs[index];
    struct unpacked unpacked = *job->unpacked;
    struct plan plan = job->plan;
    const struct pipeline pipeline = {rules, &unpacked, &plan, send_result, &reports};
    if (unpacked.entry.task_count == 0) {
        memset(&unpacked.entry, 0, sizeof unpacked.entry);
        plan.jobs = pod_alloc(plan.count, sizeof *plan.jobs);
        memcpy(plan.jobs, job->plan.jobs, plan.count * sizeof *plan.jobs);
        if (!unpacked_load(&unpacked, err) || !plan_bind(&plan, &unpacked.entry, err))
            return false;
    }
    bool done = pipeline_run(&pipeline, err);
    if (job->unpacked->entry.task_count == 0) {
        entry_release(&unpacked.entry);
        free(plan.jobs);
    }
    return done;
}

/* An ordinary user can keep none: then each launch makes its own. */
static void keep_grounds(struct rules *rules)
{
    struct sb_error without = {SB_OK, ""};
    rules->options.ground = sb_ground_new(&without);
    rules->options.scorer_ground = sb_ground_new(&without);
}

static void drop_grounds(struct rules *rules)
{
    sb_ground_free(rules->options.ground);
    sb_ground_free(rules->options.scorer_ground);
}

static void be_worker(const struct crew_round *round, struct rules *rules, int orders,
                      int reports)
{
    keep_grounds(rules);
    uint64_t index;
    while (read_all(orders, &index, sizeof index) && index != CREW_IDLE) {
        struct pod_error err = POD_ERROR_INIT;
        if (index >= round->count)
            _exit(4);
        bool done = run_job(round, rules, index, reports, &err);
        if (!done && !send_frame(reports, CREW_PROBLEM, err.message, NULL))
            _exit(3);
        if (!send_frame(reports, CREW_DONE, "", NULL))
            _exit(3);
    }
    drop_grounds(rules);
    _exit(0);
}

bool crew_start(struct crew_worker *worker, const struct crew_round *round, unsigned slot,
                int cpu, struct pod_error *err)
{
    int orders[2], reports[2];
    if (pipe2(orders, O_CLOEXEC) < 0)
        return pod_fail_errno(err, POD_HOST, "cannot make a pipe");
    if (pipe2(reports, O_CLOEXEC) < 0) {
        pod_fail_errno(err, POD_HOST, "cannot make a pipe");
        close(orders[0]);
        close(orders[1]);
        return false;
    }
    /* Room for some results, so that a worker goes on while others are recorded; a kernel
     * that gives less is as good, but slower. */
    (void)fcntl(reports[1], F_SETPIPE_SZ, PIPE_BYTES);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        struct rules rules = *round->rules;
        rules.options.slot = slot;
        rules.options.cpu = cpu;
        close(orders[1]);
        close(reports[0]);
        /* The parent may have died before the flag was set: then nobody waits for us. */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent ||
            sigprocmask(SIG_SETMASK, round->mask, NULL) < 0)
            _exit(3);
        be_worker(round, &rules, orders[0], reports[1]);
    }
    close(orders[0]);
    close(reports[1]);
    *worker = (struct crew_worker){pid, orders[1], reports[0], CREW_IDLE};
    if (pid > 0)
        return true;
    pod_fail_errno(err, POD_HOST, "cannot fork a worker");
    worker->pid = 0;
    close(worker->orders);
    close(worker->reports);
    return false;
}

/* SIGPIPE is not wanted here: the worker's death is seen by its other pipe. */
bool crew_order(struct crew_worker *worker, size_t job)
{
    uint64_t index = job;
    worker->job = job;
    return write_all(worker->orders, &index, sizeof index);
}

bool crew_hear(struct crew_worker *worker, enum crew_frame_kind *kind, char **text,
               size_t *length)
{
    struct frame frame;
    *text = NULL;
    if (!read_all(worker->reports, &frame, sizeof frame) || frame.length > FRAME_MAX ||
        frame.kind < CREW_RESULT || frame.kind > CREW_DONE)
        return false;
    *text = pod_alloc((size_t)frame.length + 1, 1);
    *kind = (enum crew_frame_kind)frame.kind;
    *length = frame.length;
    return read_all(worker->reports, *text, frame.length);
}

int crew_end(struct crew_worker *worker)
{
    int status = 0;
    /* By word: the end of its pipe would not be seen, as later workers hold it too. */
    if (worker->job != CREW_IDLE || !crew_order(worker, CREW_IDLE))
        kill(worker->pid, SIGKILL);
    close(worker->orders);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        ;
    close(worker->reports);
    *worker = (struct crew_worker){.job = CREW_IDLE};
    return status;
}
