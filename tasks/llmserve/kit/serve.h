/* serve.h: a client for the task llmserve. It keeps track of all requests, so that a
 * scheduler is one function:
 *
 *     static void decide(struct serve *s) { ... serve_prefill(s, id, tokens) ... }
 *     int main(void) { return serve_main(decide); }
 *
 * Each engine step calls decide once. s->waiting has the ids that do not run, in the order
 * of arrival, s->running those that do, in the order in which they began to;
 * s->requests[id] has what is known of each. Unless told otherwise all running requests
 * decode.
 *
 * SPDX-License-Identifier: MIT. Copy it, change it, ship it with your entry. */
#ifndef SERVE_H
#define SERVE_H

#include "podium_channel.h"

enum { RUN = 16, ARRIVAL, DONE, PREEMPTED, SKIPPED, STEP };
enum { BEGIN = 32, PREFILL, EXCEPT, PREEMPT, ACT };
enum { CHAT, CALL };                             /* kinds */
enum { DECODE_NONE, DECODE_ALL, DECODE_EXCEPT }; /* in ACT */

/* Records of the messages. */
struct engine {
    uint32_t layers, hidden, heads, kv_heads, ffn, vocab, tp, kv_capacity;
    double peak, hbm, emax, m0, n0, k0, eb, t0, fa, ia, ib;
};
struct arrival {
    uint64_t arrival_us, timeout_us;
    uint32_t id, app, kind, prompt, ttft_us, tpot_us;
};
struct step {
    uint64_t now_us, kv_used, kv_capacity;
};
struct chunk {
    uint32_t id, tokens;
};

struct request {
    struct arrival is;
    uint32_t need;      /* tokens to prefill: prompt, and what was generated before */
    uint32_t prefilled; /* of them; > 0: holds need + 1 tokens of memory */
    uint32_t generated;
    uint64_t first_us; /* when the first token came; 0: not yet */
    bool is_running, is_held, is_done;
};

struct ids {
    uint32_t *at;
    size_t count, size;
};

struct serve {
    struct engine engine;
    struct step step;
    uint64_t last_us; /* STEP before */
    struct request *requests;
    size_t count, size; /* of requests: those that arrived in this run */
    struct ids waiting, running;
    struct ids finished; /* since the step before */
    /* The decision. */
    struct chunk *chunks;
    size_t chunk_count, chunk_size;
    struct ids except, preempt;
    uint32_t decode;
};

static inline void *serve_grow(void *old, size_t count, size_t *size, size_t item)
{
    if (count < *size)
        return old;
    *size = 2 * count + 64;
    void *grown = realloc(old, *size * item);
    if (!grown)
        exit(1);
    return grown;
}

static inline void ids_insert(struct ids *ids, size_t place, uint32_t id)
{
    ids->at = serve_grow(ids->at, ids->count, &ids->size, sizeof *ids->at);
    memmove(ids->at + place + 1, ids->at + place, (ids->count - place) * sizeof *ids->at);
    ids->at[place] = id;
    ids->count++;
}

static inline void ids_push(struct ids *ids, uint32_t id)
{
    ids_insert(ids, ids->count, id);
}

/* Keeps the order of a list that is sorted by id. */
static inline void ids_add(struct ids *ids, uint32_t id)
{
    size_t place = ids->count;
    while (place > 0 && ids->at[place - 1] > id)
        place--;
    ids_insert(ids, place, id);
}

static inline void ids_remove(struct ids *ids, uint32_t id)
{
    size_t place = 0;
    while (place < ids->count && ids->at[place] != id)
        place++;
    if (place == ids->count)
        return;
    ids->count--;
    memmove(ids->at + place, ids->at + place + 1, (ids->count - place) * sizeof *ids->at);
}

/* To decide by. */

static inline uint32_t serve_left(const struct request *r)
{
    return r->need - r->prefilled;
}

static inline void serve_prefill(struct serve *s, uint32_t id, uint32_t tokens)
{
    s->chunks = serve_grow(s->chunks, s->chunk_count, &s->chunk_size, sizeof *s->chunks);
    s->chunks[s->chunk_count++] = (struct chunk){id, tokens};
}

/* It does not decode in this step. */
static inline void serve_except(struct serve *s, uint32_t id)
{
    ids_push(&s->except, id);
    s->requests[id].is_held = true;
    s->decode = DECODE_EXCEPT;
}

/* Takes its memory and its progress away at once: it waits from now on. */
static inline void serve_lose(struct serve *s, uint32_t id)
{
    struct request *r = &s->requests[id];
    if (r->is_running) {
        ids_remove(&s->running, id);
        ids_add(&s->waiting, id);
    }
    r->is_running = false;
    r->need = r->is.prompt + r->generated;
    r->prefilled = 0;
}

