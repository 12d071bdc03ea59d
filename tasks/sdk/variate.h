/* variate.h - random numbers of laws that workloads are made of, on top of rng.h and as
 * reproducible: + - * / sqrt and exact.h only.
 */
#ifndef TASK_VARIATE_H
#define TASK_VARIATE_H

#include "sdk/rng.h"

/* Mean `mean`, by inversion: one uniform number each. */
double task_rng_exponential(struct task_rng *rng, double mean);

/* Mean shape * scale, variance shape * scale^2; shape and scale > 0. G. Marsaglia and W. W.
 * Tsang, A simple method for generating gamma variables, ACM TOMS 26 (2000). */
double task_rng_gamma(struct task_rng *rng, double shape, double scale);

/* exp of a normal number of mean mu and deviation sigma: median exp(mu), mean
 * exp(mu + sigma^2 / 2). */
double task_rng_lognormal(struct task_rng *rng, double mu, double sigma);

#endif
