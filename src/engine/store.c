#include "store.h"

#include "store_db.h"
#include "store_schema.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

enum { BUSY_MS = 10000 };

static const char *const STATEMENTS[SQL_COUNT] = {
    [SQL_PUT_SUBMISSION] =
        "INSERT INTO submission"
        " (path, digest, name, team, tasks, problem, received_ms, seq)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        " ON CONFLICT (path, digest) DO UPDATE SET name = ?3, team = ?4, tasks = ?5,"
        /* An arrival time that is known is never unset or moved by a later batch. */
        " problem = ?6, received_ms = coalesce(received_ms, ?7), seq = coalesce(seq, ?8)",
    /* A folder that could not be read and now can be is one entry, not two. */
    [SQL_FORGET_PROBLEM] = "DELETE FROM submission WHERE path = ?1 AND problem IS NOT NULL",
    [SQL_FIND_ARRIVAL] = "SELECT digest, received_ms, seq FROM submission"
                         " WHERE path = ?1 AND received_ms IS NOT NULL"
                         " ORDER BY digest = ?2 DESC, seq DESC LIMIT 1",
    [SQL_CLEAR_DUE] = "DELETE FROM due WHERE digest = ?1 AND set_key = ?2",
    [SQL_PUT_DUE] = "INSERT INTO due (digest, set_key, task, case_id, repeat, key)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [SQL_FIND_RESULT] = "SELECT json, items FROM result WHERE key = ?1",
    [SQL_PUT_RESULT] = "INSERT INTO result"
                       " (key, digest, task, case_id, verdict, recorded_ms, json, items)"
                       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
                       " ON CONFLICT (key) DO NOTHING",
    /* Equal bytes are one entry, which arrived when they first did. */
    [SQL_SUBMISSIONS] =
        "SELECT path, digest, name, team, tasks, problem, received_ms, seq FROM ("
        " SELECT *, row_number() OVER"
        "  (PARTITION BY digest ORDER BY seq IS NULL, seq, path) AS turn FROM submission)"
        " WHERE turn = 1 ORDER BY seq IS NULL, seq, path, digest",
    [SQL_CASES] = "SELECT due.task, due.case_id, result.json FROM due"
                  " LEFT JOIN result ON result.key = due.key"
                  " WHERE due.digest = ?1 AND due.set_key = ?2"
                  " ORDER BY due.case_id, due.repeat",
    [SQL_PUT_EVENT] = "INSERT INTO event (seq, text, digest) VALUES (?1, ?2, ?3)",
    [SQL_EVENTS] = "SELECT text, digest FROM event ORDER BY seq",
    [SQL_PUT_CLOCK] = "INSERT INTO clock (seq, wall_ms, boot, boot_ms)"
                      " VALUES (?1, ?2, ?3, ?4)",
    [SQL_LAST_CLOCK] = "SELECT wall_ms, boot, boot_ms FROM clock ORDER BY seq DESC LIMIT 1",
    [SQL_PUT_JUDGE_ERROR] =
        "INSERT INTO judge_error (at_ms, digest, task, case_id, key, message)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [SQL_PUT_SCOPE] = "INSERT INTO scope (set_key, common, task, scorer, cases, split)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
    /* The set that it was due in last, of the same split: the cases of another split stand
     * beside these, not before them. */
    [SQL_STALE] = "SELECT due.digest, due.set_key, max(due.rowid) FROM due"
                  " JOIN result ON result.key = due.key"
                  " WHERE due.task = ?1 AND due.set_key <> ?2 AND due.set_key IN"
                  "  (SELECT set_key FROM scope WHERE task = ?1 AND split = ?3)"
                  " AND NOT EXISTS"
                  "  (SELECT 1 FROM due AS now"
                  "   WHERE now.set_key = ?2 AND now.digest = due.digest)"
                  " GROUP BY due.digest ORDER BY due.digest",
    [SQL_FIND_SCOPE] = "SELECT common, scorer, cases FROM scope WHERE set_key = ?1"
                       " ORDER BY rowid DESC LIMIT 1",
    /* Of cases that have no result to this day: how often, and the last words. */
    [SQL_JUDGE_ERRORS] =
        "SELECT digest, task, case_id, count(*), message, max(judge_error.rowid)"
        " FROM judge_error WHERE NOT EXISTS"
        "  (SELECT 1 FROM result WHERE result.key = judge_error.key)"
        " GROUP BY judge_error.key ORDER BY max(judge_error.rowid)",
    [SQL_CLOCKS] = "SELECT seq, wall_ms, boot, boot_ms FROM clock ORDER BY seq",
    /* Joined in store_shown.c. */
    [SQL_WANTED] = "SELECT digest, case_id, key, task FROM due WHERE set_key = ?1"
                   " ORDER BY digest, case_id, repeat",
    [SQL_SHOWN] = "SELECT key, verdict, message, raw, score, wall_ns, cpu_ns, memory_bytes,"
                  " timing FROM shown ORDER BY rowid",
    /* EXCEPT alone would not see what stands twice. */
    [SQL_SHOWN_WRONG] =
        "SELECT max((SELECT count(*) FROM (" STORE__ALL_SHOWN
        " EXCEPT SELECT * FROM shown)),"
        " abs((SELECT count(*) FROM shown) - (SELECT count(*) FROM result)))",
    [SQL_ITEMS] = "SELECT due.case_id,"
                  " coalesce(result.items, json_extract(json, '$.items')) AS list"
                  " FROM due JOIN result ON result.key = due.key"
                  " WHERE due.digest = ?1 AND due.set_key = ?2 AND list IS NOT NULL"
                  " ORDER BY due.case_id, due.repeat",
    [SQL_PUT_DRIFT] = "INSERT INTO drift (started_ms, ended_ms, cpu, before_ns, after_ns)"
                      " VALUES (?1, ?2, ?3, ?4, ?5)",
    [SQL_DRIFTS] = "SELECT started_ms, ended_ms, cpu, before_ns, after_ns FROM drift"
                   " ORDER BY rowid",
    [SQL_ALL_DUE] = "SELECT due.digest, due.case_id, due.key, result.key IS NOT NULL"
                    " FROM due LEFT JOIN result ON result.key = due.key"
                    " WHERE due.set_key = ?1 ORDER BY due.digest, due.case_id, due.repeat",
};

