#include "sdk/npy.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "npy data is kept as it is read");

static const struct {
    const char *word;
    size_t bytes;
} dtypes[] = {
#define X(name, word, bytes) {word, bytes},
    TASK_DTYPES(X)
#undef X
};
enum { DTYPE_COUNT = sizeof dtypes / sizeof dtypes[0] };

size_t task_dtype_bytes(enum task_dtype dtype)
{
    return dtypes[dtype].bytes;
}

const char *task_dtype_word(enum task_dtype dtype)
{
    return dtypes[dtype].word;
}

size_t task_array_count(const struct task_array *array)
{
    size_t count = 1;
    for (size_t i = 0; i < array->rank; i++)
        count *= array->shape[i];
    return count;
}

size_t task_array_bytes(const struct task_array *array)
{
    return task_array_count(array) * task_dtype_bytes(array->dtype);
}

void task_array_init(struct task_array *array, const char *key, enum task_dtype dtype,
                     size_t rank, const size_t *shape)
{
    *array = (struct task_array){.dtype = dtype, .rank = rank};
    size_t length = strnlen(key, TASK_KEY_BYTES - 1);
    memcpy(array->key, key, length);
    for (size_t i = 0; i < rank; i++)
        array->shape[i] = shape[i];
    array->data = task_alloc(task_array_count(array), task_dtype_bytes(dtype));
}

void task_array_release(struct task_array *array)
{
    free(array->data);
    array->data = NULL;
}

/* A wrong type here is a mistake in a task program, not in its data. */
static void *typed(const struct task_array *array, enum task_dtype dtype)
{
    if (array->dtype != dtype)
        abort();
    return array->data;
}

float *task_array_f4(const struct task_array *array)
{
    return typed(array, TASK_F4);
}

int32_t *task_array_i4(const struct task_array *array)
{
    return typed(array, TASK_I4);
}

int64_t *task_array_i8(const struct task_array *array)
{
    return typed(array, TASK_I8);
}

int64_t task_array_integer(const struct task_array *array, size_t i)
{
    switch (array->dtype) {
    case TASK_U1:
        return ((const uint8_t *)array->data)[i];
    case TASK_I4:
        return ((const int32_t *)array->data)[i];
    case TASK_I8:
        return ((const int64_t *)array->data)[i];
    default:
        abort();
    }
}

/* The header is a Python literal: {'descr': '<f4', 'fortran_order': False, 'shape': (3,), }
 * in any order of keys. `at` stops at `end`. */
struct header {
    const char *at;
    const char *end;
    enum task_dtype dtype;
    bool is_fortran;
    size_t rank;
    size_t shape[TASK_ARRAY_RANK];
    bool has_descr, has_order, has_shape;
};

static void skip_blanks(struct header *h)
{
    while (h->at < h->end && isspace((unsigned char)*h->at))
        h->at++;
}

static bool take(struct header *h, char c)
{
    skip_blanks(h);
    if (h->at >= h->end || *h->at != c)
        return false;
    h->at++;
    return true;
}

static bool take_word(struct header *h, const char *word)
{
    skip_blanks(h);
    size_t length = strlen(word);
    if ((size_t)(h->end - h->at) < length || memcmp(h->at, word, length) != 0)
        return false;
    h->at += length;
    return true;
}

static bool take_string(struct header *h, char *text, size_t size)
{
    skip_blanks(h);
    if (h->at >= h->end || (*h->at != '\'' && *h->at != '"'))
        return false;
    const char *start = h->at + 1;
    const char *close = memchr(start, *h->at, (size_t)(h->end - start));
    if (!close || (size_t)(close - start) >= size)
        return false;
    memcpy(text, start, (size_t)(close - start));
    text[close - start] = '\0';
    h->at = close + 1;
    return true;
}

