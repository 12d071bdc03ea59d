#include "import.h"

#include <string.h>

/* Fields of a record, little endian. */
static uint16_t u16_at(const char *record, size_t offset)
{
    uint16_t value;
    memcpy(&value, record + offset, sizeof value);
    return value;
}

static uint32_t u32_at(const char *record, size_t offset)
{
    uint32_t value;
    memcpy(&value, record + offset, sizeof value);
    return value;
}

static uint64_t u64_at(const char *record, size_t offset)
{
    uint64_t value;
    memcpy(&value, record + offset, sizeof value);
    return value;
}

static bool check_whole(const struct cache_import *import, size_t record,
                        struct task_error *err)
{
    return import->length % record == 0 ||
           task_fail(err, TASK_PACKAGE,
                     "%zu bytes are left after %zu whole records of %zu: it is cut short",
                     import->length % record, import->length / record, record);
}

/* Records of libCacheSim: u32 seconds, u64 object, u32 size, i64 next request or -1. What
 * it says of the future is not looked at. */
bool cache_import_oracle(struct cache_import *import, struct task_error *err)
{
    enum { RECORD = 24, OBJECT = 4, SIZE = 12 };
    if (!check_whole(import, RECORD, err))
        return false;
    for (size_t at = 0; at < import->length; at += RECORD) {
        const char *record = import->bytes + at;
        const struct cache_raw raw = {u64_at(record, OBJECT),
                                      (uint64_t)u32_at(record, 0) * 1000,
                                      u32_at(record, SIZE)};
        if (!cache_import_add(import, raw))
            break;
    }
    return true;
}

/* Keys of 4 bytes. They are only compared, so their byte order does not matter. */
bool cache_import_cache2k(struct cache_import *import, struct task_error *err)
{
    enum { RECORD = 4 };
    if (!check_whole(import, RECORD, err))
        return false;
    for (size_t at = 0; at < import->length; at += RECORD) {
        const struct cache_raw raw = {u32_at(import->bytes + at, 0), 0, 1};
        if (!cache_import_add(import, raw))
            break;
    }
    return true;
}

/* The two versions of VMware's SCSI traces, as CloudPhysics published them. In both a u64
 * block and a u64 time in us follow 16 bytes of other fields; the high byte of a u16 in
 * them is the version. */
static const struct vscsi {
    uint8_t version;
    size_t record, version_at, size_at;
} vscsis[] = {{1, 32, 14, 4}, {2, 40, 2, 8}};

enum { VSCSI_BLOCK = 16, VSCSI_TIME = 24 };

static bool is_version(const struct vscsi *format, const char *record)
{
    return u16_at(record, format->version_at) >> 8 == format->version;
}

static const struct vscsi *find_vscsi(const struct cache_import *import)
{
    for (size_t i = 0; i < sizeof vscsis / sizeof vscsis[0]; i++) {
        if (import->length >= vscsis[i].record && is_version(&vscsis[i], import->bytes))
            return &vscsis[i];
    }
    return NULL;
}

/* A record is one request for the object that begins at its block, as in libCacheSim. */
bool cache_import_vscsi(struct cache_import *import, struct task_error *err)
{
    const struct vscsi *format = find_vscsi(import);
    if (!format)
        return task_fail(err, TASK_PACKAGE,
                         "the first record is of neither version of vscsi");
    if (!check_whole(import, format->record, err))
        return false;
    for (size_t at = 0; at < import->length; at += format->record) {
        const char *record = import->bytes + at;
        const struct cache_raw raw = {u64_at(record, VSCSI_BLOCK),
                                      u64_at(record, VSCSI_TIME) / 1000,
                                      u32_at(record, format->size_at)};
        if (!is_version(format, record))
            return task_fail(err, TASK_PACKAGE, "record %zu is not of version %d",
                             at / format->record + 1, format->version);
        if (!cache_import_add(import, raw))
            break;
    }
    return true;
}
