/* generate.h - the verb `generate`: 3 kinds x 3 traces x 2 sizes of a cache. */
#ifndef CACHE_GENERATE_H
#define CACHE_GENERATE_H

#include "sdk/task.h"

bool cache_generate(const struct task_generate *job, struct task_error *err);

#endif
