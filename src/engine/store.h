/* store.h - the record: one SQLite file, WAL, synchronous FULL. The only file that knows
 * sqlite3.
 *
 * A transaction that store_result returned true for survives kill -9 and a power cut. One
 * process writes at a time (the batch's parent); readers may look on. Never on NFS: WAL
 * needs shared memory. Failure is POD_HOST.
 *
 * Tables: submission (one row for each entry folder and content seen), due (which result
 * key stands for each case of an entry, replaced by a batch), result (append-only; a key
 * is the digest of all that decides a result, so it is never run twice and a changed
 * scorer, policy, case or entry never shows an old one), shown (what a board shows of each
 * result, filled by a trigger), event (the log, a chain: see store_event.h), judge_error,
 * scope, clock, drift.
 */
#ifndef ENGINE_STORE_H
#define ENGINE_STORE_H

#include "base/clock.h"
#include "base/error.h"
#include "model/result.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

struct submission {
    char *path;   /* folder relative to the batch's, "." for itself */
    char *digest; /* of the entry's tree; of the path where the entry is unreadable */
    char *name;
    char *team;
    char *tasks;   /* ids of the tasks that it plays, a space after each; NULL: none */
    char *problem; /* why it cannot be run, for people; NULL: it can */
    bool has_arrival;
    pod_instant_ms received_ms;
    int64_t seq;
};

void submission_release(struct submission *submission);

/* Opens or makes the file and migrates it to the present version. NULL on failure; refuses
 * a file from a newer podium. */
struct store *store_open(const char *path, struct pod_error *err);
void store_close(struct store *store);

/* Several records in one transaction, and so with one fsync. What is called in between must
 * not be told to anybody before store_commit returned true. */
bool store_begin(struct store *store, struct pod_error *err);
bool store_commit(struct store *store, struct pod_error *err);
void store_rollback(struct store *store);

bool store_submission(struct store *store, const struct submission *submission,
                      struct pod_error *err);

/* When the folder `path` was received, as recorded: of the entry with this digest, or else
 * the last that stood there. */
struct arrival {
    bool is_known;
    bool is_same_entry;
    pod_instant_ms received_ms;
    int64_t seq;
};

bool store_find_arrival(struct store *store, const char *path, const char *digest,
                        struct arrival *out, struct pod_error *err);

/* One case of an entry, and which result stands for it. All borrowed. */
struct due_case {
    const char *case_id;
    int64_t repeat;
    const char *key;
};

/* What counts for one entry in one set of cases (see case_set). All borrowed. */
struct due_set {
    const char *digest;  /* of the entry */
    const char *set_key; /* of the set of cases: another split or task, another key */
    const char *task;
    const struct due_case *cases;
    size_t count;
};

/* Replaces what is due for this entry in this set, as one transaction. */
bool store_due(struct store *store, const struct due_set *due, struct pod_error *err);

/* What the digest that a set is due under stands for, so that a changed one can be told
 * from the one before. All borrowed. */
struct scope {
    const char *key; /* set_key of due_set */
    const char *task;
    const char *scorer; /* digests of scorer and set of cases */
    const char *cases;
    const char *common; /* podium itself, SDK, policy and options: plan_common */
    const char *split;
};

bool store_scope(struct store *store, const struct scope *scope, struct pod_error *err);

/* The last that was recorded with this key: digests as in struct scope, "" where none was.
 */
struct scope_seen {
    char common[65], scorer[65], cases[65];
};

bool store_find_scope(struct store *store, const char *set_key, struct scope_seen *out,
                      struct pod_error *err);

/* Entries with results for this task and split, due in another scope and in none of this
 * key. */
typedef bool (*store_visit_digest)(void *context, const char *digest, const char *set_key,
                                   struct pod_error *err);
bool store_each_stale(struct store *store, const struct scope *scope,
                      store_visit_digest visit, void *context, struct pod_error *err);

