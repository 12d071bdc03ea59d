/* verdict.h - the verdict object that a scorer writes on descriptor 3.
 *
 * Every number must be finite: writing refuses others with TASK_PACKAGE, because a scorer
 * that makes them is wrong. Items keep their order. task_verdict_write is task_main's.
 */
#ifndef TASK_VERDICT_H
#define TASK_VERDICT_H

#include "sdk/buf.h"
#include "sdk/error.h"

#include <stdbool.h>
#include <stddef.h>

struct task_item {
    const char *id;
    const char *group;
    double value;
};

struct task_number {
    const char *name;
    double value;
};

struct task_verdict {
    bool is_rejected;  /* only message counts, unless: */
    const char *fault; /* of a dialogue that the entry spoiled: "left", "wrong" or "late";
                          then all is written. NULL: no such */
    double raw;
    double score; /* points: 0 = trivial, 100 = bound, not clipped */
    const char *unit;
    struct task_number metrics[20]; /* a dialogue's own four among them */
    size_t metric_count;
    struct task_item *items; /* owned; the strings in it are not */
    size_t item_count;
    struct task_buf message; /* lines without the last newline; "" is fine */
    void *keeper;            /* what the strings point into, released by keeper_free */
    void (*keeper_free)(void *keeper);
};

void task_verdict_release(struct task_verdict *verdict);
void task_verdict_metric(struct task_verdict *verdict, const char *name, double value);

/* JSON text with a newline; keys in the contract's order. */
bool task_verdict_print(const struct task_verdict *verdict, struct task_buf *out,
                        struct task_error *err);
bool task_verdict_write(const struct task_verdict *verdict, int fd, struct task_error *err);

#endif