static inline void serve_preempt(struct serve *s, uint32_t id)
{
    const struct request *r = &s->requests[id];
    s->step.kv_used -= r->is_running ? r->is.prompt + r->generated : r->need + 1;
    ids_push(&s->preempt, id);
    serve_lose(s, id);
}

/* What messages change. */

static inline void serve_reset(struct serve *s)
{
    s->count = s->waiting.count = s->running.count = s->finished.count = 0;
    s->chunk_count = s->except.count = s->preempt.count = 0;
    s->decode = DECODE_NONE;
    s->last_us = 0;
}

static inline void serve_arrive(struct serve *s, const struct arrival *a)
{
    s->requests = serve_grow(s->requests, s->count, &s->size, sizeof *s->requests);
    s->requests[s->count++] = (struct request){.is = *a, .need = a->prompt};
    ids_push(&s->waiting, a->id);
}

/* A prefill that did not fit: nothing became of it. */
static inline void serve_skip(struct serve *s, uint32_t id)
{
    for (size_t i = 0; i < s->chunk_count; i++)
        if (s->chunks[i].id == id)
            s->chunks[i].tokens = 0;
}

static inline void serve_end_prefill(struct serve *s, const struct chunk *chunk)
{
    struct request *r = &s->requests[chunk->id];
    r->prefilled += chunk->tokens;
    if (chunk->tokens == 0 || r->prefilled < r->need)
        return;
    ids_remove(&s->waiting, chunk->id);
    r->is_running = true;
    r->generated++;
    if (r->first_us == 0)
        r->first_us = s->step.now_us;
    ids_push(&s->running, chunk->id);
}

/* The step that was decided has come to its end. */
static inline void serve_end_step(struct serve *s)
{
    for (size_t i = 0; s->decode != DECODE_NONE && i < s->running.count; i++)
        s->requests[s->running.at[i]].generated += !s->requests[s->running.at[i]].is_held;
    for (size_t i = 0; i < s->except.count; i++)
        s->requests[s->except.at[i]].is_held = false;
    for (size_t i = 0; i < s->chunk_count; i++)
        serve_end_prefill(s, &s->chunks[i]);
    for (size_t i = 0; i < s->finished.count; i++) {
        ids_remove(&s->running, s->finished.at[i]);
        s->requests[s->finished.at[i]].is_running = false;
        s->requests[s->finished.at[i]].is_done = true;
    }
    s->chunk_count = s->except.count = s->preempt.count = 0;
    s->decode = DECODE_ALL;
}

static inline void serve_answer(struct serve *s, struct podium_channel *ch)
{
    if (s->chunk_count > 0)
        podium_say(ch, PREFILL, s->chunks, s->chunk_count, sizeof *s->chunks);
    if (s->except.count > 0)
        podium_say(ch, EXCEPT, s->except.at, s->except.count, sizeof(uint32_t));
    if (s->preempt.count > 0)
        podium_say(ch, PREEMPT, s->preempt.at, s->preempt.count, sizeof(uint32_t));
    podium_answer(ch, ACT, &s->decode, 1, sizeof s->decode);
    s->finished.count = 0;
    s->last_us = s->step.now_us;
}

static inline void serve_take(struct serve *s, const struct podium_message *m)
{
    const uint32_t *ids = m->records;
    for (size_t i = 0; i < m->count; i++) {
        if (m->type == ARRIVAL)
            serve_arrive(s, (const struct arrival *)m->records + i);
        else if (m->type == DONE)
            ids_push(&s->finished, ids[i]);
        else if (m->type == PREEMPTED)
            serve_lose(s, ids[i]);
        else if (m->type == SKIPPED)
            serve_skip(s, ids[i]);
    }
}

static inline void serve_release(struct serve *s)
{
    free(s->requests);
    free(s->waiting.at);
    free(s->running.at);
    free(s->finished.at);
    free(s->chunks);
    free(s->except.at);
    free(s->preempt.at);
}

static inline int serve_main(void (*decide)(struct serve *s))
{
    struct podium_channel ch = PODIUM_CHANNEL;
    struct podium_message m;
    struct serve s = {.count = 0};
    while (podium_next(&ch, &m)) {
        switch (m.type) {
        case PODIUM_HELLO:
            memcpy(&s.engine, m.records, sizeof s.engine);
            podium_ready(&ch);
            break;
        case RUN:
            serve_reset(&s);
            podium_answer(&ch, BEGIN, m.records, 1, sizeof(uint32_t));
            break;
        case STEP:
            memcpy(&s.step, m.records, sizeof s.step);
            serve_end_step(&s);
            decide(&s);
            serve_answer(&s, &ch);
            break;
        default:
            serve_take(&s, &m);
        }
    }
    serve_release(&s);
    return podium_bye(&ch);
}

#endif
