#include "store_db.h"

#include "base/json.h"
#include "base/lookup.h"

#include <stdlib.h>
#include <string.h>

/* The join of what is due with what is shown. SQLite would look each key up in a tree of
 * random ones, which takes twice as long as the two tables read from end to end and this
 * table of keys in between. */

static const size_t NO_TEXT = SIZE_MAX;

/* A due case; texts are offsets into those of the join. */
struct wanted {
    size_t set, digest, task, case_id, key, message, timing;
    bool has_result, has_raw, has_score;
    enum verdict verdict;
    double raw, score;
    int64_t wall_ns, cpu_ns, memory_bytes;
};

struct join {
    struct store *store;
    struct wanted *rows;
    size_t count, capacity;
    struct pod_buf *texts;
    struct pod_lookup keys; /* of the rows */
};

static const char *column(sqlite3_stmt *statement, int index)
{
    return (const char *)sqlite3_column_text(statement, index);
}

static size_t keep(struct join *join, const char *text)
{
    size_t at = join->texts->length;
    if (text == NULL)
        return NO_TEXT;
    pod_buf_append(join->texts, text, strlen(text) + 1);
    return at;
}

static char *text_at(const struct join *join, size_t at)
{
    return at == NO_TEXT ? NULL : join->texts->data + at;
}

/* The rows of an entry lie side by side. */
static size_t keep_digest(struct join *join, const char *digest)
{
    size_t last = join->count > 0 ? join->rows[join->count - 1].digest : NO_TEXT;
    return last != NO_TEXT && strcmp(text_at(join, last), digest) == 0 ? last
                                                                       : keep(join, digest);
}

static void add_wanted(struct join *join, size_t set, sqlite3_stmt *statement)
{
    if (join->count == join->capacity) {
        join->capacity = join->capacity ? 2 * join->capacity : 1024;
        join->rows = pod_grow(join->rows, join->capacity, sizeof *join->rows);
    }
    struct wanted *row = &join->rows[join->count];
    *row = (struct wanted){
        .set = set,
        .digest = keep_digest(join, column(statement, 0)),
        .case_id = keep(join, column(statement, 1)),
        .key = keep(join, column(statement, 2)),
        .task = keep(join, column(statement, 3)),
    };
    pod_lookup_add(&join->keys, text_at(join, row->key), join->count++);
}

static bool read_wanted(struct join *join, const struct pod_names *set_keys,
                        struct pod_error *err)
{
    sqlite3_stmt *statement = join->store->statements[SQL_WANTED];
    bool done = true;
    for (size_t set = 0; done && set < set_keys->count; set++) {
        store__bind_text(statement, 1, set_keys->items[set]);
        while (store__row(join->store, SQL_WANTED, "read what is due", &done, err))
            add_wanted(join, set, statement);
    }
    return done;
}

static bool read_real(sqlite3_stmt *statement, int index, double *out)
{
    *out = sqlite3_column_double(statement, index);
    return sqlite3_column_type(statement, index) != SQLITE_NULL;
}

static bool fill(struct join *join, struct wanted *row, sqlite3_stmt *statement,
                 struct pod_error *err)
{
    const char *verdict = column(statement, 1);
    if (!verdict_find(verdict, &row->verdict))
        return pod_fail(err, POD_HOST, "store: a result has the unknown verdict '%s'",
                        verdict);
    row->has_result = true;
    row->message = keep(join, column(statement, 2));
    row->has_raw = read_real(statement, 3, &row->raw);
    row->has_score = read_real(statement, 4, &row->score);
    row->wall_ns = sqlite3_column_int64(statement, 5);
    row->cpu_ns = sqlite3_column_int64(statement, 6);
    row->memory_bytes = sqlite3_column_int64(statement, 7);
    row->timing = keep(join, column(statement, 8));
    return true;
}

/* A key may be due in several sets. */
static bool take_result(struct join *join, sqlite3_stmt *statement, struct pod_error *err)
{
    const char *key = column(statement, 0);
    struct pod_lookup_walk walk = pod_lookup_start(key);
    size_t index = 0;
    while (pod_lookup_next(&join->keys, &walk, &index)) {
        struct wanted *row = &join->rows[index];
        if (!row->has_result && strcmp(text_at(join, row->key), key) == 0 &&
            !fill(join, row, statement, err))
            return false;
    }
    return true;
}

static bool read_results(struct join *join, struct pod_error *err)
{
    sqlite3_stmt *statement = join->store->statements[SQL_SHOWN];
    bool done = true;
    while (store__row(join->store, SQL_SHOWN, "read the results", &done, err))
        done = take_result(join, statement, err);
    return done;
}

/* Of a case that was run several times. */
static bool read_timing(const char *text, struct timing *out, struct pod_error *err)
{
    const struct pod_json_place place = {"stored result", ".timing", POD_HOST};
    if (text == NULL)
        return true;
    pod_auto_json json_t *value =
        pod_json_parse(text, strlen(text), "stored result", POD_HOST, err);
    return value != NULL && timing_parse(value, &place, out, err);
}

/* Its strings belong to the join, its timing to the caller. */
static bool make_result(const struct join *join, const struct wanted *row,
                        struct case_result *out, struct pod_error *err)
{
    *out = (struct case_result){
        .task = text_at(join, row->task),
        .case_id = text_at(join, row->case_id),
        .verdict = row->verdict,
        .message = text_at(join, row->message),
        .has_raw = row->has_raw,
        .raw = row->raw,
        .has_score = row->has_score,
        .score = row->score,
        .wall_ns = row->wall_ns,
        .cpu_ns = row->cpu_ns,
        .memory_bytes = row->memory_bytes,
    };
    return read_timing(text_at(join, row->timing), &out->timing, err);
}

static bool visit_row(const struct join *join, const struct wanted *row,
                      store_visit_shown visit, void *context, struct pod_error *err)
{
    struct case_result result = CASE_RESULT_INIT;
    const struct shown shown = {
        .set = row->set,
        .digest = text_at(join, row->digest),
        .task = text_at(join, row->task),
        .case_id = text_at(join, row->case_id),
        .result = row->has_result ? &result : NULL,
    };
    bool done = (!row->has_result || make_result(join, row, &result, err)) &&
                visit(context, &shown, err);
    timing_release(&result.timing);
    return done;
}

bool store_each_shown(struct store *store, const struct shown_sets *sets,
                      store_visit_shown visit, void *context, struct pod_error *err)
{
    struct join join = {.store = store, .texts = sets->texts};
    bool done = store__set_cache(store, STORE__CACHE_SCAN, err) &&
                read_wanted(&join, sets->keys, err) && read_results(&join, err) &&
                store__set_cache(store, STORE__CACHE, err);
    for (size_t i = 0; done && i < join.count; i++)
        done = visit_row(&join, &join.rows[i], visit, context, err);
    pod_lookup_release(&join.keys);
    free(join.rows);
    return done;
}

bool store_count_wrong(struct store *store, int64_t *count, struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_SHOWN_WRONG];
    bool done = true;
    *count = 0;
    while (store__row(store, SQL_SHOWN_WRONG, "compare the results", &done, err))
        *count = sqlite3_column_int64(statement, 0);
    return done;
}
