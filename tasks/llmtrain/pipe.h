/* pipe.h - runs one pipeline operation by operation.
 *
 * Order of a stage's operations: 1F1B (Narayanan et al., PipeDream-Flush), or with several
 * chunks a stage the interleaved order of Megatron-LM (SC'21): micro-batches go in runs of
 * as many as there are stages through each chunk. An operation starts when the one before
 * it on the stage is done and its input has come. The link between two stages is a server
 * that is busy for a time with each message; both directions are independent.
 */
#ifndef LLMTRAIN_PIPE_H
#define LLMTRAIN_PIPE_H

#include "plan.h"

struct pipe {
    int stages;
    int chunks; /* of each stage: virtual */
    int microbatches;
    /* Of each stage: seconds of one chunk's passes over a micro-batch. */
    double forward[PLAN_STAGES], backward[PLAN_STAGES];
    /* Of the hop to the next stage (from the last: to the first): seconds until a message
     * is there, and seconds that it keeps the link busy. */
    double delay[PLAN_STAGES], busy[PLAN_STAGES];
    double finish[PLAN_STAGES]; /* set by pipe_run: when a stage is done */
};

/* Returns when all stages are done. Ends the program if no operation can run, which for
 * plans that plan_check accepts does not happen. */
double pipe_run(struct pipe *pipe);

#endif
