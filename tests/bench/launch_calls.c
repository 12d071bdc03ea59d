#include "launch_bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Enough calls for tens of milliseconds; a refused one asks the supervisor. */
static const struct {
    const char *name, *count, *what;
} kinds[] = {
    {"allowed", "200000", "getppid"},
    {"checked", "200000", "prctl, by its first argument"},
    {"quiet", "200000", "clone3, ENOSYS by the filter"},
    {"refused", "5000", "mincore, EPERM by the supervisor"},
};

static double read_ns(int fd, double count)
{
    int64_t ns = 0;
    if (read(fd, &ns, sizeof ns) != sizeof ns || ns <= 0)
        launch_die("the tiny program told no time");
    return (double)ns / count;
}

static double time_bare(const struct launch_bench *bench, const char *kind,
                        const char *count, const int ends[2])
{
    const char *argv[] = {bench->tiny, kind, count, NULL};
    if (launch_spawn(argv, ends[1]) != 0)
        launch_die("'%s %s' failed", bench->tiny, kind);
    return read_ns(ends[0], strtod(count, NULL));
}

static double time_inside(const struct launch_bench *bench, size_t k, const int ends[2])
{
    const char *argv[] = {"/box/tiny", kinds[k].name, kinds[k].count, NULL};
    struct sb_spec spec = bench->spec;
    struct sb_result result;
    struct sb_error err;
    double count = strtod(kinds[k].count, NULL);
    bool is_refused = strcmp(kinds[k].name, "refused") == 0;
    spec.command.argv = argv;
    spec.command.streams[1] = (struct sb_stream){.kind = SB_STREAM_FD, .fd = ends[1]};
    if (!sb_run(&spec, &result, &err))
        launch_die("%s", err.message);
    if (result.end != SB_END_EXIT || result.exit_code != 0 ||
        (double)result.refused_count != (is_refused ? count : 0))
        launch_die("'%s' calls ended by %s, %llu were refused", kinds[k].name,
                   sb_end_name(result.end), (unsigned long long)result.refused_count);
    sb_result_release(&result);
    return read_ns(ends[0], count);
}

static void measure_kind(const struct launch_bench *bench, size_t k, size_t rounds)
{
    double *columns = calloc(4 * rounds, sizeof *columns);
    int ends[2];
    if (!columns || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        launch_die("out of memory or descriptors");
    double *bare = columns, *inside = bare + rounds, *more = inside + rounds,
           *ratio = more + rounds;
    for (size_t r = 0; r < rounds; r++) {
        bool is_bare_first = r % 2 == 0;
        if (is_bare_first)
            bare[r] = time_bare(bench, kinds[k].name, kinds[k].count, ends);
        inside[r] = time_inside(bench, k, ends);
        if (!is_bare_first)
            bare[r] = time_bare(bench, kinds[k].name, kinds[k].count, ends);
        more[r] = inside[r] - bare[r];
        ratio[r] = inside[r] / bare[r];
    }
    printf("  %-8s %10.1f %10.1f %10.1f %8.2f   %s\n", kinds[k].name,
           launch_quantile(bare, rounds, .5), launch_quantile(inside, rounds, .5),
           launch_quantile(more, rounds, .5), launch_quantile(ratio, rounds, .5),
           kinds[k].what);
    if (close(ends[0]) != 0 || close(ends[1]) != 0)
        launch_die("cannot close a pipe");
    free(columns);
}

void launch_measure_calls(struct launch_bench *bench, size_t rounds)
{
    printf("  %-8s %10s %10s %10s %8s   medians of %zu rounds\n", "call", "bare ns",
           "inside ns", "more ns", "to bare", rounds);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        measure_kind(bench, k, rounds);
}
