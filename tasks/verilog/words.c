#include "words.h"

#include "family.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void vlog_words_init(struct vlog_words *words, const struct vlog_spec *spec,
                     struct task_rng *rng)
{
    *words = (struct vlog_words){.spec = spec, .rng = rng};
    words->quoting = (unsigned)task_rng_below(rng, 4);
}

void vlog_words_release(struct vlog_words *words)
{
    for (size_t i = 0; i < words->fact_count; i++)
        task_buf_release(&words->facts[i]);
}

void vlog_set(struct vlog_words *words, const char *key, const char *format, ...)
{
    if (words->text_count == VLOG_TEXTS)
        abort(); /* a family's mistake */
    va_list args;
    va_start(args, format);
    char *text = words->texts[words->text_count].text;
    size_t size = sizeof words->texts[0].text;
    int length = vsnprintf(text, size, format, args);
    va_end(args);
    if (length < 0 || (size_t)length >= size)
        abort();
    words->texts[words->text_count++].key = key;
}

void vlog_set_value(struct vlog_words *words, const char *key, unsigned width,
                    uint64_t value)
{
    char bits[65] = "";
    for (unsigned i = 0; i < width; i++)
        bits[i] = (char)('0' + vlog_bit(value, width - 1 - i));
    switch (task_rng_below(words->rng, 4)) {
    case 0:
        vlog_set(words, key, "%u'b%s", width, bits);
        break;
    case 1:
        vlog_set(words, key, "%u'h%llx", width, (unsigned long long)value);
        break;
    case 2:
        vlog_set(words, key, "0x%llX", (unsigned long long)value);
        break;
    default:
        vlog_set(words, key, "%llu", (unsigned long long)value);
    }
}

static void put_name(const struct vlog_words *words, const char *name, struct task_buf *out)
{
    static const char marks[] = {0, '`', '\'', '"'};
    char mark = marks[words->quoting];
    task_buf_append(out, &mark, mark ? 1 : 0);
    task_buf_append(out, name, strlen(name));
    task_buf_append(out, &mark, mark ? 1 : 0);
}

static bool put_role(const struct vlog_words *words, const char *key, struct task_buf *out)
{
    for (size_t i = 0; i < VLOG_ROLES; i++)
        if (words->spec->roles[i].width > 0 &&
            strcmp(words->spec->roles[i].key, key) == 0) {
            put_name(words, words->spec->roles[i].name, out);
            return true;
        }
    return false;
}

static bool put_number(const struct vlog_words *words, const char *key,
                       struct task_buf *out)
{
    const struct vlog_knob *knobs = words->spec->family->knobs;
    for (size_t i = 0; knobs[i].key; i++)
        if (strcmp(knobs[i].key, key) == 0) {
            task_buf_printf(out, "%d", words->spec->p[i]);
            return true;
        }
    return false;
}

static void put_key(const struct vlog_words *words, const char *key, struct task_buf *out)
{
    for (size_t i = words->text_count; i-- > 0;)
        if (strcmp(words->texts[i].key, key) == 0) {
            task_buf_append(out, words->texts[i].text, strlen(words->texts[i].text));
            return;
        }
    if (!put_role(words, key, out) && !put_number(words, key, out)) {
        (void)fprintf(stderr, "verilog: a phrase names \"%s\", which is not there\n", key);
        abort(); /* a family's mistake */
    }
}

/* The variant's start; its length in *length. */
static const char *draw_variant(struct vlog_words *words, const char *variants,
                                size_t *length)
{
    uint64_t count = 1;
    for (const char *p = variants; *p; p++)
        count += *p == '|';
    for (uint64_t skip = task_rng_below(words->rng, count); skip > 0; skip--)
        variants = strchr(variants, '|') + 1;
    *length = strcspn(variants, "|");
    return variants;
}

void vlog_say(struct vlog_words *words, const char *variants)
{
    size_t length = 0;
    const char *at = draw_variant(words, variants, &length);
    const char *end = at + length;
    if (words->fact_count == VLOG_FACTS)
        abort(); /* a family's mistake */
    struct task_buf *out = &words->facts[words->fact_count++];
    char first = *at; /* a name keeps its case */
    if (first >= 'a' && first <= 'z') {
        first = (char)(first - 'a' + 'A');
        task_buf_append(out, &first, 1);
        at++;
    }
    while (at < end) {
        size_t plain = strcspn(at, "{|");
        if (plain > (size_t)(end - at))
            plain = (size_t)(end - at);
        task_buf_append(out, at, plain);
        at += plain;
        if (at == end)
            break;
        char key[24];
        size_t key_length = strcspn(at + 1, "}");
        if (key_length >= sizeof key)
            abort();
        memcpy(key, at + 1, key_length);
        key[key_length] = '\0';
        put_key(words, key, out);
        at += key_length + 2;
    }
}

void vlog_words_print(struct vlog_words *words, struct task_buf *out)
{
    if (words->fact_count > 2)
        task_rng_shuffle(words->rng, words->facts + 1, words->fact_count - 1,
                         sizeof words->facts[0]);
    bool is_list = task_rng_chance(words->rng, .5);
    for (size_t i = 0; i < words->fact_count; i++) {
        if (i > 0)
            task_buf_printf(out, is_list ? "\n- " : " ");
        task_buf_append(out, words->facts[i].data, words->facts[i].length);
    }
}
