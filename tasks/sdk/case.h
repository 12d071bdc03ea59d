/* case.h - writes a case of a collection of graphs: in/train, in/test, the sample
 * submission, and ref/.
 *
 *     struct task_case *c = task_case_new(out, "tile:sim", err);
 *     task_case_train(c, "matmul-007", arrays, count, rng, err);
 *     task_case_test(c, "tile:sim:shifted", arrays, count, rng, err);
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

/* arrays are changed: their configurations are shuffled. */
bool task_case_train(struct task_case *c, const char *name, struct task_array *arrays,
                     size_t count, struct task_rng *rng, struct task_error *err);

/* Draws a name of 32 hex digits. group is reported with the item's value: the collection,
 * or "<collection>:shifted". The arrays become those of the test file. order, unless NULL,
 * receives the shuffle: place i holds configuration order[i] (c of them). */
struct task_test {
    const char *group;
    const char *name; /* NULL: drawn from rng */
    uint32_t *order;  /* or NULL */
};
bool task_case_test(struct task_case *c, const struct task_test *test,
                    struct task_array *arrays, size_t count, struct task_rng *rng,
                    struct task_error *err);

/* Writes in/sample_submission.csv, in/README.txt (text, the task's own words about the
 * files), ref/reference.json. Refuses a case without test graphs. */
struct task_case_end {
    double m0;
    double m1;
    const char *readme;
};
bool task_case_finish(struct task_case *c, const struct task_case_end *end,
                      struct task_error *err);

#endif
