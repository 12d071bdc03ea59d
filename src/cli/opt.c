#include "opt.h"

#include "podbox.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_TASKS = 0x100, KEY_COMPETITION, KEY_SPLIT, KEY_SEED, KEY_POLICY, KEY_WAIVE };

static const struct argp_option OPTIONS[] = {
    {"work", 'w', "DIR", 0, "Working folder: cases, runs, record, board (out)", 0},
    {"tasks", KEY_TASKS, "DIR", 0, "Folder of tasks, instead of podium's own", 0},
    {"competition", KEY_COMPETITION, "FILE", 0,
     "Rules, instead of competition.json beside the tasks", 0},
    {"split", KEY_SPLIT, "NAME", 0, "public, hidden, or import-FORMAT for imported cases",
     0},
    {"seed", KEY_SEED, "FILE", 0,
     "File with the hidden split's seed, 32 hex digits or more", 0},
    {"policy", KEY_POLICY, "FILE", 0, "System call policy, OCI JSON", 0},
    {"waive", KEY_WAIVE, "LAYER", 0,
     "Run although this layer of the sandbox is missing (see podium doctor); repeatable",
     0},
    {"json", 'j', NULL, 0, "Print JSON instead of text", 0},
    {"quiet", 'q', NULL, 0, "No progress", 0},
    {0},
};

static unsigned find_layer(const char *name)
{
    for (unsigned bit = SB_LAYER_NAMESPACES; bit <= SB_LAYER_CGROUP; bit <<= 1)
        if (strcmp(sb_layer_name(bit), name) == 0)
            return bit;
    return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct opt *opt = state->input;
    switch (key) {
    case 'w':
        opt->work = arg;
        return 0;
    case KEY_TASKS:
        opt->tasks = arg;
        return 0;
    case KEY_COMPETITION:
        opt->competition = arg;
        return 0;
    case KEY_SPLIT:
        opt->split = arg;
        return 0;
    case KEY_SEED:
        opt->seed_file = arg;
        return 0;
    case KEY_POLICY:
        opt->policy = arg;
        return 0;
    case KEY_WAIVE:
        if (find_layer(arg) == 0)
            argp_error(state, "no layer '%s': podium doctor lists them", arg);
        opt->waived |= find_layer(arg);
        return 0;
    case 'j':
        opt->is_json = true;
        return 0;
    case 'q':
        opt->is_quiet = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp opt_argp = {.options = OPTIONS, .parser = parse};

const struct argp_child opt_children[] = {{&opt_argp, 0, NULL, 0}, {0}};

error_t opt_parse_alone(int key, char *arg, struct argp_state *state)
{
    (void)arg;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = state->input;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "no arguments are taken, only options");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void opt_repeats(const char *arg, const struct argp_state *state, struct timing_plan *out)
{
    char *end = NULL;
    long repeats = strtol(arg, &end, 10);
    if (*arg < '1' || *arg > '9' || *end != '\0' || repeats > TIMING_REPEATS_MAX)
        argp_error(state, "--repeats wants a number from 1 to %d, not '%s'",
                   TIMING_REPEATS_MAX, arg);
    *out = (struct timing_plan){.repeats = repeats, .warmup = repeats > 1};
}

void opt_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    argp_parse(argp, argc, argv, 0, NULL, input);
}
