/* Theory of operation.
 *
 * Three processes: the supervisor (the caller of sb_run, outside), the init (pid 1 of the
 * sandbox, a clone of the supervisor that never execs) and the guest (the command, and
 * whatever it starts). The guest holds no descriptor of ours but its streams, shares no
 * memory with us after its exec, and cannot signal the init, which is pid 1. So all that
 * is believed about a run comes from the kernel or from the init:
 *
 *   socket    the init reports the start (with the listener) and the end of the command;
 *             its silence after it died is an error of ours, or memory ran out
 *   pidfd     of the init; readable only when every task of the sandbox is dead, because
 *             the kernel kills and reaps a pid namespace before its pid 1 is gone
 *   listener  a call that the policy refuses waits there for its answer
 *   wall      a timerfd, absolute, set from the time stamp just before exec
 *   tick      a timerfd; at each tick CPU time and the oom count are read. The next tick
 *             is when the guest can reach its CPU limit at the earliest, all processors
 *             busy, so that it is overrun by about a millisecond
 *   pipes     captured streams
 *
 * One loop polls them. The first thing that ends the run is its cause, and everything else
 * is read after all are dead: SIGKILL to the init kills the whole namespace at once, so
 * there is no chase after a fork bomb and no window in which something survives. Pipes are
 * emptied then, not read to their end: a daemon that holds one open is dead as well. If
 * the supervisor dies, the init's death signal does the same.
 *
 * Until the start is reported, the wall timer guards the set-up itself.
 */
#include "supervise.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "io.h"

enum {
    SETUP_SECONDS = 120, /* a large folder may have to be copied */
    TICK_MIN_NS = 1000000,
    TICK_MAX_NS = 20000000,
    REAP_NS = 1000000000, /* for the init to reap after the command's own end */
    DEATH_MS = 30000,
    PIPE_CHUNK = 65536,
};

enum { AT_SOCK, AT_LISTENER, AT_OUT, AT_ERR, AT_TICK, AT_WALL, AT_PIDFD, AT_COUNT };

static bool set_timer(int fd, uint64_t ns, int flags, struct sb_error *err)
{
    struct itimerspec when = {.it_value = {.tv_sec = (time_t)(ns / 1000000000u),
                                           .tv_nsec = (long)(ns % 1000000000u)}};
    return timerfd_settime(fd, flags, &when, NULL) == 0 ||
           sb__fail_errno(err, SB_HOST, "cannot set a timer");
}

static void end_run(struct sb__run *run, enum sb_end end)
{
    if (!run->is_over) {
        run->result->end = end;
        run->is_end_known = true;
        run->end_ns = sb__now_ns();
    }
    run->is_over = true;
}

static uint64_t next_tick(const struct sb__run *run)
{
    uint64_t limit = run->spec->command.limits.cpu_ns;
    long cpus = run->spec->cpu >= 0 ? 1 : sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t left = limit > run->usage.cpu_ns ? limit - run->usage.cpu_ns : 0;
    uint64_t wait = limit ? left / (uint64_t)(cpus > 0 ? cpus : 1) : TICK_MAX_NS;
    if (wait < TICK_MIN_NS)
        return TICK_MIN_NS;
    return wait > TICK_MAX_NS ? TICK_MAX_NS : wait;
}

/* The init's own work before the start is not the guest's; most of it is system time. */
static void subtract_setup(struct sb__run *run)
{
    struct sb__usage *usage = &run->usage;
    uint64_t setup = run->setup_ns < usage->cpu_ns ? run->setup_ns : usage->cpu_ns;
    uint64_t system = setup < usage->system_ns ? setup : usage->system_ns;
    usage->cpu_ns -= setup;
    usage->system_ns -= system;
    usage->user_ns = usage->cpu_ns - usage->system_ns;
}

static bool read_usage(struct sb__run *run, struct sb_error *err)
{
    if (!sb__cgroup_read(&run->cgroup, &run->usage, err))
        return false;
    subtract_setup(run);
    return true;
}

static bool on_tick(struct sb__run *run, struct sb_error *err)
{
    uint64_t limit = run->spec->command.limits.cpu_ns, expirations;
    if (read(run->tick, &expirations, sizeof expirations) < 0 && errno != EAGAIN)
        return sb__fail_errno(err, SB_HOST, "cannot read a timer");
    if (!read_usage(run, err))
        return false;
    if (limit && run->usage.cpu_ns > limit)
        end_run(run, SB_END_CPU);
    else if (run->usage.oom_kills > 0)
        end_run(run, SB_END_MEMORY);
    return set_timer(run->tick, next_tick(run), 0, err);
}

