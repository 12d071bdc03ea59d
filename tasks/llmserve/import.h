/* import.h - cases from public traces of real LLM services.
 */
#ifndef LLMSERVE_IMPORT_H
#define LLMSERVE_IMPORT_H

#include "sdk/task.h"

/* The verb: a case for each engine, whose runs are disjoint slices of the trace. */
bool import_trace(const struct task_import *job, struct task_error *err);

#endif
