#include "sdk/message_text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a number and the space before it: "-1.7976931348623157e+308" has 24. */
enum { NUMBER_MAX = 32, SHOWN = 40 };

/* Putting. */

static char *put_digits(char *to, uint64_t value)
{
    char digits[20];
    size_t n = 0;
    do {
        digits[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (n > 0)
        *to++ = digits[--n];
    return to;
}

static char *put_integer(char *to, int64_t value)
{
    if (value < 0)
        *to++ = '-';
    return put_digits(to, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

static char *put_field(char *to, enum task_field_kind kind, const char *from)
{
    union {
        uint32_t u32;
        uint64_t u64;
        int64_t i64;
        double f64;
    } value = {0};
    memcpy(&value, from, kind == TASK_U32 ? sizeof value.u32 : sizeof value.u64);
    *to++ = ' ';
    switch (kind) {
    case TASK_U32:
        return put_digits(to, value.u32);
    case TASK_U64:
        return put_digits(to, value.u64);
    case TASK_I64:
        return put_integer(to, value.i64);
    case TASK_F64:
        break;
    }
    int n = snprintf(to, NUMBER_MAX - 1, "%.17g", value.f64);
    return to + (n > 0 ? n : 0);
}

void task_message_put_text(const struct task_message *message, const void *records,
                           size_t count, struct task_buf *out)
{
    size_t name = strlen(message->name);
    char *start =
        task_buf_reserve(out, name + NUMBER_MAX * (2 + count * message->field_count));
    char *to = start;
    memcpy(to, message->name, name);
    to += name;
    if (message->max > 1) {
        *to++ = ' ';
        to = put_digits(to, count);
    }
    for (size_t i = 0; i < count; i++) {
        const char *record = (const char *)records + i * message->size;
        for (size_t f = 0; f < message->field_count; f++)
            to = put_field(to, message->fields[f].kind, record + message->fields[f].offset);
    }
    *to++ = '\n';
    *to = '\0';
    out->length += (size_t)(to - start);
}

size_t task_message_text_max(const struct task_message *message)
{
    return strlen(message->name) + NUMBER_MAX * (2 + message->max * message->field_count);
}

/* Taking. */

struct word {
    const char *text;
    size_t length;
};

struct line {
    const char *at, *end;
};

static bool next_word(struct line *line, struct word *word)
{
    while (line->at < line->end && *line->at == ' ')
        line->at++;
    word->text = line->at;
    while (line->at < line->end && *line->at != ' ')
        line->at++;
    word->length = (size_t)(line->at - word->text);
    return word->length > 0;
}

static bool read_digits(struct word word, uint64_t max, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < word.length; i++) {
        unsigned digit = (unsigned char)word.text[i] - (unsigned)'0';
        if (digit > 9 || digit > max || *value > (max - digit) / 10)
            return false;
        *value = *value * 10 + digit;
    }
    return word.length > 0;
}

static bool read_integer(struct word word, int64_t *value)
{
    bool is_negative = word.length > 0 && word.text[0] == '-';
    uint64_t size;
    if (is_negative)
        word = (struct word){word.text + 1, word.length - 1};
    if (!read_digits(word, (uint64_t)INT64_MAX + is_negative, &size))
        return false;
    *value = (int64_t)(is_negative ? 0 - size : size);
    return true;
}

/* strtod takes more than decimals: only these characters, so no "nan", "inf" or 0x1p3. */
static bool read_real(struct word word, double *value)
{
    char text[64];
    char *end = NULL;
    if (word.length >= sizeof text)
        return false;
    memcpy(text, word.text, word.length);
    text[word.length] = '\0';
    if (strspn(text, "0123456789+-.eE") != word.length)
        return false;
    *value = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*value);
}

static bool read_field(enum task_field_kind kind, struct word word, char *to)
{
    uint64_t number = 0;
    int64_t integer = 0;
    double real = 0;
    bool is_read = false;
    switch (kind) {
    case TASK_U32:
        is_read = read_digits(word, UINT32_MAX, &number);
        memcpy(to, &(uint32_t){(uint32_t)number}, sizeof(uint32_t));
        break;
    case TASK_U64:
        is_read = read_digits(word, UINT64_MAX, &number);
        memcpy(to, &number, sizeof number);
        break;
    case TASK_I64:
        is_read = read_integer(word, &integer);
        memcpy(to, &integer, sizeof integer);
        break;
    case TASK_F64:
        is_read = read_real(word, &real);
        memcpy(to, &real, sizeof real);
        break;
    }
    return is_read;
}

static enum task_taken wrong_word(struct task_taking *taking, const char *what,
                                  struct word word)
{
    task_auto_buf struct task_buf shown = TASK_BUF_INIT;
    task_buf_escaped(&shown, word.text, word.length, SHOWN);
    return task_message_wrong(taking, "%s: \"%s\"", what,
                              word.length > 0 ? shown.data : "");
}

static const struct task_message *find(const struct task_taking *taking, struct word word)
{
    for (size_t i = 0; taking->messages[i]; i++) {
        const char *name = taking->messages[i]->name;
        if (strlen(name) == word.length && memcmp(name, word.text, word.length) == 0)
            return taking->messages[i];
    }
    return NULL;
}

static enum task_taken take_records(struct task_taking *taking, struct line *line,
                                    struct task_buf *records)
{
    const struct task_message *message = taking->message;
    size_t bytes = taking->count * message->size;
    struct word word;
    records->length = 0;
    char *to = task_buf_reserve(records, bytes + 1);
    memset(to, 0, bytes);
    for (size_t i = 0; i < taking->count; i++)
        for (size_t f = 0; f < message->field_count; f++) {
            const struct task_field *field = &message->fields[f];
            if (!next_word(line, &word))
                return task_message_wrong(taking, "%s: field %s of record %zu is missing",
                                          message->name, field->name, i);
            if (!read_field(field->kind, word, to + i * message->size + field->offset))
                return wrong_word(taking, field->name, word);
        }
    records->length = bytes;
    if (next_word(line, &word))
        return wrong_word(taking, "more words than fields", word);
    return TASK_TAKEN;
}

enum task_taken task_message_take_text(struct task_taking *taking, const char *bytes,
                                       size_t length, struct task_buf *records)
{
    const char *end = memchr(bytes, '\n', length);
    struct word word;
    if (!end)
        return TASK_PARTIAL;
    struct line line = {bytes, end};
    (void)next_word(&line, &word);
    taking->message = find(taking, word);
    if (!taking->message)
        return wrong_word(taking, "no message to answer by", word);
    uint64_t count = taking->message->max;
    if (count > 1 &&
        (!next_word(&line, &word) || !read_digits(word, taking->message->max, &count)))
        return task_message_wrong(taking,
                                  "%s: needs the number of records first, %u at most",
                                  taking->message->name, taking->message->max);
    taking->count = (size_t)count;
    taking->used = (size_t)(end - bytes) + 1;
    return take_records(taking, &line, records);
}