static bool on_start(struct sb__run *run, const struct sb__report *report, int fd,
                     struct sb_error *err)
{
    run->is_started = true;
    run->start_ns = report->at_ns;
    run->setup_ns = run->birth_ns + report->setup_ns;
    run->notify.listener = fd;
    if (run->oom_adjust >= 0)
        (void)!pwrite(run->oom_adjust, "0", 1, 0);
    uint64_t wall = run->spec->command.limits.wall_ns;
    return set_timer(run->wall, wall ? run->start_ns + wall : 0, TFD_TIMER_ABSTIME, err) &&
           set_timer(run->tick, next_tick(run), 0, err);
}

static void on_end(struct sb__run *run, const struct sb__report *report)
{
    if (run->is_over)
        return;
    run->is_over = true;
    run->has_status = true;
    run->status = report->status;
    run->end_ns = report->at_ns;
}

/* The guest's file cannot be run: its own fault, told as a shell tells it. */
static void on_not_executed(struct sb__run *run, const struct sb__report *report)
{
    int number = report->status;
    run->setup_ns = run->birth_ns + report->setup_ns;
    run->is_over = true;
    run->is_started = true;
    run->has_status = true;
    run->status = (number == ENOENT ? 127 : 126) << 8;
    run->start_ns = run->end_ns = sb__now_ns();
    sb__note(run->result, "cannot execute '%.64s': %s", run->spec->command.argv[0],
             sb__errno_text(number));
}

static bool on_report(struct sb__run *run, struct sb_error *err)
{
    struct sb__report report;
    SB__FD int fd = -1;
    ssize_t n = sb__receive(run->sock, &report, sizeof report, &fd);
    if (n != sizeof report) {
        sb__close(&run->sock); /* the end: the pidfd says the rest */
        return true;
    }
    switch (report.kind) {
    case SB__REPORT_FAILED:
        return sb__fail(err, report.error.fault, "%s", report.error.message);
    case SB__REPORT_KEPT:
        if (fd < 0 || run->kept >= run->result->kept_count)
            return sb__fail(err, SB_INTERNAL, "an unexpected kept mount");
        run->result->kept_fds[run->kept++] = sb__steal(&fd);
        return true;
    case SB__REPORT_STARTED:
        return on_start(run, &report, sb__steal(&fd), err);
    case SB__REPORT_NOT_EXECUTED:
        on_not_executed(run, &report);
        return true;
    case SB__REPORT_ENDED:
        on_end(run, &report);
        return true;
    case SB__REPORT_REAPED:
        run->setup_ns = run->birth_ns + report.setup_ns;
        run->is_reaped = true;
        return true;
    }
    return sb__fail(err, SB_INTERNAL, "an unknown report");
}

/* Reads once; false at the end or when nothing is there now. */
static bool take_pipe(struct sb__run *run, int i, bool *is_open, struct sb_error *err)
{
    char chunk[PIPE_CHUNK];
    const struct sb_stream *stream = &run->spec->command.streams[i];
    uint64_t *bytes = &run->result->stream_bytes[i];
    ssize_t n = read(run->capture[i], chunk, sizeof chunk);
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
    if (stream->ends_run)
        end_run(run, SB_END_OUTPUT);
    return true;
}

static bool on_pipe(struct sb__run *run, int i, struct sb_error *err)
{
    bool is_open;
    if (!take_pipe(run, i, &is_open, err))
        return false;
    if (!is_open)
        sb__close(&run->capture[i]);
    return true;
}

static bool on_wall(struct sb__run *run, struct sb_error *err)
{
    if (!run->is_started)
        return sb__fail(err, SB_HOST, "the sandbox did not start within %d s",
                        SETUP_SECONDS);
    end_run(run, SB_END_WALL);
    return true;
}

