/* tpugraphs.h - walks the folders of the TpuGraphs data set.
 *
 * SOURCE has npz/tile/xla/{train,valid,test}/NAME.npz and
 * npz/layout/{xla,nlp}/{random,default}/{train,valid,test}/NAME.npz; SOURCE may also be the
 * npz folder itself. The public test split has placeholder labels (all 0), so an import
 * scores the valid split unless told otherwise. Names and the order of configurations stay
 * as published, so that a CSV written against the data set's own files can be scored.
 */
#ifndef TASK_TPUGRAPHS_H
#define TASK_TPUGRAPHS_H

#include "sdk/case.h"
#include "sdk/task.h"

/* One task's part of the data set. */
struct task_tpugraphs {
    const char *folder;     /* "tile/xla" */
    const char *collection; /* "tile:xla" */
    const char *const
        *keys; /* arrays that a file must have, in our order; ends with NULL */
    double m0;
    double m1;
    const char *readme;
};

/* Makes a case of each part that SOURCE has: train from train/, test from job->split.
 * Refuses another format than "tpugraphs" and a SOURCE that has no part at all. Test graphs
 * that nothing can rank (one configuration, or all runtimes equal in a layout graph) are
 * left out with a line on standard error. */
bool task_tpugraphs_import_all(const struct task_import *job,
                               const struct task_tpugraphs *parts, size_t count,
                               struct task_error *err);

#endif
