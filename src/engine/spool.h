/* spool.h - WORK/slurm on the shared folder: how jobs go out and results come home.
 *
 *   id                random, names our arrays in Slurm: podium-ID-NUMBER
 *   arrays/NUMBER/    one array: a job file for each task, N.json, and its log, N.log
 *   results/KEY.json  a finished case, committed by link(2): whole, and the first one wins
 *   notes/            what the driver should hear and is no result, a file each
 *   aside/            arrays that ended, and what stood in results and could not be read
 *
 * A result is named by its key, the digest of all that decides it, so it does not matter
 * which job, array or batch made it: Slurm may run a task twice or lose it, and a batch
 * that was killed finds its results again. top is the path of WORK/slurm. Failure is
 * POD_HOST.
 */
#ifndef ENGINE_SPOOL_H
#define ENGINE_SPOOL_H

#include "base/buf.h"
#include "base/error.h"
#include "model/result.h"

enum { SPOOL_ID = 17 /* hex digits, with the NUL */ };

/* Make the folders that are not there, and read or draw the id. */
bool spool_open(const char *top, char id[SPOOL_ID], struct pod_error *err);

/* Each returns a heap string. */
char *spool_result_path(const char *top, const char *key);
char *spool_array_path(const char *top, unsigned number);

/* Commit a result, durably. *is_first: no other was there before. */
bool spool_commit(const char *top, const struct case_result *result, bool *is_first,
                  struct pod_error *err);

/* Keys of all results that are there, sorted. */
bool spool_list_results(const char *top, struct pod_names *keys, struct pod_error *err);

/* Read one, and check that it is what its name says: false, with the reason, when it is
 * not. *is_unread: it could not be opened now, which says nothing about it. */
bool spool_read_result(const char *top, const char *key, struct case_result *result,
                       bool *is_unread, struct pod_error *err);

/* Move a result that cannot be used to aside/. */
bool spool_set_aside(const char *top, const char *key, struct pod_error *err);

/* Move an array to aside/: its logs may tell why something is missing. */
bool spool_end_array(const char *top, unsigned number, struct pod_error *err);

#define SPOOL_NOTES(X)                                                                     \
    X(JUDGE_ERROR, "judge_error") /* a case ended in JE: no result, to be tried again */   \
    X(REPEATED, "repeated")       /* a second result of a case: the first one counts */

enum spool_note_kind {
#define X(name, text) SPOOL_NOTE_##name,
    SPOOL_NOTES(X)
#undef X
};

struct spool_note {
    enum spool_note_kind kind;
    struct pod_digest key; /* of the case */
    char *node;
    char *message; /* may be "" */
};

bool spool_put_note(const char *top, const struct spool_note *note, struct pod_error *err);

/* Read and remove all notes; visit false stops. What is no note is removed as well. */
typedef bool (*spool_visit_note)(void *context, const struct spool_note *note,
                                 struct pod_error *err);
bool spool_take_notes(const char *top, spool_visit_note visit, void *context,
                      struct pod_error *err);

#endif