static bool take_size(struct header *h, size_t *value)
{
    skip_blanks(h);
    const char *start = h->at;
    size_t number = 0;
    for (; h->at < h->end && isdigit((unsigned char)*h->at); h->at++) {
        size_t digit = (size_t)(*h->at - '0');
        if (number > (SIZE_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *value = number;
    return h->at > start;
}

static bool take_shape(struct header *h)
{
    if (h->has_shape || !take(h, '('))
        return false;
    h->has_shape = true;
    while (!take(h, ')')) {
        if (h->rank == TASK_ARRAY_RANK || !take_size(h, &h->shape[h->rank++]))
            return false;
        if (take(h, ','))
            continue;
        return take(h, ')');
    }
    return true;
}

/* '<f4'; '|u1' has no byte order. '=' and '>' are refused: the files are little-endian. */
static bool take_descr(struct header *h)
{
    char text[16];
    if (h->has_descr || !take_string(h, text, sizeof text))
        return false;
    h->has_descr = true;
    if (text[0] != '<' && strcmp(text, "|u1") != 0)
        return false;
    for (size_t i = 0; i < DTYPE_COUNT; i++) {
        if (strcmp(text + 1, dtypes[i].word) == 0) {
            h->dtype = (enum task_dtype)i;
            return true;
        }
    }
    return false;
}

static bool take_order(struct header *h)
{
    if (h->has_order)
        return false;
    h->has_order = true;
    h->is_fortran = take_word(h, "True");
    return h->is_fortran || take_word(h, "False");
}

static bool parse_pair(struct header *h, struct task_error *err)
{
    char key[32];
    if (!take_string(h, key, sizeof key) || !take(h, ':'))
        return task_fail(err, TASK_PACKAGE, "npy header is not a dictionary");
    if (strcmp(key, "descr") == 0)
        return take_descr(h) ||
               task_fail(err, TASK_PACKAGE,
                         "npy element type is not one of <f4 <f8 |u1 <i4 <i8");
    if (strcmp(key, "fortran_order") == 0)
        return take_order(h) ||
               task_fail(err, TASK_PACKAGE, "npy fortran_order is not True or False");
    if (strcmp(key, "shape") == 0)
        return take_shape(h) ||
               task_fail(err, TASK_PACKAGE, "npy shape is not a tuple of at most %d sizes",
                         TASK_ARRAY_RANK);
    return task_fail(err, TASK_PACKAGE, "npy header has an unknown key");
}

static bool parse_header(struct header *h, struct task_error *err)
{
    if (!take(h, '{'))
        return task_fail(err, TASK_PACKAGE, "npy header is not a dictionary");
    while (!take(h, '}')) {
        if (!parse_pair(h, err))
            return false;
        if (take(h, ','))
            continue;
        if (!take(h, '}'))
            return task_fail(err, TASK_PACKAGE, "npy header is not a dictionary");
        break;
    }
    skip_blanks(h);
    if (h->at != h->end || !h->has_descr || !h->has_order || !h->has_shape)
        return task_fail(err, TASK_PACKAGE,
                         "npy header needs descr, fortran_order, shape and nothing more");
    return true;
}

/* Magic, version, length of the header: 2 bytes in version 1.0, 4 in 2.0 and 3.0. */
static bool find_header(const uint8_t *bytes, size_t length, struct header *h,
                        struct task_error *err)
{
    if (length < 10 || memcmp(bytes, "\x93NUMPY", 6) != 0)
        return task_fail(err, TASK_PACKAGE, "not an npy file");
    unsigned major = bytes[6];
    if (major < 1 || major > 3 || bytes[7] != 0)
        return task_fail(err, TASK_PACKAGE, "npy version %u.%u is unknown", major,
                         bytes[7]);
    size_t start = major == 1 ? 10 : 12;
    if (length < start)
        return task_fail(err, TASK_PACKAGE, "npy header is cut off");
    size_t size = bytes[8] | (size_t)bytes[9] << 8;
    if (major > 1)
        size |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    if (size > length - start)
        return task_fail(err, TASK_PACKAGE, "npy header is cut off");
    h->at = (const char *)bytes + start;
    h->end = h->at + size;
    return true;
}

static bool checked_bytes(const struct header *h, size_t *bytes)
{
    *bytes = dtypes[h->dtype].bytes;
    for (size_t i = 0; i < h->rank; i++) {
        if (__builtin_mul_overflow(*bytes, h->shape[i], bytes))
            return false;
    }
    return true;
}

/* The first index varies fastest in the source, the last one in ours. */
static void copy_fortran(const struct header *h, const uint8_t *source,
                         struct task_array *array)
{
    size_t size = dtypes[h->dtype].bytes, count = task_array_count(array);
    size_t index[TASK_ARRAY_RANK] = {0};
    uint8_t *target = array->data;
    for (size_t i = 0; i < count; i++) {
        size_t offset = 0;
        for (size_t d = h->rank; d-- > 0;)
            offset = offset * h->shape[d] + index[d];
        memcpy(target + i * size, source + offset * size, size);
        for (size_t d = h->rank; d-- > 0 && ++index[d] == h->shape[d];)
            index[d] = 0;
    }
}

bool task_npy_parse(const void *bytes, size_t length, const char *key,
                    struct task_array *array, struct task_error *err)
{
    struct header h = {0};
    if (!find_header(bytes, length, &h, err))
        return false;
    const uint8_t *data = (const uint8_t *)h.end;
    if (!parse_header(&h, err))
        return false;
    size_t left = length - (size_t)(data - (const uint8_t *)bytes), needed = 0;
    if (!checked_bytes(&h, &needed) || needed != left)
        return task_fail(err, TASK_PACKAGE, "npy shape does not fit the %zu bytes of data",
                         left);
    task_array_init(array, key, h.dtype, h.rank, h.shape);
    if (h.is_fortran && h.rank > 1)
        copy_fortran(&h, data, array);
    else
        memcpy(array->data, data, needed);
    return true;
}

void task_npy_append(const struct task_array *array, struct task_buf *out)
{
    task_auto_buf struct task_buf header = TASK_BUF_INIT;
    task_buf_printf(&header, "{'descr': '%c%s', 'fortran_order': False, 'shape': (",
                    array->dtype == TASK_U1 ? '|' : '<', dtypes[array->dtype].word);
    for (size_t i = 0; i < array->rank; i++)
        task_buf_printf(&header, "%s%zu%s", i ? " " : "", array->shape[i],
                        i + 1 < array->rank || array->rank == 1 ? "," : "");
    task_buf_printf(&header, "), }");
    while ((10 + header.length + 1) % 64 != 0)
        task_buf_append(&header, " ", 1);
    task_buf_append(&header, "\n", 1);
    const uint8_t preamble[10] = {0x93,
                                  'N',
                                  'U',
                                  'M',
                                  'P',
                                  'Y',
                                  1,
                                  0,
                                  (uint8_t)(header.length & 0xff),
                                  (uint8_t)(header.length >> 8)};
    task_buf_append(out, preamble, sizeof preamble);
    task_buf_append(out, header.data, header.length);
    task_buf_append(out, array->data, task_array_bytes(array));
}
