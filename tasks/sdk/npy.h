/* npy.h - one array in NumPy's .npy format, versions 1.0 to 3.0.
 *
 * An array's data is in C order and in the host's byte order (little-endian only). Parsing
 * takes hostile bytes: it never trusts a shape, and what it refuses is TASK_PACKAGE with a
 * reason. Format: numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
#ifndef TASK_NPY_H
#define TASK_NPY_H

#include "sdk/buf.h"
#include "sdk/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TASK_ARRAY_RANK = 4, TASK_KEY_BYTES = 64 };

/* X(name, NumPy's word, bytes) */
#define TASK_DTYPES(X)                                                                     \
    X(TASK_F4, "f4", 4)                                                                    \
    X(TASK_F8, "f8", 8)                                                                    \
    X(TASK_U1, "u1", 1)                                                                    \
    X(TASK_I4, "i4", 4)                                                                    \
    X(TASK_I8, "i8", 8)

enum task_dtype {
#define X(name, word, bytes) name,
    TASK_DTYPES(X)
#undef X
};

struct task_array {
    char key[TASK_KEY_BYTES]; /* "config_runtime", without ".npy" */
    enum task_dtype dtype;
    size_t rank;
    size_t shape[TASK_ARRAY_RANK];
    void *data; /* owned; C order; at least one byte even when empty */
};

size_t task_dtype_bytes(enum task_dtype dtype);
const char *task_dtype_word(enum task_dtype dtype);

/* A zeroed array; the product of shape must fit in memory (the program ends if not). */
void task_array_init(struct task_array *array, const char *key, enum task_dtype dtype,
                     size_t rank, const size_t *shape);
void task_array_release(struct task_array *array);
#define task_auto_array __attribute__((cleanup(task_array_release)))

size_t task_array_count(const struct task_array *array); /* elements */
size_t task_array_bytes(const struct task_array *array);

/* The data, typed. dtype must be the one named: anything else ends the program. */
float *task_array_f4(const struct task_array *array);
int32_t *task_array_i4(const struct task_array *array);
int64_t *task_array_i8(const struct task_array *array);

/* Element i of an integer array, whatever its width. */
int64_t task_array_integer(const struct task_array *array, size_t i);

/* Reads one .npy file of length bytes; array is initialised on success only. key copied. */
bool task_npy_parse(const void *bytes, size_t length, const char *key,
                    struct task_array *array, struct task_error *err);

/* Appends the array as .npy 1.0 in C order, the header padded to 64 bytes. */
void task_npy_append(const struct task_array *array, struct task_buf *out);

#endif
