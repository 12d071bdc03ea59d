/* Theory of operation.
 *
 * Three processes: the supervisor (the caller, outside), the init (pid 1 of the sandbox, a
 * clone of the supervisor that never execs) and the guest (the command, and whatever it
 * starts). The guest holds no descriptor of ours but its streams, shares no memory with us
 * after its exec, and cannot signal the init, which is pid 1. So all that is believed about
 * a run comes from the kernel or from the init:
 *
 *   socket    the init reports that it is ready, the start (with the listener) and the end
 *             of the command; its silence after it died is an error of ours, or memory ran
 *             out
 *   pidfd     of the init; readable only when every task of the sandbox is dead, because
 *             the kernel kills and reaps a pid namespace before its pid 1 is gone
 *   listener  a call that the policy refuses waits there for its answer
 *   wall      a timerfd, absolute, set from the time stamp just before exec
 *   tick      a timerfd; at each tick CPU time and the oom count are read. The next tick
 *             is when the guest can reach its CPU limit at the earliest, all processors
 *             busy, so that it is overrun by about a millisecond
 *   pipes     captured streams
 *
 * One epoll descriptor holds them all, so that a caller can poll many workers. The first
 * thing that ends the run is its cause, and everything else is read after all are dead.
 *
 * A command that ends by itself: the init kills and reaps what it left with one kill(-1)
 * (the kernel holds the lock that a fork needs while it walks, so nothing slips through)
 * and says so; only then are the counters read. It then waits for the next order, or first
 * makes new what the guest touched.
 *
 * A command that we end, or that leaves something that will not die: SIGKILL to the init
 * kills the whole namespace at once; there is no chase after a fork bomb and no window in
 * which something survives. The next run gets a new init. If the supervisor dies, the
 * init's death signal does the same.
 *
 * Pipes are emptied at the end, not read to theirs: a daemon that holds one open is dead.
 *
 * The wall timer also guards what is ours: the set-up before, the reaping and the death
 * after a run.
 */
#include "worker.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "io.h"

enum {
    TICK_MIN_NS = 1000000,
    TICK_MAX_NS = 20000000,
    PIPE_CHUNK = 65536,
};

#define REAP_NS SB__SECOND_NS /* for the init to reap after the command's own end */
#define DEATH_NS (30 * SB__SECOND_NS)

bool sb__watch(struct sb_worker *worker, enum sb__at at, int fd, struct sb_error *err)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)at};
    /* Taken out by hand: a copy in a child of ours would keep a closed one in. */
    if (worker->fds[at] >= 0)
        (void)epoll_ctl(worker->epoll, EPOLL_CTL_DEL, worker->fds[at], NULL);
    sb__close(&worker->fds[at]);
    worker->fds[at] = fd;
    return fd < 0 || epoll_ctl(worker->epoll, EPOLL_CTL_ADD, fd, &event) == 0 ||
           sb__fail_errno(err, SB_HOST, "cannot watch a descriptor");
}

static void unwatch(struct sb_worker *worker, enum sb__at at)
{
    struct sb_error none = {0};
    (void)sb__watch(worker, at, -1, &none); /* nothing to fail at */
}

static bool set_timer(int fd, uint64_t ns, int flags, struct sb_error *err)
{
    struct itimerspec when = {.it_value = {.tv_sec = (time_t)(ns / SB__SECOND_NS),
                                           .tv_nsec = (long)(ns % SB__SECOND_NS)}};
    return timerfd_settime(fd, flags, &when, NULL) == 0 ||
           sb__fail_errno(err, SB_HOST, "cannot set a timer");
}

bool sb__guard(struct sb_worker *worker, uint64_t ns, struct sb_error *err)
{
    return set_timer(worker->fds[AT_WALL], ns, 0, err);
}

void sb__kill(struct sb_worker *worker)
{
    struct sb_error none = {0};
    if (worker->init <= 0 || worker->stage == SB__DYING)
        return;
    (void)pidfd_send_signal(worker->fds[AT_PIDFD], SIGKILL, NULL, 0); /* ESRCH: dead */
    sb__cgroup_kill(&worker->cgroup);
    worker->stage = SB__DYING;
    (void)set_timer(worker->fds[AT_TICK], 0, 0, &none);
    (void)sb__guard(worker, DEATH_NS, &none); /* then it would be waited for without end */
}

void sb__end_run(struct sb_worker *worker, enum sb_end end)
{
    struct sb__run *run = &worker->run;
    if (!worker->is_running || run->is_over)
        return;
    run->result->end = end;
    run->is_end_known = true;
    run->is_over = true;
    run->end_ns = sb__now_ns();
    sb__kill(worker);
}

