/* buf.h - bytes that grow, strings on the heap, and cleanup of locals that own.
 *
 * A pod_buf starts as POD_BUF_INIT and ends with pod_buf_release. Its data is always
 * followed by a NUL that length does not count. Running out of memory ends the program:
 * nothing here can fail otherwise, so nothing here takes an error.
 */
#ifndef POD_BUF_H
#define POD_BUF_H

#include <stddef.h>
#include <stdbool.h>

struct pod_buf {
    char *data; /* never NULL after the first append */
    size_t length;
    size_t capacity;
};

#define POD_BUF_INIT                                                                       \
    {                                                                                      \
        NULL, 0, 0                                                                         \
    }

void pod_buf_release(struct pod_buf *buf);
void pod_buf_append(struct pod_buf *buf, const void *bytes, size_t length);
void pod_buf_puts(struct pod_buf *buf, const char *text);
void pod_buf_printf(struct pod_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Make room for length more bytes and return where they start; pod_buf_commit then counts
 * those that were written there, and puts the NUL. */
char *pod_buf_reserve(struct pod_buf *buf, size_t length);
void pod_buf_commit(struct pod_buf *buf, size_t length);

/* Hand the string over ("" when empty); buf is empty afterwards. */
char *pod_buf_steal(struct pod_buf *buf);

/* Heap string by format; the caller frees. */
char *pod_strf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* malloc, calloc, realloc and strdup that end the program instead of returning NULL. */
void *pod_alloc(size_t count, size_t size); /* zeroed; count * size is checked */
void *pod_grow(void *old, size_t count, size_t size);
char *pod_strdup(const char *text);

/* A list of heap strings. */
struct pod_names {
    char **items;
    size_t count;
    size_t capacity;
};

#define POD_NAMES_INIT                                                                     \
    {                                                                                      \
        NULL, 0, 0                                                                         \
    }

void pod_names_add(struct pod_names *names, const char *name); /* copies */
void pod_names_add_take(struct pod_names *names, char *name);
void pod_names_sort(struct pod_names *names); /* bytewise */
bool pod_names_has(const struct pod_names *sorted, const char *name);
void pod_names_release(struct pod_names *names);

/* Append text so that a terminal, a log or a JSON reader is safe from it: the bytes of
 * controls but newline, of characters that turn the direction of text or have no ink (see
 * utf8.h), and those that are not valid UTF-8 become \xHH. For anything that an entry
 * wrote. */
void pod_buf_escaped(struct pod_buf *buf, const char *bytes, size_t length);

/* Heap copy for a message of one line: escaped, a newline as \x0a, and cut to about max
 * bytes with "..." after it. */
char *pod_str_shown(const char *text, size_t max);

/* One line on standard error, exit status 3: for those who allocate by other means. */
void pod_out_of_memory(void) __attribute__((noreturn));

/* Cleanup attributes: `pod_auto_free char *path = NULL;` */
void pod_cleanup_free(void *pointer);
void pod_cleanup_fd(const int *fd); /* closes when >= 0 */
#define pod_auto_free __attribute__((cleanup(pod_cleanup_free)))
#define pod_auto_fd __attribute__((cleanup(pod_cleanup_fd)))
#define pod_auto_buf __attribute__((cleanup(pod_buf_release)))
#define pod_auto_names __attribute__((cleanup(pod_names_release)))

/* Take the value out of an owning local, so that its cleanup has nothing to do. */
char *pod_steal(char **text);
int pod_steal_fd(int *fd);

#endif
