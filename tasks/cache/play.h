/* play.h - one case played with an entry, and its verdict. README.md has the messages. */
#ifndef CACHE_PLAY_H
#define CACHE_PLAY_H

#include "case.h"

#include "sdk/task.h"

extern const struct task_message *const cache_messages[];

bool cache_play(struct task_play *job, struct task_error *err);

/* Fills what is worked out from a state at its end: raw, score, metrics, items. */
void cache_judge(const struct cache_case *instance, const struct cache_state *state,
                 struct task_verdict *verdict);

#endif
