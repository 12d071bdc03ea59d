#include "tie.h"

#include "student.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>

/* Sums are made in interleaved parts: one sum would wait for every addition, and parts side
 * by side are vectors to a compiler. The order is fixed, so every machine gets the same
 * bits. */
enum { LANES = 8 };

static double add_lanes(const double *lanes)
{
    return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
           ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

static double mean_of(const double *a, const double *b, size_t count)
{
    double sum[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        for (size_t k = 0; k < LANES; k++)
            sum[k] += a[i + k] - b[i + k];
    }
    for (size_t k = 0; i + k < count; k++)
        sum[k] += a[i + k] - b[i + k];
    return add_lanes(sum) / (double)count;
}

static double squares_of(const double *a, const double *b, size_t count, double mean)
{
    double sum[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            double rest = a[i + k] - b[i + k] - mean;
            sum[k] += rest * rest;
        }
    }
    for (size_t k = 0; i + k < count; k++) {
        double rest = a[i + k] - b[i + k] - mean;
        sum[k] += rest * rest;
    }
    return add_lanes(sum);
}

/* Of the sum of a stratum's parts: n^2 times the variance of its mean. */
struct moment {
    double difference;
    double variance;
    double freedom_share; /* variance^2 / (n - 1), of Welch and Satterthwaite */
};

static void add_stratum(struct moment *moment, const double *a, const double *b,
                        size_t count)
{
    double size = (double)count;
    double mean = mean_of(a, b, count);
    moment->difference += mean * size;
    if (count < 2)
        return;
    double variance = squares_of(a, b, count, mean) / (size - 1) * size;
    moment->variance += variance;
    moment->freedom_share += variance * variance / (size - 1);
}

static struct moment moment_of(const struct board_sample *sample, size_t team, size_t other)
{
    const double *a = sample->parts + team * sample->unit_count;
    const double *b = sample->parts + other * sample->unit_count;
    struct moment moment = {0};
    if (sample->fixed != NULL)
        moment.difference = sample->fixed[team] - sample->fixed[other];
    for (size_t s = 0; s < sample->stratum_count; s++) {
        size_t count = sample->stratum_sizes[s];
        add_stratum(&moment, a, b, count);
        a += count;
        b += count;
    }
    return moment;
}

double board_difference_p(const struct board_sample *sample, size_t team, size_t other)
{
    struct moment moment = moment_of(sample, team, other);
    if (moment.difference == 0)
        return 1;
    if (moment.freedom_share == 0)
        return 0;
    double t = moment.difference / sqrt(moment.variance);
    double freedom = moment.variance * moment.variance / moment.freedom_share;
    return board__student_p(t, freedom);
}

double board_difference_error(const struct board_sample *sample, size_t team, size_t other)
{
    return sqrt(moment_of(sample, team, other).variance);
}

struct ranked_p {
    double p;
    size_t index;
};

static int by_p(const void *left, const void *right)
{
    const struct ranked_p *a = left;
    const struct ranked_p *b = right;
    if (a->p != b->p)
        return a->p < b->p ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

void board_holm(const double *p, size_t count, double *adjusted)
{
    struct ranked_p *sorted = board__alloc(count, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = (struct ranked_p){p[i], i};
    qsort(sorted, count, sizeof *sorted, by_p);
    double largest = 0;
    for (size_t i = 0; i < count; i++) {
        largest = fmax(largest, (double)(count - i) * sorted[i].p);
        adjusted[sorted[i].index] = fmin(largest, 1);
    }
    free(sorted);
}

/* Where the pair of a team and a later one stands: all pairs of the first team first. */
static size_t pair_at(size_t team_count, size_t team, size_t later)
{
    return team * (2 * team_count - team - 1) / 2 + later - team - 1;
}

static double *adjusted_pairs(const struct board_sample *sample)
{
    size_t teams = sample->team_count;
    size_t count = teams * (teams - 1) / 2;
    double *p = board__alloc(count, sizeof *p);
    for (size_t team = 0; team < teams; team++) {
        for (size_t later = team + 1; later < teams; later++)
            p[pair_at(teams, team, later)] = board_difference_p(sample, team, later);
    }
    board_holm(p, count, p);
    return p;
}

void board__tie(const struct board_sample *sample, struct board_spread *spreads)
{
    size_t teams = sample->team_count;
    double *p = teams > 0 ? adjusted_pairs(sample) : NULL;
    size_t leader = 0;
    size_t group = 1;
    for (size_t team = 0; team < teams; team++) {
        if (team > leader && p[pair_at(teams, leader, team)] <= BOARD_TIE_ALPHA) {
            leader = team;
            group++;
        }
        spreads[team].tie_group = group;
    }
    free(p);
}
