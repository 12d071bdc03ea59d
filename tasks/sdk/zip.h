/* zip.h - what npz.h needs of the zip format (PKWARE APPNOTE 6.3.10), over bytes in memory.
 * Private to the SDK.
 *
 * task_zip_open reads the central directory once; members point into nothing, they keep
 * offsets that were checked against the length. Failure is TASK_PACKAGE.
 */
#ifndef TASK_ZIP_H
#define TASK_ZIP_H

#include "sdk/npz.h"

enum { TASK_ZIP_MEMBERS = 256 };

struct task_zip_member {
    char key[TASK_KEY_BYTES]; /* the name without ".npy" */
    unsigned method;          /* 0 stored, 8 deflated */
    uint32_t crc;
    size_t packed_size;
    size_t size;
    size_t data_offset;
};

struct task_zip {
    struct task_zip_member *members;
    size_t count;
};

bool task_zip_open(const uint8_t *bytes, size_t length, struct task_zip *zip,
                   struct task_error *err);
void task_zip_release(struct task_zip *zip);

/* The member's bytes, member->size of them: inside bytes when stored, else in inflated. */
const uint8_t *task_zip_read(const uint8_t *bytes, const struct task_zip_member *member,
                             struct task_buf *inflated, struct task_error *err);

/* Writing: stored members, fixed time stamp, no zip64. Below 4 GiB in all. */
struct task_zip_writer {
    struct task_buf *out;
    struct task_buf directory;
    unsigned count;
};
void task_zip_begin(struct task_zip_writer *writer, struct task_buf *out);
void task_zip_add(struct task_zip_writer *writer, const char *key, const void *bytes,
                  size_t length);
void task_zip_end(struct task_zip_writer *writer);

#endif
