/* words.h - says a module's parameters in one of several ways.
 *
 * A fact is a template of variants, separated by '|', of which one is drawn; {key} stands
 * for a port's name, a knob's number or a text that was set. Facts must not lean on each
 * other's order, because that is drawn too: the first fact stays first.
 */
#ifndef VLOG_WORDS_H
#define VLOG_WORDS_H

#include "sdk/buf.h"
#include "sdk/rng.h"

#include <stddef.h>
#include <stdint.h>

struct vlog_spec;

enum { VLOG_FACTS = 32, VLOG_TEXTS = 12 };

struct vlog_words {
    const struct vlog_spec *spec;
    struct task_rng *rng;
    struct task_buf facts[VLOG_FACTS];
    size_t fact_count;
    struct {
        const char *key;
        char text[96];
    } texts[VLOG_TEXTS];
    size_t text_count;
    unsigned quoting; /* how names are set apart, the same throughout a prompt */
};

void vlog_words_init(struct vlog_words *words, const struct vlog_spec *spec,
                     struct task_rng *rng);
void vlog_words_release(struct vlog_words *words);

/* What {key} becomes; key is kept, not copied. */
void vlog_set(struct vlog_words *words, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a value of some bits, written as binary, decimal or hexadecimal. */
void vlog_set_value(struct vlog_words *words, const char *key, unsigned width,
                    uint64_t value);

/* Adds a fact. */
void vlog_say(struct vlog_words *words, const char *variants);

/* Puts the facts together, as a paragraph or as a list. */
void vlog_words_print(struct vlog_words *words, struct task_buf *out);

#endif
