/* measure.h - the verb `measure`: times the kernels of collection `cpu` on this machine.
 *
 * `measure --split public|hidden --seed HEX [--core N] [--rounds N] OUT` writes
 * OUT/kernels.csv and OUT/host.json; "public" has the parts train and public, "hidden" the
 * parts hidden and shifted. There are several passes over all kernels; in a pass each
 * kernel gets fresh memory and some rounds, a round runs every configuration once in a new
 * random order, and a configuration's time is its minimum. Passes are dealt in turn to two
 * halves with at least 30 rounds each. Kernels on which the halves disagree (noise.h) get
 * further passes, and are dropped when that does not help. The runtime is the minimum of
 * both halves, in whole nanoseconds. Wants an idle machine; start it as `chrt -f 5` where
 * that is allowed.
 */
#ifndef TILE_MEASURE_H
#define TILE_MEASURE_H

#include "sdk/error.h"

bool measure(int argc, char **argv, struct task_error *err);

#endif
