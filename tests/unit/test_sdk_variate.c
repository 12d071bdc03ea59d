/* Laws of random numbers against their closed forms: moments, and the largest distance of
 * the empirical distribution (Kolmogorov, Smirnov). With n numbers the latter exceeds
 * 1.95 / sqrt(n) once in 1000 seeds, and a mean of n numbers its expectation by 3.3
 * deviations as rarely: the seeds below are fixed, so a pass stays one. */
#include "sdk/buf.h"
#include "sdk/exact.h"
#include "sdk/variate.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

TestSuite(sdk_variate, .timeout = 20);

enum { N = 100000 };

struct law {
    const char *name;
    double a, b;
    double (*draw)(struct task_rng *rng, double a, double b);
    double (*below)(double x, double a, double b); /* distribution function */
    double mean, variance, kurtosis;               /* of the sum's spread: mu4 / sigma^4 */
};

static double exponential(struct task_rng *rng, double mean, double unused)
{
    (void)unused;
    return task_rng_exponential(rng, mean);
}

static double exponential_below(double x, double mean, double unused)
{
    (void)unused;
    return 1 - exp(-x / mean);
}

/* gamma(1/2, scale) is scale / 2 times the square of a standard normal number. */
static double gamma_half_below(double x, double shape, double scale)
{
    (void)shape;
    return erf(sqrt(x / scale));
}

/* gamma(5, scale) is the sum of five exponentials (Erlang). */
static double gamma_five_below(double x, double shape, double scale)
{
    double y = x / scale, term = 1, sum = 0;
    for (int k = 0; k < (int)shape; k++) {
        sum += term;
        term *= y / (k + 1);
    }
    return 1 - exp(-y) * sum;
}

static double gamma_one_below(double x, double shape, double scale)
{
    return exponential_below(x, shape * scale, 0);
}

/* gamma(3/2): integrate gamma(1/2) by parts. */
static double gamma_three_halves_below(double x, double shape, double scale)
{
    double y = x / scale;
    (void)shape;
    return erf(sqrt(y)) - 2 * sqrt(y / M_PI) * exp(-y);
}

static double lognormal_below(double x, double mu, double sigma)
{
    return .5 * erfc((mu - log(x)) / (sigma * sqrt(2)));
}

/* Kurtosis of gamma: 3 + 6 / shape; of the exponential 9; of the lognormal with sigma .5
 * e^(4 s) + 2 e^(3 s) + 3 e^(2 s) - 3 for s = sigma^2, which is 8.898. */
static const struct law laws[] = {
    {"exponential", 3, 0, exponential, exponential_below, 3, 9, 9},
    {"gamma 1/2", .5, 4, task_rng_gamma, gamma_half_below, 2, 8, 15},
    {"gamma 1", 1, 2, task_rng_gamma, gamma_one_below, 2, 4, 9},
    {"gamma 3/2", 1.5, 2, task_rng_gamma, gamma_three_halves_below, 3, 6, 7},
    {"gamma 5", 5, .2, task_rng_gamma, gamma_five_below, 1, .2, 4.2},
    {"lognormal", 1, .5, task_rng_lognormal, lognormal_below, 3.0802168489180310,
     2.6947258308494867, 8.898446},
};
enum { LAWS = sizeof laws / sizeof laws[0] };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double *draw(const struct law *law, uint64_t index)
{
    const struct task_stream stream = {"00", "test", "1", "public", law->name, index};
    struct task_rng rng;
    task_rng_init(&rng, &stream);
    double *values = task_alloc(N, sizeof *values);
    for (int i = 0; i < N; i++)
        values[i] = law->draw(&rng, law->a, law->b);
    return values;
}

Test(sdk_variate, mean_and_variance_are_those_of_the_law)
{
    for (size_t k = 0; k < LAWS; k++) {
        const struct law *law = &laws[k];
        task_auto_free double *values = draw(law, 0);
        double sum = 0, squares = 0;
        for (int i = 0; i < N; i++) {
            sum += values[i];
            squares += (values[i] - law->mean) * (values[i] - law->mean);
        }
        double off_mean = fabs(sum / N - law->mean) / sqrt(law->variance / N);
        double off_variance =
            fabs(squares / N / law->variance - 1) / sqrt((law->kurtosis - 1) / N);
        cr_expect_lt(off_mean, 3.3, "%s: mean %.2f deviations off", law->name, off_mean);
        cr_expect_lt(off_variance, 3.3, "%s: variance %.2f deviations off", law->name,
                     off_variance);
    }
}

Test(sdk_variate, the_whole_distribution_is_that_of_the_law)
{
    for (size_t k = 0; k < LAWS; k++) {
        const struct law *law = &laws[k];
        task_auto_free double *values = draw(law, 1);
        double distance = 0;
        qsort(values, N, sizeof *values, by_value);
        for (int i = 0; i < N; i++) {
            double below = law->below(values[i], law->a, law->b);
            distance = fmax(distance, fmax(below - (double)i / N, (i + 1.) / N - below));
        }
        cr_expect_gt(values[0], 0, "%s", law->name);
        cr_expect_lt(distance, 1.95 / sqrt(N), "%s: distance %.5f", law->name, distance);
    }
}

/* Values of neighbours must not go together: the correlation of n pairs is 1 / sqrt(n). */
Test(sdk_variate, successive_numbers_are_not_correlated)
{
    for (size_t k = 0; k < LAWS; k++) {
        const struct law *law = &laws[k];
        task_auto_free double *values = draw(law, 2);
        double sum = 0;
        for (int i = 1; i < N; i++)
            sum += (values[i] - law->mean) * (values[i - 1] - law->mean);
        cr_expect_lt(fabs(sum / N / law->variance), 3.3 / sqrt(N), "%s", law->name);
    }
}

/* libm's sine is right to the last bit or the one before it. */
Test(sdk_variate, sine_is_within_its_stated_error)
{
    double worst = 0;
    for (int i = -400000; i <= 400000; i++) {
        double x = i * .0173 + 1e-9 * i * i;
        worst = fmax(worst, fabs(task_sin(x) - sin(x)));
    }
    for (double x = -1e6; x <= 1e6; x += 1234.56789)
        worst = fmax(worst, fabs(task_sin(x) - sin(x)));
    cr_expect_lt(worst, 4e-16, "%g", worst);
    cr_expect_eq(task_sin(0), 0);
    cr_expect_eq(task_sin(-1.25), -task_sin(1.25));
}
