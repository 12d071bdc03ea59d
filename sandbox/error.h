/* error.h - filling a struct sb_error.
 *
 * Each function returns false, so that callers write `return sb__fail(...)`. The first
 * error wins: on an error that is set already nothing changes, except by sb__wrap.
 */
#ifndef SB_ERROR_H
#define SB_ERROR_H

#include "podbox.h"

bool sb__fail(struct sb_error *err, enum sb_fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, with ": " and the text of errno added. */
bool sb__fail_errno(struct sb_error *err, enum sb_fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The text of an errno value; never NULL, safe between clone and exec. */
const char *sb__errno_text(int number);

#endif
