#include "crypto.h"
#include "buf.h"
#include "fs.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct pod_hash {
    crypto_generichash_state state;
};

/* sodium_init only picks the fastest code for this processor; without it the portable one
 * gives the same digest, so its answer changes nothing. */
struct pod_hash *pod_hash_new(void)
{
    (void)!sodium_init();
    struct pod_hash *hash = aligned_alloc(_Alignof(struct pod_hash), sizeof *hash);
    if (!hash)
        pod_out_of_memory();
    if (crypto_generichash_init(&hash->state, NULL, 0, POD_DIGEST_BYTES) != 0)
        pod_out_of_memory(); /* it fails by its arguments only, and these are constant */
    return hash;
}

static void hash_bytes(struct pod_hash *hash, const void *bytes, size_t length)
{
    if (length > 0)
        (void)crypto_generichash_update(&hash->state, bytes, length); /* always 0 */
}

/* Little-endian on every machine. */
static void hash_number(struct pod_hash *hash, uint64_t number)
{
    unsigned char bytes[8];
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(number >> (8 * i));
    hash_bytes(hash, bytes, sizeof bytes);
}

void pod_hash_field(struct pod_hash *hash, const void *bytes, size_t length)
{
    hash_number(hash, length);
    hash_bytes(hash, bytes, length);
}

void pod_hash_text(struct pod_hash *hash, const char *text)
{
    pod_hash_field(hash, text, strlen(text));
}

struct pod_digest pod_hash_finish_take(struct pod_hash *hash)
{
    unsigned char raw[POD_DIGEST_BYTES];
    struct pod_digest digest;
    (void)crypto_generichash_final(&hash->state, raw,
                                   sizeof raw); /* fails if called twice */
    (void)sodium_bin2hex(digest.hex, sizeof digest.hex, raw, sizeof raw);
    free(hash);
    return digest;
}

struct pod_digest pod_digest_bytes(const void *bytes, size_t length)
{
    unsigned char raw[POD_DIGEST_BYTES];
    struct pod_digest digest;
    (void)!sodium_init(); /* see pod_hash_new */
    if (crypto_generichash(raw, sizeof raw, bytes, length, NULL, 0) != 0)
        pod_out_of_memory(); /* as above */
    (void)sodium_bin2hex(digest.hex, sizeof digest.hex, raw, sizeof raw);
    return digest;
}

/* The next bytes of an open file; 0 at its end, -1 on failure. */
static ssize_t read_chunk(int fd, const char *path, char *chunk, size_t size,
                          struct pod_error *err)
{
    ssize_t got = -1;
    do
        got = read(fd, chunk, size);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        pod_fail_errno(err, POD_HOST, "cannot read \"%s\"", path);
    return got;
}

enum { CHUNK = 65536 };

static bool hash_open_file(struct pod_hash *hash, int fd, const char *path,
                           struct pod_error *err)
{
    char chunk[CHUNK];
    ssize_t got = 0;
    while ((got = read_chunk(fd, path, chunk, sizeof chunk, err)) > 0)
        hash_bytes(hash, chunk, (size_t)got);
    return got == 0;
}

enum { OPEN_FLAGS = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK };

/* -1 on failure. */
static int open_regular(const char *path, struct pod_error *err)
{
    pod_auto_fd int fd = open(path, OPEN_FLAGS);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0)
        pod_fail_errno(err, POD_HOST, "cannot open \"%s\"", path);
    else if (!S_ISREG(st.st_mode))
        pod_fail(err, POD_HOST, "\"%s\" is not a regular file", path);
    else
        return pod_steal_fd(&fd);
    return -1;
}

bool pod_digest_file(const char *path, struct pod_digest *out, struct pod_error *err)
{
    pod_auto_fd int fd = open_regular(path, err);
    if (fd < 0)
        return false;
    struct pod_hash *hash = pod_hash_new();
    bool is_done = hash_open_file(hash, fd, path, err);
    struct pod_digest digest = pod_hash_finish_take(hash);
    if (is_done)
        *out = digest;
    return is_done;
}

struct pod_digest pod_sha256_bytes(const void *bytes, size_t length)
{
    unsigned char raw[crypto_hash_sha256_BYTES];
    struct pod_digest digest;
    (void)crypto_hash_sha256(raw, bytes, length); /* always 0 */
    (void)sodium_bin2hex(digest.hex, sizeof digest.hex, raw, sizeof raw);
    return digest;
}

