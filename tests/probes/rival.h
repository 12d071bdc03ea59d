/* rival.h - a second run of a probe, in a sandbox of its own, under way beside the first.
 *
 * rival_start, run the first, rival_stop. The second gets the argument "rival", prints
 * something when it is ready, and goes on to do so: what it prints goes to `out`, which the
 * caller made. On a failure why says what is wrong, and nothing runs.
 */
#ifndef RIVAL_H
#define RIVAL_H

#include <stdbool.h>

#include "podbox.h"

struct rival {
    struct sb_worker *worker;
    struct sb_result result;
    int out;
};

/* spec is borrowed until rival_stop. */
bool rival_start(struct rival *rival, const struct sb_spec *spec, int out, char why[256]);

/* False also if the rival does not work any more. */
bool rival_stop(struct rival *rival, char why[256]);

#endif
