/* play.h - the verb `play`: a dialogue from HELLO to the verdict. Only for task.c. */
#ifndef TASK_PLAY_H
#define TASK_PLAY_H

#include "sdk/task.h"

#include <stdbool.h>

/* Speaks on descriptors 0 and 1; verdict is filled. */
bool task_play_run(const struct task_program *program, const char *case_dir, bool is_text,
                   struct task_verdict *verdict, struct task_error *err);

#endif
