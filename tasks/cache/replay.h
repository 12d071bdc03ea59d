/* replay.h - the verb `replay`: policies in process on cases, as a table. */
#ifndef CACHE_REPLAY_H
#define CACHE_REPLAY_H

#include "sdk/error.h"

bool cache_replay(int argc, char **argv, struct task_error *err);

#endif
