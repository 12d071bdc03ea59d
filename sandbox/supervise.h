/* supervise.h - the poll loop over a running sandbox, and its end. */
#ifndef SB_SUPERVISE_H
#define SB_SUPERVISE_H

#include "run.h"

/* Returns when the command's end is known or a limit is reached; tasks may still live. */
bool sb__supervise(struct sb__run *run, struct sb_error *err);

/* Kills and reaps every task; then takes what is left in the pipes and the counters. Also
 * to be called after a failed launch. */
bool sb__finish(struct sb__run *run, struct sb_error *err);

#endif
