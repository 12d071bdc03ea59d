/* import.h - the verb `import`: case tile-xla from TpuGraphs' npz/tile/xla.
 *
 * m0 is computed from the labels of the scored split: what a random order is worth there.
 * Everything else is the SDK's (sdk/tpugraphs.h).
 */
#ifndef TILE_IMPORT_H
#define TILE_IMPORT_H

#include "sdk/task.h"

bool tile_import(const struct task_import *job, struct task_error *err);

#endif
