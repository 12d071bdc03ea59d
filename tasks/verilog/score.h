/* score.h - judges a folder of modules against a case. */
#ifndef VLOG_SCORE_H
#define VLOG_SCORE_H

#include "sdk/task.h"

/* A folder with a link or device, with too many files, with a module too large, or without
 * any module of the case is rejected. A module that is missing, not accepted, does not
 * compile or does not end costs its own problem alone. */
bool vlog_score(const struct task_score *job, struct task_error *err);

#endif
