/* dialogue.h - what engine and entry say to each other, and the verb `play`.
 *
 * HELLO is the engine; RUN begins a run, and the entry says BEGIN; then for each iteration
 * the lists ARRIVAL, DONE, PREEMPTED, SKIPPED (those that are empty are left out) and STEP,
 * answered by PREFILL, EXCEPT, PREEMPT (likewise) and ACT.
 */
#ifndef LLMSERVE_DIALOGUE_H
#define LLMSERVE_DIALOGUE_H

#include "sdk/task.h"

/* Ends with NULL. */
extern const struct task_message *const dialogue_messages[];

bool dialogue_play(struct task_play *job, struct task_error *err);

#endif
