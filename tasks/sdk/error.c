#include "sdk/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A message that does not fit is cut, never lost: the end matters less than the start. */
static void set_message(struct task_error *err, enum task_fault fault, const char *format,
                        va_list args)
{
    err->fault = fault;
    if (vsnprintf(err->message, sizeof err->message, format, args) < 0)
        err->message[0] = '\0';
}

bool task_fail(struct task_error *err, enum task_fault fault, const char *format, ...)
{
    if (err->fault != TASK_OK)
        return false;
    va_list args;
    va_start(args, format);
    set_message(err, fault, format, args);
    va_end(args);
    return false;
}

bool task_fail_errno(struct task_error *err, enum task_fault fault, const char *format, ...)
{
    int saved = errno;
    if (err->fault != TASK_OK)
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

bool task_wrap(struct task_error *err, const char *format, ...)
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
