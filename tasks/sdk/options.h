/* options.h - the options of the verbs generate, import, prepare, score and play. Private
 * to the SDK. */
#ifndef TASK_OPTIONS_H
#define TASK_OPTIONS_H

#include "sdk/error.h"

#include <stddef.h>

enum {
    TASK_OPT_SPLIT = 1 << 0,
    TASK_OPT_SEED = 1 << 1,
    TASK_OPT_LENIENT = 1 << 2,
    TASK_OPT_OTHER = 1 << 3,
    TASK_OPT_PREPARED = 1 << 4,
    TASK_OPT_TEXT = 1 << 5,
    TASK_WORDS = 4,
};

struct task_options {
    const char *split;
    const char *seed;
    const char *prepared;
    bool is_lenient;
    bool is_text;
    const char **others; /* owned list of borrowed words */
    size_t other_count;
    const char *words[TASK_WORDS];
    size_t word_count;
};

/* argv[0] is the verb. Options may stand between words; "--" ends them. Refuses options
 * that are not in accepts, with TASK_USAGE. */
bool task_options_parse(struct task_options *options, int argc, char **argv,
                        unsigned accepts, struct task_error *err);
void task_options_release(struct task_options *options);

#endif