static uint64_t next_tick(const struct sb_worker *worker)
{
    uint64_t limit = worker->run.command->limits.cpu_ns;
    uint64_t used = worker->run.usage.cpu_ns;
    uint64_t left = limit > used ? limit - used : 0;
    uint64_t wait = limit ? left / (uint64_t)worker->cpus : TICK_MAX_NS;
    if (wait < TICK_MIN_NS)
        return TICK_MIN_NS;
    return wait > TICK_MAX_NS ? TICK_MAX_NS : wait;
}

/* The init's own work is not the guest's; most of it is system time. */
static void subtract_setup(struct sb__run *run)
{
    struct sb__usage *usage = &run->usage;
    uint64_t setup = run->setup_ns < usage->cpu_ns ? run->setup_ns : usage->cpu_ns;
    uint64_t system = setup < usage->system_ns ? setup : usage->system_ns;
    usage->cpu_ns -= setup;
    usage->system_ns -= system;
    usage->user_ns = usage->cpu_ns - usage->system_ns;
}

static bool read_usage(struct sb_worker *worker, struct sb_error *err)
{
    if (!sb__cgroup_read(&worker->cgroup, &worker->run.usage, err))
        return false;
    subtract_setup(&worker->run);
    return true;
}

/* Without a cgroup the kernel's account of the init and all that it reaped may know more
 * than the samples. */
static void prefer_account(struct sb_worker *worker, uint64_t user_ns, uint64_t system_ns)
{
    struct sb__run *run = &worker->run;
    uint64_t total = user_ns + system_ns;
    uint64_t cpu = total - worker->init_cpu_ns;
    worker->init_cpu_ns = total;
    if (worker->plan.arena->layers & SB_LAYER_CGROUP ||
        cpu < run->usage.cpu_ns + run->setup_ns)
        return;
    run->usage.cpu_ns = cpu;
    run->usage.system_ns = system_ns < cpu ? system_ns : cpu;
    subtract_setup(run);
}

static bool on_tick(struct sb_worker *worker, struct sb_error *err)
{
    uint64_t limit = worker->run.command->limits.cpu_ns, expirations;
    if (read(worker->fds[AT_TICK], &expirations, sizeof expirations) < 0 && errno != EAGAIN)
        return sb__fail_errno(err, SB_HOST, "cannot read a timer");
    if (!read_usage(worker, err))
        return false;
    if (limit && worker->run.usage.cpu_ns > limit)
        sb__end_run(worker, SB_END_CPU);
    else if (worker->run.usage.oom_kills > 0)
        sb__end_run(worker, SB_END_MEMORY);
    else
        return set_timer(worker->fds[AT_TICK], next_tick(worker), 0, err);
    return true;
}

static bool on_start(struct sb_worker *worker, const struct sb__report *report, int fd,
                     struct sb_error *err)
{
    struct sb__run *run = &worker->run;
    uint64_t wall = run->command->limits.wall_ns;
    run->is_started = true;
    run->start_ns = report->at_ns;
    run->setup_ns = report->setup_ns;
    return sb__watch(worker, AT_LISTENER, fd, err) &&
           set_timer(worker->fds[AT_WALL], wall ? run->start_ns + wall : 0,
                     TFD_TIMER_ABSTIME, err) &&
           set_timer(worker->fds[AT_TICK], next_tick(worker), 0, err);
}

/* The guest's file cannot be run: its own fault, told as a shell tells it. */
static void on_not_executed(struct sb_worker *worker, const struct sb__report *report)
{
    struct sb__run *run = &worker->run;
    int number = report->status;
    run->is_started = true;
    run->has_status = true;
    run->status = (number == ENOENT ? 127 : 126) << 8;
    run->start_ns = run->end_ns = sb__now_ns();
    sb__note(run->result->notes, sizeof run->result->notes, "cannot execute '%.64s': %s",
             run->command->argv[0], sb__errno_text(number));
}

static void take_status(struct sb__run *run, const struct sb__report *report)
{
    if (!run->has_status) {
        run->status = report->status;
        run->end_ns = report->at_ns;
    }
    run->has_status = true;
    run->is_over = true;
}

/* The command has ended, but tasks that it left still die. */
static bool on_ended(struct sb_worker *worker, const struct sb__report *report,
                     struct sb_error *err)
{
    take_status(&worker->run, report);
    worker->stage = SB__ENDED;
    return set_timer(worker->fds[AT_TICK], 0, 0, err) && sb__guard(worker, REAP_NS, err);
}

static bool on_reaped(struct sb_worker *worker, const struct sb__report *report,
                      struct sb_error *err)
{
    take_status(&worker->run, report);
    worker->run.setup_ns = report->setup_ns;
    worker->stage = SB__READY;
    worker->is_dirty = report->is_dirty;
    if (!read_usage(worker, err))
        return false;
    prefer_account(worker, report->user_ns, report->system_ns);
    return set_timer(worker->fds[AT_TICK], 0, 0, err) && sb__guard(worker, 0, err);
}

