/* error.h - what went wrong, and whose fault it was.
 *
 * A fallible function returns bool (true = done) and takes `struct pod_error *err` last,
 * never NULL. The first error wins: pod_fail on an err that is already set changes nothing,
 * callers add where it happened with pod_wrap. A message is lower case, what failed first,
 * the subject in quotes, no full stop, and what to do about it where that can be known.
 */
#ifndef POD_ERROR_H
#define POD_ERROR_H

#include <stdbool.h>

/* Whose fault it is. This alone decides the exit status. */
enum pod_fault {
    POD_OK = 0, /* nothing happened */
    POD_ENTRY,  /* the entry's: exit status 1 */
    POD_USAGE,  /* the caller's words: 2 */
    POD_HOST,   /* this machine or its files: 3 */
    POD_TASK,   /* the task's package or program: 3 */
    POD_BUG,    /* podium's own: 4 */
};

struct pod_error {
    enum pod_fault fault;
    char message[1024];
};

#define POD_ERROR_INIT                                                                     \
    {                                                                                      \
        POD_OK, ""                                                                         \
    }

/* Set the error unless one is set; always returns false, so `return pod_fail(...)`. */
bool pod_fail(struct pod_error *err, enum pod_fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, with ": " and strerror(errno) added. */
bool pod_fail_errno(struct pod_error *err, enum pod_fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Put "where: " before the message; always returns false. */
bool pod_wrap(struct pod_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* 0 scored, 1 the entry's fault, 2 usage, 3 host or task, 4 a bug of podium. */
int pod_exit_status(enum pod_fault fault);

#endif
