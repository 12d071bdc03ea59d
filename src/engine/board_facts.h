/* board_facts.h - what a leaderboard.json says of itself: of which competition and split,
 * as of when, on which log it stands.
 *
 * Calling sequence: board_facts_parse, read the fields, board_facts_release (also after a
 * failure). The board is not checked beyond what is read; its schema does that.
 */
#ifndef ENGINE_BOARD_FACTS_H
#define ENGINE_BOARD_FACTS_H

#include "base/clock.h"
#include "base/error.h"

#include <stddef.h>

struct board_facts {
    char *competition;
    char *split;    /* "public" or "hidden" */
    char *log_head; /* "" where no log is kept */
    pod_instant_ms as_of;
    pod_instant_ms deadline;
    size_t pending; /* entries without a result, in all tracks */
};

/* name stands before messages. POD_ENTRY when it is no board. */
bool board_facts_parse(const char *text, size_t length, const char *name,
                       struct board_facts *out, struct pod_error *err);
void board_facts_release(struct board_facts *facts);

#define board_facts_auto __attribute__((cleanup(board_facts_release)))

#endif
