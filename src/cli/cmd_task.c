#include "cmd.h"

#include "base/fs.h"
#include "base/json.h"
#include "season.h"
#include "task_check.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 3, KEY_EVERY = 0x200, EVERY_MAX = 1000 };

struct task_verb {
    struct opt opt; /* first: the argp child fills it */
    const char *words[WORDS_MAX + 1];
    size_t word_count;
    size_t every; /* of check */
    struct season season;
    int status;
};

static bool do_list(struct task_verb *verb, struct pod_error *err);
static bool do_generate(struct task_verb *verb, struct pod_error *err);
static bool do_import(struct task_verb *verb, struct pod_error *err);
static bool do_check(struct task_verb *verb, struct pod_error *err);

static const struct action {
    const char *name;
    const char *arguments;
    const char *summary;
    size_t argument_count;
    bool (*run)(struct task_verb *verb, struct pod_error *err);
} ACTIONS[] = {
    {"list", "", "the tasks that there are", 0, do_list},
    {"generate", "TASK", "make the cases of a split, and say where", 1, do_generate},
    {"import", "TASK FORMAT SOURCE", "make cases from the field's own data", 3, do_import},
    {"check", "TASK", "manifest, repeatable cases, sample entries", 1, do_check},
};

enum { ACTION_COUNT = sizeof ACTIONS / sizeof ACTIONS[0] };

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct task_verb *verb = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &verb->opt;
        return 0;
    case KEY_EVERY: {
        char *end = NULL;
        unsigned long every = strtoul(arg, &end, 10);
        if (arg[0] < '0' || arg[0] > '9' || *end != '\0' || every < 1 || every > EVERY_MAX)
            argp_error(state, "--every: '%s' is not a whole number from 1 to %d", arg,
                       EVERY_MAX);
        verb->every = every;
        return 0;
    }
    case ARGP_KEY_ARG:
        if (verb->word_count > WORDS_MAX)
            argp_error(state, "too many words: '%s'", arg);
        verb->words[verb->word_count++] = arg;
        return 0;
    case ARGP_KEY_END:
        if (verb->word_count == 0)
            argp_error(state, "list, generate, import or check?");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option OPTIONS[] = {
    {"every", KEY_EVERY, "N", 0, "check: scored samples on each N-th case only (1)", 0},
    {0},
};

static const struct argp_child CHILDREN[] = {{&opt_argp, 0, NULL, 0}, {0}};

/* The actions are listed from their table. */
static char *help_filter(int key, const char *text, void *input)
{
    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC)
        return (char *)(uintptr_t)text;
    pod_auto_buf struct pod_buf help = POD_BUF_INIT;
    for (size_t i = 0; i < ACTION_COUNT; i++)
        pod_buf_printf(&help, "  %-9s %-19s %s\n", ACTIONS[i].name, ACTIONS[i].arguments,
                       ACTIONS[i].summary);
    return pod_buf_steal(&help);
}

static const struct argp ARGP = {
    .options = OPTIONS,
    .parser = parse,
    .args_doc = "ACTION [ARGUMENT...]",
    .doc = "Work with the tasks of a competition.\v ",
    .children = CHILDREN,
    .help_filter = help_filter,
};

static bool list_one(const struct place *place, const char *name, json_t *list,
                     struct pod_error *err)
{
    pod_auto_free char *folder = pod_path_join(place->tasks, name);
    pod_auto_free char *manifest = pod_path_join(folder, "task.json");
    if (!pod_path_exists(manifest))
        return true;
    task_auto struct task task = TASK_INIT;
    if (!task_load(folder, &task, err))
        return false;
    json_t *one = json_pack("{s:s, s:s, s:s}", "id", task.id, "kind",
                            task_kind_text(task.kind), "title", task.title);
    return json_array_append_new(list, one) == 0 ||
           pod_fail(err, POD_HOST, "out of memory");
}

/* {"schema": "podium.task-ACTION/1", key: value}; takes value. */
static bool print_json(const char *action, const char *key, json_t *value,
                       struct pod_error *err)
{
    pod_auto_free char *schema = pod_strf("podium.task-%s/1", action);
    pod_auto_json json_t *all = json_pack("{s:s, s:o}", "schema", schema, key, value);
    if (all == NULL)
        return pod_fail(err, POD_BUG, "cannot print as JSON");
    pod_auto_free char *text = pod_json_print(all);
    fputs(text, stdout);
    return true;
}

