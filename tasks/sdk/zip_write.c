#include "sdk/zip.h"

#include <string.h>
#include <zlib.h>

/* 1980-01-01 00:00, the first instant that the format can say: packages must repeat. */
enum { FIXED_TIME = 0, FIXED_DATE = 1 << 5 | 1, VERSION = 20 };

static void put2(struct task_buf *out, unsigned value)
{
    const uint8_t bytes[2] = {(uint8_t)value, (uint8_t)(value >> 8)};
    task_buf_append(out, bytes, sizeof bytes);
}

static void put4(struct task_buf *out, uint32_t value)
{
    put2(out, value & 0xffff);
    put2(out, value >> 16);
}

/* The fields that local and central headers share, from version to the extra's length. */
static void put_common(struct task_buf *out, uint32_t crc, size_t length,
                       size_t name_length)
{
    put2(out, VERSION);
    put2(out, 0); /* flags */
    put2(out, 0); /* stored */
    put2(out, FIXED_TIME);
    put2(out, FIXED_DATE);
    put4(out, crc);
    put4(out, (uint32_t)length);
    put4(out, (uint32_t)length);
    put2(out, (unsigned)name_length);
    put2(out, 0);
}

void task_zip_begin(struct task_zip_writer *writer, struct task_buf *out)
{
    *writer = (struct task_zip_writer){out, TASK_BUF_INIT, 0};
}

void task_zip_add(struct task_zip_writer *writer, const char *key, const void *bytes,
                  size_t length)
{
    task_auto_free char *name = task_strf("%s.npy", key);
    size_t name_length = strlen(name);
    uint32_t crc = (uint32_t)crc32_z(0, bytes, length);
    struct task_buf *out = writer->out, *directory = &writer->directory;
    uint32_t offset = (uint32_t)out->length;

    put4(out, 0x04034b50);
    put_common(out, crc, length, name_length);
    task_buf_append(out, name, name_length);
    task_buf_append(out, bytes, length);

    put4(directory, 0x02014b50);
    put2(directory, 3 << 8 | VERSION); /* made on Unix, so that modes below are read */
    put_common(directory, crc, length, name_length);
    put2(directory, 0); /* comment */
    put2(directory, 0); /* disk */
    put2(directory, 0); /* internal attributes */
    put4(directory, (uint32_t)0100644 << 16);
    put4(directory, offset);
    task_buf_append(directory, name, name_length);
    writer->count++;
}

void task_zip_end(struct task_zip_writer *writer)
{
    struct task_buf *out = writer->out;
    uint32_t offset = (uint32_t)out->length, size = (uint32_t)writer->directory.length;
    if (size > 0)
        task_buf_append(out, writer->directory.data, size);
    put4(out, 0x06054b50);
    put4(out, 0); /* disks */
    put2(out, writer->count);
    put2(out, writer->count);
    put4(out, size);
    put4(out, offset);
    put2(out, 0);
    task_buf_release(&writer->directory);
}
