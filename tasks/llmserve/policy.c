#include "policy.h"

#include "sdk/buf.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNKED_TOKENS = 1024, FCFS_TOKENS = 8192, RANDOM_TOKENS = 4096 };

void scheduler_init(struct scheduler *s, size_t requests)
{
    static const struct task_stream stream = {"00", "llmserve", "1", "", "policy", 0};
    size_t room = requests + 1;
    s->prefill = task_alloc(room, sizeof *s->prefill);
    s->except = task_alloc(room, sizeof *s->except);
    s->preempt = task_alloc(room, sizeof *s->preempt);
    s->order = task_alloc(room, sizeof *s->order);
    task_rng_init(&s->rng, &stream);
}

void scheduler_release(struct scheduler *s)
{
    free(s->prefill);
    free(s->except);
    free(s->preempt);
    free(s->order);
}

/* What may still go into the step. */
struct room {
    int64_t tokens;
    int64_t memory; /* beyond what all decodes of the step will take */
    bool is_whole;  /* no chunks, but for the first */
};

static struct room room_for(const struct world *w, int64_t tokens)
{
    int64_t used = (int64_t)(w->kv_used + w->running_count);
    return (struct room){.tokens = tokens,
                         .memory = (int64_t)w->engine->kv_capacity - used};
}

/* Appends a chunk of the request; false when there is no room for it. */
static bool add(struct scheduler *s, const struct world *w, struct decision *d,
                struct room *room, uint32_t id)
{
    const struct life *life = &w->lives[id];
    int64_t tokens = world_left(w, id);
    int64_t wanted = life->phase == PHASE_WAITING ? (int64_t)life->need + 1 : 0;
    bool is_first = d->prefill_count == 0;
    if (tokens > room->tokens && room->is_whole && !is_first)
        return false;
    if (tokens > room->tokens)
        tokens = room->tokens;
    if (tokens <= 0 || (wanted > 0 && wanted > room->memory))
        return false;
    room->tokens -= tokens;
    room->memory -= wanted;
    s->prefill[d->prefill_count++] = (struct prefill_record){id, (uint32_t)tokens};
    return true;
}

static void add_in_order(struct scheduler *s, const struct world *w, struct decision *d,
                         struct room *room)
{
    const struct idset *sets[] = {&w->partial, &w->waiting};
    for (size_t k = 0; k < 2; k++) {
        size_t id = idset_next(sets[k], 0);
        while (id != SIZE_MAX && add(s, w, d, room, (uint32_t)id))
            id = idset_next(sets[k], id + 1);
        if (id != SIZE_MAX)
            return;
    }
}

static void begin(const struct scheduler *s, struct decision *d, enum decode decode)
{
    *d = (struct decision){.prefill = s->prefill,
                           .except = s->except,
                           .preempt = s->preempt,
                           .decode = decode};
}

void policy_chunked_fcfs(struct scheduler *s, const struct world *w, struct decision *d)
{
    struct room room = room_for(w, CHUNKED_TOKENS - (int64_t)w->running_count);
    begin(s, d, DECODE_ALL);
    add_in_order(s, w, d, &room);
}

void policy_fcfs(struct scheduler *s, const struct world *w, struct decision *d)
{
    struct room room = room_for(w, FCFS_TOKENS);
    room.is_whole = true;
    begin(s, d, DECODE_ALL);
    add_in_order(s, w, d, &room);
    if (d->prefill_count > 0)
        d->decode = DECODE_NONE;
}

static void preempt_one(struct scheduler *s, const struct world *w, struct decision *d)
{
    if (w->running_count == 0 || !task_rng_chance(&s->rng, .02))
        return;
    size_t place = (size_t)task_rng_below(&s->rng, w->running_count);
    s->preempt[d->preempt_count++].id = w->running[place];
}

static void leave_out_some(struct scheduler *s, const struct world *w, struct decision *d)
{
    for (size_t i = 0; i < w->running_count; i++) {
        bool is_preempted = d->preempt_count > 0 && s->preempt[0].id == w->running[i];
        if (!is_preempted && task_rng_chance(&s->rng, .3))
            s->except[d->except_count++].id = w->running[i];
    }
}

static void add_shuffled(struct scheduler *s, const struct world *w, struct decision *d)
{
    struct room room = room_for(w, (int64_t)task_rng_below(&s->rng, RANDOM_TOKENS));
    const struct idset *sets[] = {&w->partial, &w->waiting};
    size_t count = 0;
    for (size_t k = 0; k < 2; k++)
        for (size_t id = idset_next(sets[k], 0); id != SIZE_MAX;
             id = idset_next(sets[k], id + 1))
            s->order[count++] = (uint32_t)id;
    task_rng_shuffle(&s->rng, s->order, count, sizeof *s->order);
    size_t added = 0;
    while (added < count && add(s, w, d, &room, s->order[added]))
        added++;
    /* What does not fit may be asked for: the engine skips it. */
    if (added < count && task_rng_chance(&s->rng, .1))
        s->prefill[d->prefill_count++] = (struct prefill_record){s->order[added], 1};
}

void policy_random(struct scheduler *s, const struct world *w, struct decision *d)
{
    begin(s, d, DECODE_EXCEPT);
    preempt_one(s, w, d);
    leave_out_some(s, w, d);
    add_shuffled(s, w, d);
}

policy_fn *policy_find(const char *name)
{
    static const struct {
        const char *name;
        policy_fn *policy;
    } policies[] = {{"chunked-fcfs", policy_chunked_fcfs},
                    {"fcfs", policy_fcfs},
                    {"random", policy_random}};
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++)
        if (strcmp(policies[i].name, name) == 0)
            return policies[i].policy;
    return NULL;
}

void policy_play(policy_fn *policy, struct scheduler *s, struct world *w)
{
    while (!world_is_over(w)) {
        struct decision decision;
        struct task_error err = TASK_ERROR_INIT;
        policy(s, w, &decision);
        if (!world_apply(w, &decision, &err))
            abort(); /* a policy of ours broke a rule: a mistake in this file */
    }
}
