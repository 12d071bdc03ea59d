/* handback.h - what a task's program in the sandbox hands back: a verdict on descriptor 3,
 * words, and an exit status.
 *
 * 42: a verdict; 43: what the entry did is rejected; anything else is the task's fault: JE,
 * the entry is not charged. Calling sequence: handback_open, handback_give to the guest,
 * run it with words_fd as its log, handback_take, handback_close (also after a failed
 * open).
 */
#ifndef ENGINE_HANDBACK_H
#define ENGINE_HANDBACK_H

#include "guest.h"
#include "model/result.h"

struct handback {
    /* Memory files, not pipes: a large verdict must not wait for a reader that waits for
     * the program's end. */
    int verdict_fd, words_fd;
};

#define HANDBACK_INIT                                                                      \
    {                                                                                      \
        -1, -1                                                                             \
    }

bool handback_open(struct handback *handback, struct pod_error *err);
void handback_close(struct handback *handback);

/* The guest's program gets the descriptor. */
void handback_give(struct handback *handback, struct guest *guest);

/* Who hands back, and where its words are kept, if it said any. */
struct handback_from {
    const char *what; /* "scorer of task 'tile'" */
    const struct sb_result *run;
    const char *log;
};

/* Sets verdict (OK, JE, or after 43 WA or what a spoiled dialogue comes to), message, and
 * what of a verdict object there is. *fault: of a dialogue, or DIALOGUE_FINE. False: the
 * host failed. */
bool handback_take(const struct handback *handback, const struct handback_from *from,
                   struct case_result *result, enum dialogue_fault *fault,
                   struct pod_error *err);

#define handback_auto __attribute__((cleanup(handback_close)))

#endif
