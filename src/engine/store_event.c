#include "store_event.h"

#include "base/fs.h"
#include "store_db.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void sql_digest(sqlite3_context *context, int count, sqlite3_value **values)
{
    const unsigned char *text = count == 1 ? sqlite3_value_text(values[0]) : NULL;
    if (text == NULL) {
        sqlite3_result_null(context);
        return;
    }
    struct pod_digest digest =
        pod_digest_bytes(text, (size_t)sqlite3_value_bytes(values[0]));
    sqlite3_result_text(context, digest.hex, -1, SQLITE_TRANSIENT);
}

bool store__add_functions(struct store *store, struct pod_error *err)
{
    return sqlite3_create_function(store->db, "podium_digest", 1,
                                   SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, sql_digest,
                                   NULL, NULL) == SQLITE_OK ||
           store__fail(store, "add a function", err);
}

bool store_clock_now(struct store_clock *clock, struct pod_error *err)
{
    struct timespec boot;
    pod_auto_buf struct pod_buf id = POD_BUF_INIT;
    struct pod_error unknown = POD_ERROR_INIT; /* a container may hide it: then "" */
    *clock = (struct store_clock){.wall_ms = pod_instant_now()};
    if (clock_gettime(CLOCK_BOOTTIME, &boot) < 0)
        return pod_fail_errno(err, POD_HOST, "cannot read CLOCK_BOOTTIME");
    clock->boot_ms = (int64_t)boot.tv_sec * 1000 + boot.tv_nsec / 1000000;
    if (pod_file_read("/proc/sys/kernel/random/boot_id", sizeof clock->boot - 1, &id,
                      &unknown)) {
        size_t length = strcspn(id.data, "\n");
        memcpy(clock->boot, id.data, length);
        clock->boot[length] = '\0';
    }
    return true;
}

int64_t store_clock_drift(const struct store_clock *before, const struct store_clock *now)
{
    if (before->boot[0] == '\0' || strcmp(before->boot, now->boot) != 0)
        return 0;
    return (now->wall_ms - before->wall_ms) - (now->boot_ms - before->boot_ms);
}

/* wall_ms, boot, boot_ms from this column on. */
static void read_clock(sqlite3_stmt *statement, int column, struct store_clock *out)
{
    const char *boot = (const char *)sqlite3_column_text(statement, column + 1);
    *out = (struct store_clock){.wall_ms = sqlite3_column_int64(statement, column),
                                .boot_ms = sqlite3_column_int64(statement, column + 2)};
    if (boot != NULL && strlen(boot) < sizeof out->boot)
        memcpy(out->boot, boot, strlen(boot) + 1);
}

bool store_each_clock(struct store *store, store_visit_clock visit, void *context,
                      struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_CLOCKS];
    bool done = true;
    while (store__row(store, SQL_CLOCKS, "read the clocks", &done, err)) {
        struct store_clock clock;
        read_clock(statement, 1, &clock);
        done = visit(context, sqlite3_column_int64(statement, 0), &clock, err);
    }
    return done;
}

bool store_last_clock(struct store *store, struct store_clock *out, struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_LAST_CLOCK];
    int step = sqlite3_step(statement);
    *out = (struct store_clock){.wall_ms = 0};
    if (step == SQLITE_ROW)
        read_clock(statement, 0, out);
    bool done = step == SQLITE_ROW || step == SQLITE_DONE ||
                store__fail(store, "read the clock", err);
    sqlite3_reset(statement);
    return done;
}

static bool put_clock(struct store *store, int64_t seq, const struct store_clock *clock,
                      struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_PUT_CLOCK];
    sqlite3_bind_int64(statement, 1, seq);
    sqlite3_bind_int64(statement, 2, clock->wall_ms);
    store__bind_text(statement, 3, clock->boot);
    sqlite3_bind_int64(statement, 4, clock->boot_ms);
    return store__finish(store, SQL_PUT_CLOCK, "record the clock", err);
}

static bool put_event(struct store *store, const struct event *event, const char *text,
                      const struct pod_digest *digest, struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_PUT_EVENT];
    sqlite3_bind_int64(statement, 1, event->seq);
    store__bind_text(statement, 2, text);
    store__bind_text(statement, 3, digest->hex);
    return store__finish(store, SQL_PUT_EVENT, "record an event", err);
}

bool store_append(struct store *store, struct ledger *ledger, struct event *event,
                  const struct store_clock *clock, struct pod_error *err)
{
    ledger_next(ledger, clock->wall_ms, event);
    pod_auto_free char *line = event_print(event, err);
    if (line == NULL)
        return false;
    struct pod_digest digest = event_digest(line);
    bool is_own = !store->is_in_transaction;
    if (!ledger_apply(ledger, event, &digest, err) || (is_own && !store_begin(store, err)))
        return false;
    if (!put_event(store, event, line, &digest, err) ||
        !put_clock(store, event->seq, clock, err)) {
        if (is_own)
            store_rollback(store);
        return false;
    }
    return !is_own || store_commit(store, err);
}

bool store_each_event(struct store *store, store_visit_event visit, void *context,
                      struct pod_error *err)
{
    sqlite3_stmt *statement = store->statements[SQL_EVENTS];
    bool done = true;
    while (store__row(store, SQL_EVENTS, "read the events", &done, err))
        done = visit(context, (const char *)sqlite3_column_text(statement, 0),
                     (const char *)sqlite3_column_text(statement, 1), err);
    return done;
}

static bool apply_line(void *context, const char *text, const char *digest,
                       struct pod_error *err)
{
    struct ledger *ledger = context;
    event_auto struct event event;
    char where[48];
    struct pod_digest own = event_digest(text);
    struct pod_error problem = POD_ERROR_INIT;
    (void)snprintf(where, sizeof where, "store: event %lld", (long long)ledger->seq + 1);
    if (!event_parse(text, strlen(text), where, &event, err))
        return false;
    if (strcmp(own.hex, digest) != 0)
        return pod_fail(err, POD_HOST, "%s: its text is not what was recorded", where);
    return ledger_apply(ledger, &event, &own, &problem) ||
           pod_fail(err, POD_HOST, "%s: %s", where, problem.message);
}

bool store_load_ledger(struct store *store, struct ledger *ledger, struct pod_error *err)
{
    return store__set_cache(store, STORE__CACHE_SCAN, err) &&
           store_each_event(store, apply_line, ledger, err) &&
           store__set_cache(store, STORE__CACHE, err);
}