static bool do_list(struct task_verb *verb, struct pod_error *err)
{
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    if (!season_open_bare(&verb->season, &verb->opt, err) ||
        !pod_dir_list(verb->season.place.tasks, &names, err))
        return false;
    pod_auto_json json_t *list = json_array();
    for (size_t i = 0; i < names.count; i++)
        if (!list_one(&verb->season.place, names.items[i], list, err))
            return false;
    if (verb->opt.is_json)
        return print_json("list", "tasks", json_incref(list), err);
    size_t index;
    json_t *one;
    json_array_foreach (list, index, one)
        printf("%-10s %-9s %s\n", json_string_value(json_object_get(one, "id")),
               json_string_value(json_object_get(one, "kind")),
               json_string_value(json_object_get(one, "title")));
    return true;
}

static bool print_cases(const struct task_verb *verb, const struct case_set *set,
                        struct pod_error *err)
{
    json_t *cases = json_array();
    for (size_t i = 0; i < set->count; i++) {
        const struct one_case *one = &set->items[i];
        if (!verb->opt.is_json)
            printf("%.16s %s\n", one->digest.hex, one->folder);
        json_array_append_new(cases, json_pack("{s:s, s:s, s:s}", "id", one->id, "digest",
                                               one->digest.hex, "folder", one->folder));
    }
    if (verb->opt.is_json)
        return print_json(verb->words[0], "cases", cases, err);
    json_decref(cases);
    return true;
}

static bool do_generate(struct task_verb *verb, struct pod_error *err)
{
    if (!season_open_bare(&verb->season, &verb->opt, err))
        return false;
    const struct case_set *set =
        season_add_task(&verb->season, &verb->opt, verb->words[1], err);
    return set != NULL && print_cases(verb, set, err);
}

static bool do_import(struct task_verb *verb, struct pod_error *err)
{
    const struct case_import import = {verb->words[1], verb->words[2], verb->words[3],
                                       verb->opt.split};
    if (!season_open_bare(&verb->season, &verb->opt, err) ||
        !case_set_import(&verb->season.place, &import, err))
        return false;
    pod_auto_free char *split = case_import_split(&import);
    struct opt opt = verb->opt;
    opt.split = split;
    const struct case_set *set = season_add_task(&verb->season, &opt, verb->words[1], err);
    if (set == NULL || !print_cases(verb, set, err))
        return false;
    if (!verb->opt.is_json)
        printf("use them with --split %s\n", split);
    return true;
}

static bool do_check(struct task_verb *verb, struct pod_error *err)
{
    pod_auto_json json_t *findings = json_array();
    if (!season_open_bare(&verb->season, &verb->opt, err) ||
        season_add_task(&verb->season, &verb->opt, verb->words[1], err) == NULL ||
        !season_prepare(&verb->season, err) ||
        !task_check(&verb->season, &verb->opt, verb->every, findings, err))
        return false;
    verb->status = json_array_size(findings) == 0 ? 0 : pod_exit_status(POD_TASK);
    return !verb->opt.is_json ||
           print_json("check", "findings", json_incref(findings), err);
}

static bool act(struct task_verb *verb, struct pod_error *err)
{
    for (size_t i = 0; i < ACTION_COUNT; i++) {
        const struct action *action = &ACTIONS[i];
        if (strcmp(verb->words[0], action->name) != 0)
            continue;
        if (verb->word_count - 1 != action->argument_count)
            return pod_fail(err, POD_USAGE, "usage: podium task %s %s", action->name,
                            action->arguments);
        return action->run(verb, err);
    }
    return pod_fail(err, POD_USAGE, "no action '%s': list, generate, import or check",
                    verb->words[0]);
}

bool cmd_task(int argc, char **argv, int *status, struct pod_error *err)
{
    struct task_verb verb = {.every = 1, .season = {.lock_fd = -1}};
    opt_parse(&ARGP, argc, argv, &verb);
    bool done = act(&verb, err);
    *status = verb.status;
    season_close(&verb.season);
    return done;
}
