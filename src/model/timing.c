#include "model/timing.h"

#include "base/buf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* 2^53, as in a result. */
#define MAX_EXACT 9007199254740992.0

enum { QUIET_MIN = 3, SAMPLES_MAX = TIMING_REPEATS_MAX * TIMING_RUNS_FOR_ONE };

static const double OUTLIER_SCORE = 3.5;
/* The normal distribution's third quartile: a median absolute deviation is so many standard
 * deviations. */
static const double MAD_TO_SIGMA = 0.6745;

bool timing_is_asked(const struct timing_plan *plan)
{
    return plan->repeats > 1;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double timing_median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare);
    size_t middle = count / 2;
    return count % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

static double deviation(const double *values, size_t count, double median)
{
    double *distances = pod_alloc(count, sizeof *distances);
    for (size_t i = 0; i < count; i++)
        distances[i] = fabs(values[i] - median);
    double found = timing_median(distances, count);
    free(distances);
    return found;
}

static int64_t count_outliers(double *ratios, size_t count)
{
    double median = timing_median(ratios, count);
    double spread = deviation(ratios, count, median);
    int64_t outliers = 0;
    for (size_t i = 0; spread > 0 && i < count; i++)
        outliers += MAD_TO_SIGMA * fabs(ratios[i] - median) / spread > OUTLIER_SCORE;
    return outliers;
}

bool timing_is_quiet(int64_t reference_ns, int64_t level_ns)
{
    return reference_ns <= level_ns + level_ns / 10;
}

static int compare_reference(const void *a, const void *b)
{
    const struct timing_sample *x = a, *y = b;
    return (x->reference_ns > y->reference_ns) - (x->reference_ns < y->reference_ns);
}

/* Mean of the lower half; sorts values. */
static double lower_half(double *values, size_t count)
{
    size_t taken = count / 2 > QUIET_MIN ? count / 2 : QUIET_MIN;
    double sum = 0;
    if (taken > count)
        taken = count;
    qsort(values, count, sizeof *values, compare);
    for (size_t i = 0; i < taken; i++)
        sum += values[i];
    return sum / (double)taken;
}

static double ratio_of(const struct timing_sample *sample)
{
    return (double)sample->cpu_ns / (double)sample->reference_ns;
}

/* ratios has room for as many as there are samples. */
static double quiet_ratio(const struct timing *timing, double *ratios)
{
    size_t count = timing->count, taken = (size_t)timing->quiet;
    struct timing_sample *sorted = pod_alloc(count, sizeof *sorted);
    memcpy(sorted, timing->samples, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_reference);
    if (taken < QUIET_MIN)
        taken = count / 3 > QUIET_MIN ? count / 3 : QUIET_MIN;
    if (taken > count)
        taken = count;
    for (size_t i = 0; i < taken; i++)
        ratios[i] = ratio_of(&sorted[i]);
    free(sorted);
    return lower_half(ratios, taken);
}

void timing_summarise(struct timing *timing)
{
    size_t count = timing->count;
    double *times = pod_alloc(count, sizeof *times);
    double *ratios = pod_alloc(count, sizeof *ratios);
    timing->quiet = 0;
    for (size_t i = 0; i < count; i++) {
        const struct timing_sample *sample = &timing->samples[i];
        timing->quiet += timing_is_quiet(sample->reference_ns, timing->level_ns);
        times[i] = (double)sample->cpu_ns;
        ratios[i] = ratio_of(sample);
    }
    double median = timing_median(times, count);
    timing->median_ns = llround(median);
    timing->mad_ns = llround(deviation(times, count, median));
    timing->outliers = count_outliers(ratios, count);
    timing->ratio = quiet_ratio(timing, ratios);
    free(times);
    free(ratios);
}

int64_t timing_wall_ns(const struct timing *timing)
{
    double *times = pod_alloc(timing->count, sizeof *times);
    for (size_t i = 0; i < timing->count; i++)
        times[i] = (double)timing->samples[i].wall_ns;
    int64_t median = llround(timing_median(times, timing->count));
    free(times);
    return median;
}

void timing_release(struct timing *timing)
{
    free(timing->samples);
    *timing = (struct timing)TIMING_INIT;
}

/* Reading and printing. */

struct filled {
    struct timing timing;
    int64_t repeats;
    json_t *samples;
};

