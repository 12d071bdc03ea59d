/* bound.h - how many requests of a run any scheduler can serve in time, at most.
 */
#ifndef LLMSERVE_BOUND_H
#define LLMSERVE_BOUND_H

#include "engine.h"
#include "request.h"

/* A share of the run's requests. See bound.c for why no schedule exceeds it. */
double bound_attainment(const struct engine_spec *spec, const struct run *run);

#endif
