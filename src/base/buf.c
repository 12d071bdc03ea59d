#include "buf.h"
#include "utf8.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* No formatting here: it may allocate. Whether anybody reads the line changes nothing. */
void pod_out_of_memory(void)
{
    static const char line[] = "podium: out of memory\n";
    (void)!write(STDERR_FILENO, line, sizeof line - 1);
    _exit(3);
}

void *pod_alloc(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory)
        pod_out_of_memory();
    return memory;
}

void *pod_grow(void *old, size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes))
        pod_out_of_memory();
    void *memory = realloc(old, bytes ? bytes : 1);
    if (!memory)
        pod_out_of_memory();
    return memory;
}

char *pod_strdup(const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        pod_out_of_memory();
    return copy;
}

void pod_buf_release(struct pod_buf *buf)
{
    free(buf->data);
    *buf = (struct pod_buf)POD_BUF_INIT;
}

/* Doubles, so that n appends cost O(n). */
static size_t next_capacity(size_t capacity, size_t need)
{
    size_t next = capacity > SIZE_MAX / 2 ? need : capacity * 2;
    if (next < 64)
        next = 64;
    return next < need ? need : next;
}

char *pod_buf_reserve(struct pod_buf *buf, size_t length)
{
    size_t need = 0;
    if (__builtin_add_overflow(buf->length, length, &need) ||
        __builtin_add_overflow(need, 1, &need))
        pod_out_of_memory();
    if (need > buf->capacity) {
        buf->capacity = next_capacity(buf->capacity, need);
        buf->data = pod_grow(buf->data, buf->capacity, 1);
    }
    buf->data[buf->length] = '\0';
    return buf->data + buf->length;
}

void pod_buf_commit(struct pod_buf *buf, size_t length)
{
    buf->length += length;
    buf->data[buf->length] = '\0';
}

void pod_buf_append(struct pod_buf *buf, const void *bytes, size_t length)
{
    char *room = pod_buf_reserve(buf, length);
    if (length)
        memcpy(room, bytes, length);
    pod_buf_commit(buf, length);
}

void pod_buf_puts(struct pod_buf *buf, const char *text)
{
    pod_buf_append(buf, text, strlen(text));
}

__attribute__((format(printf, 2, 0))) static void
buf_vprintf(struct pod_buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    if (length < 0)
        pod_out_of_memory();
    char *room = pod_buf_reserve(buf, (size_t)length);
    if (vsnprintf(room, (size_t)length + 1, format, again) != length)
        pod_out_of_memory();
    va_end(again);
    pod_buf_commit(buf, (size_t)length);
}

void pod_buf_printf(struct pod_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(buf, format, args);
    va_end(args);
}

char *pod_buf_steal(struct pod_buf *buf)
{
    if (!buf->data)
        pod_buf_append(buf, "", 0);
    char *data = buf->data;
    *buf = (struct pod_buf)POD_BUF_INIT;
    return data;
}

char *pod_strf(const char *format, ...)
{
    struct pod_buf buf = POD_BUF_INIT;
    va_list args;
    va_start(args, format);
    buf_vprintf(&buf, format, args);
    va_end(args);
    return pod_buf_steal(&buf);
}

void pod_names_add_take(struct pod_names *names, char *name)
{
    if (names->count == names->capacity) {
        names->capacity = names->capacity ? names->capacity * 2 : 8;
        names->items = pod_grow(names->items, names->capacity, sizeof *names->items);
    }
    names->items[names->count++] = name;
}

void pod_names_add(struct pod_names *names, const char *name)
{
    pod_names_add_take(names, pod_strdup(name));
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void pod_names_sort(struct pod_names *names)
{
    if (names->count)
        qsort(names->items, names->count, sizeof *names->items, compare_names);
}

bool pod_names_has(const struct pod_names *sorted, const char *name)
{
    return sorted->count > 0 && bsearch(&name, sorted->items, sorted->count,
                                        sizeof *sorted->items, compare_names) != NULL;
}

void pod_names_release(struct pod_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
    *names = (struct pod_names)POD_NAMES_INIT;
}

void pod_buf_escaped(struct pod_buf *buf, const char *bytes, size_t length)
{
    for (size_t at = 0; at < length;) {
        uint32_t point = 0;
        size_t size = pod_utf8_next(bytes + at, length - at, &point);
        bool is_plain =
            size > 0 && (point == '\n' || pod_utf8_kind(point) == POD_UTF8_SHOWN);
        if (is_plain)
            pod_buf_append(buf, bytes + at, size);
        else
            pod_buf_printf(buf, "\\x%02x", (unsigned char)bytes[at]);
        at += is_plain ? size : 1;
    }
}

char *pod_str_shown(const char *text, size_t max)
{
    struct pod_buf buf = POD_BUF_INIT;
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        uint32_t point = 0;
        size_t size = pod_utf8_next(text + at, length - at, &point);
        size = size ? size : 1;
        if (at + size > max) {
            pod_buf_puts(&buf, "...");
            break;
        }
        if (text[at] == '\n')
            pod_buf_puts(&buf, "\\x0a");
        else
            pod_buf_escaped(&buf, text + at, size);
        at += size;
    }
    return pod_buf_steal(&buf);
}

void pod_cleanup_free(void *pointer)
{
    void *owned = NULL;
    memcpy(&owned, pointer, sizeof owned);
    free(owned);
}

/* For descriptors that were only read; who wrote closes by hand and looks at the answer. */
void pod_cleanup_fd(const int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

char *pod_steal(char **text)
{
    char *stolen = *text;
    *text = NULL;
    return stolen;
}

int pod_steal_fd(int *fd)
{
    int stolen = *fd;
    *fd = -1;
    return stolen;
}
