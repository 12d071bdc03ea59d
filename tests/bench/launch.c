/* Times the launch of one tiny program in several ways, and what isolation costs beside it.
 *
 *   launch tight|gaps|loaded|calls|bomb|memory PODBOX TINY ROUNDS
 *
 * tight, gaps, loaded: every way once a round, in changing order, so that all meet the same
 * machine; gaps of 50 ms before each launch show what a tight loop hides (attaching a task
 * to a cgroup waits for an RCU grace period when the kernel was idle); loaded has a busy
 * process on the last processor. Ratios are medians over the ratios of each round, which
 * hold on a noisy machine where the times themselves do not.
 *
 * run_launch.sh runs all of them in turn.
 */
#include "launch_bench.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_WAYS = 16, MAX_ROUNDS = 100000, WARM_UP = 3, GAP_MS = 50 };

void launch_die(const char *format, ...)
{
    va_list args;
    (void)fputs("launch: ", stderr);
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputc('\n', stderr);
    exit(3);
}

uint64_t launch_now_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t); /* cannot fail with this clock */
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void pause_ms(unsigned ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

static int compare(const void *a, const void *b)
{
    const double *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

double launch_quantile(double *values, size_t count, double share)
{
    qsort(values, count, sizeof *values, compare);
    size_t at = (size_t)((double)count * share);
    return count == 0 ? 0 : values[at < count ? at : count - 1];
}

/* us[way][round]; 0: this way was not run in this round. */
struct table {
    double *us[MAX_WAYS];
    const char *skipped[MAX_WAYS];
    size_t rounds;
};

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (!memory)
        launch_die("out of memory");
    return memory;
}

static double time_way(struct launch_bench *bench, const struct launch_way *way,
                       unsigned gap_ms)
{
    pause_ms(gap_ms);
    uint64_t start = launch_now_ns();
    if (!way->run(bench, way))
        launch_die("%s: the program did not end with 0", way->name);
    return (double)(launch_now_ns() - start) / 1e3;
}

/* Rotated, and backwards in every second round: what one way leaves to the kernel to clean
 * up afterwards must not always fall to the same other one. */
static void run_round(struct launch_bench *bench, struct table *table, size_t round,
                      unsigned gap_ms)
{
    for (size_t i = 0; i < launch_way_count; i++) {
        size_t at = round % 2 ? launch_way_count - 1 - i : i;
        size_t w = (at + round / 2) % launch_way_count;
        if (!table->skipped[w] && round % launch_ways[w].every == 0)
            table->us[w][round] = time_way(bench, &launch_ways[w], gap_ms);
    }
}

static void print_way(const struct table *table, size_t w)
{
    double *times = allocate(table->rounds, sizeof *times);
    double *ratios = allocate(table->rounds, sizeof *ratios);
    size_t n = 0;
    for (size_t r = 0; r < table->rounds; r++) {
        if (table->us[w][r] <= 0)
            continue;
        times[n] = table->us[w][r];
        ratios[n++] = table->us[w][r] / table->us[0][r];
    }
    printf("  %-20s %6zu %12.1f %12.1f %10.2f\n", launch_ways[w].name, n,
           launch_quantile(times, n, .5), launch_quantile(times, n, .95),
           launch_quantile(ratios, n, .5));
    free(times);
    free(ratios);
}

static void print_table(const struct table *table)
{
    printf("  %-20s %6s %12s %12s %10s\n", "way", "rounds", "median us", "95 % us",
           "to bare");
    for (size_t w = 0; w < launch_way_count; w++)
        if (table->skipped[w])
            printf("  %-20s skipped: %s\n", launch_ways[w].name, table->skipped[w]);
        else
            print_way(table, w);
}

static void measure_ways(struct launch_bench *bench, size_t rounds, unsigned gap_ms)
{
    struct table table = {.rounds = rounds};
    struct sb_spec of_worker = bench->spec; /* without the ground */
    struct sb_error err;
    bench->worker = sb_worker_new(&of_worker, &err);
    if (!bench->worker)
        launch_die("%s", err.message);
    bench->spec.ground = bench->ground;
    for (size_t w = 0; w < launch_way_count; w++) {
        table.us[w] = allocate(rounds, sizeof *table.us[w]);
        for (int i = 0; i < WARM_UP && !table.skipped[w]; i++)
            table.skipped[w] = launch_try(bench, &launch_ways[w]);
    }
    for (size_t r = 0; r < rounds; r++)
        run_round(bench, &table, r, gap_ms);
    print_table(&table);
    if (!sb_worker_free(bench->worker, &err))
        launch_die("%s", err.message);
    for (size_t w = 0; w < launch_way_count; w++)
        free(table.us[w]);
}

static void measure_tight(struct launch_bench *bench, size_t rounds)
{
    measure_ways(bench, rounds, 0);
}

static void measure_gaps(struct launch_bench *bench, size_t rounds)
{
    measure_ways(bench, rounds, GAP_MS);
}

/* Dies with us, however we end. */
static pid_t start_busy(long cpu)
{
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET((size_t)cpu, &cpus);
    pid_t pid = fork();
    if (pid < 0)
        launch_die("cannot fork: %s", strerror(errno));
    if (pid > 0)
        return pid;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
        sched_setaffinity(0, sizeof cpus, &cpus) != 0)
        _exit(1);
    for (;;)
        __asm__ volatile("");
}

