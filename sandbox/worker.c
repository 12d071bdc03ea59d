#include "worker.h"

#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "ground.h"
#include "spec.h"

void sb__note(char *notes, size_t size, const char *format, ...)
{
    size_t used = strlen(notes);
    char text[256] = "";
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (char *c = text; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?'; /* a name of the guest's may hold anything, the result is JSON */
    if (n < 0 || snprintf(notes + used, size - used, "%s%s", used ? "; " : "", text) < 0)
        notes[used] = '\0';
}

/* How many processors a guest may keep busy: it inherits our mask. */
static int count_cpus(const struct sb_spec *spec)
{
    cpu_set_t mask;
    int count = spec->cpu < 0 && sched_getaffinity(0, sizeof mask, &mask) == 0
                    ? CPU_COUNT(&mask)
                    : 1;
    return count > 0 ? count : 1;
}

static struct sb_worker *alloc(const struct sb_spec *spec)
{
    struct sb_worker *worker = calloc(1, sizeof *worker);
    if (!worker)
        return NULL;
    worker->spec = spec;
    worker->is_root = geteuid() == 0;
    worker->cpus = count_cpus(spec);
    sb__cgroup_open_none(&worker->cgroup);
    worker->plan.sock = worker->plan.parent = worker->plan.root.tree = -1;
    worker->null = worker->epoll = -1;
    for (int i = 0; i < AT_COUNT; i++)
        worker->fds[i] = -1;
    return worker;
}

static void drop_kept(struct sb_worker *worker)
{
    for (size_t i = 0; i < worker->kept_count; i++)
        sb__close(&worker->kept[i]);
    worker->kept_count = 0;
}

/* What an init is born with; done while the last one dies. */
static void release_plan(struct sb_worker *worker)
{
    struct sb__plan *plan = &worker->plan;
    drop_kept(worker);
    sb__close(&plan->sock);
    sb__close(&plan->parent);
    sb__close(&worker->null);
    sb__root_release(&plan->root);
    sb__root_free(&plan->root);
    sb_policy_free(worker->own_policy);
    sb__notify_release(&worker->notify);
    if (plan->stack)
        (void)munmap(plan->stack, plan->stack_size);
    if (plan->arena)
        (void)munmap(plan->arena, SB__ARENA_BYTES);
    plan->arena = NULL;
}

static void release(struct sb_worker *worker)
{
    if (worker->plan.ground)
        sb__ground_give_back(worker->plan.ground);
    for (int i = 0; i < AT_COUNT; i++)
        sb__close(&worker->fds[i]);
    sb__close(&worker->epoll);
    free(worker->kept);
    free(worker);
}

/* Waits until the init is ready for an order; what it works at is ours, not the guest's. */
static bool await_ready(struct sb_worker *worker, struct sb_error *err)
{
    while (worker->stage != SB__READY && worker->stage != SB__ABSENT)
        if (!sb__supervise(worker, -1, err))
            return false;
    return true;
}

/* False: tasks are left that cannot be killed. */
static bool bury(struct sb_worker *worker, struct sb_error *err)
{
    sb__kill(worker);
    drop_kept(worker);
    while (worker->stage == SB__DYING)
        if (!sb__supervise(worker, -1, err))
            return false;
    return true;
}

/* A new group if the old one cannot count once more. */
static bool renew_cgroup(struct sb_worker *worker, struct sb_error *err)
{
    if (!worker->cgroup.counts_one_run)
        return true;
    worker->has_cgroup = false;
    return sb__cgroup_close(&worker->cgroup, err);
}

static bool give_birth(struct sb_worker *worker, struct sb_error *err)
{
    drop_kept(worker);
    return sb__guard(worker, SB__SETUP_NS, err) && sb__launch(worker, err);
}

bool sb__worker_ready(struct sb_worker *worker, struct sb_error *err)
{
    if (!sb__supervise(worker, 0, err) || !await_ready(worker, err))
        return false; /* the first look may find that an idle init was killed */
    if (worker->stage == SB__ABSENT &&
        (!renew_cgroup(worker, err) || !give_birth(worker, err) ||
         !sb__launch_join(worker, err) || !await_ready(worker, err)))
        return false;
    return worker->stage == SB__READY ||
           sb__fail(err, SB_HOST, "the init was killed from outside");
}

static bool take_ground(struct sb_worker *worker, struct sb_error *err)
{
    struct sb_ground *ground = worker->spec->ground;
    if (!ground)
        return true;
    if (!sb__ground_take(ground, err))
        return false;
    worker->plan.ground = ground;
    return true;
}

static struct sb_worker *prepare(const struct sb_spec *spec, struct sb_error *err)
{
    struct sb_error late = {0};
    if (!sb__spec_check(spec, err))
        return NULL;
    struct sb_worker *worker = alloc(spec);
    if (!worker)
        sb__fail(err, SB_HOST, "out of memory");
    else if (take_ground(worker, err) && sb__launch_prepare(worker, err))
        return worker;
    (void)sb_worker_free(worker, &late); /* the first error is told */
    return NULL;
}

struct sb_worker *sb_worker_new(const struct sb_spec *spec, struct sb_error *err)
{
    struct sb_error late = {0};
    *err = (struct sb_error){0};
    struct sb_worker *worker = prepare(spec, err);
    if (!worker || sb__worker_ready(worker, err))
        return worker;
    (void)sb_worker_free(worker, &late); /* the first error is told */
    return NULL;
}

bool sb_worker_free(struct sb_worker *worker, struct sb_error *err)
{
    *err = (struct sb_error){0};
    if (!worker)
        return true;
    if (worker->is_running)
        sb_result_release(worker->run.result);
    worker->is_running = false;
    sb__kill(worker);
    release_plan(worker);
    bool is_buried = bury(worker, err);
    bool is_clean = sb__cgroup_close(&worker->cgroup, err) && is_buried;
    release(worker);
    return is_clean;
}

int sb_worker_fd(const struct sb_worker *worker)
{
    return worker->epoll;
}

void sb_worker_stop(struct sb_worker *worker)
{
    sb__end_run(worker, SB_END_STOPPED);
}

/* Whatever failed, nothing of the run may stay alive, and the next start must find a
 * worker that knows its state. */
static bool spoil(struct sb_worker *worker)
{
    struct sb_error late = {0};
    if (worker->is_running)
        sb_result_release(worker->run.result);
    worker->is_running = false;
    (void)bury(worker, &late); /* the first error is told */
    for (enum sb__at at = AT_LISTENER; at <= AT_ERR; at++)
        (void)sb__watch(worker, at, -1, &late);
    return false;
}

static void begin(struct sb_worker *worker, const struct sb_command *command,
                  struct sb_result *result)
{
    *result = (struct sb_result){.refused.nr = -1};
    worker->run = (struct sb__run){.command = command, .result = result};
    worker->is_running = true;
}

bool sb_worker_start(struct sb_worker *worker, const struct sb_command *command,
                     struct sb_result *result, struct sb_error *err)
{
    *result = (struct sb_result){.refused.nr = -1};
    *err = (struct sb_error){0};
    if (worker->is_running)
        return sb__fail(err, SB_SPEC, "the worker's last command still runs");
    if (!sb__command_check(command, err))
        return false;
    if (!sb__worker_ready(worker, err))
        return spoil(worker);
    begin(worker, command, result);
    return (sb__guard(worker, SB__SETUP_NS, err) && sb__order_count(worker, err) &&
            sb__order_run(worker, err)) ||
           spoil(worker);
}

/* What the kept mounts hold goes to the result; the next run gets new ones. */
static bool hand_over_kept(struct sb_worker *worker, struct sb_error *err)
{
    struct sb_result *result = worker->run.result;
    if (worker->kept_size == 0)
        return true;
    result->kept_fds = calloc(worker->kept_size, sizeof *result->kept_fds);
    if (!result->kept_fds || worker->kept_count != worker->kept_size)
        return sb__fail(err, SB_HOST, "kept folders are missing");
    memcpy(result->kept_fds, worker->kept, worker->kept_size * sizeof *worker->kept);
    result->kept_count = worker->kept_size;
    worker->kept_count = 0;
    return true;
}

/* Makes ready for the next run, without waiting for it. */
static bool tidy(struct sb_worker *worker, struct sb_error *err)
{
    if (worker->stage != SB__READY)
        return true;
    if (!worker->is_dirty)
        return true;
    worker->stage = SB__CLEANING;
    return sb__guard(worker, SB__SETUP_NS, err) &&
           sb__order_send(worker, SB__ORDER_CLEAN, NULL, 0, err);
}

static bool finish(struct sb_worker *worker, struct sb_error *err)
{
    if (worker->stage == SB__READY &&
        (worker->is_single_use || worker->cgroup.counts_one_run))
        sb__kill(worker); /* its counters are read; it dies while we do the rest */
    if (!sb__empty_pipes(worker, err) || !sb__watch(worker, AT_LISTENER, -1, err) ||
        !hand_over_kept(worker, err))
        return false;
    if (sb__is_host_out_of_memory(&worker->run))
        return sb__fail(err, SB_HOST, "the host had no memory left and killed the run");
    sb__judge(worker);
    worker->is_running = false;
    return tidy(worker, err);
}

static bool is_over(const struct sb_worker *worker)
{
    return worker->run.is_over &&
           (worker->stage == SB__READY || worker->stage == SB__ABSENT);
}

static enum sb_progress step(struct sb_worker *worker, int timeout_ms, struct sb_error *err)
{
    *err = (struct sb_error){0};
    if (!sb__supervise(worker, timeout_ms, err)) {
        bool was_running = worker->is_running;
        spoil(worker);
        return was_running ? SB_FAILED : SB_ENDED; /* the next start begins anew */
    }
    if (!worker->is_running)
        return SB_ENDED;
    if (!is_over(worker))
        return SB_RUNNING;
    if (finish(worker, err))
        return SB_ENDED;
    spoil(worker);
    return SB_FAILED;
}

enum sb_progress sb_worker_step(struct sb_worker *worker, struct sb_error *err)
{
    return step(worker, 0, err);
}

enum sb_progress sb__worker_wait(struct sb_worker *worker, struct sb_error *err)
{
    enum sb_progress progress = SB_RUNNING;
    while (progress == SB_RUNNING)
        progress = step(worker, -1, err);
    return progress;
}

bool sb_worker_run(struct sb_worker *worker, const struct sb_command *command,
                   struct sb_result *result, struct sb_error *err)
{
    return sb_worker_start(worker, command, result, err) &&
           sb__worker_wait(worker, err) == SB_ENDED;
}

/* The order goes out before the init is ready for it: a wake-up less. */
static bool run_once(struct sb_worker *worker, struct sb_result *result,
                     struct sb_error *err)
{
    worker->is_single_use = true;
    begin(worker, &worker->spec->command, result);
    if (!give_birth(worker, err) || !sb__order_count(worker, err) ||
        !sb__launch_join(worker, err) || !sb__order_run(worker, err))
        return spoil(worker);
    if (worker->plan.ground)
        sb__ground_make_cgroup(worker->plan.ground, &worker->cgroup);
    return sb__worker_wait(worker, err) == SB_ENDED;
}

bool sb_run(const struct sb_spec *spec, struct sb_result *result, struct sb_error *err)
{
    struct sb_error late = {0};
    *result = (struct sb_result){.refused.nr = -1};
    *err = (struct sb_error){0};
    if (!sb__command_check(&spec->command, err))
        return false;
    struct sb_worker *worker = prepare(spec, err);
    bool is_done = worker && run_once(worker, result, err);
    if (sb_worker_free(worker, &late) || !is_done)
        return is_done;
    sb_result_release(result); /* what is left alive may change what was measured */
    return sb__fail(err, late.fault, "%s", late.message);
}
