/* trace.h - reads a trace of a service: when each request came, and how long prompt and
 * answer were.
 *
 * Requests without a prompt or without an answer are left out and counted. The order is
 * that of the times; equal ones keep theirs. Failure is TASK_PACKAGE, an unknown format
 * TASK_USAGE.
 */
#ifndef LLMSERVE_TRACE_H
#define LLMSERVE_TRACE_H

#include "sdk/error.h"

#include <stddef.h>
#include <stdint.h>

struct trace_request {
    uint64_t time_us;
    uint32_t app; /* by first appearance, where the format tells one; else 0 */
    uint32_t prompt;
    uint32_t output;
};

struct trace {
    struct trace_request *requests;
    size_t count;
    size_t left_out;
};

bool trace_load(const char *format, const char *path, struct trace *trace,
                struct task_error *err);
void trace_release(struct trace *trace);
#define trace_auto __attribute__((cleanup(trace_release)))

/* "2023-11-16 18:17:03.9799600", a zone "+00:00" or "Z" behind it or none, as microseconds
 * since 1970. */
bool trace_timestamp(const char *text, uint64_t *time_us);

#endif