bool pod_sha256_file(const char *path, struct pod_digest *out, struct pod_error *err)
{
    pod_auto_fd int fd = open_regular(path, err);
    if (fd < 0)
        return false;
    crypto_hash_sha256_state state;
    unsigned char raw[crypto_hash_sha256_BYTES];
    char chunk[CHUNK];
    ssize_t got = 0;
    (void)crypto_hash_sha256_init(&state); /* these three always return 0 */
    while ((got = read_chunk(fd, path, chunk, sizeof chunk, err)) > 0)
        (void)crypto_hash_sha256_update(&state, (unsigned char *)chunk,
                                        (unsigned long long)got);
    (void)crypto_hash_sha256_final(&state, raw);
    (void)sodium_bin2hex(out->hex, sizeof out->hex, raw, sizeof raw);
    return got == 0;
}

/* Trees. */

enum { TREE_DEPTH = 256 }; /* a folder is held open for each level */

struct tree_hash {
    struct pod_hash *hash;
    struct pod_error *err;
};

static bool hash_children(struct tree_hash *tree, int fd, const char *path, unsigned depth);

static bool tree_fail(struct tree_hash *tree, const char *path)
{
    int saved = errno;
    pod_auto_free char *shown = pod_str_shown(path, 300);
    errno = saved;
    return pod_fail_errno(tree->err, POD_HOST, "cannot read \"%s\"", shown);
}

/* The content's length is not known before it is read, hence a digest of its own. */
static bool hash_content(struct tree_hash *tree, int fd, const char *path)
{
    struct pod_hash *content = pod_hash_new();
    bool is_done = hash_open_file(content, fd, path, tree->err);
    struct pod_digest digest = pod_hash_finish_take(content);
    pod_hash_text(tree->hash, digest.hex);
    return is_done;
}

static bool check_item(struct tree_hash *tree, const struct stat *st, const char *path,
                       unsigned depth)
{
    bool is_kind = S_ISDIR(st->st_mode) || S_ISREG(st->st_mode);
    if (is_kind && depth <= TREE_DEPTH)
        return true;
    pod_auto_free char *shown = pod_str_shown(path, 300);
    return pod_fail(tree->err, POD_ENTRY, "\"%s\" %s", shown,
                    is_kind ? "lies too deep" : "is neither a file nor a folder");
}

static bool hash_item(struct tree_hash *tree, int parent_fd, const char *name,
                      const char *path, unsigned depth)
{
    struct stat st;
    if (fstatat(parent_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return tree_fail(tree, path);
    if (!check_item(tree, &st, path, depth))
        return false;
    pod_auto_fd int fd = openat(parent_fd, name, OPEN_FLAGS | O_NOFOLLOW);
    if (fd < 0 || fstat(fd, &st) != 0)
        return tree_fail(tree, path);
    /* Another one may bear the name by now. */
    if (!check_item(tree, &st, path, depth))
        return false;
    bool is_dir = S_ISDIR(st.st_mode);
    bool is_executable = !is_dir && st.st_mode & 0111;
    pod_hash_text(tree->hash, path);
    pod_hash_text(tree->hash, is_dir ? "folder" : is_executable ? "executable" : "file");
    return is_dir ? hash_children(tree, fd, path, depth) : hash_content(tree, fd, path);
}

static bool hash_children(struct tree_hash *tree, int fd, const char *path, unsigned depth)
{
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    if (!pod_dir_list_fd(fd, path, &names, tree->err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        pod_auto_free char *below = pod_path_join(path, names.items[i]);
        if (!hash_item(tree, fd, names.items[i], below, depth + 1))
            return false;
    }
    return true;
}

bool pod_digest_tree(const char *path, struct pod_digest *out, struct pod_error *err)
{
    pod_auto_fd int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return pod_fail_errno(err, POD_HOST, "cannot open the folder \"%s\"", path);
    struct tree_hash tree = {.hash = pod_hash_new(), .err = err};
    bool is_done = hash_children(&tree, fd, "", 0);
    struct pod_digest digest = pod_hash_finish_take(tree.hash);
    if (is_done)
        *out = digest;
    return is_done;
}