bool store__fail(struct store *store, const char *what, struct pod_error *err)
{
    /* "disk I/O error" alone does not say that the disk is full. */
    int cause = sqlite3_system_errno(store->db);
    bool is_told = (sqlite3_errcode(store->db) & 0xff) == SQLITE_IOERR && cause != 0;
    return pod_fail(err, POD_HOST, "store: cannot %s: %s%s%s", what,
                    sqlite3_errmsg(store->db), is_told ? ": " : "",
                    is_told ? strerror(cause) : "");
}

bool store__execute(struct store *store, const char *sql, const char *what,
                    struct pod_error *err)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
           store__fail(store, what, err);
}

bool store__set_cache(struct store *store, int bytes, struct pod_error *err)
{
    pod_auto_free char *sql = pod_strf("PRAGMA cache_size = -%d", bytes / 1024);
    return store__execute(store, sql, "set its cache", err);
}

static bool prepare(struct store *store, struct pod_error *err)
{
    for (int i = 0; i < SQL_COUNT; i++)
        if (sqlite3_prepare_v3(store->db, STATEMENTS[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &store->statements[i], NULL) != SQLITE_OK)
            return store__fail(store, "prepare a statement", err);
    return true;
}

struct store *store_open(const char *path, struct pod_error *err)
{
    struct store *store = pod_alloc(1, sizeof *store);
    /* One thread: no mutex around each look at a column. */
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &store->db, flags, NULL) != SQLITE_OK ||
        sqlite3_busy_timeout(store->db, BUSY_MS) != SQLITE_OK) {
        pod_fail(err, POD_HOST, "store '%s': %s", path, sqlite3_errmsg(store->db));
        store_close(store);
        return NULL;
    }
    /* NORMAL loses acknowledged commits in a power cut; FULL does not. */
    if (!store__add_functions(store, err) ||
        !store__execute(store, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;",
                        "be opened in WAL mode", err) ||
        !store__set_cache(store, STORE__CACHE, err) || !store__migrate(store, path, err) ||
        !prepare(store, err)) {
        pod_wrap(err, "'%s'", path);
        store_close(store);
        return NULL;
    }
    return store;
}

bool store_begin(struct store *store, struct pod_error *err)
{
    store->is_in_transaction = store__execute(store, "BEGIN IMMEDIATE", "be locked", err);
    return store->is_in_transaction;
}

