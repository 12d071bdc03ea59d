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

/* Appends the file's bytes; refuses one larger than cap_bytes and anything but a regular
 * file, without waiting for a FIFO. out->data is not NULL afterwards. */
bool pod_file_read(const char *path, uint64_t cap_bytes, struct pod_buf *out,
                   struct pod_error *err);

/* Replaces the file as a whole: temporary in the same folder, fsync, rename, fsync of the
 * folder. A reader sees the old bytes or the new ones, also after a power cut. What is no
 * file, such as /dev/null or a FIFO, is written to and stays. */
bool pod_file_write(const char *path, const void *bytes, size_t length,
                    struct pod_error *err);

/* The same, not synced: a reader sees old or new, a power cut may take both. For what can
 * be made again. */
bool pod_file_put(const char *path, const void *bytes, size_t length,
                  struct pod_error *err);

/* fsync of the folder that holds path, so that its name there outlasts a power cut. */
bool pod_parent_sync(const char *path, struct pod_error *err);

/* All bytes or false with errno; short writes and EINTR are nobody's business. */
bool pod_write_all(int fd, const void *bytes, size_t length);

/* mkdir -p with mode 0755. */
bool pod_dir_make(const char *path, struct pod_error *err);

/* Names in the folder but "." and "..", bytewise sorted. */
bool pod_dir_list(const char *path, struct pod_names *names, struct pod_error *err);

/* The same for an open folder, which stays open; path is for messages. After a failure
 * errno still tells the reason. */
bool pod_dir_list_fd(int fd, const char *path, struct pod_names *names,
                     struct pod_error *err);

/* rm -rf by descriptors, never following a link nor entering another file system; a path
 * that is not there is done. Any depth: deep folders are moved up first. Meant for trees
 * that nobody else changes meanwhile. */
bool pod_dir_remove(const char *path, struct pod_error *err);

/* What a copied tree may hold at most; a breach is POD_ENTRY. */
struct pod_tree_caps {
    uint64_t bytes; /* by size, so that holes count */
    uint64_t files; /* files and folders */
    unsigned depth; /* parts of a relative path; a folder more is held open for each */
    /* a folder that is passed over, as stat names it; 0: none */
    uint64_t except_dev;
    uint64_t except_ino;
};

/* Copies regular files and folders, nothing else: a link, device, socket or FIFO in source
 * is POD_ENTRY and names its path. Modes become 0755 for folders and executables, 0644
 * otherwise, so that another uid can read the copy. source itself may be a link to a
 * folder. dest must not exist, and does not exist after a failure. What cannot be read in
 * source, or is gone meanwhile, is POD_ENTRY as well; what fails in dest is POD_HOST, and
 * so is whatever fails for lack of descriptors or memory. */
bool pod_tree_copy(const char *source, const char *dest, const struct pod_tree_caps *caps,
                   struct pod_error *err);

#endif
