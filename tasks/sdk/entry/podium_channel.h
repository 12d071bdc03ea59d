/* podium_channel.h: speak with the environment of an interactive task, in binary frames.
 *
 *     struct podium_channel ch = PODIUM_CHANNEL;
 *     struct podium_message m;
 *     while (podium_next(&ch, &m)) {
 *         if (m.type == PODIUM_HELLO) {
 *             const struct hello *hello = m.records;
 *             ...;
 *             podium_ready(&ch);
 *         } else if (m.type == ARRIVAL) {
 *             ...; // collect m.count records
 *         } else if (m.type == STEP) {
 *             podium_say(&ch, VICTIM, victims, n, sizeof *victims);
 *             podium_answer(&ch, ACT, &act, 1, sizeof act);
 *         }
 *     }
 *     return podium_bye(&ch);
 *
 * The task's README has the messages: their numbers, and their records as C structs. A
 * frame is u32 bytes of the body, u16 type, u16 count, then count records, little endian.
 * Records are valid until the next podium_next, which is false after END. podium_say
 * collects, podium_answer collects and sends. Print to standard error only: standard output
 * is the environment's. podium_bye returns a status for main, 1 after a failure that it has
 * told.
 *
 * C99 or C++11. SPDX-License-Identifier: MIT. Copy it, change it, ship it with your entry.
 */
#ifndef PODIUM_CHANNEL_H
#define PODIUM_CHANNEL_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PODIUM_HELLO = 1, PODIUM_READY = 2, PODIUM_END = 3 };

struct podium_header {
    uint32_t body_bytes;
    uint16_t type;
    uint16_t count;
};

struct podium_message {
    unsigned type;
    size_t count;
    const void *records; /* aligned for any of them */
};

struct podium_queue {
    char *data;
    size_t length, size;
};

struct podium_channel {
    struct podium_queue in, out, body;
    size_t used; /* bytes of in that were handed out */
    const char *problem;
};

#define PODIUM_CHANNEL                                                                     \
    {                                                                                      \
        {0, 0, 0}, {0, 0, 0}, {0, 0, 0}, 0, 0                                              \
    }

static inline bool podium_give_up(struct podium_channel *ch, const char *problem)
{
    if (!ch->problem)
        ch->problem = problem;
    return false;
}

static inline bool podium_room(struct podium_queue *bytes, size_t more)
{
    if (bytes->size - bytes->length >= more)
        return true;
    size_t size = 2 * (bytes->length + more);
    void *data = realloc(bytes->data, size);
    if (!data)
        return false;
    bytes->data = (char *)data; /* C++ wants to be told */
    bytes->size = size;
    return true;
}

/* Until `bytes` of what is not handed out yet are there. */
static inline bool podium_fill(struct podium_channel *ch, size_t bytes)
{
    while (ch->in.length - ch->used < bytes) {
        if (ch->used > 0) {
            memmove(ch->in.data, ch->in.data + ch->used, ch->in.length - ch->used);
            ch->in.length -= ch->used;
            ch->used = 0;
        }
        if (!podium_room(&ch->in, bytes + 65536))
            return podium_give_up(ch, "out of memory");
        ssize_t n = read(0, ch->in.data + ch->in.length, ch->in.size - ch->in.length);
        if (n == 0)
            return podium_give_up(ch, "the environment left without END");
        if (n < 0 && errno != EINTR)
            return podium_give_up(ch, "standard input cannot be read");
        ch->in.length += n > 0 ? (size_t)n : 0;
    }
    return true;
}

static inline bool podium_next(struct podium_channel *ch, struct podium_message *m)
{
    struct podium_header head;
    if (ch->problem || !podium_fill(ch, sizeof head))
        return false;
    memcpy(&head, ch->in.data + ch->used, sizeof head);
    if (!podium_fill(ch, sizeof head + head.body_bytes))
        return false;
    ch->body.length = 0;
    if (!podium_room(&ch->body, head.body_bytes + 1))
        return podium_give_up(ch, "out of memory");
    memcpy(ch->body.data, ch->in.data + ch->used + sizeof head, head.body_bytes);
    ch->used += sizeof head + head.body_bytes;
    m->type = head.type;
    m->count = head.count;
    m->records = ch->body.data;
    return head.type != PODIUM_END;
}

static inline void podium_say(struct podium_channel *ch, unsigned type, const void *records,
                              size_t count, size_t size)
{
    const struct podium_header head = {(uint32_t)(count * size), (uint16_t)type,
                                       (uint16_t)count};
    if (count > UINT16_MAX || !podium_room(&ch->out, sizeof head + count * size)) {
        podium_give_up(ch, "a message is too long");
        return;
    }
    memcpy(ch->out.data + ch->out.length, &head, sizeof head);
    if (count > 0)
        memcpy(ch->out.data + ch->out.length + sizeof head, records, count * size);
    ch->out.length += sizeof head + count * size;
}

static inline void podium_answer(struct podium_channel *ch, unsigned type,
                                 const void *records, size_t count, size_t size)
{
    podium_say(ch, type, records, count, size);
    if (ch->problem)
        return; /* half an answer is none */
    for (size_t sent = 0; sent < ch->out.length;) {
        ssize_t n = write(1, ch->out.data + sent, ch->out.length - sent);
        if (n < 0 && errno != EINTR) {
            podium_give_up(ch, "standard output cannot be written");
            break;
        }
        sent += n > 0 ? (size_t)n : 0;
    }
    ch->out.length = 0;
}

static inline void podium_ready(struct podium_channel *ch)
{
    podium_answer(ch, PODIUM_READY, NULL, 0, 0);
}

static inline int podium_bye(struct podium_channel *ch)
{
    free(ch->in.data);
    free(ch->out.data);
    free(ch->body.data);
    if (ch->problem)
        fprintf(stderr, "%s\n", ch->problem);
    return ch->problem ? 1 : 0;
}

#endif
