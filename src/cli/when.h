/* when.h - the options --deadline and --as-of, as an argp child.
 *
 * A verb puts when_argp in its argp's children with a struct when as its input, and calls
 * when_apply once the competition is loaded.
 */
#ifndef CLI_WHEN_H
#define CLI_WHEN_H

#include "model/competition.h"

#include <argp.h>

struct when {
    const char *deadline_text; /* NULL: the competition's */
    const char *as_of_text;    /* NULL: now */
    pod_instant_ms as_of;      /* set by when_apply */
};

extern const struct argp when_argp;

/* Puts the deadline into the competition and works out as_of. POD_USAGE on bad text. */
bool when_apply(struct when *when, struct competition *competition, struct pod_error *err);

#endif
