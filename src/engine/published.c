#include "published.h"

#include "board_facts.h"
#include "log_check.h"

#include <stdlib.h>
#include <string.h>

void published_init(struct published *published, const char *name)
{
    memset(published, 0, sizeof *published);
    published->name = pod_strdup(name);
}

void published_release(struct published *published)
{
    for (size_t i = 0; i < BUNDLE_FILES_MAX; i++)
        pod_buf_release(&published->contents[i]);
    bundle_release(&published->bundle);
    free(published->manifest);
    free(published->split);
    free(published->name);
    memset(published, 0, sizeof *published);
}

const struct pod_buf *published_find(const struct published *published, const char *name)
{
    const struct bundle_file *file = bundle_find(&published->bundle, name);
    return file != NULL ? &published->contents[file - published->bundle.files] : NULL;
}

/* A file that every published board has. */
static const struct pod_buf *find_needed(const struct published *published,
                                         const char *name, struct pod_error *err)
{
    const struct pod_buf *found = published_find(published, name);
    if (found == NULL || found->length == 0)
        pod_fail(err, POD_ENTRY, "%s: has no '%s'", published->name, name);
    return found != NULL && found->length > 0 ? found : NULL;
}

/* The line at `at` without its end; returns the next one, NULL after the last. */
static const char *next_line(const char *at, size_t *length)
{
    *length = strcspn(at, "\n");
    const char *next = at + *length + (at[*length] == '\n');
    return *next != '\0' ? next : NULL;
}

int64_t published_find_event(const struct published *published, const char *digest)
{
    const struct pod_buf *log = published_find(published, PUBLISHED_LOG);
    const char *at = log && log->length > 0 ? log->data : NULL;
    for (int64_t seq = 1; at != NULL; seq++) {
        const char *line = at;
        size_t length = 0;
        at = next_line(line, &length);
        if (strcmp(pod_digest_bytes(line, length).hex, digest) == 0)
            return seq;
    }
    return 0;
}

/* One's own. */

void published_add_take(struct published *published, const char *name,
                        struct pod_buf *content)
{
    size_t index = published->bundle.file_count;
    published->contents[index] = *content;
    *content = (struct pod_buf)POD_BUF_INIT;
    bundle_add_file(&published->bundle, name, published->contents[index].data,
                    published->contents[index].length);
}

/* The log's last event: its number and digest. */
static void set_end(struct bundle *bundle, const struct pod_buf *log)
{
    const char *line = NULL;
    size_t length = 0;
    for (const char *at = log->data; at != NULL; bundle->log_seq++) {
        line = at;
        at = next_line(line, &length);
    }
    bundle->log_head = pod_strdup(pod_digest_bytes(line, length).hex);
}

bool published_fill(struct published *published, struct pod_error *err)
{
    struct bundle *bundle = &published->bundle;
    board_facts_auto struct board_facts facts = {.competition = NULL};
    const struct pod_buf *board = find_needed(published, PUBLISHED_BOARD, err);
    const struct pod_buf *log = board ? find_needed(published, PUBLISHED_LOG, err) : NULL;
    if (log == NULL ||
        !board_facts_parse(board->data, board->length, PUBLISHED_BOARD, &facts, err))
        return false;
    set_end(bundle, log);
    bundle->competition = pod_strdup(facts.competition);
    bundle->as_of = facts.as_of;
    bundle_place(bundle);
    return true;
}

void published_sign(struct published *published, const struct pod_secret_key *key)
{
    free(published->manifest);
    free(published->bundle.key);
    published->bundle.key = pod_strdup(key->public_hex);
    published->manifest = bundle_print(&published->bundle, key);
}

/* One that lies somewhere. */

static bool read_manifest(struct depot *depot, struct published *out, struct pod_error *err)
{
    depot_auto struct depot_file file = DEPOT_FILE_INIT;
    if (!depot_get(depot, BUNDLE_MANIFEST, BUNDLE_TEXT_MAX, &file, err))
        return false;
    if (!file.is_there)
        return pod_fail(err, POD_USAGE, "no '%s' in '%s'", BUNDLE_MANIFEST,
                        depot_name(depot));
    size_t length = file.bytes.length;
    out->manifest = pod_buf_steal(&file.bytes);
    return bundle_parse(out->manifest, length, BUNDLE_MANIFEST, &out->bundle, err);
}

