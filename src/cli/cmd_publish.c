#include "cmd.h"

#include "base/fs.h"
#include "base/log.h"
#include "engine/board_facts.h"
#include "engine/intake.h"
#include "issue.h"
#include "model/name.h"
#include "season.h"
#include "site.h"

#include <stdlib.h>
#include <string.h>

struct publish_verb {
    struct opt opt; /* first: the argp child fills it */
    const char *target;
    const char *forced; /* reason; NULL: nothing newer is replaced */
    bool sends, is_final;
    struct depot_options depot_options;
    struct site site;
    struct season season;
    struct registry registry;
    struct published ours;
    struct depot *depot;
    struct publish publish;
};

enum {
    KEY_SEND = 0x200,
    KEY_FINAL,
    KEY_FORCE,
    KEY_WORKSHOP,
    KEY_PAGE,
    KEY_ENDPOINT,
    KEY_REGION,
    KEY_CA,
    KEY_PRIVATE,
    KEY_DELAY,
};

static const struct argp_option OPTIONS[] = {
    {"send", KEY_SEND, NULL, 0, "Do it; without it, only what would change is said", 0},
    {"final", KEY_FINAL, NULL, 0,
     "Put on record that this board is the final one; refused while entries are pending "
     "or the deadline has not passed",
     0},
    {"force", KEY_FORCE, "REASON", 0,
     "Replace what is published even if it is newer or not ours; the manifest says why", 0},
    {"workshop", KEY_WORKSHOP, "NAME", 0, "Folder on a Jekyll site (" SITE_WORKSHOP ")", 0},
    {"page", KEY_PAGE, "FILE", 0, "Page for a Jekyll site, instead of podium's own", 0},
    {"endpoint", KEY_ENDPOINT, "URL", 0, "Of the bucket's store (Amazon's)", 0},
    {"region", KEY_REGION, "NAME", 0, "Of the bucket (AWS_REGION, or us-east-1)", 0},
    {"ca", KEY_CA, "FILE", 0, "Certificates to trust, instead of the system's", 0},
    {"allow-private", KEY_PRIVATE, NULL, 0,
     "Take http: and addresses of this host and its network", 0},
    {"retry-ms", KEY_DELAY, "MS", 0, "First delay before another try (1000)", 0},
    {0},
};

static error_t parse_delay(struct publish_verb *verb, const char *arg,
                           struct argp_state *state)
{
    char *end = NULL;
    long value = strtol(arg, &end, 10);
    if (*arg < '0' || *arg > '9' || *end != '\0' || value < 1 || value > 30000)
        argp_error(state, "--retry-ms: expected 1 to 30000, not '%s'", arg);
    verb->depot_options.delay_ms = (unsigned)value;
    return 0;
}

static error_t parse_depot(int key, char *arg, struct argp_state *state)
{
    struct publish_verb *verb = state->input;
    switch (key) {
    case KEY_ENDPOINT:
        verb->depot_options.endpoint = arg;
        return 0;
    case KEY_REGION:
        verb->depot_options.region = arg;
        return 0;
    case KEY_CA:
        verb->depot_options.ca_file = arg;
        return 0;
    case KEY_PRIVATE:
        verb->depot_options.allows_private = true;
        return 0;
    case KEY_DELAY:
        return parse_delay(verb, arg, state);
    case ARGP_KEY_ARG:
        if (verb->target != NULL)
            argp_error(state, "one target at a time");
        verb->target = arg;
        return 0;
    case ARGP_KEY_END:
        if (verb->target == NULL)
            argp_error(state, "where to? Name a folder, a URL or s3://BUCKET/PREFIX");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct publish_verb *verb = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &verb->opt;
        return 0;
    case KEY_SEND:
        verb->sends = true;
        return 0;
    case KEY_FINAL:
        verb->is_final = true;
        return 0;
    case KEY_FORCE:
        verb->forced = arg;
        return 0;
    case KEY_WORKSHOP:
        verb->site.workshop = arg;
        return 0;
    case KEY_PAGE:
        verb->site.page_file = arg;
        return 0;
    default:
        return parse_depot(key, arg, state);
    }
}

static const struct argp_child CHILDREN[] = {{&opt_argp, 0, NULL, 0}, {0}};

