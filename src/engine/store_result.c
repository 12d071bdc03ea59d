#include "store_db.h"

#include "base/buf.h"
#include "base/json.h"

#include <string.h>

/* items: the line that belongs to it, or NULL. Records of the first version have them
 * inside. */
static bool parse_result(const char *text, const char *items, struct case_result *out,
                         struct pod_error *err)
{
    pod_auto_json json_t *value =
        pod_json_parse(text, strlen(text), "stored result", POD_HOST, err);
    if (value == NULL)
        return false;
    if (items != NULL) {
        json_t *list = pod_json_parse(items, strlen(items), "stored items", POD_HOST, err);
        if (list == NULL || json_object_set_new(value, "items", list) != 0)
            return pod_fail(err, POD_HOST, "store: a result cannot be read");
    }
    return case_result_parse(value, "stored result", out, err);
}

bool store_find_result(struct store *store, const char *key, bool *found,
                       struct case_result *out, struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_FIND_RESULT];
    store__bind_text(statement, 1, key);
    int step = sqlite3_step(statement);
    *found = step == SQLITE_ROW;
    bool done =
        *found || step == SQLITE_DONE || store__fail(store, "look up a result", err);
    if (*found && out != NULL)
        done = parse_result((const char *)sqlite3_column_text(statement, 0),
                            (const char *)sqlite3_column_text(statement, 1), out, err);
    sqlite3_reset(statement);
    return done;
}

bool store_has_result(struct store *store, const char *key, bool *found,
                      struct pod_error *err)
{
    return store_find_result(store, key, found, NULL, err);
}

bool store_result_lines(struct store *store, const char *digest,
                        const struct result_lines *lines, struct pod_error *err)
{
    const struct case_result *result = lines->result;
    sqlite3_stmt *statement = store->statements[SQL_PUT_RESULT];
    store__bind_text(statement, 1, result->key.hex);
    store__bind_text(statement, 2, digest);
    store__bind_text(statement, 3, result->task);
    store__bind_text(statement, 4, result->case_id);
    store__bind_text(statement, 5, verdict_info(result->verdict)->code);
    sqlite3_bind_int64(statement, 6, pod_instant_now());
    /* Thousands of bytes that outlive the statement: not copied. */
    sqlite3_bind_text(statement, 7, lines->summary, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 8, lines->items, -1, SQLITE_STATIC);
    return store__finish(store, SQL_PUT_RESULT, "record a result", err);
}

bool store_result(struct store *store, const char *digest, const struct case_result *result,
                  struct pod_error *err)
{
    pod_auto_free char *items = NULL;
    pod_auto_free char *summary = case_result_print(result, &items, err);
    return summary != NULL &&
           store_result_lines(store, digest, &(struct result_lines){result, summary, items},
                              err);
}

static bool visit_row(sqlite3_stmt *statement, store_visit_case visit, void *context,
                      struct pod_error *err)
{
    const char *task = (const char *)sqlite3_column_text(statement, 0);
    const char *case_id = (const char *)sqlite3_column_text(statement, 1);
    const char *text = (const char *)sqlite3_column_text(statement, 2);
    if (text == NULL)
        return visit(context, task, case_id, NULL, err);
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    return parse_result(text, NULL, &result, err) &&
           visit(context, task, case_id, &result, err);
}

bool store_each_case(struct store *store, const struct due_set *due, store_visit_case visit,
                     void *context, struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_CASES];
    store__bind_text(statement, 1, due->digest);
    store__bind_text(statement, 2, due->set_key);
    bool done = true;
    while (store__row(store, SQL_CASES, "read the results", &done, err))
        done = visit_row(statement, visit, context, err);
    return done;
}

static bool visit_items(sqlite3_stmt *statement, store_visit_items visit, void *context,
                        struct pod_error *err)
{
    const char *text = (const char *)sqlite3_column_text(statement, 1);
    pod_auto_json json_t *list =
        pod_json_parse(text, strlen(text), "stored items", POD_HOST, err);
    struct verdict_item *items =
        list ? verdict_items_new(list, "stored items", POD_HOST, err) : NULL;
    size_t count = json_array_size(list);
    if (items == NULL)
        return false;
    bool done =
        visit(context, (const char *)sqlite3_column_text(statement, 0), items, count, err);
    verdict_items_free(items, count);
    return done;
}

bool store_each_items(struct store *store, const struct due_set *due,
                      store_visit_items visit, void *context, struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_ITEMS];
    bool done = true;
    store__bind_text(statement, 1, due->digest);
    store__bind_text(statement, 2, due->set_key);
    while (store__row(store, SQL_ITEMS, "read the items", &done, err))
        done = visit_items(statement, visit, context, err);
    return done;
}

bool store_judge_error(struct store *store, const char *digest,
                       const struct case_result *result, struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_PUT_JUDGE_ERROR];
    sqlite3_bind_int64(statement, 1, pod_instant_now());
    store__bind_text(statement, 2, digest);
    store__bind_text(statement, 3, result->task);
    store__bind_text(statement, 4, result->case_id);
    store__bind_text(statement, 5, result->key.hex);
    store__bind_text(statement, 6, result->message ? result->message : "");
    return store__finish(store, SQL_PUT_JUDGE_ERROR, "record a judge error", err);
}

bool store_each_judge_error(struct store *store, store_visit_judge_error visit,
                            void *context, struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_JUDGE_ERRORS];
    bool done = true;
    while (store__row(store, SQL_JUDGE_ERRORS, "read the judge errors", &done, err)) {
        const struct judge_error_seen seen = {
            (const char *)sqlite3_column_text(statement, 0),
            (const char *)sqlite3_column_text(statement, 1),
            (const char *)sqlite3_column_text(statement, 2),
            (const char *)sqlite3_column_text(statement, 4),
            sqlite3_column_int64(statement, 3),
        };
        done = visit(context, &seen, err);
    }
    return done;
}
