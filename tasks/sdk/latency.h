/* latency.h - durations counted in classes of 1/32 of their size: quantiles of any number
 * of them in 15 KiB, a duration being told at most 3.1 % too high. Private to the SDK.
 *
 * The form of HdrHistogram (Tene): five bits after the leading one say the class.
 */
#ifndef TASK_LATENCY_H
#define TASK_LATENCY_H

#include <stddef.h>
#include <stdint.h>

enum { TASK_LATENCY_CLASSES = 60 * 32 };

struct task_latency {
    uint64_t classes[TASK_LATENCY_CLASSES];
    uint64_t count;
    uint64_t max_ns;
};

void task_latency_add(struct task_latency *latency, uint64_t ns);

/* The smallest upper end of a class that at least part of all durations do not exceed, the
 * greatest duration at most; 0 when there are none. 0 < part <= 1. */
uint64_t task_latency_quantile_ns(const struct task_latency *latency, double part);

#endif
