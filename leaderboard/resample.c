#include "resample.h"

#include "order.h"
#include "random.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Replicates that are drawn, summed and ranked together, so that their draws and scores
 * stay in the processor's cache while the parts stream by. */
enum { BLOCK = 64 };

/* Of the largest sum, which leaves room for the rounding of its parts. */
enum { SUM_BITS = 61 };

/* The largest absolute value that a sum of drawn parts can have. */
static double largest_sum(const struct board_sample *sample)
{
    double largest = 0;
    for (size_t team = 0; team < sample->team_count; team++) {
        const double *part = sample->parts + team * sample->unit_count;
        double sum = sample->fixed != NULL ? fabs(sample->fixed[team]) : 0;
        for (size_t s = 0; s < sample->stratum_count; s++) {
            double most = 0;
            for (size_t i = 0; i < sample->stratum_sizes[s]; i++, part++)
                most = fmax(most, fabs(*part));
            sum += most * (double)sample->stratum_sizes[s];
        }
        largest = fmax(largest, sum);
    }
    return largest;
}

static int64_t to_fixed(double value, int bits)
{
    return llrint(ldexp(value, bits));
}

void board__fixed_init(struct board__fixed *fixed, const struct board_sample *sample)
{
    size_t units = sample->unit_count;
    int exponent = 0;
    (void)frexp(largest_sum(sample), &exponent);
    fixed->sample = sample;
    fixed->bits = SUM_BITS - exponent;
    fixed->tile_count = (sample->team_count + BOARD__TILE - 1) / BOARD__TILE;
    fixed->parts =
        board__alloc(fixed->tile_count * units, BOARD__TILE * sizeof *fixed->parts);
    fixed->base = board__alloc(fixed->tile_count, BOARD__TILE * sizeof *fixed->base);
    for (size_t team = 0; team < sample->team_count; team++) {
        const double *part = sample->parts + team * units;
        int64_t *to =
            fixed->parts + team / BOARD__TILE * units * BOARD__TILE + team % BOARD__TILE;
        for (size_t i = 0; i < units; i++)
            to[i * BOARD__TILE] = to_fixed(part[i], fixed->bits);
        if (sample->fixed != NULL)
            fixed->base[team] = to_fixed(sample->fixed[team], fixed->bits);
    }
}

void board__fixed_release(struct board__fixed *fixed)
{
    free(fixed->parts);
    free(fixed->base);
}

/* The units of one replicate by how often they were drawn: those drawn n times stand in
 * units[starts[n - 1]] up to units[starts[n] - 1]. */
struct draw {
    uint32_t *units;
    size_t *starts;
    size_t most; /* the largest n */
};

/* Room for the largest n that a stratum allows. */
static void draw_init(struct draw *draw, const struct board_sample *sample)
{
    draw->units = board__alloc(sample->unit_count, sizeof *draw->units);
    draw->starts = board__alloc(sample->unit_count + 2, sizeof *draw->starts);
}

static void draw_release(struct draw *draw)
{
    free(draw->units);
    free(draw->starts);
}

/* times: [unit], scratch. */
static void draw_units(struct draw *draw, const struct board_sample *sample,
                       struct board__random *random, uint32_t *times)
{
    memset(times, 0, sample->unit_count * sizeof *times);
    uint32_t *stratum = times;
    for (size_t s = 0; s < sample->stratum_count; s++) {
        uint32_t size = (uint32_t)sample->stratum_sizes[s];
        for (uint32_t i = 0; i < size; i++)
            stratum[board__random_below(random, size)]++;
        stratum += size;
    }
    draw->most = 0;
    for (size_t i = 0; i < sample->unit_count; i++)
        draw->most = times[i] > draw->most ? times[i] : draw->most;
}

/* Counting sort by times; units that were not drawn are left out. */
static void draw_sort(struct draw *draw, size_t unit_count, const uint32_t *times)
{
    size_t *starts = draw->starts;
    memset(starts, 0, (draw->most + 1) * sizeof *starts);
    for (size_t i = 0; i < unit_count; i++)
        starts[times[i]]++;
    size_t sum = 0;
    starts[0] = 0;
    for (size_t n = 1; n <= draw->most; n++) {
        size_t count = starts[n];
        starts[n] = sum;
        sum += count;
    }
    for (size_t i = 0; i < unit_count; i++) {
        if (times[i] > 0)
            draw->units[starts[times[i]]++] = (uint32_t)i;
    }
}

/* The sums of a tile. Units drawn n times are added once, and the sum so far n times over:
 * no product. Loops over a tile have a constant length, of which compilers make vectors. */