static bool read_file(struct depot *depot, struct published *out, size_t index,
                      struct pod_error *err)
{
    const struct bundle_file *wanted = &out->bundle.files[index];
    depot_auto struct depot_file file = DEPOT_FILE_INIT;
    if (!depot_get(depot, wanted->path, DEPOT_FILE_MAX, &file, err))
        return false;
    if (!file.is_there)
        return pod_fail(err, POD_ENTRY, "'%s' is not there", wanted->path);
    struct pod_digest digest = pod_sha256_bytes(file.bytes.data, file.bytes.length);
    if ((int64_t)file.bytes.length != wanted->bytes ||
        strcmp(digest.hex, wanted->sha256) != 0)
        return pod_fail(err, POD_ENTRY,
                        "'%s' has %zu bytes with the SHA-256 %s, the manifest says %lld "
                        "with %s",
                        wanted->path, file.bytes.length, digest.hex,
                        (long long)wanted->bytes, wanted->sha256);
    out->contents[index] = file.bytes;
    file.bytes = (struct pod_buf)POD_BUF_INIT;
    return true;
}

bool published_read(struct depot *depot, struct published *out, struct pod_error *err)
{
    published_init(out, depot_name(depot));
    bool done = read_manifest(depot, out, err);
    for (size_t i = 0; done && i < out->bundle.file_count; i++)
        done = read_file(depot, out, i, err);
    return done || pod_wrap(err, "%s", out->name);
}

/* Checking. */

/* What the log says of the board. */
struct search {
    const char *head; /* that the board stands on */
    struct pod_digest board;
    struct published *published;
    const struct ledger *ledger; /* as of the event that is looked at */
};

/* Uploads of what was sealed may still come within the grace. */
static pod_instant_ms closing(const struct ledger *ledger)
{
    int64_t grace_ms = ledger->seal_count > 0 ? ledger->grace_s * 1000 : 0;
    return ledger->deadline.instant + grace_ms;
}

/* One final board may take the place of another, but not without a word. */
static bool look_at_final(const struct search *search, const struct event *event,
                          struct pod_error *err)
{
    struct published *published = search->published;
    const char *board = event_text(event, EVENT_board);
    bool is_other = published->final_seq > 0 && strcmp(published->final_board, board) != 0;
    if (is_other && event_text(event, EVENT_reason) == NULL)
        return pod_fail(err, POD_ENTRY,
                        "event %lld makes another board final than event %lld did, "
                        "without a reason",
                        (long long)event->seq, (long long)published->final_seq);
    published->final_seq = event->seq;
    (void)snprintf(published->final_board, sizeof published->final_board, "%s", board);
    published->is_final_board = strcmp(board, search->board.hex) == 0;
    return true;
}

static bool look(void *context, const struct event *event, const struct pod_digest *digest,
                 struct pod_error *err)
{
    const struct search *search = context;
    struct published *published = search->published;
    if (event->kind == EVENT_FINALISED)
        return look_at_final(search, event, err);
    if (published->is_final_board)
        return true; /* what comes later is no matter of what was final then */
    published->closes_at = closing(search->ledger);
    /* A jump of the clock is put on record before whatever comes next, finalised too. */
    if (strcmp(digest->hex, search->head) == 0)
        published->board_seq = event->seq;
    else if (published->board_seq > 0 && published->moved_seq == 0 &&
             event->kind != EVENT_CLOCK)
        published->moved_seq = event->seq;
    return true;
}

static bool fold_log(const struct pod_buf *log, struct search *search,
                     struct ledger *ledger, struct pod_error *err)
{
    FILE *file = fmemopen(log->data, log->length, "r");
    if (file == NULL)
        return pod_fail_errno(err, POD_HOST, "cannot read the log");
    const struct log_source source = {file, PUBLISHED_LOG, look, search};
    bool done = log_check(&source, ledger, err);
    (void)fclose(file); /* read only */
    return done;
}

