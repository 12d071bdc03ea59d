/* tpugraphs.h - walks the folders of the TpuGraphs data set.
 *
 * SOURCE has npz/tile/xla/{train,valid,test}/NAME.npz and
 * npz/layout/{xla,nlp}/{random,default}/{train,valid,test}/NAME.npz; SOURCE may also be the
 * npz folder itself. The public test split has placeholder labels (all 0), so an import
 * scores the valid split unless told otherwise.
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

/* Makes a case from SOURCE/npz/<folder>: train from train/, test from job->split. A folder
 * that is not there is no error: *found says. */
bool task_tpugraphs_import(const struct task_import *job, const struct task_tpugraphs *part,
                           bool *found, struct task_error *err);

#endif
