/* channel.h - the environment's end of the dialogue with an entry (kind "interact").
 *
 * A task describes its messages in tables; the channel turns records into binary frames or
 * lines of text and back, whichever the entry speaks, keeps the clock, and remembers how
 * the entry failed. Dialogue alternates strictly. A turn is any number of messages that the
 * other side collects and one that ends it:
 *
 *     task_channel_hello(ch, &HELLO, &hello);              HELLO ->        <- READY
 *     for each step:
 *         task_channel_send(ch, &ARRIVAL, arrivals, n);    ARRIVAL
 *         task_channel_send(ch, &STEP, &step, 1);          STEP   ->
 *         if (task_channel_ask(ch, &ACT) && is_possible)         <- VICTIM <- ACT
 *             act = task_channel_got(ch, &ACT, &n), ...
 *         else
 *             act = what the trivial policy does;
 *
 * Every function returns false once the entry is lost: it left, spoke what is no message or
 * a wrong one, answered late, or task_channel_refuse was called for an answer that is well
 * formed but impossible. From then on nothing is sent or read and the environment plays on
 * with the task's trivial policy; task_main sees to END, to the verdict, to the message
 * that names the step, and to the worse of the result and the trivial one.
 *
 * Binary: u32 bytes of the body, u16 type, u16 count, all little endian, then count
 * records, which are the C struct: fields of 4 or 8 bytes, in order, naturally aligned, the
 * size a multiple of the widest. Text: NAME, the count unless max is 1, then all fields in
 * order, separated by one space, ended by a newline; the same information.
 *
 * No field may tell what the entry must not know: pointers, seeds, file names, raw random
 * words, the length of a trace. See tasks/README.md.
 */
#ifndef TASK_CHANNEL_H
#define TASK_CHANNEL_H

#include "sdk/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum task_field_kind { TASK_U32, TASK_U64, TASK_I64, TASK_F64 };

struct task_field {
    const char *name;
    enum task_field_kind kind;
    size_t offset;
};

enum { TASK_RECORDS_MAX = 65535 };

struct task_message {
    const char *name; /* upper case: "STEP" */
    uint16_t type;    /* from 16; below are HELLO 1, READY 2 and END 3 */
    bool is_answer;   /* the entry may say it */
    uint16_t max;     /* records in one; 1: exactly one, always */
    size_t size;      /* of a record: sizeof the struct */
    const struct task_field *fields;
    size_t field_count;
};

/* `TASK_FIELD(struct cache_request, id, TASK_U64)`, and
 * `static const struct task_message STEP = TASK_MESSAGE("STEP", 16, false, 4096,
 * struct cache_request, step_fields);` */
#define TASK_FIELD(type, member, kind)                                                     \
    {                                                                                      \
#member, kind, offsetof(type, member)                                              \
    }
#define TASK_MESSAGE(name, number, is_answer, max, type, fields)                           \
    {                                                                                      \
        name, number, is_answer, max, sizeof(type), fields,                                \
            sizeof(fields) / sizeof((fields)[0])                                           \
    }

/* One dialogue. */
struct task_channel;

/* HELLO with one record of the task's own, then READY within the time to get ready. */
bool task_channel_hello(struct task_channel *channel, const struct task_message *hello,
                        const void *record);

/* Adds to this turn. Zero records are sent only if max is not 1 (a list may be empty). More
 * than max is a mistake of the task's and aborts, a judge error: cut what an entry can make
 * long. */
bool task_channel_send(struct task_channel *channel, const struct task_message *message,
                       const void *records, size_t count);

/* Hands the turn over and reads the answer: messages that are answers, each at most once,
 * the last of them `last`, and nothing before the turn was read to its end. The time from
 * here to the end of the answer is the decision's. */
bool task_channel_ask(struct task_channel *channel, const struct task_message *last);

/* The records of a message of the last answer, aligned; count 0 and never NULL if it was
 * not said. Valid until the next ask. */
const void *task_channel_got(const struct task_channel *channel,
                             const struct task_message *message, size_t *count);

/* The answer breaks a rule of the task: "VICTIM 17: is not resident". Always false. */
bool task_channel_refuse(struct task_channel *channel, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

bool task_channel_is_lost(const struct task_channel *channel);

#endif
