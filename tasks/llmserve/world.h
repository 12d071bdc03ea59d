/* world.h - an engine that serves one run, step by step, by the decisions of a scheduler.
 *
 *     struct world w;
 *     world_init(&w, &engine.spec, &run);
 *     while (!world_is_over(&w)) {
 *         ... look at w.report, decide ...
 *         if (!world_apply(&w, &decision, &err))
 *             ... it broke a rule, nothing has happened ...
 *     }
 *     world_release(&w);
 *
 * It knows nothing of the channel. Between two calls of world_apply these hold:
 *   - kv_used is the sum of what requests hold, and at most the capacity;
 *   - a RUNNING request holds prompt + generated tokens, a PREFILL one need + 1, others 0;
 *   - `running` lists the RUNNING ones in the order in which they became so, the sets
 *     `waiting` and `partial` are the WAITING and PREFILL ones;
 *   - time only grows, and somebody is live unless the run is over.
 * A step costs the length of the decision and of the running list, whatever waits.
 */
#ifndef LLMSERVE_WORLD_H
#define LLMSERVE_WORLD_H

#include "engine.h"
#include "idset.h"
#include "request.h"

#include "sdk/error.h"

#include <stdbool.h>

enum phase {
    PHASE_FUTURE,
    PHASE_WAITING, /* holds no memory: fresh, or preempted */
    PHASE_PREFILL, /* has the first chunk */
    PHASE_RUNNING, /* emits a token in each step in which it decodes */
    PHASE_DONE,
};

struct life {
    uint8_t phase;      /* enum phase */
    bool is_excepted;   /* in the step that is being applied */
    uint32_t need;      /* tokens to prefill: prompt + generated before */
    uint32_t prefilled; /* of them */
    uint32_t generated;
    uint32_t touched[3]; /* steps in which a list of the decision named it, plus one */
    uint64_t first_us;   /* token; 0: none yet */
    uint64_t done_us;
};

/* Records of messages of dialogue.h: an answer is applied where it was read. */
struct id_record {
    uint32_t id;
};
struct prefill_record {
    uint32_t id;
    uint32_t tokens;
};

enum decode { DECODE_NONE, DECODE_ALL, DECODE_EXCEPT, DECODES };

struct decision {
    const struct prefill_record *prefill; /* in this order */
    size_t prefill_count;
    const struct id_record *except;
    size_t except_count;
    const struct id_record *preempt;
    size_t preempt_count;
    uint32_t decode; /* enum decode */
};

/* What happened since the decision before. */
struct report {
    size_t arrived_from, arrived_to; /* ids */
    struct id_record *done, *preempted, *skipped;
    size_t done_count, preempted_count, skipped_count;
};

struct world {
    const struct engine_spec *engine;
    const struct run *run;
    struct life *lives;
    uint32_t *running;
    size_t running_count;
    struct idset waiting, partial;
    struct report report;
    uint64_t now_us, end_us;
    uint64_t kv_used;
    size_t next; /* first that has not arrived */
    size_t done;
    uint32_t steps;
    uint64_t preemptions; /* by decision and by the engine */
    uint64_t tokens;      /* emitted */
};

/* Borrows engine and run; the first arrivals are in the report. */
void world_init(struct world *w, const struct engine_spec *engine, const struct run *run);
void world_release(struct world *w);

/* All are done, or a minute has passed since the last arrival. */
bool world_is_over(const struct world *w);

/* Plays one iteration. A decision that breaks a rule is TASK_ENTRY, and changes nothing. */
bool world_apply(struct world *w, const struct decision *decision, struct task_error *err);

/* Tokens that its prefill still needs. */
uint32_t world_left(const struct world *w, uint32_t id);

/* The request met its target. */
bool world_is_attained(const struct world *w, size_t id);

#endif
