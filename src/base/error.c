#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A message that does not fit is cut, never lost: the end matters less than the start. */
__attribute__((format(printf, 3, 0))) static void
set_message(struct pod_error *err, enum pod_fault fault, const char *format, va_list args)
{
    err->fault = fault;
    if (vsnprintf(err->message, sizeof err->message, format, args) < 0)
        err->message[0] = '\0';
}

bool pod_fail(struct pod_error *err, enum pod_fault fault, const char *format, ...)
{
    if (err->fault != POD_OK)
        return false;
    va_list args;
    va_start(args, format);
    set_message(err, fault, format, args);
    va_end(args);
    return false;
}

/* Adds what fits. */
static void append(char *message, size_t size, const char *more)
{
    size_t used = strlen(message);
    size_t length = strnlen(more, size - 1 - used);
    memcpy(message + used, more, length);
    message[used + length] = '\0';
}

bool pod_fail_errno(struct pod_error *err, enum pod_fault fault, const char *format, ...)
{
    int saved = errno;
    if (err->fault != POD_OK)
        return false;
    va_list args;
    va_start(args, format);
    set_message(err, fault, format, args);
    va_end(args);
    append(err->message, sizeof err->message, ": ");
    append(err->message, sizeof err->message, strerror(saved));
    return false;
}

bool pod_wrap(struct pod_error *err, const char *format, ...)
{
    char old[sizeof err->message];
    memcpy(old, err->message, sizeof old);
    va_list args;
    va_start(args, format);
    set_message(err, err->fault, format, args);
    va_end(args);
    append(err->message, sizeof err->message, ": ");
    append(err->message, sizeof err->message, old);
    return false;
}

int pod_exit_status(enum pod_fault fault)
{
    static const int status[] = {
        [POD_OK] = 0,   [POD_ENTRY] = 1, [POD_USAGE] = 2,
        [POD_HOST] = 3, [POD_TASK] = 3,  [POD_BUG] = 4,
    };
    return status[fault];
}
