/* receipt.h - what a participant gets for an accepted entry: podium.receipt/1.
 *
 * It holds the event's own line, its digest (the head of the log at that moment) and the
 * organizer's signature (Ed25519) over the competition's id, a newline and that digest:
 * whoever has it can show later that the log was changed. It can be made anew from the log
 * and the key at any time, byte for byte.
 */
#ifndef ENGINE_RECEIPT_H
#define ENGINE_RECEIPT_H

#include "base/signature.h"
#include "model/event.h"

/* What the signature is over, see pod_sign. */
#define RECEIPT_PURPOSE "podium.receipt/1"

/* The receipt of the event with this line; the caller frees. */
char *receipt_print(const char *competition, const char *line,
                    const struct pod_secret_key *key);

/* What a receipt says, checked: digest and signature hold, the line is an event. */
struct receipt {
    char *line;
    char *public_key;
    struct pod_digest digest;
    struct event event;
};

/* POD_ENTRY when it does not hold: with what is wrong. Release also after a failure. */
bool receipt_parse(const char *text, size_t length, const char *name, struct receipt *out,
                   struct pod_error *err);
void receipt_release(struct receipt *receipt);

#endif