static const struct pod_field fields[] = {
    {"repeats", POD_FIELD_INT, offsetof(struct filled, repeats), true, 2, SAMPLES_MAX},
    {"warmup", POD_FIELD_INT, offsetof(struct filled, timing.warmup), true, 0,
     TIMING_WARMUP_MAX},
    {"level_ns", POD_FIELD_INT, offsetof(struct filled, timing.level_ns), true, 1,
     MAX_EXACT},
    {"quiet", POD_FIELD_INT, offsetof(struct filled, timing.quiet), true, 0, SAMPLES_MAX},
    {"outliers", POD_FIELD_INT, offsetof(struct filled, timing.outliers), true, 0,
     SAMPLES_MAX},
    {"median_ns", POD_FIELD_INT, offsetof(struct filled, timing.median_ns), true, 0,
     MAX_EXACT},
    {"mad_ns", POD_FIELD_INT, offsetof(struct filled, timing.mad_ns), true, 0, MAX_EXACT},
    {"ratio", POD_FIELD_REAL, offsetof(struct filled, timing.ratio), true, 0, MAX_EXACT},
    {"samples", POD_FIELD_ARRAY, offsetof(struct filled, samples), true, 2, SAMPLES_MAX},
    {.key = NULL},
};

static const struct pod_field sample_fields[] = {
    {"wall_ns", POD_FIELD_INT, offsetof(struct timing_sample, wall_ns), true, 0, MAX_EXACT},
    {"cpu_ns", POD_FIELD_INT, offsetof(struct timing_sample, cpu_ns), true, 0, MAX_EXACT},
    {"reference_ns", POD_FIELD_INT, offsetof(struct timing_sample, reference_ns), true, 1,
     MAX_EXACT},
    {.key = NULL},
};

static void append(json_t *array, json_t *value)
{
    if (value == NULL || json_array_append_new(array, value) != 0)
        pod_out_of_memory();
}

json_t *timing_to_json(const struct timing *timing)
{
    json_t *samples = json_array();
    for (size_t i = 0; i < timing->count; i++) {
        const struct timing_sample *one = &timing->samples[i];
        append(samples, json_pack("{s:I, s:I, s:I}", "wall_ns", (json_int_t)one->wall_ns,
                                  "cpu_ns", (json_int_t)one->cpu_ns, "reference_ns",
                                  (json_int_t)one->reference_ns));
    }
    json_t *object = json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:o}", "repeats",
        (json_int_t)timing->count, "warmup", (json_int_t)timing->warmup, "level_ns",
        (json_int_t)timing->level_ns, "quiet", (json_int_t)timing->quiet, "outliers",
        (json_int_t)timing->outliers, "median_ns", (json_int_t)timing->median_ns, "mad_ns",
        (json_int_t)timing->mad_ns, "ratio", timing->ratio, "samples", samples);
    if (object == NULL)
        pod_out_of_memory();
    return object;
}

static bool read_samples(const json_t *samples, const struct pod_json_place *place,
                         struct timing *out, struct pod_error *err)
{
    size_t count = json_array_size(samples);
    out->samples = pod_alloc(count, sizeof *out->samples);
    for (size_t i = 0; i < count; i++) {
        pod_auto_free char *path = pod_strf("%s.samples[%zu]", place->path, i);
        const struct pod_json_place below = {place->name, path, place->fault};
        struct timing_sample *sample = &out->samples[out->count++];
        if (!pod_json_fill(json_array_get(samples, i), &below, sample_fields, sample, err))
            return false;
    }
    return true;
}

/* 17 digits give the ratio back exactly, so it can be asked for exactly. */
static bool check_sums(const struct timing *timing, const struct pod_json_place *place,
                       struct pod_error *err)
{
    struct timing again = *timing; /* borrows the samples */
    timing_summarise(&again);
    bool is_same = again.quiet == timing->quiet && again.outliers == timing->outliers &&
                   again.median_ns == timing->median_ns && again.mad_ns == timing->mad_ns &&
                   fabs(again.ratio - timing->ratio) <= 1e-12 * again.ratio;
    return is_same ||
           pod_fail(err, place->fault, "%s: %s: does not follow from its samples",
                    place->name, place->path);
}

bool timing_parse(json_t *object, const struct pod_json_place *place, struct timing *out,
                  struct pod_error *err)
{
    struct filled filled = {.samples = NULL};
    bool is_filled = pod_json_fill(object, place, fields, &filled, err);
    *out = filled.timing;
    if (!is_filled || !read_samples(filled.samples, place, out, err))
        return false;
    if ((size_t)filled.repeats != out->count)
        return pod_fail(err, place->fault, "%s: %s.repeats: is not the number of samples",
                        place->name, place->path);
    return check_sums(out, place, err);
}
