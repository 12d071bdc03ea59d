#include "sdk/variate.h"

#include "sdk/exact.h"

#include <math.h>

/* (0, 1]: the uniform number of rng.h can be 0, whose logarithm is none. */
static double positive_uniform(struct task_rng *rng)
{
    return 1.0 - task_rng_uniform(rng);
}

double task_rng_exponential(struct task_rng *rng, double mean)
{
    return -mean * task_log(positive_uniform(rng));
}

/* Their method for shape >= 1: the cube of a shifted normal number, accepted against the
 * gamma density. */
static double gamma_from_one(struct task_rng *rng, double shape)
{
    double d = shape - 1.0 / 3.0, c = 1.0 / sqrt(9.0 * d);
    for (;;) {
        double x = task_rng_normal(rng), root = 1.0 + c * x;
        if (root <= 0)
            continue;
        double v = root * root * root;
        double u = positive_uniform(rng);
        if (task_log(u) < 0.5 * x * x + d - d * v + d * task_log(v))
            return d * v;
    }
}

/* Below 1: gamma(shape + 1) U^(1 / shape), their section 6. */
double task_rng_gamma(struct task_rng *rng, double shape, double scale)
{
    if (shape >= 1)
        return scale * gamma_from_one(rng, shape);
    double larger = gamma_from_one(rng, shape + 1.0);
    return scale * larger * task_exp(task_log(positive_uniform(rng)) / shape);
}

double task_rng_lognormal(struct task_rng *rng, double mu, double sigma)
{
    return task_exp(mu + sigma * task_rng_normal(rng));
}
