#include "state.h"

#include "sdk/buf.h"

#include <stdlib.h>

uint32_t cache_window(const struct cache_trace *trace, uint32_t at)
{
    return (uint32_t)((uint64_t)at * CACHE_WINDOWS / trace->requests);
}

struct cache_state *cache_state_new(const struct cache_trace *trace, uint64_t capacity)
{
    struct cache_state *state = task_alloc(1, sizeof *state);
    state->trace = trace;
    state->capacity = capacity;
    state->is_resident = task_alloc(trace->objects, sizeof *state->is_resident);
    state->last = task_alloc(trace->objects, sizeof *state->last);
    return state;
}

void cache_state_free(struct cache_state *state)
{
    if (!state)
        return;
    free(state->is_resident);
    free(state->last);
    free(state->seen);
    free(state);
}

void cache_state_cleanup(struct cache_state **state)
{
    cache_state_free(*state);
}

static void see(struct cache_state *state, uint32_t object, uint32_t flags)
{
    if (state->seen_count == state->seen_room) {
        state->seen_room = 2 * state->seen_room + 64;
        state->seen = task_grow(state->seen, state->seen_room, sizeof *state->seen);
    }
    state->seen[state->seen_count++] =
        (struct cache_request){object, state->trace->size[object], flags, state->time_ms};
}

static void count_miss(struct cache_state *state, uint32_t size)
{
    state->misses++;
    state->byte_misses += size;
    state->window_misses[cache_window(state->trace, state->at)]++;
}

bool cache_state_advance(struct cache_state *state)
{
    const struct cache_trace *trace = state->trace;
    state->seen_count = 0;
    while (state->begun < trace->requests) {
        uint32_t object = trace->object[state->at = state->begun++];
        uint32_t size = trace->size[object], flags = 0;
        state->time_ms += trace->gap_ms[state->at];
        state->last[object] = state->at + 1;
        if (state->is_resident[object])
            flags = CACHE_HIT;
        else
            count_miss(state, size);
        if (size > state->capacity)
            flags = CACHE_TOO_LARGE;
        see(state, object, flags);
        if (flags == 0)
            return state->is_waiting = true;
    }
    state->at = trace->requests;
    return false;
}

/* Takes the victims out one by one; at a bad one puts those before it back. */
static bool take_victims(struct cache_state *state, const struct cache_decision *decision,
                         uint64_t *freed, struct task_error *err)
{
    for (size_t i = 0; i < decision->victim_count; i++) {
        uint64_t victim = decision->victims[i];
        if (victim < state->trace->objects && state->is_resident[victim]) {
            state->is_resident[victim] = 0;
            *freed += state->trace->size[victim];
            continue;
        }
        while (i-- > 0)
            state->is_resident[decision->victims[i]] = 1;
        return task_fail(err, TASK_ENTRY,
                         "VICTIM %llu: is not in the cache, or named twice",
                         (unsigned long long)victim);
    }
    return true;
}

bool cache_state_decide(struct cache_state *state, const struct cache_decision *decision,
                        struct task_error *err)
{
    uint32_t object = state->trace->object[state->at];
    uint32_t size = state->trace->size[object];
    uint64_t freed = 0;
    if (decision->admit > 1)
        return task_fail(err, TASK_ENTRY, "ACT: admit is %u, not 0 or 1", decision->admit);
    if (!take_victims(state, decision, &freed, err))
        return false;
    uint64_t left = state->capacity - (state->used - freed);
    if (decision->admit && size > left) {
        for (size_t i = 0; i < decision->victim_count; i++)
            state->is_resident[decision->victims[i]] = 1;
        return task_fail(err, TASK_ENTRY,
                         "ACT: object %u of size %u does not fit into the %llu left",
                         object, size, (unsigned long long)left);
    }
    state->used -= freed;
    state->evicted += decision->victim_count;
    state->decisions++;
    state->is_waiting = false;
    if (decision->admit) {
        state->is_resident[object] = 1;
        state->used += size;
        state->admitted++;
    }
    return true;
}
