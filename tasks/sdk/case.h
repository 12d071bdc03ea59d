/* case.h - writes a case of a collection of graphs: in/train, in/test, the sample
 * submission, and ref/.
 *
 *     struct task_case *c = task_case_new(out, "tile:sim", err);
 *     task_case_train(c, &(struct task_sample){.name = "matmul-007", .rng = &rng}, ...);
 *     task_case_test(c, &(struct task_sample){.rng = &rng}, arrays, count, err);
 *     task_case_finish(c, m0, m1, err);
 *     task_case_free(c);
 *
 * Arrays keep their order in the file. Those whose key begins with "config_", and
 * node_config_feat, have configurations in their first dimension: they are shuffled
 * together, after the labels are there, so that position tells nothing. In a test file
 * config_runtime is all 0 and config_runtime_normalizers all 1, as in the official ones;
 * the labels go to ref/<name>.npz. Labels below 1, fewer than two configurations, and for
 * a layout reference runtimes that are all equal are refused (TASK_PACKAGE).
 */
#ifndef TASK_CASE_H
#define TASK_CASE_H

#include "sdk/npz.h"
#include "sdk/rng.h"

struct task_case;

/* Makes OUT/<collection with '-' for ':'>/. */
struct task_case *task_case_new(const char *out, const char *collection,
                                struct task_error *err);
void task_case_free(struct task_case *c);
void task_case_cleanup(struct task_case **c);
#define task_auto_case __attribute__((cleanup(task_case_cleanup)))

struct task_sample {
    const char *name;     /* of the file; NULL in a test: 32 hex digits drawn from rng */
    struct task_rng *rng; /* shuffles the configurations; NULL: their order and the name
                             are as they were published */
    bool is_shifted; /* a test drawn outside of what train shows: a number of its own */
    uint32_t *order; /* or NULL; a test's shuffle: place i holds order[i] (c of them) */
};

/* The arrays become those of the file: shuffled, and in a test without labels. */
bool task_case_train(struct task_case *c, const struct task_sample *sample,
                     struct task_array *arrays, size_t count, struct task_error *err);
bool task_case_test(struct task_case *c, const struct task_sample *sample,
                    struct task_array *arrays, size_t count, struct task_error *err);

struct task_case_end {
    double m0;          /* raw value that is 0 points */
    double m1;          /* raw value that is 100 points */
    const char *readme; /* in/README.txt: the task's own words about the files */
};

/* Writes in/sample_submission.csv, in/README.txt and ref/reference.json. Refuses a case
 * without test graphs and m1 <= m0. */
bool task_case_finish(struct task_case *c, const struct task_case_end *end,
                      struct task_error *err);

#endif
