#include "crew.h"

#include "base/fs.h"
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
    return pod_write_all(fd, all.data, all.length);
}

static bool send_result(void *context, const struct result_lines *lines,
                        struct pod_error *err)
{
    const int *fd = context;
    return send_frame(*fd, CREW_RESULT, lines->summary, lines->items ? lines->items : "") ||
           pod_fail_errno(err, POD_HOST, "cannot hand over a result");
}

/* A job as it goes through the pipe: this, folder and run, and a case for each of count. */
struct order {
    uint32_t count; /* 0: the end */
    uint32_t folder_length, run_length;
    char digest[POD_DIGEST_HEX];
};

struct ordered_case {
    uint32_t set, one; /* indices in the rules */
    char key[POD_DIGEST_HEX];
};

static bool read_text(int fd, uint32_t length, char **out)
{
    *out = pod_alloc((size_t)length + 1, 1);
    return read_all(fd, *out, length);
}

static bool read_case(const struct rules *rules, int fd, struct plan_job *job)
{
    struct ordered_case one;
    if (!read_all(fd, &one, sizeof one) || one.set >= rules->set_count ||
        one.one >= rules->sets[one.set].count)
        return false;
    job->set = &rules->sets[one.set];
    job->one = &job->set->items[one.one];
    memcpy(job->key.hex, one.key, sizeof one.key);
    return true;
}

/* False: the end, or nobody is there. */
static bool read_order(const struct rules *rules, int fd, struct unpacked *unpacked,
                       struct plan *plan)
{
    struct order order;
    memset(unpacked, 0, sizeof *unpacked);
    memset(plan, 0, sizeof *plan);
    if (!read_all(fd, &order, sizeof order) || order.count == 0)
        return false;
    memcpy(unpacked->digest.hex, order.digest, sizeof order.digest);
    plan->jobs = pod_alloc(order.count, sizeof *plan->jobs);
    if (!read_text(fd, order.folder_length, &unpacked->folder) ||
        !read_text(fd, order.run_length, &unpacked->run))
        return false;
    while (plan->count < order.count)
        if (!read_case(rules, fd, &plan->jobs[plan->count++]))
            return false;
    return true;
}

static bool run_job(const struct rules *rules, struct unpacked *unpacked, struct plan *plan,
                    int reports, struct pod_error *err)
{
    const struct pipeline pipeline = {rules, unpacked, plan, send_result, &reports};
    return unpacked_load(unpacked, err) && plan_bind(plan, &unpacked->entry, err) &&
           pipeline_run(&pipeline, err);
}

/* An ordinary user can keep none: then each launch makes its own. */
static void keep_grounds(struct rules *rules)
{
    struct sb_error without = {SB_OK, ""};
    rules->options.ground = sb_ground_new(&without);
    rules->options.scorer_ground = sb_ground_new(&without);
    rules->options.peer_ground = sb_ground_new(&without);
}

static void drop_grounds(struct rules *rules)
{
    sb_ground_free(rules->options.ground);
    sb_ground_free(rules->options.scorer_ground);
    sb_ground_free(rules->options.peer_ground);
}

static void be_worker(struct rules *rules, int orders, int reports)
{
    struct unpacked unpacked;
    struct plan plan;
    bool has_grounds = false;
    while (read_order(rules, orders, &unpacked, &plan)) {
        struct pod_error err = POD_ERROR_INIT;
        if (!has_grounds)
            keep_grounds(rules);
        has_grounds = true;
        bool done = run_job(rules, &unpacked, &plan, reports, &err);
        if ((!done && !send_frame(reports, CREW_PROBLEM, err.message, NULL)) ||
            !send_frame(reports, CREW_DONE, "", NULL))
            _exit(3);
        unpacked_release(&unpacked);
        plan_release(&plan);
    }
    drop_grounds(rules);
    _exit(0);
}

bool crew_start(struct crew_worker *worker, const struct crew_place *place,
                struct pod_error *err)
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
        struct rules rules = *place->rules;
        rules.options.slot = place->slot;
        rules.options.cpu = place->cpu;
        close(orders[1]);
        close(reports[0]);
        /* The parent may have died before the flag was set: then nobody waits for us. */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent ||
            sigprocmask(SIG_SETMASK, place->mask, NULL) < 0)
            _exit(3);
        be_worker(&rules, orders[0], reports[1]);
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

static void add_case(struct pod_buf *out, const struct rules *rules,
                     const struct plan_job *job)
{
    struct ordered_case one = {
        (uint32_t)(job->set - rules->sets), (uint32_t)(job->one - job->set->items), {""}};
    memcpy(one.key, job->key.hex, sizeof one.key);
    pod_buf_append(out, &one, sizeof one);
}

bool crew_order(struct crew_worker *worker, const struct rules *rules,
                const struct executor_job *job, size_t index)
{
    const struct unpacked *unpacked = job->unpacked;
    pod_auto_buf struct pod_buf out = POD_BUF_INIT;
    struct order order = {(uint32_t)job->plan.count,
                          (uint32_t)strlen(unpacked->folder),
                          (uint32_t)strlen(unpacked->run),
                          {""}};
    memcpy(order.digest, unpacked->digest.hex, sizeof order.digest);
    pod_buf_append(&out, &order, sizeof order);
    pod_buf_puts(&out, unpacked->folder);
    pod_buf_puts(&out, unpacked->run);
    for (size_t i = 0; i < job->plan.count; i++)
        add_case(&out, rules, &job->plan.jobs[i]);
    worker->job = index;
    return pod_write_all(worker->orders, out.data, out.length);
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
    const struct order end = {0};
    int status = 0;
    /* By word: the end of its pipe would not be seen, as later workers hold it too. */
    if (worker->job != CREW_IDLE || !pod_write_all(worker->orders, &end, sizeof end))
        kill(worker->pid, SIGKILL);
    close(worker->orders);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        ;
    close(worker->reports);
    *worker = (struct crew_worker){.job = CREW_IDLE};
    return status;
}
