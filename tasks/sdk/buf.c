#include "sdk/buf.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Status 3 is the host's fault in a task program's contract; nothing was written yet on
 * descriptor 3, because a verdict is one write at the end. */
static _Noreturn void out_of_memory(void)
{
    (void)fputs("task: out of memory\n", stderr);
    exit(3);
}

void *task_alloc(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory)
        out_of_memory();
    return memory;
}

/* Random access to an array of megabytes waits mostly for address translation: with pages
 * of 2 MiB, Kendall's tau of 10^6 pairs takes half the time. */
void *task_alloc_raw(size_t count, size_t size)
{
    enum { HUGE_PAGE = 2 << 20 };
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
        out_of_memory();
    bool is_large = bytes >= HUGE_PAGE;
    size_t rounded = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    void *memory = is_large ? aligned_alloc(HUGE_PAGE, rounded) : malloc(bytes ? bytes : 1);
    if (!memory)
        out_of_memory();
    if (is_large)
        (void)madvise(memory, rounded, MADV_HUGEPAGE); /* a hint: small pages work too */
    return memory;
}

void *task_grow(void *old, size_t count, size_t size)
{
    void *memory = reallocarray(old, count ? count : 1, size ? size : 1);
    if (!memory)
        out_of_memory();
    return memory;
}

char *task_strdup(const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        out_of_memory();
    return copy;
}

void task_buf_release(struct task_buf *buf)
{
    free(buf->data);
    *buf = (struct task_buf)TASK_BUF_INIT;
}

char *task_buf_reserve(struct task_buf *buf, size_t length)
{
    if (length > SIZE_MAX / 4 - buf->length)
        out_of_memory();
    size_t needed = buf->length + length + 1;
    if (needed > buf->capacity) {
        size_t capacity = buf->capacity < 64 ? 64 : buf->capacity;
        while (capacity < needed)
            capacity += capacity / 2;
        buf->data = task_grow(buf->data, capacity, 1);
        buf->capacity = capacity;
    }
    buf->data[buf->length] = '\0';
    return buf->data + buf->length;
}

void task_buf_append(struct task_buf *buf, const void *bytes, size_t length)
{
    char *end = task_buf_reserve(buf, length);
    if (length > 0)
        memcpy(end, bytes, length);
    end[length] = '\0';
    buf->length += length;
}

void task_buf_printf(struct task_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0)
        out_of_memory();
    char *end = task_buf_reserve(buf, (size_t)length);
    va_start(args, format);
    int written = vsnprintf(end, (size_t)length + 1, format, args);
    va_end(args);
    if (written == length)
        buf->length += (size_t)length;
}

void task_buf_escaped(struct task_buf *buf, const char *bytes, size_t length, size_t limit)
{
    size_t shown = length < limit ? length : limit;
    for (size_t i = 0; i < shown; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte >= 0x20 && byte < 0x7f)
            task_buf_append(buf, &bytes[i], 1);
        else
            task_buf_printf(buf, "\\x%02x", byte);
    }
    if (shown < length)
        task_buf_append(buf, "...", 3);
}

char *task_strf(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = NULL;
    int length = vasprintf(&text, format, args);
    va_end(args);
    if (length < 0)
        out_of_memory();
    return text;
}

void task_cleanup_free(void *pointer)
{
    void *owned = NULL;
    memcpy(&owned, pointer, sizeof owned);
    free(owned);
}

void task_cleanup_fd(const int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

char *task_steal(char **text)
{
    char *taken = *text;
    *text = NULL;
    return taken;
}
