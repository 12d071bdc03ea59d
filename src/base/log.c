#include "log.h"
#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void pod_log(const char *format, ...)
{
    pod_auto_free char *message = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&message, format, args);
    va_end(args);
    if (length < 0)
        pod_out_of_memory();
    pod_auto_free char *shown = pod_str_shown(message, (size_t)length);
    /* There is nobody to tell that standard error is gone. */
    (void)fprintf(stderr, "podium: %s\n", shown);
}
