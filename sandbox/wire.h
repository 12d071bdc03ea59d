/* wire.h - two guests joined by two pipes or a socket pair.
 *
 * Calling sequence: sb__wire_open; sb__wire_join puts the ends of a side into its command's
 * streams; when its order was sent, sb__wire_sent, because an end that we kept would keep
 * the other side from seeing that this one is gone. sb__wire_ended when the side's command
 * has. sb__wire_look at any time, above all before a side is killed. sb__wire_close.
 *
 * Of pipes we keep no end, so that a guest may close its output and go on to read. Of a
 * socket, which knows shutdown(2) for that, we keep a duplicate of each end: so a side sees
 * that the other one is gone only after we know it.
 */
#ifndef SB_WIRE_H
#define SB_WIRE_H

#include "podbox.h"

struct sb_worker;

struct sb__wire {
    enum sb_wire kind;
    int in[2], out[2]; /* by side; of a socket the same descriptor */
    int watched[2];    /* what leads to a side: the pipe as O_PATH, or our duplicate */
    const struct sb_worker *workers[2];
    struct sb_talk_result *result;
    bool has_looked;
};

/* An empty one, for sb__wire_close. */
void sb__wire_clear(struct sb__wire *wire);
bool sb__wire_open(struct sb__wire *wire, enum sb_wire kind, struct sb_error *err);
void sb__wire_join(const struct sb__wire *wire, enum sb_side side,
                   struct sb_command *command);
void sb__wire_sent(struct sb__wire *wire, enum sb_side side);
void sb__wire_ended(struct sb__wire *wire, enum sb_side side);

/* The first time: fills waits, unread_bytes and hung of the result. */
void sb__wire_look(struct sb__wire *wire);
void sb__wire_close(struct sb__wire *wire);

#endif
