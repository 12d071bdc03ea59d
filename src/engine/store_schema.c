#include "store_schema.h"

#include "base/buf.h"

#define FILL_SHOWN "INSERT INTO shown " STORE__ALL_SHOWN " ORDER BY rowid;"

#define SHOW_RESULT                                                                        \
    "CREATE TRIGGER result_is_shown AFTER INSERT ON result BEGIN"                          \
    " INSERT INTO shown " STORE__SHOWN("NEW.") "; END;"

/* Migrations, in order; PRAGMA user_version counts those that were applied. */
static const char *const MIGRATIONS[] = {
    "CREATE TABLE submission ("
    " path TEXT NOT NULL, digest TEXT NOT NULL, name TEXT NOT NULL, team TEXT NOT NULL,"
    " tasks TEXT NOT NULL, problem TEXT, received_ms INTEGER, seq INTEGER,"
    " PRIMARY KEY (path, digest)"
    ") STRICT;"
    "CREATE TABLE result ("
    " key TEXT PRIMARY KEY, digest TEXT NOT NULL, task TEXT NOT NULL,"
    " case_id TEXT NOT NULL, verdict TEXT NOT NULL, recorded_ms INTEGER NOT NULL,"
    " json TEXT NOT NULL"
    ") STRICT;"
    "CREATE TABLE due ("
    " digest TEXT NOT NULL, set_key TEXT NOT NULL, task TEXT NOT NULL,"
    " case_id TEXT NOT NULL, repeat INTEGER NOT NULL, key TEXT NOT NULL,"
    " PRIMARY KEY (digest, set_key, case_id, repeat)"
    ") STRICT;"
    /* What was measured stays measured. */
    "CREATE TRIGGER result_is_append_only BEFORE UPDATE ON result"
    " BEGIN SELECT RAISE(ABORT, 'results are never changed'); END;"
    "CREATE TRIGGER result_is_kept BEFORE DELETE ON result"
    " BEGIN SELECT RAISE(ABORT, 'results are never deleted'); END;",
    /* The log: a chain that only grows, whoever writes (see model/event.h). A text that
     * another program puts there without our function is refused as well. */
    "CREATE TABLE event ("
    " seq INTEGER PRIMARY KEY, text TEXT NOT NULL, digest TEXT NOT NULL"
    ") STRICT;"
    "CREATE TRIGGER event_is_chained BEFORE INSERT ON event BEGIN"
    " SELECT RAISE(ABORT, 'an event does not follow the last one')"
    "  WHERE NEW.seq <> coalesce((SELECT max(seq) FROM event), 0) + 1"
    /* IS NOT: a text without the key is refused as well */
    "  OR json_extract(NEW.text, '$.seq') IS NOT NEW.seq"
    "  OR json_extract(NEW.text, '$.prev') IS NOT"
    "   coalesce((SELECT digest FROM event WHERE seq = NEW.seq - 1),"
    "    '0000000000000000000000000000000000000000000000000000000000000000')"
    "  OR NEW.digest IS NOT podium_digest(NEW.text);"
    " END;"
    "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event"
    " BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;"
    "CREATE TRIGGER event_is_kept BEFORE DELETE ON event"
    " BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;"
    "CREATE INDEX due_by_set ON due (set_key, digest);"
    /* Beside the chain: by what clocks an event was stamped, so that a jump is seen also
     * from one start of podium to the next. */
    "CREATE TABLE clock ("
    " seq INTEGER PRIMARY KEY, wall_ms INTEGER NOT NULL, boot TEXT NOT NULL,"
    " boot_ms INTEGER NOT NULL"
    ") STRICT;"
    /* Cases that ended by a fault of the judge's. */
    "CREATE TABLE judge_error ("
    " at_ms INTEGER NOT NULL, digest TEXT NOT NULL, task TEXT NOT NULL,"
    " case_id TEXT NOT NULL, key TEXT NOT NULL, message TEXT NOT NULL"
    ") STRICT;"
    /* Items, a value for each graph, trace or query, are most of a result and seldom read.
     */
    "ALTER TABLE result ADD COLUMN items TEXT;"
    "CREATE TABLE scope ("
    " set_key TEXT NOT NULL, common TEXT NOT NULL, task TEXT NOT NULL,"
    " scorer TEXT NOT NULL, cases TEXT NOT NULL, split TEXT NOT NULL,"
    " PRIMARY KEY (set_key, common)"
    ") STRICT;",
    /* What the reference workload took before and after a timed batch. */
    "CREATE TABLE drift ("
    " started_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL, cpu INTEGER NOT NULL,"
    " before_ns INTEGER NOT NULL, after_ns INTEGER NOT NULL"
    ") STRICT;",
    /* What a board shows of each result, side by side in the order of recording: a tenth of
     * the bytes, and none of JSON to parse. It follows from the results and is filled by
     * their trigger alone, whoever writes. */
    "CREATE TABLE shown ("
    " key TEXT NOT NULL, verdict TEXT NOT NULL, message TEXT, raw REAL, score REAL,"
    " wall_ns INTEGER, cpu_ns INTEGER, memory_bytes INTEGER, timing TEXT"
    ") STRICT;" FILL_SHOWN SHOW_RESULT
    "CREATE TRIGGER shown_is_append_only BEFORE UPDATE ON shown"
    " BEGIN SELECT RAISE(ABORT, 'results are never changed'); END;"
    "CREATE TRIGGER shown_is_kept BEFORE DELETE ON shown"
    " BEGIN SELECT RAISE(ABORT, 'results are never deleted'); END;"
    /* All that the board asks of what is due, in its order: the table itself, in that of
     * the batches, is not looked at. */
    "DROP INDEX due_by_set;"
    "CREATE INDEX due_by_set ON due (set_key, digest, case_id, repeat, key, task);",
};

enum { MIGRATION_COUNT = sizeof MIGRATIONS / sizeof MIGRATIONS[0] };

static bool read_version(struct store *store, int *version, struct pod_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool done = sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &statement,
                                   NULL) == SQLITE_OK &&
                sqlite3_step(statement) == SQLITE_ROW;
    if (done)
        *version = sqlite3_column_int(statement, 0);
    else
        store__fail(store, "read its version", err);
    sqlite3_finalize(statement);
    return done;
}

static bool apply(struct store *store, int version, struct pod_error *err)
{
    for (int i = version; i < MIGRATION_COUNT; i++)
        if (!store__execute(store, MIGRATIONS[i], "be migrated", err))
            return false;
    pod_auto_free char *mark = pod_strf("PRAGMA user_version = %d", MIGRATION_COUNT);
    return store__execute(store, mark, "be migrated", err) &&
           store__execute(store, "COMMIT", "be migrated", err);
}

static bool check_version(int version, const char *path, struct pod_error *err)
{
    return version <= MIGRATION_COUNT ||
           pod_fail(err, POD_HOST,
                    "store '%s' was written by a newer podium (version %d, this one knows "
                    "%d): use that one",
                    path, version, MIGRATION_COUNT);
}

bool store__migrate(struct store *store, const char *path, struct pod_error *err)
{
    int version = 0;
    if (!read_version(store, &version, err) || !check_version(version, path, err))
        return false;
    if (version == MIGRATION_COUNT)
        return true; /* a look at the store waits for no writer and writes nothing */
    /* Another podium, and a newer one, may have been faster than the lock. */
    return store__execute(store, "BEGIN IMMEDIATE", "be locked", err) &&
           read_version(store, &version, err) && check_version(version, path, err) &&
           apply(store, version, err);
}
