/* Theory of operation. The parent blocks SIGINT and SIGTERM and polls a signalfd and one
 * pipe for each worker. A worker is forked for one entry, runs its pipeline and writes a
 * frame for each finished case: a header of kind and length, then the result as JSON. The
 * end of the pipe is the end of the worker. On a signal no new worker starts, and the
 * running ones are ended: their sandboxes die with them, and what they had not yet handed
 * over is simply still missing. */
#include "executor.h"

#include "base/json.h"
#include "pipeline.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum frame_kind { FRAME_RESULT = 1, FRAME_PROBLEM };

struct frame {
    uint32_t kind;
    uint32_t length;
};

enum { FRAME_MAX = 64 << 20 };

struct worker {
    pid_t pid; /* 0: idle */
    int fd;
    const struct executor_job *job;
};

struct batch {
    const struct executor *executor;
    const struct executor_job *jobs;
    size_t count, next;
    struct worker *workers;
    int *cpus;
    size_t cpu_count;
    int signal_fd;
    sigset_t outer_mask;
    struct executor_tally *tally;
};

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

static bool send_frame(int fd, enum frame_kind kind, const char *text)
{
    const struct frame frame = {kind, (uint32_t)strlen(text)};
    return write_all(fd, &frame, sizeof frame) && write_all(fd, text, frame.length);
}

static bool send_result(void *context, const struct case_result *result,
                        struct pod_error *err)
{
    pod_auto_json json_t *value = case_result_to_json(result, err);
    if (value == NULL)
        return false;
    pod_auto_free char *text = pod_json_print(value);
    const int *fd = context;
    return send_frame(*fd, FRAME_RESULT, text) ||
           pod_fail_errno(err, POD_HOST, "cannot hand over a result");
}

/* The worker's life; never returns. */
static void be_worker(const struct batch *batch, size_t index, int fd, pid_t parent)
{
    /* The parent may have died before the flag was set: then nobody waits for us. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
        _exit(3);
    if (sigprocmask(SIG_SETMASK, &batch->outer_mask, NULL) < 0)
        _exit(3);
    const struct executor_job *job = batch->workers[index].job;
    struct rules rules = *batch->executor->rules;
    rules.options.slot = (unsigned)index;
    rules.options.cpu = batch->cpus[index % batch->cpu_count];
    struct pod_error err = POD_ERROR_INIT;
    const struct pipeline pipeline = {&rules, job->unpacked, &job->plan, send_result, &fd};
    if (!pipeline_run(&pipeline, &err))
        (void)send_frame(fd, FRAME_PROBLEM, err.message); /* else the EOF tells */
    _exit(pod_exit_status(err.fault));
}

static bool start_worker(struct batch *batch, size_t index, struct pod_error *err)
{
    int pipe_fds[2];
    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return pod_fail_errno(err, POD_HOST, "cannot make a pipe");
    struct worker *worker = &batch->workers[index];
    worker->job = &batch->jobs[batch->next++];
    pid_t parent = getpid();
    worker->pid = fork();
    if (worker->pid == 0) {
        close(pipe_fds[0]);
        be_worker(batch, index, pipe_fds[1], parent);
    }
    close(pipe_fds[1]);
    worker->fd = pipe_fds[0];
    if (worker->pid < 0) {
        worker->pid = 0;
        close(worker->fd);
        return pod_fail_errno(err, POD_HOST, "cannot fork a worker");
    }
    return true;
}

static void report(const struct batch *batch, const struct worker *worker,
                   const struct case_result *result, const char *problem)
{
    batch->executor->progress(batch->executor->context, worker->job->unpacked, result,
                              problem);
}

static bool take_result(struct batch *batch, const struct worker *worker, const char *text,
                        size_t length, struct pod_error *err)
{
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    pod_auto_json json_t *value =
        pod_json_parse(text, length, "worker's result", POD_BUG, err);
    if (value == NULL || !case_result_parse(value, "worker's result", &result, err))
        return false;
    if (result.verdict == VERDICT_JE) {
        batch->tally->judge_errors++;
    } else {
        if (!store_result(batch->executor->store, worker->job->unpacked->digest.hex,
                          &result, err))
            return false;
        batch->tally->recorded++;
    }
    report(batch, worker, &result, NULL);
    return true;
}

/* The end of a worker: an end without a word is one that something killed. */
static void retire(struct batch *batch, struct worker *worker, bool has_told)
{
    int status = 0;
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        ;
    close(worker->fd);
    worker->pid = 0;
    bool is_clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (is_clean || has_told || batch->tally->was_interrupted)
        return;
    batch->tally->failures++;
    pod_auto_free char *problem =
        WIFSIGNALED(status)
            ? pod_strf("its worker was ended by signal %d", WTERMSIG(status))
            : pod_strf("its worker ended with status %d", WEXITSTATUS(status));
    report(batch, worker, NULL, problem);
}

