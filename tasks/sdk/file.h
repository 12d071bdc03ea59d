/* file.h - whole files and folders: read, write, list.
 *
 * Paths are borrowed; what is returned is the caller's. Failure is TASK_HOST with the path
 * in quotes, unless said otherwise.
 */
#ifndef TASK_FILE_H
#define TASK_FILE_H

#include "sdk/buf.h"
#include "sdk/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Appends the file's bytes; refuses one larger than cap_bytes. */
bool task_file_read(const char *path, uint64_t cap_bytes, struct task_buf *out,
                    struct task_error *err);

/* The same for a file that an entry wrote: it must be a regular file and no link, and every
 * fault but the host's is TASK_ENTRY. name is what the participant calls it. */
bool task_file_read_hostile(const char *folder, const char *name, uint64_t cap_bytes,
                            struct task_buf *out, struct task_error *err);

/* Creates or replaces the file, mode 0644. */
bool task_file_write(const char *path, const void *bytes, size_t length,
                     struct task_error *err);

/* mkdir -p with mode 0755. */
bool task_dir_make(const char *path, struct task_error *err);

bool task_dir_exists(const char *path);

/* Names of a folder's entries that end in suffix ("" for all), but dot files, bytewise
 * sorted. Starts as TASK_NAMES_INIT. */
struct task_names {
    char **items;
    size_t count;
};
#define TASK_NAMES_INIT                                                                    \
    {                                                                                      \
        NULL, 0                                                                            \
    }
bool task_dir_list(const char *path, const char *suffix, struct task_names *names,
                   struct task_error *err);
void task_names_release(struct task_names *names);
#define task_auto_names __attribute__((cleanup(task_names_release)))

#endif