static bool check_log(const struct bundle *bundle, const struct ledger *ledger,
                      struct pod_error *err)
{
    if (strcmp(ledger->key, bundle->key) != 0)
        return pod_fail(err, POD_ENTRY,
                        "the manifest is signed by %s, the log was opened with %s",
                        bundle->key, ledger->key);
    if (strcmp(ledger->competition, bundle->competition) != 0)
        return pod_fail(err, POD_ENTRY, "the manifest is of '%s', the log of '%s'",
                        bundle->competition, ledger->competition);
    return (ledger->seq == bundle->log_seq &&
            strcmp(ledger->head.hex, bundle->log_head) == 0) ||
           pod_fail(
               err, POD_ENTRY,
               "the log ends with event %lld, head %s, the manifest says %lld, head %s",
               (long long)ledger->seq, ledger->head.hex, (long long)bundle->log_seq,
               bundle->log_head);
}

static bool check_board(const struct bundle *bundle, const struct board_facts *facts,
                        int64_t seq, struct pod_error *err)
{
    pod_auto_free char *competition = pod_str_shown(facts->competition, 200);
    pod_auto_free char *head = pod_str_shown(facts->log_head, 200);
    if (strcmp(facts->competition, bundle->competition) != 0)
        return pod_fail(err, POD_ENTRY, "the manifest is of '%s', the board of '%s'",
                        bundle->competition, competition);
    if (facts->as_of != bundle->as_of)
        return pod_fail(err, POD_ENTRY,
                        "the board is of another instant than the manifest");
    return seq > 0 ||
           pod_fail(err, POD_ENTRY,
                    "the board stands on the log head '%s', which this log never had",
                    head);
}

bool published_check_final(const struct published *published, struct pod_error *err)
{
    char closes_at[POD_INSTANT_TEXT];
    pod_instant_format(published->closes_at, closes_at);
    if (strcmp(published->split, "public") == 0)
        return pod_fail(err, POD_ENTRY, "no board of the public split is final");
    if (published->pending > 0)
        return pod_fail(err, POD_ENTRY, "no board is final while entries are pending (%zu)",
                        published->pending);
    if (published->bundle.as_of < published->closes_at)
        return pod_fail(err, POD_ENTRY,
                        "no board is final as of an instant before %s, the log's deadline "
                        "with the grace of what was sealed",
                        closes_at);
    if (published->moved_seq > 0)
        return pod_fail(err, POD_ENTRY,
                        "no board is final that stands on event %lld, before event %lld",
                        (long long)published->board_seq, (long long)published->moved_seq);
    return published_find(published, PUBLISHED_RECORDS) != NULL ||
           pod_fail(err, POD_ENTRY, "no board is final without its '%s'",
                    PUBLISHED_RECORDS);
}

bool published_is_final(const struct published *ours, const struct pod_buf *board)
{
    struct pod_digest digest =
        pod_digest_bytes(board->data ? board->data : "", board->length);
    return ours->final_seq > 0 && !ours->is_final_board &&
           strcmp(digest.hex, ours->final_board) == 0;
}

static void forget(struct published *published)
{
    free(published->split);
    published->split = NULL;
    published->board_seq = published->moved_seq = published->final_seq = 0;
    published->is_final_board = false;
}

static void take_facts(struct published *published, const struct board_facts *facts)
{
    published->split = pod_strdup(facts->split);
    published->pending = facts->pending;
}

bool published_check(struct published *published, struct pod_error *err)
{
    ledger_auto struct ledger ledger;
    board_facts_auto struct board_facts facts = {.competition = NULL};
    ledger_init(&ledger, INT64_MAX);
    forget(published);
    const struct pod_buf *board = find_needed(published, PUBLISHED_BOARD, err);
    const struct pod_buf *log = board ? find_needed(published, PUBLISHED_LOG, err) : NULL;
    if (log == NULL)
        return false;
    if (!board_facts_parse(board->data, board->length, PUBLISHED_BOARD, &facts, err))
        return pod_wrap(err, "%s", published->name);
    struct search search = {facts.log_head, pod_digest_bytes(board->data, board->length),
                            published, &ledger};
    take_facts(published, &facts);
    bool done = fold_log(log, &search, &ledger, err) &&
                check_log(&published->bundle, &ledger, err) &&
                check_board(&published->bundle, &facts, published->board_seq, err) &&
                (!published->is_final_board || published_check_final(published, err));
    return done || pod_wrap(err, "%s", published->name);
}
