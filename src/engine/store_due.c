#include "store_db.h"

#include <string.h>

static bool put_due(struct store *store, const struct due_set *due,
                    const struct due_case *one, struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_PUT_DUE];
    store__bind_text(statement, 1, due->digest);
    store__bind_text(statement, 2, due->set_key);
    store__bind_text(statement, 3, due->task);
    store__bind_text(statement, 4, one->case_id);
    sqlite3_bind_int64(statement, 5, one->repeat);
    store__bind_text(statement, 6, one->key);
    return store__finish(store, SQL_PUT_DUE, "record a due case", err);
}

bool store_due(struct store *store, const struct due_set *due, struct pod_error *err)
{
    bool is_own = !store->is_in_transaction;
    if (is_own && !store_begin(store, err))
        return false;
    store__bind_text(store->statements[SQL_CLEAR_DUE], 1, due->digest);
    store__bind_text(store->statements[SQL_CLEAR_DUE], 2, due->set_key);
    bool done = store__finish(store, SQL_CLEAR_DUE, "replace the due cases", err);
    for (size_t i = 0; done && i < due->count; i++)
        done = put_due(store, due, &due->cases[i], err);
    if (!done || !is_own)
        return done || (store_rollback(store), false);
    return store_commit(store, err);
}

bool store_each_due(struct store *store, const char *set_key, store_visit_due visit,
                    void *context, struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_ALL_DUE];
    bool done = true;
    store__bind_text(statement, 1, set_key);
    while (store__row(store, SQL_ALL_DUE, "read what is due", &done, err))
        done = visit(context,
                     &(struct due_seen){
                         (const char *)sqlite3_column_text(statement, 0),
                         (const char *)sqlite3_column_text(statement, 1),
                         (const char *)sqlite3_column_text(statement, 2),
                         sqlite3_column_int(statement, 3) != 0,
                     },
                     err);
    return done;
}

bool store_scope(struct store *store, const struct scope *scope, struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_PUT_SCOPE];
    store__bind_text(statement, 1, scope->key);
    store__bind_text(statement, 2, scope->common);
    store__bind_text(statement, 3, scope->task);
    store__bind_text(statement, 4, scope->scorer);
    store__bind_text(statement, 5, scope->cases);
    store__bind_text(statement, 6, scope->split);
    return store__finish(store, SQL_PUT_SCOPE, "record a scope", err);
}

bool store_each_stale(struct store *store, const struct scope *scope,
                      store_visit_digest visit, void *context, struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_STALE];
    bool done = true;
    store__bind_text(statement, 1, scope->task);
    store__bind_text(statement, 2, scope->key);
    store__bind_text(statement, 3, scope->split);
    while (store__row(store, SQL_STALE, "look for old results", &done, err))
        done = visit(context, (const char *)sqlite3_column_text(statement, 0),
                     (const char *)sqlite3_column_text(statement, 1), err);
    return done;
}

static void copy_digest(sqlite3_stmt *statement, int column, char out[65])
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    out[0] = '\0';
    if (text != NULL && strlen(text) < 65)
        memcpy(out, text, strlen(text) + 1);
}

bool store_find_scope(struct store *store, const char *set_key, struct scope_seen *out,
                      struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_FIND_SCOPE];
    store__bind_text(statement, 1, set_key);
    int step = sqlite3_step(statement);
    memset(out, 0, sizeof *out);
    if (step == SQLITE_ROW) {
        copy_digest(statement, 0, out->common);
        copy_digest(statement, 1, out->scorer);
        copy_digest(statement, 2, out->cases);
    }
    bool done = step == SQLITE_ROW || step == SQLITE_DONE ||
                store__fail(store, "look up a scope", err);
    sqlite3_reset(statement);
    return done;
}
