#include "sdk/zip.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Signatures and the sizes of the records' fixed parts. */
enum {
    LOCAL = 0x04034b50,
    LOCAL_BYTES = 30,
    CENTRAL = 0x02014b50,
    CENTRAL_BYTES = 46,
    END = 0x06054b50,
    END_BYTES = 22,
    END64 = 0x06064b50,
    END64_BYTES = 56,
    LOCATOR64 = 0x07064b50,
    LOCATOR64_BYTES = 20,
    EXTRA64 = 1,
};

static uint16_t get2(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t get4(const uint8_t *p)
{
    return get2(p) | (uint32_t)get2(p + 2) << 16;
}

static uint64_t get8(const uint8_t *p)
{
    return get4(p) | (uint64_t)get4(p + 4) << 32;
}

/* Where the central directory is, in 64-bit values whatever the record had. */
struct directory {
    uint64_t offset;
    uint64_t size;
    uint64_t count;
};

/* The end record is the last one; a comment of up to 65535 bytes may follow it. */
static const uint8_t *find_end(const uint8_t *bytes, size_t length)
{
    for (size_t tail = END_BYTES; tail <= length && tail <= END_BYTES + 0xffff; tail++) {
        const uint8_t *at = bytes + length - tail;
        if (get4(at) == END && get2(at + 20) == tail - END_BYTES)
            return at;
    }
    return NULL;
}

static bool read_end64(const uint8_t *bytes, size_t length, const uint8_t *end,
                       struct directory *dir)
{
    if (end - bytes < LOCATOR64_BYTES || get4(end - LOCATOR64_BYTES) != LOCATOR64)
        return false;
    uint64_t offset = get8(end - LOCATOR64_BYTES + 8);
    if (length < END64_BYTES || offset > length - END64_BYTES)
        return false;
    const uint8_t *end64 = bytes + offset;
    if (get4(end64) != END64)
        return false;
    *dir = (struct directory){get8(end64 + 48), get8(end64 + 40), get8(end64 + 32)};
    return true;
}

static bool find_directory(const uint8_t *bytes, size_t length, struct directory *dir,
                           struct task_error *err)
{
    const uint8_t *end = find_end(bytes, length);
    if (!end)
        return task_fail(err, TASK_PACKAGE, "not a zip archive, or cut off");
    *dir = (struct directory){get4(end + 16), get4(end + 12), get2(end + 10)};
    bool is_zip64 =
        dir->offset == UINT32_MAX || dir->size == UINT32_MAX || dir->count == UINT16_MAX;
    if (is_zip64 && !read_end64(bytes, length, end, dir))
        return task_fail(err, TASK_PACKAGE, "zip64 directory is damaged");
    if (dir->size > length || dir->offset > length - dir->size)
        return task_fail(err, TASK_PACKAGE, "zip directory lies outside of the file");
    if (dir->count > TASK_ZIP_MEMBERS)
        return task_fail(err, TASK_PACKAGE, "more than %d members", TASK_ZIP_MEMBERS);
    return true;
}

/* A central header's sizes and offset as 64-bit values. */
struct extent {
    uint64_t size;
    uint64_t packed;
    uint64_t offset;
};

/* The zip64 field holds, in this order, only those values that are all ones in the header.
 */
static bool widen(const uint8_t *extra, size_t length, struct extent *extent)
{
    uint64_t *values[] = {&extent->size, &extent->packed, &extent->offset};
    const uint8_t *field = NULL;
    size_t left = 0;
    while (length >= 4) {
        size_t size = get2(extra + 2);
        if (size > length - 4)
            return false;
        if (get2(extra) == EXTRA64) {
            field = extra + 4;
            left = size;
        }
        extra += 4 + size;
        length -= 4 + size;
    }
    for (size_t i = 0; i < 3; i++) {
        if (*values[i] != UINT32_MAX)
            continue;
        if (left < 8)
            return false;
        *values[i] = get8(field);
        field += 8;
        left -= 8;
    }
    return true;
}

static bool copy_key(const uint8_t *name, size_t length, char *key, struct task_error *err)
{
    static const char suffix[] = ".npy";
    size_t tail = sizeof suffix - 1;
    bool fits = length > tail && length - tail < TASK_KEY_BYTES &&
                memcmp(name + length - tail, suffix, tail) == 0;
    for (size_t i = 0; fits && i < length; i++)
        fits = name[i] > 0x20 && name[i] < 0x7f;
    if (!fits)
        return task_fail(err, TASK_PACKAGE,
                         "a member's name is not KEY.npy with a key of at most %d letters",
                         TASK_KEY_BYTES - 1);
    memcpy(key, name, length - tail);
    key[length - tail] = '\0';
    return true;
}

static bool check_kind(const uint8_t *central, const struct extent *extent,
                       struct task_error *err)
{
    unsigned flags = get2(central + 8), method = get2(central + 10);
    if ((flags & 1) != 0)
        return task_fail(err, TASK_PACKAGE, "member is encrypted");
    if (method != 0 && method != 8)
        return task_fail(err, TASK_PACKAGE,
                         "member has compression method %u; 0 and 8 are read", method);
    if (extent->size > TASK_NPZ_MEMBER_CAP || extent->packed > TASK_NPZ_MEMBER_CAP)
        return task_fail(err, TASK_PACKAGE, "member is larger than %zu MB",
                         TASK_NPZ_MEMBER_CAP >> 20);
    /* Deflate cannot do better than 1032 to 1: a lie about the size costs no memory. */
    bool fits = method == 0 ? extent->size == extent->packed
                            : extent->size / 1032 <= extent->packed;
    return fits || task_fail(err, TASK_PACKAGE, "member's sizes contradict each other");
}

/* Only lengths are taken from the local header: they differ from the central ones. */
static bool find_data(const uint8_t *bytes, size_t length, const struct extent *extent,
                      size_t *data_offset, struct task_error *err)
{
    if (length < LOCAL_BYTES || extent->offset > length - LOCAL_BYTES ||
        get4(bytes + extent->offset) != LOCAL)
        return task_fail(err, TASK_PACKAGE, "member has no local header");
    const uint8_t *local = bytes + extent->offset;
    size_t start =
        (size_t)extent->offset + LOCAL_BYTES + get2(local + 26) + get2(local + 28);
    if (start > length || extent->packed > length - start)
        return task_fail(err, TASK_PACKAGE, "member is cut off");
    *data_offset = start;
    return true;
}

static bool read_central(const uint8_t *bytes, size_t length, const uint8_t *central,
                         struct task_zip_member *member, struct task_error *err)
{
    size_t name = get2(central + 28), extra = get2(central + 30);
    struct extent extent = {get4(central + 24), get4(central + 20), get4(central + 42)};
    *member =
        (struct task_zip_member){.method = get2(central + 10), .crc = get4(central + 16)};
    if (!copy_key(central + CENTRAL_BYTES, name, member->key, err))
        return false;
    if (!widen(central + CENTRAL_BYTES + name, extra, &extent))
        return task_fail(err, TASK_PACKAGE, "member \"%s\": zip64 field is damaged",
                         member->key);
    if (!check_kind(central, &extent, err) ||
        !find_data(bytes, length, &extent, &member->data_offset, err))
        return task_wrap(err, "member \"%s\"", member->key);
    member->packed_size = (size_t)extent.packed;
    member->size = (size_t)extent.size;
    return true;
}

static bool is_repeated(const struct task_zip *zip, const char *key)
{
    for (size_t i = 0; i < zip->count; i++) {
        if (strcmp(zip->members[i].key, key) == 0)
            return true;
    }
    return false;
}

static bool read_members(const uint8_t *bytes, size_t length, const struct directory *dir,
                         struct task_zip *zip, struct task_error *err)
{
    const uint8_t *at = bytes + dir->offset;
    size_t left = (size_t)dir->size;
    for (uint64_t i = 0; i < dir->count; i++) {
        if (left < CENTRAL_BYTES || get4(at) != CENTRAL)
            return task_fail(err, TASK_PACKAGE, "zip directory is damaged");
        size_t record =
            (size_t)CENTRAL_BYTES + get2(at + 28) + get2(at + 30) + get2(at + 32);
        if (record > left)
            return task_fail(err, TASK_PACKAGE, "zip directory is cut off");
        struct task_zip_member member;
        if (!read_central(bytes, length, at, &member, err))
            return false;
        if (is_repeated(zip, member.key))
            return task_fail(err, TASK_PACKAGE, "member \"%s\" occurs twice", member.key);
        zip->members[zip->count++] = member;
        at += record;
        left -= record;
    }
    return true;
}

bool task_zip_open(const uint8_t *bytes, size_t length, struct task_zip *zip,
                   struct task_error *err)
{
    struct directory dir = {0};
    *zip = (struct task_zip){0};
    if (!find_directory(bytes, length, &dir, err))
        return false;
    zip->members = task_alloc((size_t)dir.count, sizeof *zip->members);
    return read_members(bytes, length, &dir, zip, err);
}

void task_zip_release(struct task_zip *zip)
{
    free(zip->members);
    *zip = (struct task_zip){0};
}

static bool inflate_member(const uint8_t *packed, const struct task_zip_member *member,
                           struct task_buf *out, struct task_error *err)
{
    z_stream stream = {0};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return task_fail(err, TASK_HOST, "cannot start zlib");
    /* One byte more than is due: a stream that is longer than it says shows there. */
    stream.next_out = (Bytef *)task_buf_reserve(out, member->size + 1);
    stream.avail_out = (uInt)(member->size + 1);
    stream.next_in = (z_const Bytef *)(uintptr_t)packed;
    stream.avail_in = (uInt)member->packed_size;
    int status = inflate(&stream, Z_FINISH);
    bool is_exact = status == Z_STREAM_END && stream.total_out == member->size;
    (void)inflateEnd(&stream); /* frees only */
    out->length += is_exact ? member->size : 0;
    return is_exact || task_fail(err, TASK_PACKAGE, "deflated data is damaged");
}

const uint8_t *task_zip_read(const uint8_t *bytes, const struct task_zip_member *member,
                             struct task_buf *inflated, struct task_error *err)
{
    const uint8_t *data = bytes + member->data_offset;
    if (member->method == 8) {
        if (!inflate_member(data, member, inflated, err))
            return NULL;
        data = (const uint8_t *)inflated->data;
    }
    if (crc32_z(0, data, member->size) != member->crc) {
        (void)task_fail(err, TASK_PACKAGE, "crc32 is wrong: the file is damaged");
        return NULL;
    }
    return data;
}
