/* import.h - makes cases of VerilogEval. */
#ifndef VLOG_IMPORT_H
#define VLOG_IMPORT_H

#include "sdk/task.h"

bool vlog_import(const struct task_import *job, struct task_error *err);

#endif