static const struct argp ARGP = {
    .options = OPTIONS,
    .parser = parse,
    .args_doc = "TARGET",
    .doc =
        "Bring the board that podium board wrote to where people read it: into a Jekyll "
        "site, a folder, a web server that takes PUT, or a bucket (s3://BUCKET/PREFIX)."
        "\vCredentials come from the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY "
        "and AWS_SESSION_TOKEN for a bucket, PODIUM_TOKEN for a web server. What is "
        "published is checked by podium verify TARGET.",
    .children = CHILDREN,
};

/* The final board. */

static bool check_final(const struct board_facts *facts, struct pod_error *err)
{
    if (facts->pending > 0)
        return pod_fail(
            err, POD_USAGE,
            "no final board while %zu entries are pending: run podium batch and "
            "podium board",
            facts->pending);
    return facts->as_of >= facts->deadline ||
           pod_fail(err, POD_USAGE,
                    "no final board as of an instant before the deadline: run podium board "
                    "when it has passed");
}

static bool find_final(void *context, const char *text, const char *digest,
                       struct pod_error *err)
{
    char *last = context; /* digest of the last board that was made final */
    event_auto struct event event;
    (void)digest;
    if (!event_parse(text, strlen(text), "log", &event, err))
        return false;
    if (event.kind == EVENT_FINALISED)
        memcpy(last, event_text(&event, EVENT_board), POD_DIGEST_HEX);
    return true;
}

/* On record once for each board that is the final one. */
static bool finalise(struct publish_verb *verb, struct pod_error *err)
{
    const struct pod_buf *board = &verb->ours.contents[0];
    board_facts_auto struct board_facts facts = {.competition = NULL};
    event_auto struct event event;
    char last[POD_DIGEST_HEX] = "";
    struct pod_digest digest = pod_digest_bytes(board->data, board->length);
    event_init(&event, EVENT_FINALISED);
    if (!board_facts_parse(board->data, board->length, PUBLISHED_BOARD, &facts, err) ||
        !check_final(&facts, err) ||
        !store_each_event(verb->registry.store, find_final, last, err))
        return false;
    if (strcmp(last, digest.hex) == 0)
        return true;
    if (!verb->sends) {
        printf("the log would say that this board is final\n");
        return true;
    }
    event_set_number(&event, EVENT_as_of, facts.as_of);
    event_set_text(&event, EVENT_board, digest.hex);
    event_set_text(&event, EVENT_reason, verb->forced);
    return registry_append(&verb->registry, &event, err);
}

/* What is said. */

static const char *change_text(enum publish_change change)
{
    static const char *const texts[] = {
        [PUBLISH_SAME] = "same", [PUBLISH_NEW] = "new", [PUBLISH_CHANGED] = "changed"};
    return texts[change];
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static void split_lines(const void *bytes, size_t length, struct pod_names *lines)
{
    const char *at = bytes, *end = at + length;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t count = (size_t)((stop ? stop : end) - at);
        pod_names_add_take(lines, pod_strf("%.*s", (int)count, at));
        at += count + 1;
    }
    if (lines->count > 0)
        qsort(lines->items, lines->count, sizeof *lines->items, by_text);
}

/* Lines that only the one or only the other has, wherever they stand. */
static void count_lines(const struct publish_step *step, size_t *come, size_t *go)
{
    pod_auto_names struct pod_names old = POD_NAMES_INIT, now = POD_NAMES_INIT;
    size_t o = 0, n = 0, both = 0;
    split_lines(step->seen.bytes.data, step->seen.bytes.length, &old);
    split_lines(step->bytes, step->length, &now);
    while (o < old.count && n < now.count) {
        int order = strcmp(old.items[o], now.items[n]);
        both += order == 0;
        o += order <= 0;
        n += order >= 0;
    }
    *come = now.count - both;
    *go = old.count - both;
}

static void print_step(const struct publish_step *step)
{
    size_t come = 0, go = 0;
    printf("%-8s %s: %zu bytes", change_text(step->change), step->path, step->length);
    if (step->change == PUBLISH_CHANGED) {
        count_lines(step, &come, &go);
        printf(", %zu lines come, %zu go", come, go);
    }
    printf("\n");
}

static json_t *make_steps(const struct publish *publish)
{
    json_t *steps = json_array();
    for (size_t i = 0; i < publish->count; i++) {
        const struct publish_step *step = &publish->steps[i];
        json_t *object =
            json_pack("{s:s, s:s, s:I}", "path", step->path, "change",
                      change_text(step->change), "bytes", (json_int_t)step->length);
        if (json_array_append_new(steps, object) != 0)
            pod_out_of_memory();
    }
    return steps;
}

