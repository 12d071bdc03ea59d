#include "sdk/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_all(int fd, uint64_t cap_bytes, struct task_buf *out)
{
    for (;;) {
        enum { CHUNK = 1 << 16 };
        char *room = task_buf_reserve(out, CHUNK);
        ssize_t got = read(fd, room, CHUNK);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        out->length += (size_t)got;
        if (out->length > cap_bytes) {
            errno = EFBIG;
            return false;
        }
    }
}

bool task_file_read(const char *path, uint64_t cap_bytes, struct task_buf *out,
                    struct task_error *err)
{
    task_auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return task_fail_errno(err, TASK_HOST, "cannot open \"%s\"", path);
    if (!read_all(fd, cap_bytes, out))
        return task_fail_errno(err, TASK_HOST, "cannot read \"%s\"", path);
    return true;
}

/* O_NONBLOCK: opening a FIFO that the entry left must not wait for a writer. */
bool task_file_read_hostile(const char *folder, const char *name, uint64_t cap_bytes,
                            struct task_buf *out, struct task_error *err)
{
    task_auto_free char *path = task_strf("%s/%s", folder, name);
    task_auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && (errno == ENOENT || errno == ELOOP || errno == ENXIO))
        return task_fail(err, TASK_ENTRY, "%s: %s", name,
                         errno == ENOENT ? "no such file in the output folder"
                                         : "not a regular file");
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0)
        return task_fail_errno(err, TASK_HOST, "cannot open \"%s\"", path);
    if (!S_ISREG(status.st_mode))
        return task_fail(err, TASK_ENTRY, "%s: not a regular file", name);
    if (status.st_size > (off_t)cap_bytes)
        return task_fail(err, TASK_ENTRY, "%s: larger than %llu bytes", name,
                         (unsigned long long)cap_bytes);
    if (!read_all(fd, cap_bytes, out))
        return task_fail_errno(err, TASK_HOST, "cannot read \"%s\"", path);
    return true;
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = write(fd, bytes, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        bytes += put;
        length -= (size_t)put;
    }
    return true;
}

bool task_file_write(const char *path, const void *bytes, size_t length,
                     struct task_error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return task_fail_errno(err, TASK_HOST, "cannot create \"%s\"", path);
    bool is_written = write_all(fd, bytes, length);
    int saved = errno;
    if (close(fd) != 0 && is_written) {
        is_written = false;
        saved = errno;
    }
    errno = saved;
    return is_written || task_fail_errno(err, TASK_HOST, "cannot write \"%s\"", path);
}

bool task_dir_make(const char *path, struct task_error *err)
{
    task_auto_free char *part = task_strdup(path);
    for (char *slash = strchr(part + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash)
            *slash = '\0';
        if (mkdir(part, 0755) != 0 && errno != EEXIST)
            return task_fail_errno(err, TASK_HOST, "cannot create folder \"%s\"", part);
        if (!slash)
            return true;
        *slash = '/';
    }
}

bool task_dir_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool has_suffix(const char *name, const char *suffix)
{
    size_t length = strlen(name), tail = strlen(suffix);
    return length >= tail && strcmp(name + length - tail, suffix) == 0;
}

static int compare_names(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;
    return strcmp(*left, *right);
}

bool task_dir_list(const char *path, const char *suffix, struct task_names *names,
                   struct task_error *err)
{
    DIR *dir = opendir(path);
    if (!dir)
        return task_fail_errno(err, TASK_HOST, "cannot list folder \"%s\"", path);
    errno = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL; errno = 0) {
        if (entry->d_name[0] == '.' || !has_suffix(entry->d_name, suffix))
            continue;
        names->items = task_grow(names->items, names->count + 1, sizeof *names->items);
        names->items[names->count++] = task_strdup(entry->d_name);
    }
    int saved = errno;
    (void)closedir(dir); /* read-only: nothing can be lost */
    errno = saved;
    if (saved != 0)
        return task_fail_errno(err, TASK_HOST, "cannot list folder \"%s\"", path);
    if (names->count > 0)
        qsort(names->items, names->count, sizeof *names->items, compare_names);
    return true;
}

void task_names_release(struct task_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
    *names = (struct task_names)TASK_NAMES_INIT;
}
