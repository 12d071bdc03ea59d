#include "store_drift.h"

#include "store_db.h"

bool store_drift(struct store *store, const struct store_drift *drift,
                 struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_PUT_DRIFT];
    sqlite3_bind_int64(statement, 1, drift->started_ms);
    sqlite3_bind_int64(statement, 2, drift->ended_ms);
    sqlite3_bind_int64(statement, 3, drift->cpu);
    sqlite3_bind_int64(statement, 4, drift->before_ns);
    sqlite3_bind_int64(statement, 5, drift->after_ns);
    return store__finish(store, SQL_PUT_DRIFT, "record the drift of a processor", err);
}

bool store_each_drift(struct store *store, store_visit_drift visit, void *context,
                      struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_DRIFTS];
    bool done = true;
    while (store__row(store, SQL_DRIFTS, "read the drift of processors", &done, err))
        done = visit(context,
                     &(struct store_drift){
                         sqlite3_column_int64(statement, 0),
                         sqlite3_column_int64(statement, 1),
                         sqlite3_column_int64(statement, 2),
                         sqlite3_column_int64(statement, 3),
                         sqlite3_column_int64(statement, 4),
                     },
                     err);
    return done;
}
