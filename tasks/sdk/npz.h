/* npz.h - NumPy's .npz: a zip archive of .npy members, read from hostile bytes and written
 * so that the same arrays always give the same bytes.
 *
 *     struct task_npz *npz = task_npz_open(path, err);
 *     task_npz_read(npz, "config_runtime", &array, err);
 *     task_npz_free(npz);
 *
 * Reading: members stored or deflated, sizes from the central directory (local headers of
 * real files carry zip64 fields), zip64 directory, crc32 checked, a member's size capped at
 * TASK_NPZ_MEMBER_CAP. Encrypted, split and other compressed members are refused.
 * Writing: stored, because zlib's output differs between its builds; fixed time stamps.
 * Errors: TASK_PACKAGE for the bytes, TASK_HOST for the file; both name the path.
 */
#ifndef TASK_NPZ_H
#define TASK_NPZ_H

#include "sdk/npy.h"

#define TASK_NPZ_MEMBER_CAP ((size_t)512 << 20)

struct task_npz;

struct task_npz *task_npz_open(const char *path, struct task_error *err); /* NULL: failed */

/* The same over bytes in memory, which are borrowed until task_npz_free. */
struct task_npz *task_npz_open_bytes(const void *bytes, size_t length,
                                     struct task_error *err);
void task_npz_free(struct task_npz *npz);
void task_npz_cleanup(struct task_npz **npz);
#define task_auto_npz __attribute__((cleanup(task_npz_cleanup)))

/* Keys in the archive's order, without ".npy". */
size_t task_npz_count(const struct task_npz *npz);
const char *task_npz_key(const struct task_npz *npz, size_t i);
bool task_npz_has(const struct task_npz *npz, const char *key);

/* Reads one array; the caller releases it. A missing key is an error. */
bool task_npz_read(struct task_npz *npz, const char *key, struct task_array *array,
                   struct task_error *err);

/* Writes arrays[0 .. count) in that order. */
bool task_npz_write(const char *path, const struct task_array *arrays, size_t count,
                    struct task_error *err);
void task_npz_append(const struct task_array *arrays, size_t count, struct task_buf *out);

#endif