static bool hear(struct batch *batch, struct worker *worker, struct pod_error *err)
{
    struct frame frame;
    if (!read_all(worker->fd, &frame, sizeof frame)) {
        retire(batch, worker, false);
        return true;
    }
    if (frame.length > FRAME_MAX)
        return pod_fail(err, POD_BUG, "a worker's frame has %u bytes", frame.length);
    pod_auto_free char *text = pod_alloc((size_t)frame.length + 1, 1);
    if (!read_all(worker->fd, text, frame.length)) {
        retire(batch, worker, false);
        return true;
    }
    if (frame.kind == FRAME_RESULT)
        return take_result(batch, worker, text, frame.length, err);
    batch->tally->failures++;
    report(batch, worker, NULL, text);
    retire(batch, worker, true);
    return true;
}

static void stop_workers(struct batch *batch)
{
    for (size_t i = 0; i < batch->executor->workers; i++) {
        struct worker *worker = &batch->workers[i];
        if (worker->pid == 0)
            continue;
        kill(worker->pid, SIGKILL);
        retire(batch, worker, true);
    }
}

static bool start_all(struct batch *batch, size_t *running, struct pod_error *err)
{
    *running = 0;
    for (size_t i = 0; i < batch->executor->workers; i++) {
        struct worker *worker = &batch->workers[i];
        if (worker->pid == 0 && batch->next < batch->count && !start_worker(batch, i, err))
            return false;
        *running += worker->pid != 0;
    }
    return true;
}

/* Wait for one event and handle what came. */
static bool turn(struct batch *batch, struct pollfd *polled, struct pod_error *err)
{
    size_t workers = batch->executor->workers;
    for (size_t i = 0; i < workers; i++)
        polled[i] = (struct pollfd){
            .fd = batch->workers[i].pid != 0 ? batch->workers[i].fd : -1, .events = POLLIN};
    polled[workers] = (struct pollfd){.fd = batch->signal_fd, .events = POLLIN};
    if (poll(polled, workers + 1, -1) < 0)
        return errno == EINTR || pod_fail_errno(err, POD_HOST, "cannot poll the workers");
    if (polled[workers].revents != 0) {
        batch->tally->was_interrupted = true;
        /* Taken, or it would end us as soon as signals are let through again. */
        struct signalfd_siginfo taken;
        return read_all(batch->signal_fd, &taken, sizeof taken) ||
               pod_fail_errno(err, POD_HOST, "cannot read a signal");
    }
    for (size_t i = 0; i < workers; i++)
        if (polled[i].revents != 0 && !hear(batch, &batch->workers[i], err))
            return false;
    return true;
}

static bool loop(struct batch *batch, struct pod_error *err)
{
    struct pollfd *polled = pod_alloc(batch->executor->workers + 1, sizeof *polled);
    size_t running = 0;
    bool done = true;
    while (done && !batch->tally->was_interrupted) {
        done = start_all(batch, &running, err);
        if (!done || running == 0)
            break;
        done = turn(batch, polled, err);
    }
    stop_workers(batch);
    free(polled);
    return done;
}

static bool catch_signals(struct batch *batch, struct pod_error *err)
{
    sigset_t caught;
    sigemptyset(&caught);
    sigaddset(&caught, SIGINT);
    sigaddset(&caught, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &caught, &batch->outer_mask) < 0)
        return pod_fail_errno(err, POD_HOST, "cannot block signals");
    batch->signal_fd = signalfd(-1, &caught, SFD_CLOEXEC);
    if (batch->signal_fd < 0)
        return pod_fail_errno(err, POD_HOST, "cannot make a signalfd");
    return true;
}

bool executor_run(const struct executor *executor, const struct executor_job *jobs,
                  size_t count, struct executor_tally *tally, struct pod_error *err)
{
    memset(tally, 0, sizeof *tally);
    struct batch batch = {
        .executor = executor,
        .jobs = jobs,
        .count = count,
        .signal_fd = -1,
        .tally = tally,
    };
    batch.workers = pod_alloc(executor->workers, sizeof *batch.workers);
    batch.cpus = executor_cpus(&batch.cpu_count);
    bool done = catch_signals(&batch, err) && loop(&batch, err);
    sigprocmask(SIG_SETMASK, &batch.outer_mask, NULL);
    if (batch.signal_fd >= 0)
        close(batch.signal_fd);
    free(batch.workers);
    free(batch.cpus);
    return done;
}

int *executor_cpus(size_t *count)
{
    cpu_set_t allowed;
    int *cpus = pod_alloc(CPU_SETSIZE, sizeof *cpus);
    *count = 0;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
        for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
            if (CPU_ISSET(cpu, &allowed))
                cpus[(*count)++] = cpu;
    if (*count == 0)
        cpus[(*count)++] = 0;
    return cpus;
}