/* Is there a result with this key? */
bool store_has_result(struct store *store, const char *key, bool *found,
                      struct pod_error *err);

/* The result with this key; out is left as it is when there is none. */
bool store_find_result(struct store *store, const char *key, bool *found,
                       struct case_result *out, struct pod_error *err);

/* Record a result by its key; a key that is there already is left as it is. */
bool store_result(struct store *store, const char *digest, const struct case_result *result,
                  struct pod_error *err);

/* The same as its two lines, see case_result_print, for who has them already. */
struct result_lines {
    const struct case_result *result; /* its items are not looked at when stored */
    const char *summary;
    const char *items; /* or NULL */
};

bool store_result_lines(struct store *store, const char *digest,
                        const struct result_lines *lines, struct pod_error *err);

/* Note a case that ended by the judge's fault: it stays without a result. */
bool store_judge_error(struct store *store, const char *digest,
                       const struct case_result *result, struct pod_error *err);

/* Visit the cases that ended so and have no result to this day. */
struct judge_error_seen {
    const char *digest, *task, *case_id, *message; /* the last one */
    int64_t count;
};
typedef bool (*store_visit_judge_error)(void *context, const struct judge_error_seen *seen,
                                        struct pod_error *err);
bool store_each_judge_error(struct store *store, store_visit_judge_error visit,
                            void *context, struct pod_error *err);

/* Visit all that is due in one set, in (digest, case, repeat) order: which key stands for
 * the case, and whether it has a result. */
struct due_seen {
    const char *digest, *case_id, *key;
    bool has_result;
};
typedef bool (*store_visit_due)(void *context, const struct due_seen *seen,
                                struct pod_error *err);
bool store_each_due(struct store *store, const char *set_key, store_visit_due visit,
                    void *context, struct pod_error *err);

/* Which sets a board is of; texts gets what the visited texts point to: they live as long
 * as its bytes do. */
struct shown_sets {
    const struct pod_names *keys;
    struct pod_buf *texts; /* empty */
};

/* Visit all that is due in these sets, set by set in (digest, case, repeat) order, with
 * what a board shows of the result (NULL: pending): verdict, message, raw, score, times and
 * memory. One pass over all results ever recorded serves all sets. */
struct shown {
    size_t set; /* which of the keys */
    const char *digest, *task, *case_id;
    const struct case_result *result;
};
typedef bool (*store_visit_shown)(void *context, const struct shown *shown,
                                  struct pod_error *err);
bool store_each_shown(struct store *store, const struct shown_sets *sets,
                      store_visit_shown visit, void *context, struct pod_error *err);

/* How many results are not shown as they were recorded, or shown and not recorded: none, as
 * long as nobody but podium writes to the store. */
bool store_count_wrong(struct store *store, int64_t *count, struct pod_error *err);

/* Visit the results with items that are due for one entry in one set, in case order: the
 * items alone. */
typedef bool (*store_visit_items)(void *context, const char *case_id,
                                  const struct verdict_item *items, size_t count,
                                  struct pod_error *err);
bool store_each_items(struct store *store, const struct due_set *due,
                      store_visit_items visit, void *context, struct pod_error *err);

/* Visit the submissions in (seq, path) order, equal bytes once with their first arrival;
 * and what is due for one entry in one set (digest and set_key count) with the results
 * (NULL: pending; without their items) in (case, repeat) order. visit returning false stops
 * and is the answer.
 */
typedef bool (*store_visit_submission)(void *context, const struct submission *submission,
                                       struct pod_error *err);
typedef bool (*store_visit_case)(void *context, const char *task, const char *case_id,
                                 const struct case_result *result, struct pod_error *err);
bool store_each_submission(struct store *store, store_visit_submission visit, void *context,
                           struct pod_error *err);
bool store_each_case(struct store *store, const struct due_set *due, store_visit_case visit,
                     void *context, struct pod_error *err);

#endif
