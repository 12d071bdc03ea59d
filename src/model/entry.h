/* entry.h - what a participant says about her entry: entry.json, checked.
 *
 * Calling sequence: `struct entry entry = ENTRY_INIT;` entry_load, use, entry_release (also
 * after a failed load). The struct owns all that it points to.
 * Failure: POD_ENTRY with the JSON path for anything about the file, POD_USAGE when the
 * path given does not exist, POD_HOST when it cannot be read. See podium-entry(5).
 */
#ifndef MODEL_ENTRY_H
#define MODEL_ENTRY_H

#include "base/buf.h"
#include "base/error.h"

struct entry_task {
    char *id; /* a task's id, checked as an id but not against any competition */
    struct pod_names run; /* command, at least one word; or */
    char *output;   /* folder in the entry with what a run would leave ("." for the entry's
                       own); NULL: there is a command */
    char *protocol; /* "bin" or "text"; NULL: "bin" */
    bool speaks_text; /* in a dialogue: lines of text, not binary frames */
};

struct entry {
    char *name; /* 1 to 64 characters, see name.h */
    char *team; /* 1 to 100 */
    struct pod_names members;
    char *url;                /* http or https; NULL when absent */
    char *license;            /* NULL when absent */
    struct pod_names build;   /* count 0 when there is nothing to build */
    struct entry_task *tasks; /* in the file's order, at least one */
    size_t task_count;
};

#define ENTRY_INIT                                                                         \
    {                                                                                      \
        0                                                                                  \
    }

/* path is an entry's folder or its entry.json. entry.json must be a regular file, not a
 * link, of at most 64 KiB. */
bool entry_load(const char *path, struct entry *out, struct pod_error *err);
void entry_release(struct entry *entry);

/* NULL when the entry does not play this task. */
const struct entry_task *entry_task_find(const struct entry *entry, const char *task_id);

#define entry_auto __attribute__((cleanup(entry_release)))

#endif
