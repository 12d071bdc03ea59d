/* Millions of requests a second of the cache task's policies, in process, on one core.
 *
 *   cache_bench [ROUNDS [FORMAT FILE]]
 *
 * On a drawn trace of each kind, or on a file that `cache import` would read; the cache is
 * a tenth of the footprint. A round runs every policy once, from an empty cache, so that a
 * busy machine slows all alike; printed are medians of processor time. `read` is the floor:
 * a loop that looks at every request's object and does nothing. What happens once for a
 * trace (numbering objects, finding next requests) is `prepare`, by itself.
 */
#include "cache/draw.h"
#include "cache/import.h"
#include "cache/sim.h"

#include "sdk/buf.h"
#include "sdk/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 41, ROUNDS_MAX = 1001, ROWS = 16 };

/* Rates that are asked for, in millions a second. */
static const struct {
    const char *policy;
    double least;
} wanted[] = {{"lru", 40}, {"s3-fifo", 30}, {"belady", 15}};

static double now(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at); /* cannot fail: the clock exists */
    return (double)at.tv_sec + (double)at.tv_nsec * 1e-9;
}

static double read_trace(const struct cache_trace *trace)
{
    struct cache_slot *slots = task_alloc(trace->objects, sizeof *slots);
    volatile uint64_t kept;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < trace->objects; i++)
        slots[i].where = 1; /* else all is the one page of zeros */
    double start = now();
    for (uint32_t at = 0; at < trace->requests; at++)
        sum += slots[trace->object[at]].where;
    kept = sum;
    double taken = now() - start;
    (void)kept;
    free(slots);
    return taken;
}

static double prepare(const struct cache_trace *trace)
{
    struct cache_raw *raw = task_alloc(trace->requests, sizeof *raw);
    for (uint32_t at = 0; at < trace->requests; at++)
        raw[at] =
            (struct cache_raw){(uint64_t)trace->object[at] * 0x9e3779b97f4a7c15, 0, 1};
    double start = now();
    struct cache_trace *again =
        cache_trace_new(&(const struct cache_source){raw, trace->requests, CACHE_KV, true});
    uint32_t *next = cache_trace_next(again);
    double taken = now() - start;
    free(next);
    cache_trace_free(again);
    free(raw);
    return taken;
}

static double run(const struct cache_trace *trace, const struct cache_policy *policy,
                  double *miss_ratio)
{
    struct cache_sim *sim = cache_sim_new(trace, trace->footprint / 10, policy);
    double start = now();
    cache_sim_run(sim, 0, trace->requests);
    double taken = now() - start;
    *miss_ratio = (double)sim->misses / trace->requests;
    cache_sim_free(sim);
    return taken;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double rate(const struct cache_trace *trace, double *seconds, int rounds)
{
    qsort(seconds, (size_t)rounds, sizeof *seconds, compare);
    return trace->requests / seconds[rounds / 2] / 1e6;
}

static double least_rate(const char *policy)
{
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (strcmp(wanted[i].policy, policy) == 0)
            return wanted[i].least;
    }
    return 0;
}

static void print_policy(const char *name, double found, double miss_ratio)
{
    printf("  %-12s %8.1f M/s  miss ratio %.4f", name, found, miss_ratio);
    if (least_rate(name) > 0)
        printf("  (to reach: %.0f)", least_rate(name));
    printf("\n");
}

static void measure(const char *name, const struct cache_trace *trace, int rounds)
{
    static double seconds[ROWS + 2][ROUNDS_MAX];
    double miss_ratio[ROWS];
    for (int round = 0; round < rounds; round++) {
        seconds[ROWS][round] = read_trace(trace);
        seconds[ROWS + 1][round] = prepare(trace);
        for (size_t i = 0; cache_policy_at(i); i++)
            seconds[i][round] = run(trace, cache_policy_at(i), &miss_ratio[i]);
    }
    printf("%s: %u requests, %u objects, median of %d\n", name, trace->requests,
           trace->objects, rounds);
    printf("  %-12s %8.1f M/s\n", "read", rate(trace, seconds[ROWS], rounds));
    printf("  %-12s %8.1f M/s\n", "prepare", rate(trace, seconds[ROWS + 1], rounds));
    for (size_t i = 0; cache_policy_at(i); i++)
        print_policy(cache_policy_at(i)->name, rate(trace, seconds[i], rounds),
                     miss_ratio[i]);
}

static void measure_drawn(int rounds)
{
    static const struct task_program program = {.id = "cache", .version = "1"};
    static const struct task_generate job = {&program, "public", "00", ""};
    for (enum cache_kind kind = 0; kind < CACHE_KINDS; kind++) {
        struct cache_trace *trace = cache_draw(&job, kind, 0, CACHE_DRAW_REQUESTS);
        measure(cache_kind_text(kind), trace, rounds);
        cache_trace_free(trace);
    }
}

static bool measure_file(int rounds, const char *format, const char *path,
                         struct task_error *err)
{
    task_auto_buf struct task_buf file = TASK_BUF_INIT;
    if (!task_file_read(path, 1u << 30, &file, err))
        return false;
    cache_auto_trace struct cache_trace *trace = cache_import_trace(format, &file, err);
    if (!trace)
        return task_wrap(err, "\"%s\"", path);
    measure(path, trace, rounds);
    return true;
}

int main(int argc, char **argv)
{
    struct task_error err = TASK_ERROR_INIT;
    int64_t rounds = ROUNDS;
    if (argc > 1)
        (void)task_parse_integer(argv[1], 1, ROUNDS_MAX, &rounds, &err);
    if (err.fault == TASK_OK && argc == 4)
        (void)measure_file((int)rounds, argv[2], argv[3], &err);
    else if (err.fault == TASK_OK)
        measure_drawn((int)rounds);
    if (err.fault != TASK_OK)
        (void)fprintf(stderr, "cache_bench: %s\n", err.message);
    return err.fault == TASK_OK ? 0 : 3;
}
