/* opt.h - options that several verbs share, as an argp child.
 *
 * A verb puts opt_argp in its argp's children and hands over a struct opt as its input; one
 * without options of its own takes opt_parse_alone as its parser and opt_children.
 * Values are borrowed from argv.
 */
#ifndef CLI_OPT_H
#define CLI_OPT_H

#include "base/error.h"
#include "model/timing.h"

#include <argp.h>
#include <stdbool.h>

struct opt {
    const char *tasks;       /* folder of tasks; NULL: podium's own */
    const char *work;        /* working folder; NULL: out */
    const char *competition; /* file; NULL: competition.json beside the tasks */
    const char *split;       /* NULL: each task's default */
    const char *seed_file;   /* of the hidden split */
    const char *policy;      /* seccomp policy; NULL: the sandbox's own */
    unsigned waived;         /* sandbox layers that may be missing */
    bool is_json;
    bool is_quiet;
    bool is_reader; /* set by a verb that only looks: it does not wait for a batch */
};

extern const struct argp opt_argp;

/* For a verb that takes nothing else; its input is, or starts with, a struct opt. */
extern const struct argp_child opt_children[];
error_t opt_parse_alone(int key, char *arg, struct argp_state *state);

/* The value of --repeats, which ends the program when it is none. A timed run warms up
 * once. */
void opt_repeats(const char *arg, const struct argp_state *state, struct timing_plan *out);

/* Parse argv by a verb's own argp; input is the verb's struct, which starts with a struct
 * opt. Usage errors and --help end the program, as argp does. */
void opt_parse(const struct argp *argp, int argc, char **argv, void *input);

#endif
