/* buf.h - bytes that grow, memory that never fails, and cleanup of locals that own.
 *
 * A task_buf starts as TASK_BUF_INIT and ends with task_buf_release. Its data is always
 * followed by a NUL that length does not count. Running out of memory ends the program with
 * status 3: nothing here can fail otherwise, so nothing here takes an error.
 */
#ifndef TASK_BUF_H
#define TASK_BUF_H

#include <stddef.h>

struct task_buf {
    char *data; /* never NULL after the first append */
    size_t length;
    size_t capacity;
};

#define TASK_BUF_INIT                                                                      \
    {                                                                                      \
        NULL, 0, 0                                                                         \
    }

void task_buf_release(struct task_buf *buf);
void task_buf_append(struct task_buf *buf, const void *bytes, size_t length);
void task_buf_printf(struct task_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Append bytes that an entry wrote, safe for a terminal and for JSON: everything but
 * printable ASCII becomes \xHH, and what is longer than limit bytes ends in "...". */
void task_buf_escaped(struct task_buf *buf, const char *bytes, size_t length, size_t limit);

/* Make room for length more bytes and return where they start; they do not count yet. */
char *task_buf_reserve(struct task_buf *buf, size_t length);

/* Heap string by format; the caller frees. */
char *task_strf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* calloc, realloc and strdup that end the program instead of returning NULL. */
void *task_alloc(size_t count, size_t size);     /* zeroed; count * size is checked */
void *task_alloc_raw(size_t count, size_t size); /* not zeroed; on huge pages when large */
void *task_grow(void *old, size_t count, size_t size);
char *task_strdup(const char *text);

/* `task_auto_free char *path = NULL;` */
void task_cleanup_free(void *pointer);
void task_cleanup_fd(const int *fd); /* closes when >= 0 */
#define task_auto_free __attribute__((cleanup(task_cleanup_free)))
#define task_auto_fd __attribute__((cleanup(task_cleanup_fd)))
#define task_auto_buf __attribute__((cleanup(task_buf_release)))

/* Take the value out of an owning local, so that its cleanup has nothing to do. */
char *task_steal(char **text);

#endif
