/* Times the statistics of a whole contest: bench_stats.
 *
 *   stats [TEAMS [UNITS [REPLICATES]]]   616 teams, 894 items, 10,000 replicates
 *
 * A row for each step, then the floor: the bare product of counts and values in double
 * precision, which any bootstrap of means has to make. Times are the processor's, the best
 * of three: other load only adds. Items lie in strata of 844, 17, 17, 8 and 8, as those of
 * 2023 do where UNITS is 894; teams differ by less than the noise, which is the hard case
 * for ranks.
 */
#include "omit.h"
#include "random.h"
#include "resample.h"
#include "text.h"
#include "tie.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 3, FLOOR_TILE = 8 };

struct contest {
    struct board_sample sample;
    double *parts;
    size_t replicates;
    struct board_spread *spreads;
    struct board__fixed fixed;
};

static double uniform(struct board__random *random)
{
    return (double)(board__random_next(random) >> 11) / 9007199254740992.0;
}

static void make_contest(struct contest *contest, size_t teams, size_t units)
{
    static size_t strata[] = {844, 17, 17, 8, 8};
    struct board__random random;
    board__random_init(&random, 2023);
    contest->parts = board__alloc(teams * units, sizeof *contest->parts);
    for (size_t team = 0; team < teams; team++) {
        double skill = (double)(teams - team) / (double)teams * .05;
        for (size_t i = 0; i < units; i++)
            contest->parts[team * units + i] = (skill + uniform(&random)) / (double)units;
    }
    if (units != 894) {
        strata[0] = units;
        memset(strata + 1, 0, sizeof strata - sizeof strata[0]);
    }
    contest->sample = (struct board_sample){.parts = contest->parts,
                                            .team_count = teams,
                                            .unit_count = units,
                                            .stratum_sizes = strata,
                                            .stratum_count = units == 894 ? 5 : 1};
    contest->spreads = board__alloc(teams, sizeof *contest->spreads);
    board__fixed_init(&contest->fixed, &contest->sample);
}

static void release_contest(struct contest *contest)
{
    board__fixed_release(&contest->fixed);
    free(contest->spreads);
    free(contest->parts);
}

static void resample(struct contest *contest)
{
    free(board__resample(&contest->fixed, contest->replicates, 1, contest->spreads));
}

static void omit(struct contest *contest)
{
    board__omit_each(&contest->fixed, contest->spreads);
}

static void tie(struct contest *contest)
{
    board__tie(&contest->sample, contest->spreads);
}

static void whole(struct contest *contest)
{
    free(board_spread_new(&contest->sample, contest->replicates, 1));
}

/* One tile of the product for one replicate. */
static void multiply(const double *values, const double *counts, size_t units, double *sums)
{
    for (size_t i = 0; i < units; i++) {
        for (int k = 0; k < FLOOR_TILE; k++)
            sums[k] += counts[i] * values[i * FLOOR_TILE + (size_t)k];
    }
}

/* Counts repeat after some replicates: drawing them is no part of the floor. */
static void floor_product(struct contest *contest)
{
    enum { KEPT = 64 };
    size_t units = contest->sample.unit_count;
    double *counts = board__alloc(KEPT, units * sizeof *counts);
    for (size_t i = 0; i < KEPT * units; i++)
        counts[i] = (double)(i * 7 % 4);
    double total = 0;
    for (size_t tile = 0; tile + FLOOR_TILE <= contest->sample.team_count;
         tile += FLOOR_TILE) {
        const double *values = contest->parts + tile * units;
        for (size_t i = 0; i < contest->replicates; i++) {
            double sums[FLOOR_TILE] = {0};
            multiply(values, counts + i % KEPT * units, units, sums);
            total += sums[0];
        }
    }
    if (total == 1.25)
        (void)puts("a sum that nobody drops");
    free(counts);
}

static double seconds_of(void (*step)(struct contest *), struct contest *contest)
{
    double best = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        clock_t start = clock();
        step(contest);
        double taken = (double)(clock() - start) / CLOCKS_PER_SEC;
        best = taken < best ? taken : best;
    }
    return best;
}

static size_t argument(int argc, char **argv, int index, size_t standard)
{
    if (index >= argc)
        return standard;
    char *end = NULL;
    unsigned long value = strtoul(argv[index], &end, 10);
    if (*end != '\0' || value < 1 || value > 1000000) {
        (void)fprintf(stderr, "stats: \"%s\" is no number from 1 to 1000000\n",
                      argv[index]);
        exit(2);
    }
    return value;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*step)(struct contest *);
    } rows[] = {{"draws, sums and ranks", resample},
                {"one item left out", omit},
                {"tie groups", tie},
                {"all of it", whole},
                {"floor: bare product", floor_product}};
    struct contest contest;
    make_contest(&contest, argument(argc, argv, 1, 616), argument(argc, argv, 2, 894));
    contest.replicates = argument(argc, argv, 3, 10000);
    (void)printf("%zu teams, %zu items, %zu replicates, seconds of CPU\n",
                 contest.sample.team_count, contest.sample.unit_count, contest.replicates);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        (void)printf("%-22s %7.3f\n", rows[i].name, seconds_of(rows[i].step, &contest));
    release_contest(&contest);
    return 0;
}
