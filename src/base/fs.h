/* fs.h - files and folders, whole: read, write durably, copy, list, remove.
 *
 * Paths are borrowed. Returned strings and lists are the caller's. Failure is POD_HOST with
 * the path in quotes, unless said otherwise.
 */
#ifndef POD_FS_H
#define POD_FS_H

#include "buf.h"
#include "error.h"

#include <stdint.h>

/* "a/b"; an absolute b stands alone. The caller frees. */
char *pod_path_join(const char *a, const char *b);

/* Absolute path of an existing file or folder, links resolved. The caller frees. */
char *pod_path_real(const char *path, struct pod_error *err);

bool pod_path_exists(const char *path);
bool pod_path_is_dir(const char *path);

/* Appends the file's bytes; refuses one larger than cap_bytes. */
bool pod_file_read(const char *path, uint64_t cap_bytes, struct pod_buf *out,
                   struct pod_error *err);

/* Replaces the file as a whole: temporary in the same folder, fsync, rename, fsync of the
 * folder. A reader sees the old bytes or the new ones, also after a power cut. */
bool pod_file_write(const char *path, const void *bytes, size_t length,
                    struct pod_error *err);

/* mkdir -p with mode 0755. */
bool pod_dir_make(const char *path, struct pod_error *err);

/* Names in the folder but "." and "..", bytewise sorted. */
bool pod_dir_list(const char *path, struct pod_names *names, struct pod_error *err);

/* rm -rf by descriptors, never following a link; a path that is not there is done. */
bool pod_dir_remove(const char *path, struct pod_error *err);

/* What a copied tree may hold at most; a breach is POD_ENTRY. */
struct pod_tree_caps {
    uint64_t bytes;
    uint64_t files; /* files and folders */
    unsigned depth;
};

/* Copies regular files and folders, nothing else: a link, device, socket or FIFO in source
 * is POD_ENTRY and names its path. Modes become 0755 for folders and executables, 0644
 * otherwise, so that another uid can read the copy. dest must not exist. */
bool pod_tree_copy(const char *source, const char *dest, const struct pod_tree_caps *caps,
                   struct pod_error *err);

#endif
