#include "cmd.h"

#include "base/fs.h"
#include "base/json.h"
#include "engine/log_check.h"
#include "engine/receipt.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

enum { RECEIPT_MAX = 2 << 20 };

struct verify {
    const char *head;
    const char *key;
    const char *log;
    struct pod_names files;
};

enum { KEY_HEAD = 0x200, KEY_KEY, KEY_LOG };

static const struct argp_option OPTIONS[] = {
    {"head", KEY_HEAD, "DIGEST", 0, "The log must end here, or have passed here", 0},
    {"key", KEY_KEY, "KEY", 0,
     "The organizer's public key, as announced: 64 hex digits. Without it what is signed "
     "is held against the key that it names itself",
     0},
    {"log", KEY_LOG, "FILE", 0, "Receipts must stand in this log", 0},
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
    .args_doc = "[FILE...]",
    .doc =
        "Check logs (as podium log prints them) and receipts with nothing but the files; "
        "without one, the log on standard input."
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

static bool verify_log(const struct verify *verify, const char *path, struct pod_error *err)
{
    ledger_auto struct ledger ledger;
    struct wanted wanted = {verify->head, false};
    ledger_init(&ledger, INT64_MAX);
    if (!check_log(path, &wanted, &ledger, err) ||
        !check_key(verify, path, ledger.key, err))
        return false;
    if (verify->head != NULL && !wanted.is_there)
        return pod_fail(err, POD_ENTRY, "%s: never had the head %s", path, verify->head);
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
    if (!pod_path_exists(path))
        return pod_fail(err, POD_USAGE, "no file '%s'", path);
    if (pod_file_read(path, RECEIPT_MAX, &text, &large) && is_receipt(&text))
        return verify_receipt(verify, path, &text, err);
    return verify_log(verify, path, err);
}

bool cmd_verify(int argc, char **argv, int *status, struct pod_error *err)
{
    struct verify verify = {.files = POD_NAMES_INIT};
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &verify) != 0)
        return pod_fail(err, POD_BUG, "cannot parse the words of podium verify");
    bool done = true;
    for (size_t i = 0; done && i < verify.files.count; i++)
        done = verify_file(&verify, verify.files.items[i], err);
    *status = 0;
    pod_names_release(&verify.files);
    return done;
}
