/* bundle.h - the manifest of a published board: podium.bundle/1, the file manifest.json.
 *
 * It names every file of one board with size and SHA-256, the instant and the log that the
 * board stands on, and the organizer's key, and it is signed. The signature (Ed25519) is
 * over `podium.bundle/1`, a newline, and the manifest's own bytes without its last two
 * lines, which hold the signature and the closing brace:
 *
 *     { echo podium.bundle/1; head -n -2 manifest.json; }
 *
 * so that whoever checks it needs no canonical form of JSON. The files lie beside it in
 * boards/NUMBER-DIGEST/, where they never change: NUMBER is that of the log's last event,
 * DIGEST of all that the files hold. So only the manifest is ever replaced, and whoever
 * reads it finds the files that it was written for.
 *
 * Calling sequence: fill a struct bundle (strings on the heap, owned by it) with
 * bundle_add_file, bundle_print; or bundle_parse a text; bundle_release.
 */
#ifndef ENGINE_BUNDLE_H
#define ENGINE_BUNDLE_H

#include "base/clock.h"
#include "base/signature.h"

#include <stdint.h>

/* What the signature is over, see pod_sign. */
#define BUNDLE_PURPOSE "podium.bundle/1"

/* The manifest's own name. */
#define BUNDLE_MANIFEST "manifest.json"

enum { BUNDLE_FILES_MAX = 16, BUNDLE_TEXT_MAX = 1 << 16 };

struct bundle_file {
    char *path; /* relative to the manifest */
    int64_t bytes;
    char *sha256;
};

struct bundle {
    char *competition;
    pod_instant_ms as_of; /* of the board */
    int64_t log_seq;      /* the log's last event, and its digest */
    char *log_head;
    char *forced; /* why it took the place of a board that it does not follow; or NULL */
    struct bundle_file files[BUNDLE_FILES_MAX];
    size_t file_count;
    char *key; /* public */
};

/* A file of these bytes; its path is set by bundle_place. */
void bundle_add_file(struct bundle *bundle, const char *name, const void *bytes,
                     size_t length);

/* Puts the files where they belong, once all were added and log_seq is set. */
void bundle_place(struct bundle *bundle);

/* The last part of a file's path: "leaderboard.json". */
const char *bundle_file_name(const struct bundle_file *file);

/* The file of that name; NULL when there is none. */
const struct bundle_file *bundle_find(const struct bundle *bundle, const char *name);

/* Signed; key's public part is printed, not bundle->key. The caller frees. */
char *bundle_print(const struct bundle *bundle, const struct pod_secret_key *key);

/* Strict, and the signature must hold by the key that the manifest names: POD_ENTRY with
 * what is wrong. Release bundle also after a failure. */
bool bundle_parse(const char *text, size_t length, const char *name, struct bundle *out,
                  struct pod_error *err);
void bundle_release(struct bundle *bundle);

#define bundle_auto __attribute__((cleanup(bundle_release)))

#endif
