/* submission.h - reads the competition's CSV and scores it against a reference.
 *
 * The grammar: a header line `ID,TopConfigs`, then rows `<collection>:<graph>,<i0;i1;...>`,
 * the fastest configuration first, indices from 0 without sign, blank or leading zero. A
 * byte order mark, CRLF, blank lines and fields that are quoted as a whole are read with a
 * warning; the last line needs no newline. The rules for every defect are the table in
 * submission.c, strict and lenient; a message says `submission.csv:LINE:COLUMN: what`,
 * both counted from 1, columns in bytes.
 */
#ifndef TASK_SUBMISSION_H
#define TASK_SUBMISSION_H

#include "sdk/buf.h"
#include "sdk/reference.h"
#include "sdk/task.h"

#include <stdbool.h>

#define TASK_SUBMISSION_CAP ((uint64_t)64 << 20) /* bytes of a CSV */

enum {
    TASK_LINE_CAP = 4 << 20, /* bytes of a line: 500,000 indices */
    TASK_VALUES = 8,         /* numbers that a metric may give for a graph */
    TASK_TOP = 5,            /* places that count in a tile list */
};

/* A task's metric. value[0] is the raw value of a graph, whose mean is the verdict's raw;
 * the others are reported as means under names[1 ..]. values of them in all. Where the case
 * has shifted graphs, the means of value[0] over them and over the others are reported as
 * "shifted" and "same families". */
struct task_metric {
    const char *unit;
    size_t values;
    const char *names[TASK_VALUES]; /* names[0] is not used */

    /* list holds valid indices, for a permutation all of them once. count 0 (lenient only):
     * no row, or none usable; give what an entry gets that says nothing. */
    void (*measure)(const struct task_graph *graph, const uint32_t *list, size_t count,
                    double *value);
};

/* What was found in a file: `messages` has at most 20 lines, then "and N more". */
struct task_defects {
    size_t rejected; /* defects that reject */
    size_t warned;
    struct task_buf messages;
};

/* The lists of a reference's graphs, in its order. */
struct task_lists {
    size_t count;
    struct task_list {
        const uint32_t *index; /* inside storage; NULL: none */
        size_t length;
    } * lists;
    uint32_t *storage;
};

struct task_reading {
    const char *name; /* "submission.csv", for messages */
    bool is_lenient;
    const char *const *others; /* collections whose rows are passed over */
    size_t other_count;
};

/* Reads text (length bytes) into lists. Always initialises lists and defects, and both
 * must be released; lists may be used only where defects->rejected is 0. */
void task_lists_read(const char *text, size_t length, const struct task_reference *ref,
                     const struct task_reading *reading, struct task_lists *lists,
                     struct task_defects *defects);
void task_lists_release(struct task_lists *lists);
void task_defects_release(struct task_defects *defects);

/* The whole `score` verb of a task that is answered by such a CSV: OUTPUT/submission.csv
 * against CASE/ref, into job->verdict. */
bool task_submission_score(const struct task_score *job, const struct task_metric *metric,
                           struct task_error *err);

/* Scores text against a loaded reference; what task_submission_score does after loading. */
bool task_submission_measure(const char *text, size_t length,
                             const struct task_reference *ref,
                             const struct task_metric *metric,
                             const struct task_score *job);

#endif
