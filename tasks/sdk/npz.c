#include "sdk/npz.h"

#include "sdk/file.h"
#include "sdk/zip.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct task_npz {
    char *path; /* NULL: bytes in memory */
    const uint8_t *bytes;
    size_t length;
    struct task_zip zip;
};

void task_npz_free(struct task_npz *npz)
{
    if (!npz)
        return;
    if (npz->path && npz->length > 0)
        (void)munmap((void *)(uintptr_t)npz->bytes, npz->length);
    task_zip_release(&npz->zip);
    free(npz->path);
    free(npz);
}

void task_npz_cleanup(struct task_npz **npz)
{
    task_npz_free(*npz);
}

static bool map_file(struct task_npz *npz, struct task_error *err)
{
    task_auto_fd int fd = open(npz->path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0)
        return task_fail_errno(err, TASK_HOST, "cannot open \"%s\"", npz->path);
    if (!S_ISREG(status.st_mode) || status.st_size == 0)
        return task_fail(err, TASK_PACKAGE, "not an npz file, or empty");
    void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        return task_fail_errno(err, TASK_HOST, "cannot map \"%s\"", npz->path);
    npz->bytes = bytes;
    npz->length = (size_t)status.st_size;
    return true;
}

static bool wrap_path(const struct task_npz *npz, struct task_error *err)
{
    if (npz->path && err->fault == TASK_PACKAGE)
        (void)task_wrap(err, "\"%s\"", npz->path);
    return false;
}

struct task_npz *task_npz_open(const char *path, struct task_error *err)
{
    struct task_npz *npz = task_alloc(1, sizeof *npz);
    npz->path = task_strdup(path);
    if (map_file(npz, err) && task_zip_open(npz->bytes, npz->length, &npz->zip, err))
        return npz;
    (void)wrap_path(npz, err);
    task_npz_free(npz);
    return NULL;
}

struct task_npz *task_npz_open_bytes(const void *bytes, size_t length,
                                     struct task_error *err)
{
    struct task_npz *npz = task_alloc(1, sizeof *npz);
    npz->bytes = bytes;
    npz->length = length;
    if (task_zip_open(npz->bytes, npz->length, &npz->zip, err))
        return npz;
    task_npz_free(npz);
    return NULL;
}

size_t task_npz_count(const struct task_npz *npz)
{
    return npz->zip.count;
}

const char *task_npz_key(const struct task_npz *npz, size_t i)
{
    return npz->zip.members[i].key;
}

static const struct task_zip_member *find_member(const struct task_npz *npz,
                                                 const char *key)
{
    for (size_t i = 0; i < npz->zip.count; i++) {
        if (strcmp(npz->zip.members[i].key, key) == 0)
            return &npz->zip.members[i];
    }
    return NULL;
}

bool task_npz_has(const struct task_npz *npz, const char *key)
{
    return find_member(npz, key) != NULL;
}

static bool read_member(const struct task_npz *npz, const char *key,
                        struct task_array *array, struct task_error *err)
{
    const struct task_zip_member *member = find_member(npz, key);
    if (!member)
        return task_fail(err, TASK_PACKAGE, "no array \"%s\"", key);
    task_auto_buf struct task_buf inflated = TASK_BUF_INIT;
    const uint8_t *bytes = task_zip_read(npz->bytes, member, &inflated, err);
    if (!bytes || !task_npy_parse(bytes, member->size, key, array, err))
        return task_wrap(err, "array \"%s\"", key);
    return true;
}

bool task_npz_read(struct task_npz *npz, const char *key, struct task_array *array,
                   struct task_error *err)
{
    return read_member(npz, key, array, err) || wrap_path(npz, err);
}

void task_npz_append(const struct task_array *arrays, size_t count, struct task_buf *out)
{
    struct task_zip_writer writer;
    task_zip_begin(&writer, out);
    task_auto_buf struct task_buf npy = TASK_BUF_INIT;
    for (size_t i = 0; i < count; i++) {
        npy.length = 0;
        task_npy_append(&arrays[i], &npy);
        task_zip_add(&writer, arrays[i].key, npy.data, npy.length);
    }
    task_zip_end(&writer);
}

bool task_npz_write(const char *path, const struct task_array *arrays, size_t count,
                    struct task_error *err)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += task_array_bytes(&arrays[i]);
    if (total > (size_t)2 << 30)
        return task_fail(err, TASK_PACKAGE, "\"%s\" would exceed 2 GiB", path);
    task_auto_buf struct task_buf bytes = TASK_BUF_INIT;
    task_npz_append(arrays, count, &bytes);
    return task_file_write(path, bytes.data, bytes.length, err);
}
