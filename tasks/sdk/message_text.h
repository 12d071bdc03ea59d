/* message_text.h - messages as lines of text. Only for message.c. */
#ifndef TASK_MESSAGE_TEXT_H
#define TASK_MESSAGE_TEXT_H

#include "sdk/message.h"

void task_message_put_text(const struct task_message *message, const void *records,
                           size_t count, struct task_buf *out);
size_t task_message_text_max(const struct task_message *message);
enum task_taken task_message_take_text(struct task_taking *taking, const char *bytes,
                                       size_t length, struct task_buf *records);

/* message.c's own, for both forms. Always TASK_WRONG. */
enum task_taken task_message_wrong(struct task_taking *taking, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool task_message_allows(const struct task_message *message, size_t count);

#endif
