/* result.h - the record of one run of one case: podium.result/1.
 *
 * Calling sequence: `struct case_result result = CASE_RESULT_INIT;` fill it (strings on the
 * heap, owned by the struct) or read it by case_result_parse, print it by
 * case_result_to_json, case_result_release. A round trip gives back every value exactly.
 */
#ifndef MODEL_RESULT_H
#define MODEL_RESULT_H

#include "base/buf.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/json.h"
#include "model/timing.h"
#include "model/verdict.h"
#include "model/verdict_object.h"

#include <stdint.h>

struct case_result {
    char *task;
    char *case_id;
    int64_t repeat;        /* from 0 */
    struct pod_digest key; /* of entry, task, case, scorer, policy and podium */
    enum verdict verdict;
    char *message; /* for the participant; NULL when there is none */
    bool has_raw;
    double raw;
    char *unit; /* of raw; NULL without raw */
    bool has_score;
    double score;    /* points as they are, not clipped */
    int64_t wall_ns; /* medians, where it was run more than once */
    int64_t cpu_ns;
    struct timing timing;   /* count is 0 when the case was run without a reference */
    int64_t memory_bytes;   /* peak */
    int64_t exit_code;      /* 0 to 255; 0 when a signal ended it */
    int64_t signal;         /* 0: none */
    char *refused_call;     /* the system call behind SV; NULL otherwise */
    bool is_idle;           /* TLE by wall time with hardly any CPU used */
    struct pod_names notes; /* what the run was not: "memory limit by RLIMIT_DATA" */
    struct verdict_item *items;
    size_t item_count;
    json_t *metrics; /* object of numbers; NULL when there are none */
};

#define CASE_RESULT_INIT                                                                   \
    {                                                                                      \
        0                                                                                  \
    }

void case_result_release(struct case_result *result);

/* Move raw, unit, score, metrics, items and message out of object, which is empty
 * afterwards; what result held in their place is released. */
void case_result_take_object(struct case_result *result, struct verdict_object *object);

/* A new object with its "schema"; text that is not UTF-8 is escaped. NULL and POD_BUG when
 * a number is not finite or case_result_parse would refuse it. The caller decrefs. */
json_t *case_result_to_json(const struct case_result *result, struct pod_error *err);

/* The same as two lines of JSON, since most readers want only the first: all but the items,
 * and the items, an array (NULL where there are none). The caller frees both. */
char *case_result_print(const struct case_result *result, char **items,
                        struct pod_error *err);

/* Strict reading of the same; name stands before each message. Failure is POD_HOST: podium
 * wrote the record. Release result also after a failure. */
bool case_result_parse(json_t *object, const char *name, struct case_result *out,
                       struct pod_error *err);

#define case_result_auto __attribute__((cleanup(case_result_release)))

#endif
