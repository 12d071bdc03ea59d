/* rules.h - what a decision may say. Only for world.c.
 *
 * Everything in a decision comes from an entry: nothing in it is used before it was checked
 * here. Cost: the length of its lists.
 */
#ifndef LLMSERVE_RULES_H
#define LLMSERVE_RULES_H

#include "world.h"

/* TASK_ENTRY, such as "PREFILL 17: 300 tokens, where 1 to 200 are left". Marks what is
 * named in w->lives[].touched, and changes nothing else. */
bool rules_check(struct world *w, const struct decision *decision, struct task_error *err);

#endif
