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

/* Lines. */

bool published_next_line(const struct pod_buf *text, size_t *at,
                         struct published_line *line)
{
    if (*at >= text->length)
        return false;
    line->text = text->data + *at;
    const char *end = memchr(line->text, '\n', text->length - *at);
    line->length = end != NULL ? (size_t)(end - line->text) : text->length - *at;
    *at += line->length + (end != NULL);
    return true;
}

size_t published_find_line(const struct pod_buf *log, const char *digest, int64_t *seq)
{
    struct published_line line;
    size_t at = 0;
    for (int64_t number = 1; published_next_line(log, &at, &line); number++) {
        if (strcmp(pod_digest_bytes(line.text, line.length).hex, digest) != 0)
            continue;
        if (seq != NULL)
            *seq = number;
        return at;
    }
    return 0;
}

int64_t published_find_event(const struct published *published, const char *digest)
{
    const struct pod_buf *log = published_find(published, PUBLISHED_LOG);
    int64_t seq = 0;
    return log != NULL && published_find_line(log, digest, &seq) > 0 ? seq : 0;
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
    struct published_line line = {"", 0};
    for (size_t at = 0; published_next_line(log, &at, &line);)
        bundle->log_seq++;
    bundle->log_head = pod_strdup(pod_digest_bytes(line.text, line.length).hex);
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
    if (!depot_get(depot, wanted->path, (uint64_t)wanted->bytes, &file, err))
        return err->fault == POD_ENTRY && pod_wrap(err, "not what the manifest says");
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

/* Before anything of it is held in memory. */
static bool check_sizes(const struct bundle *bundle, struct pod_error *err)
{
    int64_t left = PUBLISHED_BYTES_MAX;
    for (size_t i = 0; i < bundle->file_count; i++) {
        int64_t bytes = bundle->files[i].bytes;
        if (bytes > DEPOT_FILE_MAX || bytes > left)
            return pod_fail(err, POD_ENTRY,
                            "the manifest names '%s' with %lld bytes, which is more than "
                            "a published board may have",
                            bundle->files[i].path, (long long)bytes);
        left -= bytes;
    }
    return true;
}

bool published_read(struct depot *depot, struct published *out, struct pod_error *err)
{
    published_init(out, depot_name(depot));
    bool done = read_manifest(depot, out, err) && check_sizes(&out->bundle, err);
    for (size_t i = 0; done && i < out->bundle.file_count; i++)
        done = read_file(depot, out, i, err);
    return done || pod_wrap(err, "%s", out->name);
}

/* Copies. */

const char *const published_copies[] = {PUBLISHED_BOARD, "leaderboard.csv",
                                        "leaderboard.atom", "index.html", NULL};

/* Whoever reads while somebody publishes finds a manifest and copies of two boards. */
static bool tell_copy(struct depot *depot, const struct published *published,
                      const char *name, struct pod_error *err)
{
    depot_auto struct depot_file now = DEPOT_FILE_INIT;
    if (!depot_get(depot, BUNDLE_MANIFEST, BUNDLE_TEXT_MAX, &now, err))
        return false;
    const char *text = now.bytes.data ? now.bytes.data : "";
    if (strcmp(text, published->manifest) != 0)
        return pod_fail(err, POD_HOST,
                        "'%s' was replaced meanwhile: somebody publishes, verify again",
                        BUNDLE_MANIFEST);
    return pod_fail(err, POD_ENTRY,
                    "'%s', which people open, is not the file that the manifest names: "
                    "publish again",
                    name);
}

static bool read_copy(struct depot *depot, const struct published *published,
                      const char *name, bool *is_unsigned, struct pod_error *err)
{
    const struct pod_buf *content = published_find(published, name);
    uint64_t cap = content != NULL ? content->length : 0; /* is one there? */
    depot_auto struct depot_file copy = DEPOT_FILE_INIT;
    struct pod_error problem = POD_ERROR_INIT;
    bool is_read = depot_get(depot, name, cap, &copy, &problem);
    if (copy.is_forbidden)
        return true; /* nobody opens it; many a store says so of what is not there */
    if (!is_read && problem.fault != POD_ENTRY)
        return pod_fail(err, problem.fault, "%s", problem.message);
    *is_unsigned = content == NULL && (copy.is_there || !is_read);
    if (content == NULL || (is_read && !copy.is_there))
        return true;
    bool is_same = is_read && copy.bytes.length == content->length &&
                   (content->length == 0 ||
                    memcmp(copy.bytes.data, content->data, content->length) == 0);
    return is_same || tell_copy(depot, published, name, err);
}

bool published_read_copies(struct depot *depot, const struct published *published,
                           struct pod_names *unsigned_names, struct pod_error *err)
{
    for (size_t i = 0; published_copies[i] != NULL; i++) {
        bool is_unsigned = false;
        if (!read_copy(depot, published, published_copies[i], &is_unsigned, err))
            return pod_wrap(err, "%s", published->name);
        if (is_unsigned)
            pod_names_add(unsigned_names, published_copies[i]);
    }
    return true;
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
    return !published->is_final_board || event->at >= published->bundle.as_of ||
           pod_fail(err, POD_ENTRY,
                    "event %lld makes a board final of an instant that is still to come",
                    (long long)event->seq);
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
