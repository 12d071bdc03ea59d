#include "when.h"

enum { KEY_DEADLINE = 0x300, KEY_AS_OF };

static const struct argp_option OPTIONS[] = {
    {"deadline", KEY_DEADLINE, "WHEN", 0,
     "Instead of the competition's: \"2023-11-17 AoE\" or RFC 3339", 0},
    {"as-of", KEY_AS_OF, "INSTANT", 0, "As if it were this instant, RFC 3339 (now)", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct when *when = state->input;
    switch (key) {
    case KEY_DEADLINE:
        when->deadline_text = arg;
        return 0;
    case KEY_AS_OF:
        when->as_of_text = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp when_argp = {.options = OPTIONS, .parser = parse};

bool when_apply(struct when *when, struct competition *competition, struct pod_error *err)
{
    if (when->deadline_text != NULL &&
        !deadline_rule_parse(when->deadline_text, &competition->deadline, err))
        return pod_wrap(err, "--deadline");
    when->as_of = pod_instant_now();
    if (when->as_of_text != NULL && !pod_instant_parse(when->as_of_text, &when->as_of, err))
        return pod_wrap(err, "--as-of");
    return true;
}
