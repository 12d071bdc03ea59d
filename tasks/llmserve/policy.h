/* policy.h - schedulers that play in process: the trivial one, which is 0 points and takes
 * over when an entry is lost, and two more for tests and measurements.
 *
 * A policy decides from the state of the world alone, and only from what an entry knows
 * too, so that any of them can go on from where an entry stopped.
 */
#ifndef LLMSERVE_POLICY_H
#define LLMSERVE_POLICY_H

#include "world.h"

#include "sdk/rng.h"

struct scheduler {
    struct prefill_record *prefill;
    struct id_record *except, *preempt;
    uint32_t *order;
    struct task_rng rng; /* only for policies that draw */
};

/* For runs of at most `requests`. */
void scheduler_init(struct scheduler *s, size_t requests);
void scheduler_release(struct scheduler *s);

/* Fills the decision with lists of the scheduler's. */
typedef void policy_fn(struct scheduler *s, const struct world *w, struct decision *d);

/* Chunked prefill, first come first served (Sarathi-Serve's scheduler): all decodes, and
 * prefill up to 1,024 tokens a batch. What holds memory goes first, so that it never
 * stalls. */
policy_fn policy_chunked_fcfs;

/* Whole prompts before any decode (early vLLM). */
policy_fn policy_fcfs;

/* Anything that is allowed: random order and chunk, 30 % of decodes left out, now and then
 * a preemption. */
policy_fn policy_random;

/* "chunked-fcfs", "fcfs" or "random"; else NULL. */
policy_fn *policy_find(const char *name);

/* Plays what is left of a run. */
void policy_play(policy_fn *policy, struct scheduler *s, struct world *w);

#endif
