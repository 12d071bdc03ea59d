#include "cmd.h"

#include "base/log.h"
#include "model/name.h"
#include "retrial.h"
#include "rows.h"
#include "ui.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct rejudge {
    struct opt opt; /* first: the argp child fills it */
    bool is_applied;
    const char *reason;
    struct pod_names words;
    struct season season;
    struct registry registry;
    struct retrial retrial;
    struct dues dues;
    struct ui_progress progress;
    struct executor_tally tally;
    int64_t changes;
    size_t missing;
};

enum { KEY_APPLY = 0x200, KEY_REASON, TRIES = 3 };

static const struct argp_option OPTIONS[] = {
    {"apply", KEY_APPLY, NULL, 0, "Let the new results stand; needs --reason", 0},
    {"reason", KEY_REASON, "TEXT", 0, "Why, for the log and for people", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct rejudge *verb = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &verb->opt;
        return 0;
    case KEY_APPLY:
        verb->is_applied = true;
        return 0;
    case KEY_REASON:
        verb->reason = arg;
        return 0;
    case ARGP_KEY_ARG:
        pod_names_add(&verb->words, arg);
        return 0;
    case ARGP_KEY_END:
        if (verb->is_applied && verb->reason == NULL)
            argp_error(state, "--apply needs --reason");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child CHILDREN[] = {{&opt_argp, 0, NULL, 0}, {0}};

static const struct argp ARGP = {
    .options = OPTIONS,
    .parser = parse,
    .args_doc = "[NUMBER...]",
    .doc =
        "Judge entries that were judged by another scorer, set of cases, policy or podium "
        "again, beside the results that stand, and show which verdicts, scores and ranks "
        "would change and why. Nothing on the board changes without --apply."
        "\vWithout numbers: every entry that was received. Old results are kept.",
    .children = CHILDREN,
};

static bool add_word(struct rejudge *verb, const char *word, struct pod_error *err)
{
    const struct ledger *ledger = &verb->registry.ledger;
    char *end = NULL;
    errno = 0;
    long long seq = strtoll(word, &end, 10);
    size_t entry = *word >= '0' && *word <= '9' && *end == '\0' && errno == 0
                       ? ledger_find_entry(ledger, seq)
                       : LEDGER_NONE;
    if (entry == LEDGER_NONE)
        return pod_fail(err, POD_USAGE, "there is no entry '%s'", word);
    return retrial_add(&verb->retrial, &ledger->entries[entry], err);
}

static bool add_entries(struct rejudge *verb, struct pod_error *err)
{
    const struct ledger *ledger = &verb->registry.ledger;
    for (size_t i = 0; i < verb->words.count; i++)
        if (!add_word(verb, verb->words.items[i], err))
            return false;
    for (size_t i = 0; verb->words.count == 0 && i < ledger->entry_count; i++)
        if (!retrial_add(&verb->retrial, &ledger->entries[i], err))
            return false;
    return true;
}

static void show_progress(void *context, const struct unpacked *unpacked,
                          const struct case_result *result, const char *problem)
{
    struct rejudge *verb = context;
    if (problem != NULL) {
        pod_log("entry '%s': %s", unpacked->entry.name, problem);
        return;
    }
    pod_auto_free char *text =
        pod_strf("%s on %s: %s", unpacked->entry.name, result->case_id,
                 verdict_info(result->verdict)->code);
    ui_progress_step(&verb->progress, text);
}

static bool execute(struct rejudge *verb, struct pod_error *err)
{
    size_t cpus = 0;
    free(executor_cpus(&cpus));
    const struct executor executor = {.rules = &verb->season.rules,
                                      .store = verb->registry.store,
                                      .workers = cpus,
                                      .tries = TRIES,
                                      .progress = show_progress,
                                      .context = verb};
    retrial_jobs(&verb->retrial, &verb->dues);
    ui_progress_init(&verb->progress, verb->dues.total, verb->opt.is_quiet);
    bool done =
        executor_run(&executor, verb->dues.jobs, verb->dues.job_count, &verb->tally, err);
    ui_progress_end(&verb->progress);
    return done && retrial_look(&verb->retrial, err);
}

/* What would change. */

static void format_result(const struct case_result *result, bool is_there, char text[64])
{
    int written = !is_there ? snprintf(text, 64, "no result")
                  : result->has_raw
                      ? snprintf(text, 64, "%s %.6g", verdict_info(result->verdict)->code,
                                 result->raw)
                      : snprintf(text, 64, "%s", verdict_info(result->verdict)->code);
    if (written < 0 || written >= 64)
        text[0] = '\0';
}

static void compare_set(struct rejudge *verb, const struct retrial_set *set)
{
    const struct ledger *ledger = &verb->registry.ledger;
    for (size_t c = 0; c < set->count; c++) {
        const struct retrial_case *one = &set->cases[c];
        char old[64], now[64];
        verb->missing += !one->has_now;
        if (!one->has_now || !retrial_differs(one))
            continue;
        verb->changes++;
        format_result(&one->old, one->has_old, old);
        format_result(&one->now, one->has_now, now);
        if (!verb->opt.is_json)
            printf("%7lld  \"%s\" of \"%s\"  %s: %s -> %s (%s changed)\n",
                   (long long)set->entry->seq, set->entry->name,
                   ledger->teams[ledger_root(ledger, set->entry->team)].name, one->one->id,
                   old, now, set->why);
    }
}

struct view {
    struct rejudge *verb;
    struct rows rows;
    bool is_new;
};

static bool add_case(void *context, const char *task, const char *case_id,
                     const struct case_result *result, struct pod_error *err)
{
    struct view *view = context;
    (void)task;
    (void)case_id;
    (void)err;
    rows_add_result(&view->rows, result);
    return true;
}

static bool add_set(struct view *view, const struct ledger_entry *entry, size_t s,
                    struct pod_error *err)
{
    const struct rejudge *verb = view->verb;
    const struct retrial_set *set =
        retrial_find(&verb->retrial, entry->digest, &verb->season.sets[s]);
    const struct due_set due = {.digest = entry->digest,
                                .set_key = verb->retrial.scopes[s].hex};
    if (set == NULL)
        return store_each_case(verb->registry.store, &due, add_case, view, err);
    for (size_t c = 0; c < set->count; c++) {
        const struct retrial_case *one = &set->cases[c];
        if (view->is_new)
            rows_add_result(&view->rows, one->has_now ? &one->now : NULL);
        else
            rows_add_result(&view->rows, one->has_old ? &one->old : NULL);
    }
    return true;
}

/* The tracks of the board as it is, or as it would be. The caller decrefs. */
static json_t *rank(struct rejudge *verb, bool is_new, struct pod_error *err)
{
    const struct ledger *ledger = &verb->registry.ledger;
    struct view view = {.verb = verb, .is_new = is_new};
    rows_init(&view.rows);
    view.rows.ledger = ledger;
    bool done = true;
    for (size_t i = 0; done && i < ledger->entry_count; i++) {
        rows_add_entry(&view.rows, i, season_is_final(&verb->season));
        for (size_t s = 0; done && s < verb->season.set_count; s++)
            if (dues_plays(ledger->entries[i].tasks, verb->season.sets[s].task.id))
                done = add_set(&view, &ledger->entries[i], s, err);
    }
    json_t *tracks =
        done ? rows_tracks(&view.rows, &verb->season, pod_instant_now(), err) : NULL;
    rows_release(&view.rows);
    return tracks;
}

static json_t *find_team(json_t *track, const char *team)
{
    size_t index;
    json_t *row;
    json_array_foreach (json_object_get(track, "rows"), index, row)
        if (strcmp(json_string_value(json_object_get(row, "team")), team) == 0)
            return row;
    return NULL;
}

static const char *text_of(json_t *row, const char *key)
{
    return row ? json_string_value(json_object_get(row, key)) : "-";
}

/* Every team whose rank or score is another one, also one that comes in or drops out. */
static void compare_tracks(json_t *old, json_t *now)
{
    size_t index;
    json_t *row;
    json_array_foreach (json_object_get(now, "rows"), index, row) {
        const char *team = text_of(row, "team");
        json_t *before = find_team(old, team);
        if (strcmp(text_of(before, "rank_text"), text_of(row, "rank_text")) != 0 ||
            strcmp(text_of(before, "score_text"), text_of(row, "score_text")) != 0)
            printf("%s: \"%s\": rank %s -> %s, score %s -> %s\n", text_of(now, "id"), team,
                   text_of(before, "rank_text"), text_of(row, "rank_text"),
                   text_of(before, "score_text"), text_of(row, "score_text"));
    }
    json_array_foreach (json_object_get(old, "rows"), index, row)
        if (find_team(now, text_of(row, "team")) == NULL)
            printf("%s: \"%s\": rank %s -> -, score %s -> -\n", text_of(now, "id"),
                   text_of(row, "team"), text_of(row, "rank_text"),
                   text_of(row, "score_text"));
}

static bool compare_ranks(struct rejudge *verb, struct pod_error *err)
{
    pod_auto_json json_t *old = rank(verb, false, err);
    pod_auto_json json_t *now = old ? rank(verb, true, err) : NULL;
    if (now == NULL)
        return false;
    for (size_t i = 0; i < json_array_size(now) && !verb->opt.is_json; i++)
        compare_tracks(json_array_get(old, i), json_array_get(now, i));
    return true;
}

static bool print_end(const struct rejudge *verb, bool is_applied, struct pod_error *err)
{
    if (verb->opt.is_json) {
        pod_auto_json json_t *value = json_pack(
            "{s:s, s:I, s:I, s:I, s:b}", "schema", "podium.rejudge/1", "judged",
            (json_int_t)verb->retrial.set_count, "changes", (json_int_t)verb->changes,
            "missing", (json_int_t)verb->missing, "applied", is_applied);
        if (value == NULL)
            return pod_fail(err, POD_BUG, "cannot print the rejudging as JSON");
        pod_auto_free char *text = pod_json_print(value);
        fputs(text, stdout);
        return true;
    }
    printf("%zu entries in a task judged anew, %lld results differ%s\n",
           verb->retrial.set_count, (long long)verb->changes,
           is_applied                    ? ": applied"
           : verb->retrial.set_count > 0 ? "; nothing is applied without --apply"
                                         : "");
    return true;
}

static bool finish(struct rejudge *verb, struct pod_error *err)
{
    for (size_t s = 0; s < verb->retrial.set_count; s++)
        compare_set(verb, &verb->retrial.sets[s]);
    if (verb->retrial.set_count > 0 && !compare_ranks(verb, err))
        return false;
    if (verb->missing > 0)
        return pod_fail(err, POD_HOST,
                        "%zu cases have no new result: nothing can be applied, try again",
                        verb->missing);
    bool is_applied = verb->is_applied && verb->retrial.set_count > 0;
    if (is_applied && !retrial_apply(&verb->retrial, verb->reason, verb->changes, err))
        return false;
    return print_end(verb, is_applied, err);
}

static bool do_rejudge(struct rejudge *verb, struct pod_error *err)
{
    if (verb->reason != NULL &&
        !name_check(verb->reason, EVENT_TEXT_MAX / 4, "--reason", POD_USAGE, err))
        return false;
    if (!season_open(&verb->season, &verb->opt, NULL, err) ||
        !season_prepare(&verb->season, err) ||
        !registry_open(&verb->registry, &verb->season.place, &verb->season.competition,
                       err))
        return false;
    verb->season.competition.deadline = verb->registry.ledger.deadline;
    return retrial_init(&verb->retrial, &verb->season, &verb->registry, err) &&
           add_entries(verb, err) && retrial_look(&verb->retrial, err) &&
           execute(verb, err) && finish(verb, err);
}

bool cmd_rejudge(int argc, char **argv, int *status, struct pod_error *err)
{
    struct rejudge verb = {.words = POD_NAMES_INIT};
    opt_parse(&ARGP, argc, argv, &verb);
    bool done = do_rejudge(&verb, err);
    *status = 0;
    dues_release(&verb.dues);
    retrial_release(&verb.retrial);
    registry_close(&verb.registry);
    pod_names_release(&verb.words);
    season_close(&verb.season);
    return done;
}
