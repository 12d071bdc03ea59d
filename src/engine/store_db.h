/* store_db.h - what the files of the store share. Only for src/engine/store*.c. */
#ifndef ENGINE_STORE_DB_H
#define ENGINE_STORE_DB_H

#include "store.h"

#include <sqlite3.h>

/* The statements of all of them, prepared once. */
enum store_sql {
    SQL_PUT_SUBMISSION,
    SQL_FORGET_PROBLEM,
    SQL_FIND_ARRIVAL,
    SQL_CLEAR_DUE,
    SQL_PUT_DUE,
    SQL_FIND_RESULT,
    SQL_PUT_RESULT,
    SQL_SUBMISSIONS,
    SQL_CASES,
    SQL_PUT_EVENT,
    SQL_EVENTS,
    SQL_PUT_CLOCK,
    SQL_LAST_CLOCK,
    SQL_PUT_JUDGE_ERROR,
    SQL_ALL_DUE,
    SQL_PUT_SCOPE,
    SQL_STALE,
    SQL_FIND_SCOPE,
    SQL_JUDGE_ERRORS,
    SQL_CLOCKS,
    SQL_WANTED,
    SQL_SHOWN,
    SQL_SHOWN_WRONG,
    SQL_ITEMS,
    SQL_PUT_DRIFT,
    SQL_DRIFTS,
    SQL_COUNT
};

struct store {
    sqlite3 *db;
    sqlite3_stmt *statements[SQL_COUNT];
    bool is_in_transaction;
};

bool store__fail(struct store *store, const char *what, struct pod_error *err);
bool store__execute(struct store *store, const char *sql, const char *what,
                    struct pod_error *err);

/* Memory for pages. A page that is read once, in a scan of a whole table, is best put where
 * the one before was: that room is still in the processor's cache. */
enum { STORE__CACHE = 64 << 20, STORE__CACHE_SCAN = 512 << 10 };
bool store__set_cache(struct store *store, int bytes, struct pod_error *err);

void store__bind_text(sqlite3_stmt *statement, int index, const char *text);

/* Step a statement that returns no row; its bindings are forgotten. */
bool store__finish(struct store *store, int which, const char *what, struct pod_error *err);

/* Step a bound statement to its next row. At the end, and when the caller set *done to
 * false, it is reset and the answer is false; *done is false after a failure. */
bool store__row(struct store *store, int which, const char *what, bool *done,
                struct pod_error *err);

/* What the triggers of the event table call: podium_digest(TEXT). */
bool store__add_functions(struct store *store, struct pod_error *err);

#endif
