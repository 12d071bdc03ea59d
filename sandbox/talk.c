#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "wire.h"
#include "worker.h"

/* A death by SIGPIPE so soon after the other one's end is its consequence, whichever init
 * was the first to look at a clock. */
#define CONSEQUENCE_NS ((uint64_t)100000000)

enum { AT_TIMER = 2 }; /* behind both sides */

struct sb_talk {
    struct sb_talk_side sides[2];
    struct sb_command commands[2]; /* with the wire as their streams */
    struct sb__wire wire;
    struct sb_talk_result *result;
    int epoll;
    int timer;
    bool has_begun[2], has_ended[2];
    bool is_failed;
};

static bool watch(struct sb_talk *talk, int fd, unsigned at, struct sb_error *err)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = at};
    return epoll_ctl(talk->epoll, EPOLL_CTL_ADD, fd, &event) == 0 ||
           sb__fail_errno(err, SB_HOST, "cannot watch a descriptor");
}

static bool prepare(struct sb_talk *talk, enum sb_wire kind, struct sb_error *err)
{
    talk->epoll = epoll_create1(EPOLL_CLOEXEC);
    talk->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (talk->epoll < 0 || talk->timer < 0)
        return sb__fail_errno(err, SB_HOST, "cannot prepare a talk");
    if (!watch(talk, talk->timer, AT_TIMER, err) || !sb__wire_open(&talk->wire, kind, err))
        return false;
    talk->wire.result = talk->result;
    for (enum sb_side side = SB_ENTRY; side <= SB_PEER; side++) {
        const struct sb_talk_side *one = &talk->sides[side];
        talk->wire.workers[side] = one->worker;
        talk->commands[side] = *one->command;
        sb__wire_join(&talk->wire, side, &talk->commands[side]);
        if (!sb__worker_ready(one->worker, err)) /* no clock runs while the other is made */
            return false;
    }
    return true;
}

static bool begin(struct sb_talk *talk, enum sb_side side, struct sb_error *err)
{
    const struct sb_talk_side *one = &talk->sides[side];
    if (!sb_worker_start(one->worker, &talk->commands[side], one->result, err))
        return false;
    talk->has_begun[side] = true;
    one->worker->wire = &talk->wire;
    sb__wire_sent(&talk->wire, side);
    return watch(talk, sb_worker_fd(one->worker), side, err);
}

static bool check(const struct sb_talk_side sides[2], struct sb_error *err)
{
    for (enum sb_side side = SB_ENTRY; side <= SB_PEER; side++)
        if (sides[side].worker->is_running)
            return sb__fail(err, SB_SPEC, "the worker's last command still runs");
    return sides[SB_ENTRY].worker != sides[SB_PEER].worker ||
           sb__fail(err, SB_SPEC, "each side of a talk needs a worker of its own");
}

struct sb_talk *sb_talk_new(const struct sb_talk_side sides[2], enum sb_wire kind,
                            struct sb_talk_result *result, struct sb_error *err)
{
    *err = (struct sb_error){0};
    *result = (struct sb_talk_result){0};
    for (int side = 0; side < 2; side++)
        *sides[side].result = (struct sb_result){.refused.nr = -1};
    struct sb_talk *talk = check(sides, err) ? calloc(1, sizeof *talk) : NULL;
    if (!talk) {
        sb__fail(err, SB_HOST, "out of memory");
        return NULL;
    }
    *talk = (struct sb_talk){
        .sides = {sides[0], sides[1]}, .result = result, .epoll = -1, .timer = -1};
    sb__wire_clear(&talk->wire);
    /* The peer first, which is to be there when the entry speaks. */
    if (prepare(talk, kind, err) && begin(talk, SB_PEER, err) && begin(talk, SB_ENTRY, err))
        return talk;
    sb_talk_free(talk);
    return NULL;
}

int sb_talk_fd(const struct sb_talk *talk)
{
    return talk->epoll;
}

static void leave(struct sb_talk *talk, enum sb_side side)
{
    struct sb_worker *worker = talk->sides[side].worker;
    talk->has_ended[side] = true;
    worker->wire = NULL;
    sb__wire_ended(&talk->wire, side);
    (void)epoll_ctl(talk->epoll, EPOLL_CTL_DEL, sb_worker_fd(worker), NULL);
}

/* Its end is what the other side may now see; how long may that one go on? */
static bool on_end(struct sb_talk *talk, enum sb_side side, struct sb_error *err)
{
    uint64_t linger_ns = talk->sides[!side].linger_ns;
    struct itimerspec when = {.it_value = {.tv_sec = (time_t)(linger_ns / SB__SECOND_NS),
                                           .tv_nsec = (long)(linger_ns % SB__SECOND_NS)}};
    leave(talk, side);
    if (talk->has_ended[!side] || linger_ns == 0)
        return true;
    return timerfd_settime(talk->timer, 0, &when, NULL) == 0 ||
           sb__fail_errno(err, SB_HOST, "cannot set a timer");
}

