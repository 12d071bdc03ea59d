/* package.h - makes the cases of a split: draws modules, says them, works out vectors. */
#ifndef VLOG_PACKAGE_H
#define VLOG_PACKAGE_H

#include "sdk/task.h"

bool vlog_package(const struct task_generate *job, struct task_error *err);

#endif