static void set_polls(const struct sb__run *run, struct pollfd *polls)
{
    const int fds[AT_COUNT] = {
        [AT_SOCK] = run->sock,      [AT_LISTENER] = run->notify.listener,
        [AT_OUT] = run->capture[1], [AT_ERR] = run->capture[2],
        [AT_TICK] = run->tick,      [AT_WALL] = run->wall,
        [AT_PIDFD] = run->pidfd,
    };
    for (int i = 0; i < AT_COUNT; i++)
        polls[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
}

/* The init is gone without a word: if its memory was taken it was the guest's doing. */
static bool on_death(struct sb__run *run, struct sb_error *err)
{
    if (!read_usage(run, err))
        return false;
    if (run->usage.oom_kills == 0)
        return sb__fail(err, SB_HOST, "the sandbox's init was killed from outside");
    run->start_ns = run->start_ns ? run->start_ns : sb__now_ns();
    end_run(run, SB_END_MEMORY);
    return true;
}

/* Reports first: a command that ended in time has ended, whatever else fell due while we
 * were not looking. The listener's hang-up only says that no task is left. */
static bool dispatch(struct sb__run *run, const struct pollfd *polls, struct sb_error *err)
{
    if (polls[AT_SOCK].revents && !on_report(run, err))
        return false;
    if (polls[AT_LISTENER].revents & POLLIN &&
        sb__notify_take(&run->notify, run->policy, run->result))
        end_run(run, SB_END_CALL);
    else if (polls[AT_LISTENER].revents & (POLLHUP | POLLERR))
        sb__close(&run->notify.listener);
    for (int i = 1; i < 3; i++)
        if (polls[AT_OUT + i - 1].revents && !on_pipe(run, i, err))
            return false;
    if (polls[AT_TICK].revents && !on_tick(run, err))
        return false;
    if (polls[AT_WALL].revents && !run->is_over && !on_wall(run, err))
        return false;
    if (polls[AT_PIDFD].revents && !polls[AT_SOCK].revents && !run->is_over)
        return on_death(run, err);
    return true;
}

bool sb__supervise(struct sb__run *run, struct sb_error *err)
{
    if (!set_timer(run->wall, SETUP_SECONDS * (uint64_t)1000000000u, 0, err))
        return false;
    while (!run->is_over) {
        struct pollfd polls[AT_COUNT];
        set_polls(run, polls);
        if (poll(polls, AT_COUNT, -1) < 0 && errno != EINTR)
            return sb__fail_errno(err, SB_HOST, "cannot poll");
        if (!dispatch(run, polls, err))
            return false;
    }
    return true;
}

static bool is_dead(int pidfd, int timeout_ms)
{
    struct pollfd dead = {.fd = pidfd, .events = POLLIN};
    int n;
    do
        n = poll(&dead, 1, timeout_ms);
    while (n < 0 && errno == EINTR);
    return n > 0;
}

static uint64_t to_ns(struct timeval time)
{
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_usec * 1000u;
}

/* Without a cgroup the kernel's account of the init and all that it reaped may know more
 * than the samples. */
static void prefer_rusage(struct sb__run *run, const struct rusage *used)
{
    struct sb__usage usage = run->usage;
    usage.user_ns = to_ns(used->ru_utime);
    usage.system_ns = to_ns(used->ru_stime);
    usage.cpu_ns = usage.user_ns + usage.system_ns;
    if (usage.cpu_ns < run->usage.cpu_ns + run->setup_ns)
        return;
    run->usage = usage;
    subtract_setup(run);
}

/* After the command's own end the init needs a moment to kill and reap the others. */
static bool await_reaped(struct sb__run *run, struct sb_error *err)
{
    uint64_t until = sb__now_ns() + REAP_NS;
    while (!run->is_reaped && run->sock >= 0) {
        struct pollfd ready = {.fd = run->sock, .events = POLLIN};
        uint64_t now = sb__now_ns();
        int n = now < until ? poll(&ready, 1, (int)((until - now) / 1000000) + 1) : 0;
        if (n < 0 && errno != EINTR)
            return sb__fail_errno(err, SB_HOST, "cannot poll");
        if (n == 0)
            break;
        if (n > 0 && !on_report(run, err))
            return false;
    }
    return !run->is_reaped || read_usage(run, err);
}

static bool kill_all(struct sb__run *run, struct sb_error *err)
{
    struct rusage used = {0};
    int status;
    if (run->init <= 0)
        return true;
    bool is_read = !run->has_status || await_reaped(run, err);
    (void)pidfd_send_signal(run->pidfd, SIGKILL, NULL, 0); /* ESRCH: dead already */
    sb__cgroup_kill(&run->cgroup);
    if (!is_dead(run->pidfd, DEATH_MS))
        return sb__fail(err, SB_HOST, "tasks of the run cannot be killed");
    while (wait4(run->init, &status, __WALL, &used) < 0 && errno == EINTR)
        ;
    run->init = 0;
    if (!run->is_reaped)
        is_read = read_usage(run, err) && is_read;
    if (!(run->plan.layers & SB_LAYER_CGROUP))
        prefer_rusage(run, &used);
    return is_read;
}

static bool empty_pipes(struct sb__run *run, struct sb_error *err)
{
    for (int i = 1; i < 3; i++) {
        uint64_t before;
        do {
            before = run->result->stream_bytes[i];
            if (run->capture[i] >= 0 && !on_pipe(run, i, err))
                return false;
        } while (run->result->stream_bytes[i] > before);
    }
    return true;
}

bool sb__finish(struct sb__run *run, struct sb_error *err)
{
    bool is_killed = kill_all(run, err);
    return is_killed && empty_pipes(run, err);
}
