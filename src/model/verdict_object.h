/* verdict_object.h - what a scorer writes on descriptor 3, checked.
 *
 * Calling sequence: `struct verdict_object object = VERDICT_OBJECT_INIT;`
 * verdict_object_parse, use or hand over by case_result_take_object, verdict_object_release
 * (also after a failed parse). A scorer has read hostile bytes and is not trusted: types,
 * counts and lengths are capped. Failure is POD_TASK, never the entry's fault.
 */
#ifndef MODEL_VERDICT_OBJECT_H
#define MODEL_VERDICT_OBJECT_H

#include "base/error.h"
#include "base/json.h"

#include <stddef.h>

enum {
    VERDICT_OBJECT_BYTES = 32 << 20, /* read no more than this from the scorer */
    VERDICT_ITEMS_MAX = 100000,
    VERDICT_METRICS_MAX = 1000,
    VERDICT_MESSAGE_BYTES = 8192, /* longer ones are cut */
};

/* One graph, trace or query: what the bootstrap resamples. */
struct verdict_item {
    char *id;
    char *group; /* NULL when absent */
    double value;
};

/* How an entry spoiled a dialogue. */
enum dialogue_fault {
    DIALOGUE_FINE,
    DIALOGUE_LEFT,  /* it ended or closed its end; why, its own end may tell */
    DIALOGUE_WRONG, /* it said what it may not */
    DIALOGUE_LATE,  /* it did not answer in time */
};

struct verdict_object {
    bool has_raw; /* true after exit 42, and with a fault after 43 */
    double raw;
    char *unit;
    bool has_score;
    double score;    /* points as they are, not clipped */
    json_t *metrics; /* object of finite numbers; NULL when absent */
    struct verdict_item *items;
    size_t item_count;
    char *message;             /* escaped: safe for a terminal; NULL when absent */
    enum dialogue_fault fault; /* after 43: the game went on without the entry */
};

#define VERDICT_OBJECT_INIT                                                                \
    {                                                                                      \
        0                                                                                  \
    }

/* Messages start with "verdict: ". is_rejected: the scorer left with 43 and may say only
 * why, or all and a fault; otherwise raw, unit and score must be there. */
bool verdict_object_parse(const char *bytes, size_t length, bool is_rejected,
                          struct verdict_object *out, struct pod_error *err);
void verdict_object_release(struct verdict_object *object);

/* Parts that a stored result has too. items: NULL on failure, free with the array's size.
 * metrics: flat, finite, keys fit to be shown. */
struct verdict_item *verdict_items_new(const json_t *array, const char *name,
                                       enum pod_fault fault, struct pod_error *err);
void verdict_items_free(struct verdict_item *items, size_t count);
bool verdict_metrics_check(json_t *metrics, const char *name, enum pod_fault fault,
                           struct pod_error *err);

#define verdict_object_auto __attribute__((cleanup(verdict_object_release)))

#endif
