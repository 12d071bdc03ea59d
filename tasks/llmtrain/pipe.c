#include "pipe.h"

#include <stdlib.h>

/* One operation of the schedule. */
struct operation {
    bool is_backward;
    int microbatch, chunk;
};

/* State of a run. Arrival times are by stage, micro-batch and chunk; below 0: not yet. */
struct run {
    struct pipe *pipe;
    int per_stage; /* passes of a stage in each direction */
    double *forward_at, *backward_at;
    int done[PLAN_STAGES]; /* operations of a stage that are over */
    double clock[PLAN_STAGES];
    double forward_free[PLAN_STAGES], backward_free[PLAN_STAGES]; /* of the links */
};

static int warm_up(const struct pipe *pipe, int stage, int per_stage)
{
    const int after = pipe->stages - 1 - stage;
    const int passes =
        pipe->chunks == 1 ? after : 2 * after + (pipe->chunks - 1) * pipe->stages;
    return passes < per_stage ? passes : per_stage;
}

/* Forward passes up to warm-up, then a forward and a backward one in turn, then the rest.
 */
static struct operation operation_at(const struct run *run, int stage, int number)
{
    const struct pipe *pipe = run->pipe;
    const int warm = warm_up(pipe, stage, run->per_stage);
    const int paired = run->per_stage - warm, later = number - warm;
    struct operation op = {false, 0, 0};
    int index = number;
    if (later >= 2 * paired) {
        op.is_backward = true;
        index = later - paired;
    } else if (later >= 0) {
        op.is_backward = later % 2 == 1;
        index = later / 2 + (op.is_backward ? 0 : warm);
    }
    const int round = pipe->stages * pipe->chunks, within = index % round;
    if (pipe->chunks == 1) {
        op.microbatch = index;
        return op;
    }
    op.microbatch = index / round * pipe->stages + within % pipe->stages;
    op.chunk = within / pipe->stages;
    if (op.is_backward)
        op.chunk = pipe->chunks - 1 - op.chunk;
    return op;
}

static size_t slot(const struct run *run, int stage, int microbatch, int chunk)
{
    return (size_t)stage * (size_t)run->per_stage +
           (size_t)microbatch * (size_t)run->pipe->chunks + (size_t)chunk;
}

/* Puts a message on a link at `now`; returns when it arrives. */
static double send(const struct pipe *pipe, double *free, int link, double now)
{
    const double start = now > free[link] ? now : free[link];
    free[link] = start + pipe->busy[link];
    return start + pipe->delay[link];
}

/* The next stage, or the first one's next chunk, or the loss, where backward begins. */
static void forward_done(struct run *run, int stage, const struct operation *op)
{
    const struct pipe *pipe = run->pipe;
    const bool is_last = stage == pipe->stages - 1;
    const double now = run->clock[stage];
    if (is_last && op->chunk == pipe->chunks - 1) {
        run->backward_at[slot(run, stage, op->microbatch, op->chunk)] = now;
        return;
    }
    const size_t to = is_last ? slot(run, 0, op->microbatch, op->chunk + 1)
                              : slot(run, stage + 1, op->microbatch, op->chunk);
    run->forward_at[to] = send(pipe, run->forward_free, stage, now);
}

static void backward_done(struct run *run, int stage, const struct operation *op)
{
    const struct pipe *pipe = run->pipe;
    if (stage == 0 && op->chunk == 0)
        return;
    const int to = stage > 0 ? stage - 1 : pipe->stages - 1;
    const int chunk = stage > 0 ? op->chunk : op->chunk - 1;
    run->backward_at[slot(run, to, op->microbatch, chunk)] =
        send(pipe, run->backward_free, to, run->clock[stage]);
}

/* Runs the stage's next operation if its input has come. */
static bool step(struct run *run, int stage)
{
    struct pipe *pipe = run->pipe;
    if (run->done[stage] == 2 * run->per_stage)
        return false;
    const struct operation op = operation_at(run, stage, run->done[stage]);
    const double *at = op.is_backward ? run->backward_at : run->forward_at;
    const double ready = at[slot(run, stage, op.microbatch, op.chunk)];
    if (ready < 0)
        return false;
    if (ready > run->clock[stage])
        run->clock[stage] = ready;
    run->clock[stage] += op.is_backward ? pipe->backward[stage] : pipe->forward[stage];
    run->done[stage]++;
    if (op.is_backward)
        backward_done(run, stage, &op);
    else
        forward_done(run, stage, &op);
    return true;
}

static void run_all(struct run *run)
{
    const int stages = run->pipe->stages;
    long left = 2L * stages * run->per_stage;
    while (left > 0) {
        const long before = left;
        for (int i = 0; i < stages; i++) {
            while (step(run, i))
                left--;
        }
        if (left == before)
            abort(); /* a schedule that waits for itself */
    }
}

double pipe_run(struct pipe *pipe)
{
    struct run run = {.pipe = pipe, .per_stage = pipe->microbatches * pipe->chunks};
    const size_t slots = (size_t)pipe->stages * (size_t)run.per_stage;
    double last = 0;
    run.forward_at = task_alloc_raw(slots, sizeof(double));
    run.backward_at = task_alloc_raw(slots, sizeof(double));
    for (size_t i = 0; i < slots; i++)
        run.forward_at[i] = run.backward_at[i] = -1;
    for (int m = 0; m < pipe->microbatches; m++)
        run.forward_at[slot(&run, 0, m, 0)] = 0;
    run_all(&run);
    for (int i = 0; i < pipe->stages; i++) {
        pipe->finish[i] = run.clock[i];
        if (run.clock[i] > last)
            last = run.clock[i];
    }
    free(run.forward_at);
    free(run.backward_at);
    return last;
}
