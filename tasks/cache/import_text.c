#include "import.h"

#include <string.h>

/* What is left of a line, and where it stands. */
struct line {
    const char *at, *end;
    size_t number;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The next line that is not blank and no comment. */
static bool next_line(const struct cache_import *import, struct line *line)
{
    const char *stop = import->bytes + import->length;
    const char *at = line->number == 0 ? import->bytes : line->end + 1;
    for (; at < stop; at = line->end + 1) {
        const char *end = memchr(at, '\n', (size_t)(stop - at));
        line->end = end ? end : stop;
        line->at = at;
        line->number++;
        while (line->at < line->end && is_blank(*line->at))
            line->at++;
        if (line->at < line->end && *line->at != '#')
            return true;
    }
    return false;
}

/* Fields are parted by one comma or by blanks. */
static void end_field(struct line *line)
{
    while (line->at < line->end && is_blank(*line->at))
        line->at++;
    line->at += line->at < line->end && *line->at == ',';
    while (line->at < line->end && is_blank(*line->at))
        line->at++;
}

static bool is_parted(const struct line *line)
{
    return line->at == line->end || *line->at == ',' || is_blank(*line->at);
}

static bool bad(const struct line *line, const char *what, struct task_error *err)
{
    return task_fail(err, TASK_PACKAGE, "line %zu: %s is no whole number", line->number,
                     what);
}

/* Digits only, below limit. */
static bool take_number(struct line *line, const char *what, uint64_t limit,
                        uint64_t *number, struct task_error *err)
{
    const char *start = line->at;
    *number = 0;
    for (; line->at < line->end && *line->at >= '0' && *line->at <= '9'; line->at++) {
        unsigned digit = (unsigned)(*line->at - '0');
        if (*number > (limit - digit) / 10)
            return task_fail(err, TASK_PACKAGE, "line %zu: %s is above %llu", line->number,
                             what, (unsigned long long)limit);
        *number = *number * 10 + digit;
    }
    if (line->at == start || !is_parted(line))
        return bad(line, what, err);
    end_field(line);
    return true;
}

/* Seconds, maybe with a fraction, of which the first three digits count. */
static bool take_seconds(struct line *line, uint64_t *ms, struct task_error *err)
{
    const char *point = line->at;
    while (point < line->end && *point >= '0' && *point <= '9')
        point++;
    struct line whole = {line->at, point, line->number};
    uint64_t fraction = 0, unit = 100;
    if (!take_number(&whole, "the time", UINT32_MAX * (uint64_t)1000, ms, err))
        return false;
    line->at = point;
    if (line->at < line->end && *line->at == '.') {
        for (line->at++; line->at < line->end && *line->at >= '0' && *line->at <= '9';
             line->at++, unit /= 10)
            fraction += unit * (unsigned)(*line->at - '0');
    }
    if (!is_parted(line))
        return bad(line, "the time", err);
    end_field(line);
    *ms = *ms * 1000 + fraction;
    return true;
}

/* FNV-1a of 64 bits: two keys of one trace meet with a chance of 1 to 10^6 at most. */
static uint64_t hash(const char *at, const char *end)
{
    uint64_t sum = 0xcbf29ce484222325;
    for (; at < end; at++)
        sum = (sum ^ (unsigned char)*at) * 0x100000001b3;
    return sum;
}

static bool take_word(struct line *line, const char *what, const char **start,
                      const char **end, struct task_error *err)
{
    *start = line->at;
    while (!is_parted(line))
        line->at++;
    *end = line->at;
    if (*start == *end)
        return task_fail(err, TASK_PACKAGE, "line %zu: %s is missing", line->number, what);
    end_field(line);
    return true;
}

/* `time id size`, more columns are not looked at: AdaptSize, webcachesim, LRB, plain csv.
 * An id may be any word. A first line that does not begin with a digit is a header. */
bool cache_import_columns(struct cache_import *import, struct task_error *err)
{
    struct line line = {NULL, NULL, 0};
    for (bool is_first = true; next_line(import, &line); is_first = false) {
        struct cache_raw raw;
        uint64_t size;
        const char *start, *end;
        if (is_first && (*line.at < '0' || *line.at > '9'))
            continue;
        if (!take_seconds(&line, &raw.time_ms, err) ||
            !take_word(&line, "the id", &start, &end, err) ||
            !take_number(&line, "the size", UINT32_MAX, &size, err))
            return false;
        raw.key = hash(start, end);
        raw.size = (uint32_t)size;
        if (!cache_import_add(import, raw))
            break;
    }
    return true;
}

/* Twitter's open traces (Yang, Yue, Rashmi, OSDI 2020): time, key, key size, value size,
 * client, operation, TTL. Keys hold no comma. A deletion is no request for an object. */
bool cache_import_twitter(struct cache_import *import, struct task_error *err)
{
    struct line line = {NULL, NULL, 0};
    while (next_line(import, &line)) {
        struct cache_raw raw;
        uint64_t key_size, value_size, client;
        const char *start, *end, *operation, *operation_end;
        if (!take_seconds(&line, &raw.time_ms, err) ||
            !take_word(&line, "the key", &start, &end, err) ||
            !take_number(&line, "the key's size", INT32_MAX, &key_size, err) ||
            !take_number(&line, "the value's size", INT32_MAX, &value_size, err) ||
            !take_number(&line, "the client", UINT64_MAX, &client, err) ||
            !take_word(&line, "the operation", &operation, &operation_end, err))
            return false;
        raw.key = hash(start, end);
        raw.size = (uint32_t)(key_size + value_size);
        bool is_deletion =
            operation_end - operation == 6 && memcmp(operation, "delete", 6) == 0;
        if (!is_deletion && !cache_import_add(import, raw))
            break;
    }
    return true;
}

/* `start count ignored number`: count blocks in a row (Megiddo, Modha, FAST 2003). */
bool cache_import_arc(struct cache_import *import, struct task_error *err)
{
    struct line line = {NULL, NULL, 0};
    while (next_line(import, &line)) {
        uint64_t start, count;
        if (!take_number(&line, "the first block", UINT32_MAX, &start, err) ||
            !take_number(&line, "the number of blocks", UINT32_MAX, &count, err))
            return false;
        for (uint64_t i = 0; i < count; i++) {
            if (!cache_import_add(import, (struct cache_raw){start + i, 0, 1}))
                return true;
        }
    }
    return true;
}
