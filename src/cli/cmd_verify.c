#include "cmd.h"

#include "base/fs.h"
#include "base/json.h"
#include "engine/log_check.h"
#include "engine/published.h"
#include "engine/receipt.h"
#include "model/name.h"
#include "recount.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

enum { RECEIPT_MAX = 2 << 20, WEB_MAX_S = 1800 };

struct verify {
    const char *head;
    const char *key;
    const char *log;
    struct depot_options depot_options;
    struct pod_names files;
};

enum { KEY_HEAD = 0x200, KEY_KEY, KEY_LOG, KEY_CA, KEY_PRIVATE };

static const struct argp_option OPTIONS[] = {
    {"head", KEY_HEAD, "DIGEST", 0, "The log must end here, or have passed here", 0},
    {"key", KEY_KEY, "KEY", 0,
     "The organizer's public key, as announced: 64 hex digits. Without it what is signed "
     "is held against the key that it names itself",
     0},
    {"log", KEY_LOG, "FILE", 0, "Receipts must stand in this log", 0},
    {"ca", KEY_CA, "FILE", 0, "Certificates to trust, instead of the system's", 0},
    {"allow-private", KEY_PRIVATE, NULL, 0,
     "Take http: and addresses of this host and its network", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct verify *verify = state->input;
    switch (key) {
    case KEY_HEAD:
        verify->head = arg;
        return 0;
    case KEY_KEY:
        verify->key = arg;
        return 0;
    case KEY_LOG:
        verify->log = arg;
        return 0;
    case KEY_CA:
        verify->depot_options.ca_file = arg;
        return 0;
    case KEY_PRIVATE:
        verify->depot_options.allows_private = true;
        return 0;
    case ARGP_KEY_ARG:
        pod_names_add(&verify->files, arg);
        return 0;
    case ARGP_KEY_END:
        if (verify->files.count == 0)
            pod_names_add(&verify->files, "/dev/stdin");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp ARGP = {
    .options = OPTIONS,
    .parser = parse,
    .args_doc = "[FILE|FOLDER|URL...]",
    .doc =
        "Check logs (as podium log prints them), receipts and published boards (their "
        "folder, manifest.json or URL) with nothing but what is public; without one, the "
        "log on standard input."
        "\vExit status 1: something does not hold, and the line says what and where.",
};

/* Whether a digest stands somewhere in a log. */
struct wanted {
    const char *digest;
    bool is_there;
};

static bool look_for(void *context, const struct event *event,
                     const struct pod_digest *digest, struct pod_error *err)
{
    struct wanted *wanted = context;
    (void)event;
    (void)err;
    if (wanted->digest != NULL && strcmp(wanted->digest, digest->hex) == 0)
        wanted->is_there = true;
    return true;
}

static bool check_log(const char *path, struct wanted *wanted, struct ledger *ledger,
                      struct pod_error *err)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return pod_fail_errno(err, POD_USAGE, "cannot open '%s'", path);
    const struct log_source source = {file, path, look_for, wanted};
    bool done = log_check(&source, ledger, err);
    (void)fclose(file); /* read only */
    return done;
}

static bool check_key(const struct verify *verify, const char *path, const char *key,
                      struct pod_error *err)
{
    return verify->key == NULL || strcmp(verify->key, key) == 0 ||
           pod_fail(err, POD_ENTRY, "%s: is signed by another key, %s", path, key);
}

static bool had_head(const struct verify *verify, const char *path, bool is_there,
                     struct pod_error *err)
{
    return verify->head == NULL || is_there ||
           pod_fail(err, POD_ENTRY, "%s: never had the head %s", path, verify->head);
}

static bool verify_log(const struct verify *verify, const char *path, struct pod_error *err)
{
    ledger_auto struct ledger ledger;
    struct wanted wanted = {verify->head, false};
    ledger_init(&ledger, INT64_MAX);
    if (verify->log != NULL)
        return pod_fail(err, POD_USAGE, "--log is for receipts: '%s' is none", path);
    if (!check_log(path, &wanted, &ledger, err) ||
        !check_key(verify, path, ledger.key, err) ||
        !had_head(verify, path, wanted.is_there, err))
        return false;
    printf("%s: holds: %lld events, %zu entries of %zu teams, head %s, key %s\n", path,
           (long long)ledger.seq, ledger.entry_count, ledger.team_count, ledger.head.hex,
           ledger.key);
    return true;
}

static bool stands_in_log(const struct verify *verify, const struct receipt *receipt,
                          const char *path, struct pod_error *err)
{
    ledger_auto struct ledger ledger;
    struct wanted wanted = {receipt->digest.hex, false};
    ledger_init(&ledger, INT64_MAX);
    if (verify->log == NULL)
        return true;
    if (!check_log(verify->log, &wanted, &ledger, err))
        return false;
    if (strcmp(ledger.key, receipt->public_key) != 0)
        return pod_fail(err, POD_ENTRY, "%s: is signed by a key that is not the log's",
                        path);
    return wanted.is_there ||
           pod_fail(err, POD_ENTRY, "%s: event %lld does not stand in '%s'", path,
                    (long long)receipt->event.seq, verify->log);
}

static bool verify_receipt(const struct verify *verify, const char *path,
                           const struct pod_buf *text, struct pod_error *err)
{
    struct receipt receipt;
    if (verify->head != NULL)
        return pod_fail(err, POD_USAGE,
                        "--head is for logs and boards: '%s' is a receipt, which stands in "
                        "a log (--log FILE)",
                        path);
    bool done = receipt_parse(text->data, text->length, path, &receipt, err) &&
                check_key(verify, path, receipt.public_key, err) &&
                stands_in_log(verify, &receipt, path, err);
    if (done)
        printf("%s: holds: event %lld (%s), digest %s, key %s%s\n", path,
               (long long)receipt.event.seq, event_kind_text(receipt.event.kind),
               receipt.digest.hex, receipt.public_key,
               verify->log ? ", stands in the log" : "");
    receipt_release(&receipt);
    return done;
}

/* Published boards. */

static const char *final_text(const struct published *published)
{
    return published->final_seq == 0   ? ""
           : published->is_final_board ? ", the final board"
                                       : ", not the final board";
}

/* What people open and nothing that is public tells whether it shows this board; after what
 * was checked. */
static char *list_unchecked(const struct published *published,
                            const struct pod_names *unsigned_names)
{
    struct pod_buf text = POD_BUF_INIT;
    for (size_t i = 0; published_copies[i] != NULL; i++)
        if (strcmp(published_copies[i], PUBLISHED_BOARD) != 0 &&
            published_find(published, published_copies[i]) != NULL)
            pod_buf_printf(&text, "%s%s", text.length > 0 ? " and " : ", not made again: ",
                           published_copies[i]);
    for (size_t i = 0; i < unsigned_names->count; i++)
        pod_buf_printf(&text, "%s%s",
                       i > 0 ? " and " : ", not signed: ", unsigned_names->items[i]);
    return pod_buf_steal(&text);
}

static void print_published(const struct published *published,
                            const struct pod_names *unsigned_names)
{
    const struct bundle *bundle = &published->bundle;
    char as_of[POD_INSTANT_TEXT];
    pod_auto_free char *unchecked = list_unchecked(published, unsigned_names);
    pod_auto_free char *split = pod_str_shown(published->split, 40);
    pod_instant_format(bundle->as_of, as_of);
    printf("%s: holds: board of '%s', split '%s', as of %s on event %lld of %lld%s, "
           "%zu files, %s%s, head %s, key %s\n",
           published->name, bundle->competition, split, as_of,
           (long long)published->board_seq, (long long)bundle->log_seq,
           final_text(published), bundle->file_count,
           published_find(published, PUBLISHED_RECORDS) != NULL
               ? "made again from its records"
               : "without records to make it again",
           unchecked, bundle->log_head, bundle->key);
    if (bundle->forced != NULL) {
        pod_auto_free char *reason = pod_str_shown(bundle->forced, 400);
        printf("%s: it took the place of another board: \"%s\"\n", published->name, reason);
    }
}

/* Each check takes the board as it was read; one more is one more line here. */
static bool check_published(const struct verify *verify, struct published *published,
                            struct pod_error *err)
{
    return published_check(published, err) && recount_published(published, err) &&
           check_key(verify, published->name, published->bundle.key, err) &&
           had_head(verify, published->name,
                    verify->head != NULL &&
                        published_find_event(published, verify->head) > 0,
                    err);
}

static bool verify_published(const struct verify *verify, const char *target,
                             struct pod_error *err)
{
    published_auto struct published published = {.name = NULL};
    pod_auto_names struct pod_names unsigned_names = POD_NAMES_INIT;
    if (verify->log != NULL)
        return pod_fail(err, POD_USAGE,
                        "--log is for receipts: '%s' is a board, which has its own",
                        target);
    if (strncmp(target, "s3://", strlen("s3://")) == 0)
        return pod_fail(err, POD_USAGE,
                        "'%s' is the address of who may write there: name the https: "
                        "address that its readers have",
                        target);
    struct depot *depot = depot_open(target, &verify->depot_options, err);
    bool done = depot != NULL && published_read(depot, &published, err) &&
                check_published(verify, &published, err) &&
                published_read_copies(depot, &published, &unsigned_names, err);
    if (done)
        print_published(&published, &unsigned_names);
    depot_close(depot);
    return done;
}

/* manifest.json itself: its folder, or the URL that it lies under. */
static bool verify_manifest(const struct verify *verify, const char *path,
                            struct pod_error *err)
{
    const char *slash = strrchr(path, '/');
    pod_auto_free char *folder =
        slash ? pod_strf("%.*s", (int)(slash - path + 1), path) : pod_strdup(".");
    if (strcmp(slash ? slash + 1 : path, BUNDLE_MANIFEST) != 0)
        return pod_fail(err, POD_USAGE, "'%s' is a board's manifest, whose name is '%s'",
                        path, BUNDLE_MANIFEST);
    return verify_published(verify, folder, err);
}

/* By its name, whatever lies there. */
static bool is_named_manifest(const char *path)
{
    const char *slash = strrchr(path, '/');
    return strcmp(slash ? slash + 1 : path, BUNDLE_MANIFEST) == 0;
}

static bool is_manifest(const struct pod_buf *text)
{
    return strstr(text->data, "\"" BUNDLE_PURPOSE "\"") != NULL &&
           strncmp(text->data, "{\"seq\"", 6) != 0;
}

/* A receipt is one object with a schema; a log's first line is an event. */
static bool is_receipt(const struct pod_buf *text)
{
    return strstr(text->data, "\"podium.receipt/") != NULL &&
           strncmp(text->data, "{\"seq\"", 6) != 0;
}

static bool verify_file(const struct verify *verify, const char *path,
                        struct pod_error *err)
{
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    struct pod_error large = POD_ERROR_INIT; /* then it is a log, or nothing */
    if (is_named_manifest(path))
        return verify_manifest(verify, path, err);
    if (strstr(path, "://") != NULL)
        return verify_published(verify, path, err);
    if (!pod_path_exists(path))
        return pod_fail(err, POD_USAGE, "no file '%s'", path);
    if (pod_path_is_dir(path))
        return verify_published(verify, path, err);
    bool is_small = pod_file_read(path, RECEIPT_MAX, &text, &large);
    if (is_small && is_manifest(&text))
        return verify_manifest(verify, path, err);
    return is_small && is_receipt(&text) ? verify_receipt(verify, path, &text, err)
                                         : verify_log(verify, path, err);
}

static bool check_words(const struct verify *verify, struct pod_error *err)
{
    return (verify->key == NULL || name_check_hex(verify->key, "--key", POD_USAGE, err)) &&
           (verify->head == NULL || name_check_hex(verify->head, "--head", POD_USAGE, err));
}

bool cmd_verify(int argc, char **argv, int *status, struct pod_error *err)
{
    struct verify verify = {.files = POD_NAMES_INIT};
    depot_options_init(&verify.depot_options);
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &verify) != 0)
        return pod_fail(err, POD_BUG, "cannot parse the words of podium verify");
    verify.depot_options.is_reader = true;
    verify.depot_options.all_s = WEB_MAX_S;
    bool done = check_words(&verify, err);
    for (size_t i = 0; done && i < verify.files.count; i++)
        done = verify_file(&verify, verify.files.items[i], err);
    *status = 0;
    pod_names_release(&verify.files);
    return done;
}