static void measure_loaded(struct launch_bench *bench, size_t rounds)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    int status;
    if (cpus < 2) {
        puts("  skipped: one processor only");
        return;
    }
    pid_t busy = start_busy(cpus - 1);
    measure_ways(bench, rounds, 0);
    if (kill(busy, SIGKILL) != 0 || waitpid(busy, &status, 0) != busy ||
        !WIFSIGNALED(status))
        launch_die("the busy process was not there");
}

static const struct {
    const char *name;
    void (*measure)(struct launch_bench *bench, size_t rounds);
} measurements[] = {{"tight", measure_tight},      {"gaps", measure_gaps},
                    {"loaded", measure_loaded},    {"calls", launch_measure_calls},
                    {"bomb", launch_measure_bomb}, {"memory", launch_measure_memory}};

static const char *const guest_argv[] = {"/box/tiny", NULL};

static void open_bench(struct launch_bench *bench, char *podbox, char *tiny)
{
    struct sb_error err = {0};
    char *slash = strrchr(tiny, '/');
    if (!slash || strcmp(slash, "/tiny") != 0 ||
        snprintf(bench->tiny, sizeof bench->tiny, "%s", tiny) >= (int)sizeof bench->tiny)
        launch_die("'%s' is not a path that ends in /tiny", tiny);
    *slash = '\0';
    bench->folder = tiny;
    bench->podbox = podbox;
    bench->box = (struct sb_mount){SB_MOUNT_BIND, .source = tiny, .target = "/box"};
    bench->policy = sb_policy_load(NULL, &err);
    sb_spec_init(&bench->spec);
    bench->spec.mounts = &bench->box;
    bench->spec.mount_count = 1;
    bench->spec.policy = bench->policy;
    bench->spec.uid_base = LAUNCH_UID_BASE;
    bench->spec.command.argv = guest_argv;
    if (!bench->policy)
        launch_die("%s", err.message);
    if (geteuid() != 0)
        bench->spec.waived = SB_LAYER_CGROUP; /* there is often none to write to */
    else if (!(bench->ground = sb_ground_new(&err)))
        launch_die("%s", err.message);
}

static bool parse_rounds(const char *text, size_t *rounds)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    *rounds = value;
    return *text >= '0' && *text <= '9' && !*end && value > 0 && value <= MAX_ROUNDS;
}

int main(int argc, char **argv)
{
    struct launch_bench bench = {0};
    size_t rounds = 0;
    for (size_t i = 0; argc == 5 && i < sizeof measurements / sizeof *measurements; i++) {
        if (strcmp(argv[1], measurements[i].name) != 0 || !parse_rounds(argv[4], &rounds))
            continue;
        open_bench(&bench, argv[2], argv[3]);
        measurements[i].measure(&bench, rounds);
        sb_ground_free(bench.ground);
        sb_policy_free(bench.policy);
        return fflush(stdout) == 0 ? 0 : 3;
    }
    (void)fputs("usage: launch tight|gaps|loaded|calls|bomb|memory PODBOX TINY ROUNDS\n",
                stderr);
    return 2;
}
