/* attempt.h - one run of a probe, and all that must be true of it. */
#ifndef ATTEMPT_H
#define ATTEMPT_H

#include <stdbool.h>

struct expect;

/* Where probes are run. */
struct place {
    char stage[64];           /* programs and sources; /probe inside */
    char work[64];            /* for what is collected */
    unsigned waived;          /* layers that this host lacks */
    unsigned slot;            /* of the next run */
    struct sb_ground *ground; /* kept for all runs, or NULL */
    bool has_start;           /* the stage's script "start" starts every probe */
};

enum outcome { PASSED, FAILED, NOT_RUN };

/* The name of a probe without its suffix. */
void attempt_stem(const char *file, char stem[128]);

/* With the layers left_out. What is wrong goes to why, which is not touched else. */
enum outcome attempt_run(struct place *place, const char *file, const struct expect *expect,
                         unsigned left_out, char why[256]);

#endif
