#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

static void set(struct sb_error *err, enum sb_fault fault, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void set(struct sb_error *err, enum sb_fault fault, const char *format, va_list args)
{
    err->fault = fault;
    if (vsnprintf(err->message, sizeof err->message, format, args) < 0)
        err->message[0] = '\0';
}

bool sb__fail(struct sb_error *err, enum sb_fault fault, const char *format, ...)
{
    va_list args;
    if (err->fault != SB_OK)
        return false;
    va_start(args, format);
    set(err, fault, format, args);
    va_end(args);
    return false;
}

const char *sb__errno_text(int number)
{
    const char *text = strerrordesc_np(number);
    return text ? text : "unknown error";
}

bool sb__fail_errno(struct sb_error *err, enum sb_fault fault, const char *format, ...)
{
    int number = errno;
    va_list args;
    if (err->fault != SB_OK)
        return false;
    va_start(args, format);
    set(err, fault, format, args);
    va_end(args);
    size_t used = strlen(err->message);
    if (snprintf(err->message + used, sizeof err->message - used, ": %s",
                 sb__errno_text(number)) < 0)
        err->message[used] = '\0';
    return false;
}
