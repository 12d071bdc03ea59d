#include "model/lookalike.h"

#include "base/buf.h"
#include "base/normal.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

static const struct confusable {
    uint32_t point;
    char letters[4];
} confusables[] = {
#define C(point, letters) {point, letters},
#include "model/confusable.def"
#undef C
};

static int compare_point(const void *key, const void *element)
{
    const uint32_t *point = key;
    const struct confusable *confusable = element;
    return (*point > confusable->point) - (*point < confusable->point);
}

static const char *letters_of(uint32_t point)
{
    const struct confusable *found =
        bsearch(&point, confusables, sizeof confusables / sizeof *confusables,
                sizeof *confusables, compare_point);
    return found ? found->letters : NULL;
}

/* Each character by its letters in ASCII where it has some. */
static char *map_confusables(const char *text)
{
    struct pod_buf out = POD_BUF_INIT;
    size_t length = strlen(text);
    for (size_t at = 0, size = 0; at < length; at += size) {
        uint32_t point = 0;
        size = pod_utf8_next(text + at, length - at, &point);
        const char *letters = size ? letters_of(point) : NULL;
        size = size ? size : 1;
        if (letters)
            pod_buf_puts(&out, letters);
        else
            pod_buf_append(&out, text + at, size);
    }
    return pod_buf_steal(&out);
}

static char *drop_fillers(const char *text)
{
    struct pod_buf out = POD_BUF_INIT;
    size_t length = strlen(text);
    for (size_t at = 0, size = 0; at < length; at += size) {
        uint32_t point = 0;
        size = pod_utf8_next(text + at, length - at, &point);
        bool is_filler = size && pod_point_is_filler(point);
        size = size ? size : 1;
        if (!is_filler)
            pod_buf_append(&out, text + at, size);
    }
    return pod_buf_steal(&out);
}

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* In ASCII, in place. What is said by one letter is never longer than before. */
static void merge_letters(char *text)
{
    char *to = text;
    for (const char *at = text; *at; at++) {
        if (*at == 'i' || *at == '1' || *at == '|')
            *to++ = 'l';
        else if (*at == '0')
            *to++ = 'o';
        else if (starts_with(at, "rn") || starts_with(at, "vv"))
            *to++ = *at++ == 'r' ? 'm' : 'w';
        else
            *to++ = *at;
    }
    *to = '\0';
}

/* Capitals and small letters look like different ones, so the table is asked before and
 * after case is gone. */
static char *letters_alone(const char *text)
{
    pod_auto_free char *bare = pod_text_bare(text);
    pod_auto_free char *mapped = map_confusables(bare);
    pod_auto_free char *folded = pod_text_folded(mapped);
    return map_confusables(folded);
}

char *name_skeleton(const char *text)
{
    pod_auto_free char *letters = letters_alone(text);
    char *skeleton = drop_fillers(letters);
    if (*skeleton == '\0') { /* punctuation, or marks alone, is all that there is */
        free(skeleton);
        skeleton = *letters ? pod_strdup(letters) : pod_strdup(text);
    }
    merge_letters(skeleton);
    return skeleton;
}

/* Reserved names. */

static const char *const reserved[] = {
    "admin",      "administrator", "committee",  "host",     "judge",
    "judges",     "jury",          "moderator",  "official", "organiser",
    "organisers", "organizer",     "organizers", "podium",   "root",
    "staff",      "superuser",     "support",    "system",
};

/* Digits and signs that people write for letters; o and l are what a skeleton makes of 0
 * and 1. */
static void read_signs(char *text)
{
    static const char signs[] = "@4358$7!|", letters[] = "aaesbstll";
    for (; *text; text++) {
        const char *sign = strchr(signs, *text);
        if (sign)
            *text = letters[sign - signs];
    }
}

/* "The Admin Team" without what is around it: start and end of the rest. */
static void trim_words(const char **start, size_t *length)
{
    static const char *const before[] = {"the", "team"};
    static const char after[] = "team";
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (*length > strlen(before[i]) && starts_with(*start, before[i])) {
            *start += strlen(before[i]);
            *length -= strlen(before[i]);
        }
    size_t tail = sizeof after - 1;
    if (*length > tail && strncmp(*start + *length - tail, after, tail) == 0)
        *length -= tail;
}

static bool is_word(const char *start, size_t length, const char *word)
{
    pod_auto_free char *skeleton = name_skeleton(word);
    return strlen(skeleton) == length && memcmp(start, skeleton, length) == 0;
}

static const char *reserved_like(const char *text)
{
    pod_auto_free char *signs = pod_strdup(text);
    read_signs(signs); /* before the skeleton, which drops what is punctuation */
    pod_auto_free char *skeleton = name_skeleton(signs);
    const char *start = skeleton;
    size_t length = strlen(skeleton);
    trim_words(&start, &length);
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (is_word(start, length, reserved[i]) ||
            is_word(skeleton, strlen(skeleton), reserved[i]))
            return reserved[i];
    return NULL;
}

bool name_check_reserved(const char *text, const char *where, enum pod_fault fault,
                         struct pod_error *err)
{
    const char *word = reserved_like(text);
    if (!word)
        return true;
    pod_auto_free char *shown = pod_str_shown(text, 60);
    return pod_fail(err, fault, "%s: \"%s\" looks like \"%s\", which is the organizer's",
                    where, shown, word);
}
