/* task.h - what a task's package says about itself: task.json, checked.
 *
 * Calling sequence: `struct task task = TASK_INIT;` task_load, use, task_release (also
 * after a failed load). The struct owns all that it points to. Failure: POD_TASK with the
 * JSON path; POD_HOST when the file cannot be read. See podium-entry(5).
 */
#ifndef MODEL_TASK_H
#define MODEL_TASK_H

#include "base/buf.h"
#include "base/error.h"

#include <stdint.h>

enum task_kind {
#define TASK_KIND(name, text) TASK_##name,
#include "task_kind.def"
#undef TASK_KIND
};

struct task_limits {
#define TASK_LIMIT(key, min, max) int64_t key;
#include "task_limit.def"
#undef TASK_LIMIT
};

struct task {
    char *id; /* also the name of its folder and of its program */
    char *title;
    struct pod_names areas;
    enum task_kind kind;
    struct task_limits limits;
    char *public_seed;       /* 64 hex digits */
    char *hidden_commitment; /* 64 hex digits, or "" before the seed is drawn */
    char *metric_name;
    char *metric_unit;
    bool is_higher_better;
    double cap;          /* points of one case count at most this in a total: 100 to 200 */
    char *default_split; /* "public" or "hidden" */
    bool prepares;       /* its program has the verb prepare; absent: false */
    struct pod_names order; /* scored sample entries, worst first; may be empty */
    struct pod_names sources;
};

#define TASK_INIT                                                                          \
    {                                                                                      \
        0                                                                                  \
    }

/* path is a task's folder or its task.json. The id must be the folder's name. */
bool task_load(const char *path, struct task *out, struct pod_error *err);
void task_release(struct task *task);

const char *task_kind_text(enum task_kind kind);

#define task_auto __attribute__((cleanup(task_release)))

#endif
