#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A message that does not fit is cut, never lost: the end matters less than the start. */
static void set_message(struct pod_error *err, enum pod_fault fault, const char *format,
                        va_list args)
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

bool pod_fail_errno(struct pod_error *err, enum pod_fault fault, const char *format, ...)
{
    int saved = errno;
    if (err->fault != POD_OK)
        return false;
    va_list args;
    va_start(args, format);
    set_message(err, fault, format, args);
    va_end(args);
    size_t used = strlen(err->message);
    (void)snprintf(err->message + used, sizeof err->message - used, ": %s",
                   strerror(saved));
    return false;
}

bool pod_wrap(struct pod_error *err, const char *format, ...)
{
    char where[sizeof err->message];
    char old[sizeof err->message];
    va_list args;
    va_start(args, format);
    int written = vsnprintf(where, sizeof where, format, args);
    va_end(args);
    if (written < 0)
        return false;
    memcpy(old, err->message, sizeof old);
    size_t used = strlen(where);
    size_t room = sizeof err->message - used;
    memcpy(err->message, where, used);
    (void)snprintf(err->message + used, room, ": %s", old);
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