static void print_json(const struct publish_verb *verb)
{
    const struct bundle *bundle = &verb->ours.bundle;
    pod_auto_json json_t *object = json_pack(
        "{s:s, s:s, s:b, s:I, s:s, s:o}", "schema", "podium.publish/1", "target",
        verb->target, "is_sent", verb->sends, "log_seq", (json_int_t)bundle->log_seq,
        "log_head", bundle->log_head, "files", make_steps(&verb->publish));
    if (object == NULL)
        pod_out_of_memory();
    pod_auto_free char *text = pod_json_print(object);
    fputs(text, stdout);
}

static void print_plan(const struct publish_verb *verb)
{
    const struct bundle *bundle = &verb->ours.bundle;
    char as_of[POD_INSTANT_TEXT];
    pod_instant_format(bundle->as_of, as_of);
    printf("the board as of %s, on event %lld of %lld, to %s\n", as_of,
           (long long)verb->ours.board_seq, (long long)bundle->log_seq, verb->target);
    for (size_t i = 0; i < verb->publish.count; i++)
        print_step(&verb->publish.steps[i]);
}

static void print_end(const struct publish_verb *verb)
{
    if (publish_due(&verb->publish) == 0)
        printf("nothing to do: all of it is there\n");
    else if (verb->sends)
        printf("published, read back and compared\n");
    else
        printf("dry run: nothing was sent; --send does it\n");
}

/* The deed. */

static bool open_log(struct publish_verb *verb, struct pod_error *err)
{
    const struct season *season = &verb->season;
    return verb->is_final && verb->sends
               ? registry_open(&verb->registry, &season->place, &season->competition, err)
               : registry_read(&verb->registry, &season->place, &season->competition,
                               INT64_MAX, err);
}

static bool add_steps(struct publish_verb *verb, struct pod_error *err)
{
    bool is_forced = verb->forced != NULL;
    verb->depot = depot_open(verb->target, &verb->depot_options, err);
    if (verb->depot == NULL)
        return false;
    publish_init(&verb->publish, verb->depot);
    if (strstr(verb->target, "://") != NULL || !site_is_one(verb->target))
        return publish_add_board(&verb->publish, &verb->ours, is_forced, err);
    return site_load_page(&verb->site, &verb->season.place, err) &&
           site_add(&verb->site, &verb->publish, &verb->ours, is_forced, err);
}

static bool check_words(const struct publish_verb *verb, struct pod_error *err)
{
    return name_check_id(verb->site.workshop, "--workshop", POD_USAGE, err) &&
           (verb->forced == NULL ||
            name_check(verb->forced, EVENT_TEXT_MAX / 4, "--force", POD_USAGE, err));
}

static bool do_publish(struct publish_verb *verb, struct pod_error *err)
{
    verb->opt.is_reader = !(verb->is_final && verb->sends);
    if (!check_words(verb, err) || !season_open_rules(&verb->season, &verb->opt, err) ||
        !open_log(verb, err) || !issue_read(&verb->ours, &verb->season.place, err) ||
        (verb->is_final && !finalise(verb, err)) ||
        !issue_finish(&verb->ours, &verb->season.place, verb->registry.store, verb->forced,
                      err) ||
        !add_steps(verb, err))
        return false;
    if (!verb->opt.is_json)
        print_plan(verb);
    if (verb->sends && !publish_send(&verb->publish, err))
        return false;
    if (verb->opt.is_json)
        print_json(verb);
    else
        print_end(verb);
    return true;
}

/* An empty variable is none. */
static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

static void read_environment(struct depot_options *options)
{
    const char *region = environment("AWS_REGION");
    options->region = region ? region : environment("AWS_DEFAULT_REGION");
    options->key_id = environment("AWS_ACCESS_KEY_ID");
    options->secret = environment("AWS_SECRET_ACCESS_KEY");
    options->session = environment("AWS_SESSION_TOKEN");
    options->token = environment("PODIUM_TOKEN");
}

bool cmd_publish(int argc, char **argv, int *status, struct pod_error *err)
{
    struct publish_verb verb = {.site = {.workshop = SITE_WORKSHOP, .page = POD_BUF_INIT}};
    depot_options_init(&verb.depot_options);
    read_environment(&verb.depot_options);
    opt_parse(&ARGP, argc, argv, &verb);
    bool done = do_publish(&verb, err);
    *status = 0;
    publish_release(&verb.publish);
    depot_close(verb.depot);
    published_release(&verb.ours);
    pod_buf_release(&verb.site.page);
    registry_close(&verb.registry);
    season_close(&verb.season);
    return done;
}