bool store_commit(struct store *store, struct pod_error *err)
{
    store->is_in_transaction = false;
    if (store__execute(store, "COMMIT", "record", err))
        return true;
    store_rollback(store);
    return false;
}

void store_rollback(struct store *store)
{
    struct pod_error ignored = POD_ERROR_INIT; /* the first error is the one to tell */
    store->is_in_transaction = false;
    (void)store__execute(store, "ROLLBACK", "roll back", &ignored);
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    for (int i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(store->statements[i]);
    sqlite3_close(store->db);
    free(store);
}

void store__bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    if (text == NULL)
        sqlite3_bind_null(statement, index);
    else
        sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT);
}

bool store__finish(struct store *store, int which, const char *what, struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[which];
    bool done = sqlite3_step(statement) == SQLITE_DONE || store__fail(store, what, err);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return done;
}

bool store__row(struct store *store, int which, const char *what, bool *done,
                struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[which];
    int step = *done ? sqlite3_step(statement) : SQLITE_DONE;
    if (step == SQLITE_ROW)
        return true;
    if (step != SQLITE_DONE)
        *done = store__fail(store, what, err);
    sqlite3_reset(statement);
    return false;
}

bool store_submission(struct store *store, const struct submission *submission,
                      struct pod_error *err)
{
    if (submission->problem == NULL) {
        store__bind_text(store->statements[SQL_FORGET_PROBLEM], 1, submission->path);
        if (!store__finish(store, SQL_FORGET_PROBLEM, "replace a submission", err))
            return false;
    }
    sqlite3_stmt *statement = store->statements[SQL_PUT_SUBMISSION];
    store__bind_text(statement, 1, submission->path);
    store__bind_text(statement, 2, submission->digest);
    store__bind_text(statement, 3, submission->name);
    store__bind_text(statement, 4, submission->team);
    store__bind_text(statement, 5, submission->tasks ? submission->tasks : "");
    store__bind_text(statement, 6, submission->problem);
    if (submission->has_arrival) {
        sqlite3_bind_int64(statement, 7, submission->received_ms);
        sqlite3_bind_int64(statement, 8, submission->seq);
    }
    return store__finish(store, SQL_PUT_SUBMISSION, "record a submission", err);
}

bool store_find_arrival(struct store *store, const char *path, const char *digest,
                        struct arrival *out, struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_FIND_ARRIVAL];
    store__bind_text(statement, 1, path);
    store__bind_text(statement, 2, digest);
    int step = sqlite3_step(statement);
    memset(out, 0, sizeof *out);
    out->is_known = step == SQLITE_ROW;
    if (out->is_known) {
        const char *known = (const char *)sqlite3_column_text(statement, 0);
        out->is_same_entry = known != NULL && strcmp(known, digest) == 0;
        out->received_ms = sqlite3_column_int64(statement, 1);
        out->seq = sqlite3_column_int64(statement, 2);
    }
    bool done = out->is_known || step == SQLITE_DONE || store__fail(store, "look up", err);
    sqlite3_reset(statement);
    return done;
}

static char *column_text(sqlite3_stmt *statement, int index)
{
    const char *text = (const char *)sqlite3_column_text(statement, index);
    return text == NULL ? NULL : pod_strdup(text);
}

static void read_submission(sqlite3_stmt *statement, struct submission *submission)
{
    *submission = (struct submission){
        .path = column_text(statement, 0),
        .digest = column_text(statement, 1),
        .name = column_text(statement, 2),
        .team = column_text(statement, 3),
        .tasks = column_text(statement, 4),
        .problem = column_text(statement, 5),
        .has_arrival = sqlite3_column_type(statement, 6) != SQLITE_NULL,
        .received_ms = sqlite3_column_int64(statement, 6),
        .seq = sqlite3_column_int64(statement, 7),
    };
}

void submission_release(struct submission *submission)
{
    free(submission->path);
    free(submission->digest);
    free(submission->name);
    free(submission->team);
    free(submission->tasks);
    free(submission->problem);
    memset(submission, 0, sizeof *submission);
}

bool store_each_submission(struct store *store, store_visit_submission visit, void *context,
                           struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_SUBMISSIONS];
    bool done = true;
    while (store__row(store, SQL_SUBMISSIONS, "read the submissions", &done, err)) {
        struct submission submission;
        read_submission(statement, &submission);
        done = visit(context, &submission, err);
        submission_release(&submission);
    }
    return done;
}
