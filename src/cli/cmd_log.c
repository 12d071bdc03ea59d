#include "cmd.h"

#include "engine/registry.h"
#include "season.h"

#include <stdio.h>

struct log_verb {
    struct opt opt; /* first: the argp child fills it */
    struct season season;
    struct registry registry;
};

static const struct argp ARGP = {
    .parser = opt_parse_alone,
    .doc = "Print the log, a line of JSON for each event (NDJSON). Each line holds the "
           "digest of the one before it, as podium verify checks without the store.",
    .children = opt_children,
};

static bool print_line(void *context, const char *text, const char *digest,
                       struct pod_error *err)
{
    (void)context;
    (void)digest;
    (void)err;
    puts(text);
    return true;
}

bool cmd_log(int argc, char **argv, int *status, struct pod_error *err)
{
    struct log_verb verb = {.opt = {.is_reader = true}};
    opt_parse(&ARGP, argc, argv, &verb);
    bool done = season_open_rules(&verb.season, &verb.opt, err) &&
                registry_read(&verb.registry, &verb.season.place, &verb.season.competition,
                              INT64_MAX, err);
    season_let_go(&verb.season);
    done = done && store_each_event(verb.registry.store, print_line, NULL, err);
    *status = 0;
    registry_close(&verb.registry);
    season_close(&verb.season);
    return done;
}
