/* header.h - reads the ports of a module from the text that declares it.
 *
 * Ports are declared in the header (ANSI form), with widths that are numbers. The input
 * `clk` or `clock` of one bit is the clock.
 */
#ifndef VLOG_HEADER_H
#define VLOG_HEADER_H

#include "face.h"

/* The first module of that name in text. TASK_PACKAGE where it is not of this form. */
bool vlog_header_read(const char *text, size_t length, const char *module,
                      struct vlog_face *face, struct task_error *err);

#endif
