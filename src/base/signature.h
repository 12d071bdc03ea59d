/* signature.h - Ed25519 (RFC 8032): the organizer's key, and what it signs.
 *
 * A secret key is a file of its own with mode 0600: the seed of 32 bytes as 64 hex digits
 * and a newline. What is signed is a text with the name of its purpose before it, so that a
 * signature for one thing is none for another. Keys and signatures are lower-case hex.
 */
#ifndef POD_SIGNATURE_H
#define POD_SIGNATURE_H

#include "error.h"

enum { POD_PUBLIC_KEY_HEX = 65, POD_SIGNATURE_HEX = 129 /* with their NULs */ };

struct pod_secret_key {
    unsigned char bytes[64];
    char public_hex[POD_PUBLIC_KEY_HEX];
};

/* A new key into a new file, synced; one that is there is POD_HOST and stays. */
bool pod_secret_key_make(const char *path, struct pod_secret_key *out,
                         struct pod_error *err);

/* POD_HOST when the file is not a key, or when others may read it. */
bool pod_secret_key_load(const char *path, struct pod_secret_key *out,
                         struct pod_error *err);
void pod_secret_key_wipe(struct pod_secret_key *key);

/* The signature over `purpose`, a newline and `text`. */
void pod_sign(const struct pod_secret_key *key, const char *purpose, const char *text,
              char signature[POD_SIGNATURE_HEX]);

/* False as well for a key or a signature that is none. */
bool pod_signature_holds(const char *public_hex, const char *purpose, const char *text,
                         const char *signature);

#endif
