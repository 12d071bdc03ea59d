/* timing.h - what repeated runs of one case took, and what is told of it.
 *
 * A timed case is run several times, each run between two runs of the reference workload on
 * the same processor. Everything is CPU time: on a machine that others use as well the time
 * on the clock of equal runs differs by far more than two entries do. What disturbs CPU
 * time is that the processor as such is slower for a while: another thread on its core,
 * other guests of its host, its frequency. The reference feels that as well, but not by the
 * same factor as every entry; so it is asked first whether the moment is a quiet one: a
 * sample is quiet if the reference beside it was near the fastest that is known here. What
 * disturbs only ever adds time, so the ratio is the mean of the lower half of the quiet
 * runs' own ratios. tests/bench/run_timing.py compares it
 * with others.
 *
 * Calling sequence: fill samples, count and warmup, timing_summarise; or read it by
 * timing_parse; timing_release. The struct owns the samples. A struct of zeros is that of a
 * case that was run once, without reference.
 */
#ifndef MODEL_TIMING_H
#define MODEL_TIMING_H

#include "base/error.h"
#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* At most so many runs are made for each that is asked for. */
enum { TIMING_REPEATS_MAX = 100, TIMING_WARMUP_MAX = 10, TIMING_RUNS_FOR_ONE = 3 };

/* How often a case is run. Both 0, or repeats 1: once, as it is. */
struct timing_plan {
    int64_t repeats; /* quiet runs that are wanted */
    int64_t warmup;  /* runs before them */
};

struct timing_sample {
    int64_t wall_ns;
    int64_t cpu_ns;
    int64_t reference_ns; /* mean CPU time of the reference before and after it */
};

struct timing {
    struct timing_sample *samples; /* in the order of the runs, outliers too */
    size_t count;                  /* 0: not timed */
    int64_t warmup;
    int64_t level_ns;  /* the fastest reference known here, see series.h */
    int64_t quiet;     /* samples that are */
    int64_t outliers;  /* samples whose ratio is far from the median; they stay in it */
    int64_t median_ns; /* of cpu_ns */
    int64_t mad_ns;    /* median absolute deviation of cpu_ns from median_ns, unscaled */
    double ratio; /* mean of the lower half of the quiet samples' cpu_ns / reference_ns */
};

#define TIMING_INIT                                                                        \
    {                                                                                      \
        0                                                                                  \
    }

/* Does a plan ask for a timed run? */
bool timing_is_asked(const struct timing_plan *plan);

/* The median, the mean of the two in the middle for an even count; sorts values. count is
 * not 0. */
double timing_median(double *values, size_t count);

/* Was the machine as fast as it is known to be? At most a tenth slower. */
bool timing_is_quiet(int64_t reference_ns, int64_t level_ns);

/* Sets quiet, outliers, median_ns, mad_ns and ratio of at least one sample, whose
 * reference_ns are above 0. With fewer than three quiet samples the third whose
 * references are fastest stands for them, at least three or all; a half is at least three
 * as well. An outlier's cpu_ns / reference_ns
 * has a modified z-score (0.6745 times the distance from the median over the median
 * absolute deviation) above 3.5: Iglewicz and Hoaglin, How to detect and handle outliers,
 * 1993. Where more than half are equal, there is none. */
void timing_summarise(struct timing *timing);

/* Median of the samples' wall_ns. */
int64_t timing_wall_ns(const struct timing *timing);

/* An object; parsing it gives back every value. The caller decrefs. */
json_t *timing_to_json(const struct timing *timing);

/* Strict; path in name's document stands before each message. Numbers that do not follow
 * from the samples are refused. Release out also after a failure. */
bool timing_parse(json_t *object, const struct pod_json_place *place, struct timing *out,
                  struct pod_error *err);
void timing_release(struct timing *timing);

#endif
