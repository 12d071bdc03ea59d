/* verdict.h - the table of verdicts: codes, titles, whose fault.
 *
 * Everything that prints or reads a verdict expands verdict.def or asks here.
 */
#ifndef MODEL_VERDICT_H
#define MODEL_VERDICT_H

#include "base/error.h"

enum verdict {
#define VERDICT(code, clics, title, fault, is_scored) VERDICT_##code,
#include "verdict.def"
#undef VERDICT
    VERDICT_COUNT
};

struct verdict_info {
    const char *code;     /* "TLE" */
    const char *clics;    /* "TLE"; "" where the contest API has no such judgement */
    const char *title;    /* "time limit exceeded" */
    enum pod_fault fault; /* POD_OK, POD_ENTRY, or POD_HOST for a judge error */
    bool is_scored;
};

/* The row of a verdict; never NULL, the verdict must be one of the enum. */
const struct verdict_info *verdict_info(enum verdict verdict);

/* By code, exactly as printed ("OK", "WA"); false when there is none, out is unchanged. */
bool verdict_find(const char *code, enum verdict *out);

/* The exit status that this verdict alone gives: 0, 1 or 3. */
int verdict_exit_status(enum verdict verdict);

#endif
