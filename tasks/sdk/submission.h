/* submission.h - reads the competition's CSV and scores it against a reference.
 *
 * The grammar: a header line `ID,TopConfigs`, then rows `<collection>:<graph>,<i0;i1;...>`,
 * the fastest configuration first, indices from 0, digits only. A byte order mark, CRLF,
 * blank lines and fields that are quoted as a whole are read with a warning; the last line
 * needs no newline. What happens to every defect, strict and lenient, is the table in
 * defect.def. A message says `submission.csv:LINE:COLUMN: what`, both counted from 1,
 * columns in bytes of the line as it stands in the file.
 */
#ifndef TASK_SUBMISSION_H
#define TASK_SUBMISSION_H

#include "sdk/reference.h"
#include "sdk/task.h"

enum {
    TASK_SUBMISSION_CAP = 64 << 20, /* bytes of a CSV */
    TASK_LINE_CAP = 4 << 20,        /* bytes of a line: more than 500,000 indices */
    TASK_VALUES = 8,                /* numbers that a metric may give for a graph */
    TASK_TOP = 5,                   /* places of a tile list that the 2023 rule counts */
};

/* A task's metric. value[0] is the raw value of a graph; the verdict's raw is its mean over
 * the graphs (over the graphs of a collection, then over collections, where the reference
 * has several). The others are reported as means under names[1 ..]. values of them in all.
 * Where the case has shifted graphs, the means of value[0] over them and over the others
 * are reported as "shifted" and "unshifted". */
struct task_metric {
    const char *unit;
    size_t values;
    const char *names[TASK_VALUES]; /* names[0] is not used */

    /* list holds count valid indices: for TASK_LIST_PERMUTATION all of them once, for
     * TASK_LIST_TOP at least one, at most graph->configs, repeats possible. Where a row is
     * missing or has nothing usable (lenient), list[0] is the slowest configuration and
     * count is 1 for TASK_LIST_TOP, 0 for TASK_LIST_PERMUTATION: tau is then 0. */
    void (*measure)(const struct task_graph *graph, const uint32_t *list, size_t count,
                    double *value);
};

/* The whole `score` verb of a task that is answered by such a CSV: OUTPUT/submission.csv
 * against CASE/ref, or against job->prepared, which task_reference_prepare made of it, into
 * job->verdict. */
bool task_submission_score(const struct task_score *job, const struct task_metric *metric,
                           struct task_error *err);

/* What task_submission_score does after loading: reads text, measures, fills job->verdict
 * (also when it rejects). ref is borrowed until the verdict is released: its strings are in
 * the items. */
void task_submission_measure(const char *text, size_t length,
                             const struct task_reference *ref,
                             const struct task_metric *metric,
                             const struct task_score *job);

/* For metrics: the configuration of list with the smallest runtime/normalizer, the first of
 * equals. count > 0. The quotients are doubles: two that differ exactly and not as doubles
 * have the same slowdown. */
uint32_t task_best_of(const struct task_graph *graph, const uint32_t *list, size_t count);

/* runtime/normalizer of a configuration over the best one's: 1 is best. */
double task_slowdown(const struct task_graph *graph, uint32_t config);

#endif