static void sum_draw(const int64_t *parts, const struct draw *draw, int64_t *total)
{
    int64_t sum[BOARD__TILE] = {0};
    for (size_t n = draw->most; n > 0; n--) {
        for (size_t i = draw->starts[n - 1]; i < draw->starts[n]; i++) {
            const int64_t *unit = parts + (size_t)draw->units[i] * BOARD__TILE;
            for (int k = 0; k < BOARD__TILE; k++)
                sum[k] += unit[k];
        }
        for (int k = 0; k < BOARD__TILE; k++)
            total[k] += sum[k];
    }
}

/* Of one call of board__resample. */
struct run {
    const struct board__fixed *fixed;
    size_t replicates;
    struct board__random random;
    uint32_t *times; /* [unit], scratch of a draw */
    struct draw draws[BLOCK];
    size_t padded;        /* teams, rounded up to tiles */
    int64_t *block;       /* [replicate of the block][team] */
    int64_t *scores;      /* [team][replicate] */
    uint32_t *rank_count; /* [team][rank - 1]: replicates with that rank */
    struct board__order order;
};

static void run_init(struct run *run, const struct board__fixed *fixed, size_t replicates)
{
    const struct board_sample *sample = fixed->sample;
    size_t teams = sample->team_count;
    run->fixed = fixed;
    run->replicates = replicates;
    run->padded = fixed->tile_count * BOARD__TILE;
    run->times = board__alloc(sample->unit_count, sizeof *run->times);
    run->block = board__alloc(BLOCK, run->padded * sizeof *run->block);
    run->scores = board__alloc(teams, replicates * sizeof *run->scores);
    run->rank_count = board__alloc(teams, teams * sizeof *run->rank_count);
    board__order_init(&run->order, teams);
    for (size_t i = 0; i < BLOCK; i++)
        draw_init(&run->draws[i], sample);
}

/* All but the scores. */
static void run_release(struct run *run)
{
    for (size_t i = 0; i < BLOCK; i++)
        draw_release(&run->draws[i]);
    board__order_release(&run->order);
    free(run->rank_count);
    free(run->block);
    free(run->times);
}

static void sum_block(struct run *run, size_t count)
{
    const struct board__fixed *fixed = run->fixed;
    size_t units = fixed->sample->unit_count;
    for (size_t i = 0; i < count; i++) {
        draw_units(&run->draws[i], fixed->sample, &run->random, run->times);
        draw_sort(&run->draws[i], units, run->times);
        memcpy(run->block + i * run->padded, fixed->base, run->padded * sizeof *run->block);
    }
    for (size_t tile = 0; tile < fixed->tile_count; tile++) {
        const int64_t *parts = fixed->parts + tile * units * BOARD__TILE;
        for (size_t i = 0; i < count; i++)
            sum_draw(parts, &run->draws[i],
                     run->block + i * run->padded + tile * BOARD__TILE);
    }
}

static void rank_block(struct run *run, size_t done, size_t count)
{
    size_t teams = run->fixed->sample->team_count;
    for (size_t i = 0; i < count; i++) {
        const int64_t *scores = run->block + i * run->padded;
        const struct board__keyed *ranked = board__order_ranks(&run->order, scores);
        for (size_t k = 0; k < teams; k++)
            run->rank_count[ranked[k].index * teams + ranked[k].rank - 1]++;
    }
    for (size_t team = 0; team < teams; team++) {
        for (size_t i = 0; i < count; i++)
            run->scores[team * run->replicates + done + i] =
                run->block[i * run->padded + team];
    }
}

/* The rank that at least `count` replicates do not exceed. */
static size_t rank_below(const uint32_t *rank_count, size_t count)
{
    size_t rank = 1;
    for (size_t sum = rank_count[0]; sum < count; rank++)
        sum += rank_count[rank];
    return rank;
}

/* ceil(replicates * permille / 1000) */
static size_t share(size_t replicates, size_t permille)
{
    return (replicates * permille + 999) / 1000;
}

static void count_ranks(const struct run *run, struct board_spread *spreads)
{
    size_t teams = run->fixed->sample->team_count;
    for (size_t team = 0; team < teams; team++) {
        const uint32_t *rank_count = run->rank_count + team * teams;
        spreads[team].first_count = rank_count[0];
        spreads[team].rank_low =
            rank_below(rank_count, share(run->replicates, BOARD_TAIL_PERMILLE));
        spreads[team].rank_high =
            rank_below(rank_count, share(run->replicates, 1000 - BOARD_TAIL_PERMILLE));
    }
}

int64_t *board__resample(const struct board__fixed *fixed, size_t replicates, uint64_t seed,
                         struct board_spread *spreads)
{
    struct run run;
    run_init(&run, fixed, replicates);
    board__random_init(&run.random, seed);
    for (size_t done = 0; done < replicates; done += BLOCK) {
        size_t count = replicates - done < BLOCK ? replicates - done : BLOCK;
        sum_block(&run, count);
        rank_block(&run, done, count);
    }
    count_ranks(&run, spreads);
    run_release(&run);
    return run.scores;
}
