/* message.h - one message as a binary frame or a line of text, and back. Private to the
 * SDK.
 *
 * What is taken comes from an entry: every count and length is checked before it is used, a
 * record's numbers are finite, and the records are aligned as the C struct is.
 */
#ifndef TASK_MESSAGE_H
#define TASK_MESSAGE_H

#include "sdk/buf.h"
#include "sdk/channel.h"

enum { TASK_HEADER_BYTES = 8, TASK_WHY_BYTES = 256 };

/* Appends it. */
void task_message_put(const struct task_message *message, const void *records, size_t count,
                      bool is_text, struct task_buf *out);

/* The most bytes that it may have. */
size_t task_message_bytes_max(const struct task_message *message, bool is_text);

enum task_taken { TASK_TAKEN, TASK_PARTIAL, TASK_WRONG };

struct task_taking {
    const struct task_message *const *messages; /* that may be said, ends with NULL */
    bool is_text;
    const struct task_message *message; /* of what was taken */
    size_t count;
    size_t used; /* bytes */
    char why[TASK_WHY_BYTES];
};

/* Takes the message at the start of bytes; its records take the place of those in
 * `records`. TASK_WRONG: why says what is wrong with it. */
enum task_taken task_message_take(struct task_taking *taking, const char *bytes,
                                  size_t length, struct task_buf *records);

#endif
