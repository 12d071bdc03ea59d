#include "fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *pod_path_join(const char *a, const char *b)
{
    if (*a == '\0' || *b == '/')
        return pod_strdup(b);
    if (*b == '\0')
        return pod_strdup(a);
    bool has_slash = a[strlen(a) - 1] == '/';
    return pod_strf("%s%s%s", a, has_slash ? "" : "/", b);
}

char *pod_path_real(const char *path, struct pod_error *err)
{
    char *real = realpath(path, NULL);
    if (!real)
        pod_fail_errno(err, POD_HOST, "cannot resolve \"%s\"", path);
    return real;
}

bool pod_path_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

bool pod_path_is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The folder that holds path's last part; the caller frees. */
static char *parent_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return pod_strdup(".");
    if (slash == path)
        return pod_strdup("/");
    return pod_strf("%.*s", (int)(slash - path), path);
}

/* Reading. */

static bool read_up_to(int fd, const char *path, uint64_t cap_bytes, struct pod_buf *out,
                       struct pod_error *err)
{
    enum { CHUNK = 65536 };
    uint64_t total = 0;
    for (;;) {
        char *room = pod_buf_reserve(out, CHUNK);
        ssize_t got = read(fd, room, CHUNK);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return pod_fail_errno(err, POD_HOST, "cannot read \"%s\"", path);
        if (got == 0)
            return true;
        pod_buf_commit(out, (size_t)got);
        total += (uint64_t)got;
        /* The file may have grown since its size was looked at. */
        if (total > cap_bytes)
            return pod_fail(err, POD_HOST, "\"%s\" is larger than %llu bytes", path,
                            (unsigned long long)cap_bytes);
    }
}

bool pod_file_read(const char *path, uint64_t cap_bytes, struct pod_buf *out,
                   struct pod_error *err)
{
    /* O_NONBLOCK: opening a FIFO must not wait for its writer. */
    pod_auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return pod_fail_errno(err, POD_HOST, "cannot open \"%s\"", path);
    struct stat st;
    if (fstat(fd, &st) != 0)
        return pod_fail_errno(err, POD_HOST, "cannot stat \"%s\"", path);
    if (!S_ISREG(st.st_mode))
        return pod_fail(err, POD_HOST, "\"%s\" is not a regular file", path);
    if ((uint64_t)st.st_size > cap_bytes)
        return pod_fail(err, POD_HOST, "\"%s\" is larger than %llu bytes", path,
                        (unsigned long long)cap_bytes);
    pod_buf_append(out, "", 0);
    return read_up_to(fd, path, cap_bytes, out, err);
}

/* Writing. */

bool pod_write_all(int fd, const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length > 0) {
        ssize_t done = write(fd, at, length);
        if (done < 0 && errno == EINTR)
            continue;
        /* POSIX leaves open what 0 means; asking again might never end. */
        if (done == 0)
            errno = EIO;
        if (done <= 0)
            return false;
        at += done;
        length -= (size_t)done;
    }
    return true;
}

/* Some file systems cannot sync a folder and say EINVAL: there is nothing to wait for. */
bool pod_parent_sync(const char *path, struct pod_error *err)
{
    pod_auto_free char *parent = parent_of(path);
    pod_auto_fd int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL))
        return pod_fail_errno(err, POD_HOST, "cannot sync the folder \"%s\"", parent);
    return true;
}

/* mkostemp would give 0600; a board must be readable by the web server, so the mode is the
 * umask's and the name is ours. */
static int open_temporary(const char *path, char **out)
{
    for (unsigned try = 0; try < 100; try++) {
        free(*out);
        *out = pod_strf("%s.tmp-%ld-%u", path, (long)getpid(), try);
        int fd = open(*out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static bool fill_and_close(int fd, const void *bytes, size_t length, bool is_synced)
{
    bool is_written = pod_write_all(fd, bytes, length) && (!is_synced || fsync(fd) == 0);
    int saved = errno;
    bool is_closed = close(fd) == 0;
    if (!is_written)
        errno = saved;
    return is_written && is_closed;
}

/* A device, a FIFO or a socket: to put a file in its place is never what was meant. */
static bool is_special(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

static bool write_special(const char *path, const void *bytes, size_t length,
                          struct pod_error *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return pod_fail_errno(err, POD_HOST, "cannot open \"%s\"", path);
    return fill_and_close(fd, bytes, length, false) ||
           pod_fail_errno(err, POD_HOST, "cannot write \"%s\"", path);
}

static bool replace_file(const char *path, const void *bytes, size_t length, bool is_synced,
                         struct pod_error *err)
{
    pod_auto_free char *temporary = NULL;
    if (is_special(path))
        return write_special(path, bytes, length, err);
    int fd = open_temporary(path, &temporary);
    if (fd < 0)
        return pod_fail_errno(err, POD_HOST, "cannot create \"%s\"", temporary);
    if (!fill_and_close(fd, bytes, length, is_synced) || rename(temporary, path) != 0) {
        pod_fail_errno(err, POD_HOST, "cannot write \"%s\"", path);
        (void)unlink(temporary);
        return false;
    }
    return !is_synced || pod_parent_sync(path, err);
}

bool pod_file_write(const char *path, const void *bytes, size_t length,
                    struct pod_error *err)
{
    return replace_file(path, bytes, length, true, err);
}

bool pod_file_put(const char *path, const void *bytes, size_t length, struct pod_error *err)
{
    return replace_file(path, bytes, length, false, err);
}

/* Folders. */

static bool make_one(const char *path, struct pod_error *err)
{
    if (mkdir(path, 0755) == 0 || (errno == EEXIST && pod_path_is_dir(path)))
        return true;
    return pod_fail_errno(err, POD_HOST, "cannot make the folder \"%s\"", path);
}

bool pod_dir_make(const char *path, struct pod_error *err)
{
    pod_auto_free char *part = pod_strdup(path);
    if (mkdir(path, 0755) == 0)
        return true; /* as a rule; each mkdir on the way would take the folder's lock */
    for (char *at = part; *at; at++) {
        if (*at != '/' || at == part)
            continue;
        *at = '\0';
        if (!make_one(part, err))
            return false;
        *at = '/';
    }
    return make_one(path, err);
}

static bool is_dot(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* readdir says by errno alone whether NULL is the end, and whoever ran since the last call
 * may have left something there, also after a success. */
static struct dirent *next_item(DIR *dir)
{
    errno = 0;
    return readdir(dir);
}

bool pod_dir_list_fd(int fd, const char *path, struct pod_names *names,
                     struct pod_error *err)
{
    /* A description of its own: the position in the folder is shared by dup. */
    pod_auto_fd int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = own < 0 ? NULL : fdopendir(own);
    if (!dir)
        return pod_fail_errno(err, POD_HOST, "cannot list \"%s\"", path);
    pod_steal_fd(&own);
    struct dirent *item = NULL;
    while ((item = next_item(dir)) != NULL)
        if (!is_dot(item->d_name))
            pod_names_add(names, item->d_name);
    int reason = errno;
    if (reason != 0)
        pod_fail_errno(err, POD_HOST, "cannot list \"%s\"", path);
    (void)closedir(dir);
    pod_names_sort(names);
    errno = reason;
    return reason == 0;
}

bool pod_dir_list(const char *path, struct pod_names *names, struct pod_error *err)
{
    pod_auto_fd int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return pod_fail_errno(err, POD_HOST, "cannot open the folder \"%s\"", path);
    return pod_dir_list_fd(fd, path, names, err);
}