static bool take_kept(struct sb_worker *worker, int fd, struct sb_error *err)
{
    if (fd < 0 || worker->kept_count >= worker->kept_size) {
        sb__close(&fd);
        return sb__fail(err, SB_INTERNAL, "an unexpected kept mount");
    }
    worker->kept[worker->kept_count++] = fd;
    return true;
}

static bool on_ready(struct sb_worker *worker, const struct sb__report *report,
                     struct sb_error *err)
{
    if (worker->stage == SB__RUNNING)
        return true; /* the order was sent before */
    worker->stage = SB__READY;
    worker->init_cpu_ns = report->user_ns + report->system_ns;
    return sb__guard(worker, 0, err);
}

static bool is_out_of_memory(struct sb_worker *worker, struct sb_error *err)
{
    return worker->is_running && read_usage(worker, err) && worker->run.usage.oom_kills > 0;
}

static void end_by_memory(struct sb_worker *worker)
{
    struct sb__run *run = &worker->run;
    run->start_ns = run->start_ns ? run->start_ns : sb__now_ns();
    sb__end_run(worker, SB_END_MEMORY);
}

/* Our own set-up needs some memory too; a limit below that is the guest's limit. */
static bool on_failed(struct sb_worker *worker, const struct sb__report *report,
                      struct sb_error *err)
{
    if (!is_out_of_memory(worker, err))
        return sb__fail(err, report->error.fault, "%s", report->error.message);
    end_by_memory(worker);
    return true;
}

static bool obey(struct sb_worker *worker, const struct sb__report *report, int *fd,
                 struct sb_error *err)
{
    switch (report->kind) {
    case SB__REPORT_FAILED:
        return on_failed(worker, report, err);
    case SB__REPORT_KEPT:
        return take_kept(worker, sb__steal(fd), err);
    case SB__REPORT_READY:
        return on_ready(worker, report, err);
    case SB__REPORT_STARTED:
        return on_start(worker, report, sb__steal(fd), err);
    case SB__REPORT_NOT_EXECUTED:
        on_not_executed(worker, report);
        return true;
    case SB__REPORT_ENDED:
        return on_ended(worker, report, err);
    case SB__REPORT_REAPED:
        return on_reaped(worker, report, err);
    }
    return sb__fail(err, SB_INTERNAL, "an unknown report");
}

/* Reports first, and all of them: a command that ended in time has ended, whatever else
 * fell due while we were not looking. */
static bool on_socket(struct sb_worker *worker, struct sb_error *err)
{
    struct sb__report report;
    while (worker->stage != SB__DYING) {
        SB__FD int fd = -1;
        ssize_t n = sb__receive(worker->fds[AT_SOCK], &report, sizeof report, &fd);
        if (n < 0 && errno == EAGAIN)
            return true;
        if (n != sizeof report)
            break;
        if (!obey(worker, &report, &fd, err))
            return false;
    }
    unwatch(worker, AT_SOCK); /* the end: the pidfd says the rest */
    if (worker->stage == SB__READY)
        sb__kill(worker); /* somebody did; nobody may give it an order any more */
    return true;
}

/* Reads once; false at the end or when nothing is there now. */
static bool take_pipe(struct sb_worker *worker, int i, bool *is_open, struct sb_error *err)
{
    char chunk[PIPE_CHUNK];
    struct sb__run *run = &worker->run;
    const struct sb_stream *stream = &run->command->streams[i];
    uint64_t *bytes = &run->result->stream_bytes[i];
    ssize_t n = read(worker->fds[AT_OUT + i - 1], chunk, sizeof chunk);
    *is_open = n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
    if (n <= 0)
        return true;
    uint64_t room = *bytes < stream->cap_bytes ? stream->cap_bytes - *bytes : 0;
    size_t kept = (uint64_t)n < room ? (size_t)n : (size_t)room;
    *bytes += (uint64_t)n;
    if (!sb__write_all(stream->fd, chunk, kept))
        return sb__fail_errno(err, SB_HOST, "cannot write the captured stream %d", i);
    if (*bytes <= stream->cap_bytes)
        return true;
    run->result->is_stream_cut[i] = true;
    if (stream->ends_run && run->is_over && !run->is_end_known) {
        run->result->end = SB_END_OUTPUT; /* it ended before we had read it all */
        run->is_end_known = true;
    } else if (stream->ends_run) {
        sb__end_run(worker, SB_END_OUTPUT);
    }
    return true;
}

static bool on_pipe(struct sb_worker *worker, int i, struct sb_error *err)
{
    bool is_open;
    if (!take_pipe(worker, i, &is_open, err))
        return false;
    if (!is_open)
        unwatch(worker, (enum sb__at)(AT_OUT + i - 1));
    return true;
}