static void on_timer(struct sb_talk *talk)
{
    uint64_t expirations;
    if (read(talk->timer, &expirations, sizeof expirations) != sizeof expirations)
        return;
    for (enum sb_side side = SB_ENTRY; side <= SB_PEER; side++)
        if (!talk->has_ended[side])
            sb_worker_stop(talk->sides[side].worker);
}

static bool is_by_pipe(const struct sb_result *result)
{
    return result->end == SB_END_SIGNAL && result->signal == SIGPIPE;
}

static void judge_order(struct sb_talk *talk)
{
    uint64_t ends[2];
    for (int side = 0; side < 2; side++)
        ends[side] = talk->sides[side].worker->run.end_ns;
    enum sb_side first = ends[SB_ENTRY] <= ends[SB_PEER] ? SB_ENTRY : SB_PEER;
    uint64_t gap = ends[!first] - ends[first];
    if (talk->wire.kind == SB_WIRE_PIPES && gap < CONSEQUENCE_NS &&
        is_by_pipe(talk->sides[first].result) && !is_by_pipe(talk->sides[!first].result))
        first = !first;
    talk->result->first = first;
    talk->result->gap_ns = gap;
}

/* Nothing of a side may stay alive, and no result be left that nobody vouches for. */
static void abandon(struct sb_talk *talk, enum sb_side side)
{
    struct sb_error late = {0};
    struct sb_worker *worker = talk->sides[side].worker;
    if (talk->has_begun[side] && !talk->has_ended[side]) {
        sb_worker_stop(worker);
        (void)sb__worker_wait(worker, &late); /* the first error is told */
        leave(talk, side);
    }
    sb_result_release(talk->sides[side].result);
}

static enum sb_progress fail(struct sb_talk *talk)
{
    abandon(talk, SB_ENTRY);
    abandon(talk, SB_PEER);
    talk->is_failed = true;
    return SB_FAILED;
}

static enum sb_progress step_side(struct sb_talk *talk, enum sb_side side,
                                  struct sb_error *err)
{
    if (talk->has_ended[side])
        return SB_ENDED;
    enum sb_progress progress = sb_worker_step(talk->sides[side].worker, err);
    if (progress == SB_ENDED)
        return on_end(talk, side, err) ? SB_ENDED : SB_FAILED;
    if (progress == SB_FAILED)
        leave(talk, side);
    return progress;
}

enum sb_progress sb_talk_step(struct sb_talk *talk, struct sb_error *err)
{
    *err = (struct sb_error){0};
    if (talk->is_failed) {
        sb__fail(err, SB_SPEC, "the talk has failed before");
        return SB_FAILED;
    }
    for (enum sb_side side = SB_ENTRY; side <= SB_PEER; side++)
        if (step_side(talk, side, err) == SB_FAILED)
            return fail(talk);
    on_timer(talk);
    if (!talk->has_ended[SB_ENTRY] || !talk->has_ended[SB_PEER])
        return SB_RUNNING;
    judge_order(talk);
    return SB_ENDED;
}

void sb_talk_stop(struct sb_talk *talk)
{
    for (enum sb_side side = SB_ENTRY; side <= SB_PEER; side++)
        if (talk->has_begun[side] && !talk->has_ended[side])
            sb_worker_stop(talk->sides[side].worker);
}

void sb_talk_free(struct sb_talk *talk)
{
    if (!talk)
        return;
    if (!talk->is_failed && (!talk->has_ended[SB_ENTRY] || !talk->has_ended[SB_PEER]))
        (void)fail(talk);
    sb__wire_close(&talk->wire);
    sb__close(&talk->timer);
    sb__close(&talk->epoll);
    free(talk);
}

bool sb_talk_run(const struct sb_talk_side sides[2], enum sb_wire kind,
                 struct sb_talk_result *result, struct sb_error *err)
{
    struct sb_talk *talk = sb_talk_new(sides, kind, result, err);
    enum sb_progress progress = talk ? SB_RUNNING : SB_FAILED;
    while (progress == SB_RUNNING) {
        struct pollfd ready = {.fd = talk->epoll, .events = POLLIN};
        (void)poll(&ready, 1, -1); /* cut short by a signal: a step with nothing to do */
        progress = sb_talk_step(talk, err);
    }
    sb_talk_free(talk);
    return progress == SB_ENDED;
}
