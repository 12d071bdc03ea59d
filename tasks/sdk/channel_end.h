/* channel_end.h - begin and end of a dialogue, and what became of it. Private to the SDK;
 * what a task uses is channel.h.
 *
 * Theory of operation. Both ends of two blocking pipes run on one processor, so a step is a
 * write, a read, a look at what is unread and two switches of process; no more is done.
 * Time limits cost nothing per step: an interval timer interrupts whatever read or write
 * waits, and only then is the clock compared with the limit. An entry that stops reading
 * fills its pipe and makes our write wait, which ends the same way. The answer must be
 * whole within the limit, so that bytes that drip do not buy time, and the turn must have
 * been read.
 */
#ifndef TASK_CHANNEL_END_H
#define TASK_CHANNEL_END_H

#include "sdk/buf.h"
#include "sdk/channel.h"

enum { TASK_READY_MS = 10000, TASK_ANSWER_MS = 1000, TASK_LEAVE_MS = 1000 };

struct task_channel_setup {
    int in_fd, out_fd; /* borrowed */
    bool is_text;
    const struct task_message *const *messages; /* the task's, ends with NULL */
    unsigned ready_ms, answer_ms;               /* 0: the usual */
};

/* Takes SIGALRM and ITIMER_REAL, and ignores SIGPIPE, for the whole process. NULL with
 * TASK_HOST, or TASK_PACKAGE when the tables are wrong. */
struct task_channel *task_channel_new(const struct task_channel_setup *setup,
                                      struct task_error *err);
void task_channel_free(struct task_channel *channel);

/* END, if the entry is still there, and waits until it leaves, TASK_LEAVE_MS at most. What
 * it still says is nobody's business. */
void task_channel_finish(struct task_channel *channel);

enum task_channel_fault {
    TASK_CHANNEL_FINE,
    TASK_CHANNEL_LEFT,  /* it ended, or closed its end */
    TASK_CHANNEL_WRONG, /* it said what it may not */
    TASK_CHANNEL_LATE,  /* it did not answer, or did not read, in time */
};

struct task_channel_report {
    enum task_channel_fault fault;
    const char *why; /* "step 17: ..."; the channel's */
    uint64_t steps;  /* answered */
    uint64_t p50_ns, p99_ns, max_ns;
};

void task_channel_tell(const struct task_channel *channel,
                       struct task_channel_report *report);

const char *task_channel_fault_text(enum task_channel_fault fault); /* "late" */

#endif
