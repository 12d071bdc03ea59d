/* outcome.h - from the facts of a sandboxed run to a verdict and a sentence about it. */
#ifndef ENGINE_OUTCOME_H
#define ENGINE_OUTCOME_H

#include "model/result.h"
#include "podbox.h"

/* Set verdict, message, times, memory, exit facts and notes of result. Exit status 0 is OK;
 * nothing that an entry can do by itself looks like anything but its own doing. */
void outcome_judge(const struct sb_result *run, const struct sb_limits *limits,
                   struct case_result *result);

#endif
