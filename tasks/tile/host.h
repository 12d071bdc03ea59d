/* host.h - the facts about a measurement: host.json beside kernels.csv.
 *
 * {"schema":"podium.tile.host/1","sha256":..., what was measured and how, and the repeat
 * statistics over the kernels that were kept}. Facts that the host hides are "unknown".
 */
#ifndef TILE_HOST_H
#define TILE_HOST_H

#include "noise.h"
#include "sdk/error.h"

struct host_run {
    const char *sha256; /* of kernels.csv */
    int core, rounds, passes;
    bool has_huge_pages;
    double seconds;
    int drawn, repeated, kept; /* kernels; repeated: those that needed more passes */
    const struct noise *noise; /* of the kept kernels */
};

bool host_write(const char *path, const struct host_run *run, struct task_error *err);

#endif
