#include "sdk/message.h"

#include "sdk/message_text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "frames are little endian, and so are the structs that they hold");

struct header {
    uint32_t body_bytes;
    uint16_t type;
    uint16_t count;
};
_Static_assert(sizeof(struct header) == TASK_HEADER_BYTES, "a frame's header is packed");

void task_message_put(const struct task_message *message, const void *records, size_t count,
                      bool is_text, struct task_buf *out)
{
    if (is_text) {
        task_message_put_text(message, records, count, out);
        return;
    }
    size_t bytes = count * message->size;
    const struct header header = {(uint32_t)bytes, message->type, (uint16_t)count};
    char *place = task_buf_reserve(out, sizeof header + bytes);
    memcpy(place, &header, sizeof header);
    if (bytes > 0)
        memcpy(place + sizeof header, records, bytes);
    place[sizeof header + bytes] = '\0';
    out->length += sizeof header + bytes;
}

size_t task_message_bytes_max(const struct task_message *message, bool is_text)
{
    if (is_text)
        return task_message_text_max(message);
    return TASK_HEADER_BYTES + message->size * message->max;
}

enum task_taken task_message_wrong(struct task_taking *taking, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(taking->why, sizeof taking->why, format, args);
    va_end(args);
    return TASK_WRONG;
}

bool task_message_allows(const struct task_message *message, size_t count)
{
    return message->max <= 1 ? count == message->max : count <= message->max;
}

static const struct task_message *find(const struct task_taking *taking, uint16_t type)
{
    for (size_t i = 0; taking->messages[i]; i++)
        if (taking->messages[i]->type == type)
            return taking->messages[i];
    return NULL;
}

static bool is_finite(const struct task_message *message, const char *records, size_t count,
                      struct task_taking *taking)
{
    for (size_t f = 0; f < message->field_count; f++) {
        const struct task_field *field = &message->fields[f];
        for (size_t i = 0; field->kind == TASK_F64 && i < count; i++) {
            double value;
            memcpy(&value, records + i * message->size + field->offset, sizeof value);
            if (!isfinite(value)) {
                (void)task_message_wrong(taking, "%s: field %s of record %zu is not finite",
                                         message->name, field->name, i);
                return false;
            }
        }
    }
    return true;
}

static enum task_taken take_binary(struct task_taking *taking, const char *bytes,
                                   size_t length, struct task_buf *records)
{
    struct header header;
    if (length < sizeof header)
        return TASK_PARTIAL;
    memcpy(&header, bytes, sizeof header);
    const struct task_message *message = find(taking, header.type);
    if (!message)
        return task_message_wrong(
            taking, "a message of type %u, which is none to answer by", header.type);
    if (!task_message_allows(message, header.count))
        return task_message_wrong(taking, "%s: %u records, where %s%u can be",
                                  message->name, header.count,
                                  message->max > 1 ? "at most " : "", message->max);
    size_t body = header.count * message->size;
    if (header.body_bytes != body)
        return task_message_wrong(taking,
                                  "%s: a body of %u bytes, where %u records have %zu",
                                  message->name, header.body_bytes, header.count, body);
    if (length < sizeof header + body)
        return TASK_PARTIAL;
    if (!is_finite(message, bytes + sizeof header, header.count, taking))
        return TASK_WRONG;
    records->length = 0;
    task_buf_append(records, bytes + sizeof header, body);
    taking->message = message;
    taking->count = header.count;
    taking->used = sizeof header + body;
    return TASK_TAKEN;
}

enum task_taken task_message_take(struct task_taking *taking, const char *bytes,
                                  size_t length, struct task_buf *records)
{
    return taking->is_text ? task_message_take_text(taking, bytes, length, records)
                           : take_binary(taking, bytes, length, records);
}
