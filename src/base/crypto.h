/* crypto.h - digests and signatures. With signature.c the only file that knows libsodium.
 *
 * A digest is BLAKE2b with 256 bits (RFC 7693), printed as 64 lower-case hex digits.
 */
#ifndef POD_CRYPTO_H
#define POD_CRYPTO_H

#include "error.h"

#include <stddef.h>

enum { POD_DIGEST_BYTES = 32, POD_DIGEST_HEX = 65 /* with its NUL */ };

struct pod_digest {
    char hex[POD_DIGEST_HEX];
};

/* Incremental digest. Every field goes in with its length, so that ("ab","c") and
 * ("a","bc") differ. */
struct pod_hash;
struct pod_hash *pod_hash_new(void);
void pod_hash_field(struct pod_hash *hash, const void *bytes, size_t length);
void pod_hash_text(struct pod_hash *hash, const char *text);
/* Frees hash. */
struct pod_digest pod_hash_finish_take(struct pod_hash *hash);

/* The plain digest of the bytes, as b2sum -l 256 prints it. */
struct pod_digest pod_digest_bytes(const void *bytes, size_t length);

/* The plain digest of a file's bytes. */
bool pod_digest_file(const char *path, struct pod_digest *out, struct pod_error *err);

/* The SHA-256 (FIPS 180-4) of the bytes. */
struct pod_digest pod_sha256_bytes(const void *bytes, size_t length);

/* The SHA-256 of a file's bytes, as sha256sum prints it. */
bool pod_sha256_file(const char *path, struct pod_digest *out, struct pod_error *err);

/* Digest of a folder: its items with relative path, kind, executable bit and content, each
 * folder's names in bytewise order and what a folder holds right after it. Owner, times and
 * other mode bits do not count. Anything but regular files and folders, and nesting beyond
 * 256 levels, is POD_ENTRY. */
bool pod_digest_tree(const char *path, struct pod_digest *out, struct pod_error *err);

#endif
