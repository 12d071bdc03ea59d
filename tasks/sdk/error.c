#include "sdk/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A message that does not fit is cut, never lost: the end matters less than the start. */
static void __attribute__((format(printf, 3, 0)))
set_message(struct task_error *err, enum task_fault fault, const char *format, va_list args)
{
    err->fault = fault;
    if (vsnprintf(err->message, sizeof err->message, format, args) < 0)
        err->message[0] = '\0';
}

static void add_text(struct task_error *err, const char *text)
{
    size_t used = strlen(err->message);
    size_t room = sizeof err->message - 1 - used;
    size_t length = strnlen(text, room);
    memcpy(err->message + used, text, length);
    err->message[used + length] = '\0';
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
    add_text(err, ": ");
    add_text(err, strerror(saved));
    return false;
}

bool task_wrap(struct task_error *err, const char *format, ...)
{
    char old[sizeof err->message];
    memcpy(old, err->message, sizeof old);
    va_list args;
    va_start(args, format);
    set_message(err, err->fault, format, args);
    va_end(args);
    add_text(err, ": ");
    add_text(err, old);
    return false;
}
