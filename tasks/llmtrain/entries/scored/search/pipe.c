/* pipe.c: one pipeline, operation by operation, in 1F1B or interleaved order. */
#include "search.h"

#include <stdlib.h>

double effort;

struct run {
    const struct pipe *pipe;
    int passes;    /* of a stage in each direction */
    double *in[2]; /* when the input of a forward, a backward pass is there; < 0: not yet */
    double clock[STAGES], link[2][STAGES];
    int done[STAGES], warm[STAGES];
};

static void next_operation(const struct run *r, int i, int *is_backward, int *batch,
                           int *chunk)
{
    const int p = r->pipe->stages, v = r->pipe->chunks;
    const int later = r->done[i] - r->warm[i], paired = r->passes - r->warm[i];
    int index = r->done[i];
    *is_backward = 0;
    if (later >= 2 * paired) {
        *is_backward = 1;
        index = later - paired;
    } else if (later >= 0) {
        *is_backward = later & 1;
        index = later / 2 + (*is_backward ? 0 : r->warm[i]);
    }
    *batch = index;
    *chunk = 0;
    if (v > 1) {
        const int within = index % (p * v);
        *batch = index / (p * v) * p + within % p;
        *chunk = *is_backward ? v - 1 - within / p : within / p;
    }
}

/* Where the output goes: stage, and chunk by reference. -1: nowhere. */
static int receiver(const struct pipe *pipe, int i, int is_backward, int *chunk)
{
    const int last = pipe->stages - 1;
    if (is_backward && i > 0)
        return i - 1;
    if (is_backward)
        return --*chunk >= 0 ? last : -1;
    if (i < last)
        return i + 1;
    return ++*chunk < pipe->chunks ? 0 : -1;
}

static bool step(struct run *r, int i)
{
    const struct pipe *pipe = r->pipe;
    int is_backward, batch, chunk;
    if (r->done[i] == 2 * r->passes)
        return false;
    next_operation(r, i, &is_backward, &batch, &chunk);
    const size_t slot = (size_t)batch * pipe->chunks + chunk;
    const double ready = r->in[is_backward][(size_t)i * r->passes + slot];
    if (ready < 0)
        return false;
    double now = ready > r->clock[i] ? ready : r->clock[i];
    now += is_backward ? pipe->backward[i] : pipe->forward[i];
    r->clock[i] = now;
    r->done[i]++;
    const int to = receiver(pipe, i, is_backward, &chunk);
    if (to < 0) {
        if (!is_backward) /* the loss: backward begins here */
            r->in[1][(size_t)i * r->passes + slot] = now;
        return true;
    }
    const int hop = is_backward ? to : i;
    double *free_at = &r->link[is_backward][hop];
    const double start = now > *free_at ? now : *free_at;
    *free_at = start + pipe->busy[hop];
    r->in[is_backward][(size_t)to * r->passes + (size_t)batch * pipe->chunks + chunk] =
        start + pipe->delay[hop];
    return true;
}

double pipe_run(struct pipe *pipe)
{
    static double *room;
    static size_t room_size;
    const int p = pipe->stages, v = pipe->chunks;
    struct run r = {.pipe = pipe, .passes = pipe->microbatches * v};
    const size_t slots = (size_t)p * r.passes;
    if (2 * slots > room_size) {
        free(room);
        room_size = 4 * slots;
        room = malloc(room_size * sizeof *room);
        if (!room)
            abort();
    }
    for (size_t k = 0; k < 2 * slots; k++)
        room[k] = -1;
    r.in[0] = room;
    r.in[1] = room + slots;
    for (int k = 0; k < pipe->microbatches; k++)
        room[(size_t)k * v] = 0;
    for (int i = 0; i < p; i++) {
        const int warm = v == 1 ? p - 1 - i : 2 * (p - 1 - i) + (v - 1) * p;
        r.warm[i] = warm < r.passes ? warm : r.passes;
    }
    for (size_t left = 2 * slots; left > 0;)
        for (int i = 0; i < p; i++)
            while (step(&r, i))
                left--;
    double last = 0;
    for (int i = 0; i < p; i++) {
        pipe->finish[i] = r.clock[i];
        last = r.clock[i] > last ? r.clock[i] : last;
    }
    effort += 2.0 * slots;
    return last;
}

/* Each stage waits for the first input, works, and its last output goes back to stage 0. */
double pipe_least(const struct pipe *pipe)
{
    double way = 0, least = 0;
    for (int i = 0; i < pipe->stages; i++) {
        const double work = (double)pipe->microbatches * pipe->chunks *
                            (pipe->forward[i] + pipe->backward[i]);
        least = way + work > least ? way + work : least;
        way += pipe->forward[i] + pipe->backward[i] + 2 * pipe->delay[i];
    }
    return least;
}
