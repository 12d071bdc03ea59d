/* package.h - the verb `generate`: cases tile-cpu and tile-sim from kernels.
 *
 * `sim` is simulated on the spot. `cpu` is measured beforehand: the public split comes with
 * the task (data/cpu), the hidden one from the folder that the environment variable
 * PODIUM_TILE_DATA names, where `measure --split hidden` wrote it; without it the hidden
 * split has no case tile-cpu, and one line on standard error says so. Training kernels are
 * the same in every split.
 */
#ifndef TILE_PACKAGE_H
#define TILE_PACKAGE_H

#include "sdk/task.h"

bool package_generate(const struct task_generate *job, struct task_error *err);

#endif
