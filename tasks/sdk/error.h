/* error.h - what went wrong in a task program, and whose fault it was.
 *
 * A fallible function returns bool (true = done) and takes `struct task_error *err` last,
 * never NULL. The first error wins: task_fail on an err that is already set changes
 * nothing, callers add where it happened with task_wrap. A message is lower case, what
 * failed first, the subject in quotes, no full stop.
 */
#ifndef TASK_ERROR_H
#define TASK_ERROR_H

#include <stdbool.h>

/* Whose fault it is. This alone decides the exit status of a task program. */
enum task_fault {
    TASK_OK = 0,  /* nothing happened */
    TASK_USAGE,   /* the caller's words: exit status 2 */
    TASK_PACKAGE, /* the case, the data set or the program: 3 */
    TASK_HOST,    /* this machine or its files: 3 */
    TASK_ENTRY,   /* what the entry wrote is invalid: 43 */
};

struct task_error {
    enum task_fault fault;
    char message[1024];
};

#define TASK_ERROR_INIT                                                                    \
    {                                                                                      \
        TASK_OK, ""                                                                        \
    }

/* Set the error unless one is set; always returns false, so `return task_fail(...)`. */
bool task_fail(struct task_error *err, enum task_fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, with ": " and strerror(errno) added. */
bool task_fail_errno(struct task_error *err, enum task_fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Put "where: " before the message; always returns false. */
bool task_wrap(struct task_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
