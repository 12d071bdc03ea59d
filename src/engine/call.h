/* call.h - run a command of the system's with a time limit and hear what it says.
 *
 * No shell. The command is searched in PATH, gets no input and the environment that the
 * caller made, and stands in a process group of its own, so that a control-C at the
 * terminal does not cut it short.
 */
#ifndef ENGINE_CALL_H
#define ENGINE_CALL_H

#include "base/buf.h"
#include "base/error.h"

struct call {
    const char *const *argv; /* ends with NULL */
    char *const *env;        /* likewise */
    unsigned timeout_ms;
    int stop_fd; /* readable: end the command; -1: nothing does */
};

enum call_end {
    CALL_DONE,       /* exit status 0 */
    CALL_FAILED,     /* another status, a signal, no answer in time: words say which */
    CALL_STOPPED,    /* by stop_fd */
    CALL_IMPOSSIBLE, /* it cannot be run here at all, err is set: POD_HOST */
};

/* *out: what the command printed, from the start, of at most 64 MiB. *words: a line that
 * names the command and what was wrong; the caller frees both. */
enum call_end call_run(const struct call *call, struct pod_buf *out, char **words,
                       struct pod_error *err);

#endif