bool sb__empty_pipes(struct sb_worker *worker, struct sb_error *err)
{
    for (int i = 1; i < 3; i++) {
        uint64_t before;
        do {
            before = worker->run.result->stream_bytes[i];
            if (worker->fds[AT_OUT + i - 1] >= 0 && !on_pipe(worker, i, err))
                return false;
        } while (worker->run.result->stream_bytes[i] > before);
        unwatch(worker, (enum sb__at)(AT_OUT + i - 1));
    }
    return true;
}

static bool on_wall(struct sb_worker *worker, struct sb_error *err)
{
    switch (worker->stage) {
    case SB__DYING:
        return sb__fail(err, SB_HOST, "tasks of the run cannot be killed");
    case SB__ENDED:
        sb__kill(worker); /* the init could not: the whole namespace then */
        return true;
    case SB__RUNNING:
        if (!worker->run.is_started)
            break;
        if (worker->wire)
            sb__wire_look(worker->wire); /* while there is something to see */
        sb__end_run(worker, SB_END_WALL);
        return true;
    default:
        break;
    }
    return sb__fail(err, SB_HOST, "the sandbox was not ready within %d s",
                    (int)(SB__SETUP_NS / SB__SECOND_NS));
}

/* A timer that was set again in the meantime is not due. */
static bool is_due(const struct sb_worker *worker)
{
    uint64_t expirations;
    return read(worker->fds[AT_WALL], &expirations, sizeof expirations) ==
           sizeof expirations;
}

static uint64_t to_ns(struct timeval time)
{
    return (uint64_t)time.tv_sec * SB__SECOND_NS + (uint64_t)time.tv_usec * 1000u;
}

/* All are dead. If nobody killed them the memory may have been out, which was the guest's
 * doing. */
static bool on_death(struct sb_worker *worker, struct sb_error *err)
{
    struct sb__run *run = &worker->run;
    struct rusage used = {0};
    bool was_working = worker->stage == SB__SETUP || worker->stage == SB__CLEANING;
    while (wait4(worker->init, NULL, __WALL, &used) < 0 && errno == EINTR)
        ;
    worker->init = 0;
    worker->stage = SB__ABSENT;
    unwatch(worker, AT_PIDFD);
    unwatch(worker, AT_SOCK);
    if (!worker->is_running)
        return !was_working || sb__fail(err, SB_HOST, "the init was killed from outside");
    if (!read_usage(worker, err))
        return false;
    prefer_account(worker, to_ns(used.ru_utime), to_ns(used.ru_stime));
    worker->init_cpu_ns = 0;
    if (run->is_over)
        return true;
    if (run->usage.oom_kills == 0)
        return sb__fail(err, SB_HOST, "the sandbox's init was killed from outside");
    end_by_memory(worker);
    return true;
}

/* The listener's hang-up only says that no task is left. */
static void on_listener(struct sb_worker *worker, uint32_t events)
{
    if (events & EPOLLIN) {
        if (sb__notify_take(&worker->notify, worker->fds[AT_LISTENER], worker->policy,
                            worker->run.result))
            sb__end_run(worker, SB_END_CALL);
    } else {
        unwatch(worker, AT_LISTENER);
    }
}

static bool dispatch(struct sb_worker *worker, const uint32_t *events, struct sb_error *err)
{
    const struct sb__run *run = &worker->run;
    if (events[AT_SOCK] && !on_socket(worker, err))
        return false;
    if (events[AT_LISTENER] && worker->is_running && !run->is_over)
        on_listener(worker, events[AT_LISTENER]);
    for (int i = 1; i < 3; i++)
        if (events[AT_OUT + i - 1] && worker->is_running &&
            worker->fds[AT_OUT + i - 1] >= 0 && !on_pipe(worker, i, err))
            return false;
    if (events[AT_TICK] && worker->stage == SB__RUNNING && !run->is_over &&
        !on_tick(worker, err))
        return false;
    if (events[AT_PIDFD] && worker->init > 0)
        return on_death(worker, err);
    return !events[AT_WALL] || !is_due(worker) || on_wall(worker, err);
}

bool sb__supervise(struct sb_worker *worker, int timeout_ms, struct sb_error *err)
{
    struct epoll_event ready[AT_COUNT];
    uint32_t events[AT_COUNT] = {0};
    int n = epoll_wait(worker->epoll, ready, AT_COUNT, timeout_ms);
    if (n < 0 && errno != EINTR)
        return sb__fail_errno(err, SB_HOST, "cannot poll");
    for (int i = 0; i < n; i++)
        events[ready[i].data.u32] = ready[i].events;
    return dispatch(worker, events, err);
}
