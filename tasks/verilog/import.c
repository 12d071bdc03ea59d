#include "import.h"

bool vlog_import(const struct task_import *job, struct task_error *err)
{
    return task_fail(err, TASK_USAGE, "unknown format \"%s\"", job->format);
}
