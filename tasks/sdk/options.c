#include "sdk/options.h"

#include "sdk/buf.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    unsigned option;
    bool has_value;
} table[] = {
    {"--split", TASK_OPT_SPLIT, true},       {"--seed", TASK_OPT_SEED, true},
    {"--lenient", TASK_OPT_LENIENT, false},  {"--other", TASK_OPT_OTHER, true},
    {"--prepared", TASK_OPT_PREPARED, true}, {"--text", TASK_OPT_TEXT, false},
};
enum { COUNT = sizeof table / sizeof table[0] };

static void set(struct task_options *options, unsigned option, const char *value)
{
    switch (option) {
    case TASK_OPT_SPLIT:
        options->split = value;
        break;
    case TASK_OPT_SEED:
        options->seed = value;
        break;
    case TASK_OPT_PREPARED:
        options->prepared = value;
        break;
    case TASK_OPT_LENIENT:
        options->is_lenient = true;
        break;
    case TASK_OPT_TEXT:
        options->is_text = true;
        break;
    default:
        options->others =
            task_grow(options->others, options->other_count + 1, sizeof *options->others);
        options->others[options->other_count++] = value;
    }
}

/* Sets *used to the words that the option took. */
static bool parse_option(struct task_options *options, char **argv, unsigned accepts,
                         int *used, struct task_error *err)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(argv[0], table[i].name) != 0 || !(table[i].option & accepts))
            continue;
        if (table[i].has_value && !argv[1])
            return task_fail(err, TASK_USAGE, "option %s needs a value", argv[0]);
        set(options, table[i].option, table[i].has_value ? argv[1] : "");
        *used = table[i].has_value ? 2 : 1;
        return true;
    }
    return task_fail(err, TASK_USAGE, "unknown option \"%s\"", argv[0]);
}

bool task_options_parse(struct task_options *options, int argc, char **argv,
                        unsigned accepts, struct task_error *err)
{
    bool has_ended = false;
    for (int i = 1, used = 1; i < argc; i += used) {
        used = 1;
        if (!has_ended && strcmp(argv[i], "--") == 0) {
            has_ended = true;
        } else if (!has_ended && strncmp(argv[i], "--", 2) == 0) {
            if (!parse_option(options, argv + i, accepts, &used, err))
                return false;
        } else if (options->word_count == TASK_WORDS) {
            return task_fail(err, TASK_USAGE, "too many words after \"%s\"", argv[0]);
        } else {
            options->words[options->word_count++] = argv[i];
        }
    }
    return true;
}

void task_options_release(struct task_options *options)
{
    free(options->others);
    options->others = NULL;
}
