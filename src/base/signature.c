#include "signature.h"
#include "buf.h"
#include "fs.h"

#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEED_BYTES = crypto_sign_SEEDBYTES, PUBLIC_BYTES = crypto_sign_PUBLICKEYBYTES };

_Static_assert(sizeof((struct pod_secret_key){{0}, ""}.bytes) == crypto_sign_SECRETKEYBYTES,
               "a secret key has the size that libsodium says");

static void fill_key(const unsigned char *seed, struct pod_secret_key *out)
{
    unsigned char public_key[PUBLIC_BYTES];
    (void)crypto_sign_seed_keypair(public_key, out->bytes, seed); /* always 0 */
    sodium_bin2hex(out->public_hex, sizeof out->public_hex, public_key, sizeof public_key);
}

static bool start(struct pod_error *err)
{
    return sodium_init() >= 0 || pod_fail(err, POD_HOST, "libsodium does not start");
}

static bool write_seed(const char *path, const unsigned char *seed, struct pod_error *err)
{
    char text[2 * SEED_BYTES + 2];
    sodium_bin2hex(text, sizeof text, seed, SEED_BYTES);
    text[2 * SEED_BYTES] = '\n';
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return pod_fail_errno(err, POD_HOST, "cannot make the key '%s'", path);
    bool done = pod_write_all(fd, text, 2 * SEED_BYTES + 1) && fsync(fd) == 0;
    done = close(fd) == 0 && done;
    sodium_memzero(text, sizeof text);
    return done || pod_fail_errno(err, POD_HOST, "cannot write the key '%s'", path);
}

/* The name appears with the whole key or not at all: half a key, left by a kill, would be
 * refused for ever. link, unlike rename, leaves a key that is there. */
static bool make_file(const char *path, const unsigned char *seed, struct pod_error *err)
{
    pod_auto_free char *half = pod_strf("%s.new", path);
    (void)unlink(half); /* of one that was killed; if it stays, open says so */
    bool done = write_seed(half, seed, err);
    if (done && link(half, path) < 0)
        done = pod_fail_errno(err, POD_HOST, "cannot make the key '%s'", path);
    (void)unlink(half); /* the first error is told */
    return done && pod_parent_sync(path, err);
}

bool pod_secret_key_make(const char *path, struct pod_secret_key *out,
                         struct pod_error *err)
{
    unsigned char seed[SEED_BYTES];
    if (!start(err))
        return false;
    randombytes_buf(seed, sizeof seed);
    bool done = make_file(path, seed, err);
    fill_key(seed, out);
    sodium_memzero(seed, sizeof seed);
    return done;
}

static bool is_private(const char *path, struct pod_error *err)
{
    struct stat status;
    if (stat(path, &status) < 0)
        return pod_fail_errno(err, POD_HOST, "cannot read the key '%s'", path);
    if ((status.st_mode & 077) == 0)
        return true;
    return pod_fail(err, POD_HOST,
                    "the key '%s' can be read by others (mode %04o): chmod 600 it", path,
                    (unsigned)status.st_mode & 07777u);
}

bool pod_secret_key_load(const char *path, struct pod_secret_key *out,
                         struct pod_error *err)
{
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    unsigned char seed[SEED_BYTES];
    size_t length = 0;
    const char *end = NULL;
    if (!start(err) || !is_private(path, err) || !pod_file_read(path, 4096, &text, err))
        return false;
    bool is_key = sodium_hex2bin(seed, sizeof seed, text.data, text.length, NULL, &length,
                                 &end) == 0 &&
                  length == sizeof seed && strcmp(end, "\n") == 0;
    sodium_memzero(text.data, text.length);
    if (is_key)
        fill_key(seed, out);
    sodium_memzero(seed, sizeof seed);
    return is_key ||
           pod_fail(err, POD_HOST, "'%s' is not a key: 64 hex digits and a newline", path);
}

void pod_secret_key_wipe(struct pod_secret_key *key)
{
    sodium_memzero(key, sizeof *key);
}

void pod_sign(const struct pod_secret_key *key, const char *purpose, const char *text,
              char signature[POD_SIGNATURE_HEX])
{
    unsigned char raw[crypto_sign_BYTES];
    pod_auto_free char *message = pod_strf("%s\n%s", purpose, text);
    (void)crypto_sign_detached(raw, NULL, (const unsigned char *)message, strlen(message),
                               key->bytes); /* always 0 */
    sodium_bin2hex(signature, POD_SIGNATURE_HEX, raw, sizeof raw);
}

static bool read_hex(const char *hex, unsigned char *out, size_t size)
{
    size_t length = 0;
    return strlen(hex) == 2 * size && strspn(hex, "0123456789abcdef") == 2 * size &&
           sodium_hex2bin(out, size, hex, 2 * size, NULL, &length, NULL) == 0 &&
           length == size;
}

bool pod_signature_holds(const char *public_hex, const char *purpose, const char *text,
                         const char *signature)
{
    unsigned char key[PUBLIC_BYTES], raw[crypto_sign_BYTES];
    pod_auto_free char *message = pod_strf("%s\n%s", purpose, text);
    return read_hex(public_hex, key, sizeof key) && read_hex(signature, raw, sizeof raw) &&
           crypto_sign_verify_detached(raw, (const unsigned char *)message, strlen(message),
                                       key) == 0;
}
