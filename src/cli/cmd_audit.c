#include "cmd.h"

#include "base/fs.h"
#include "dues.h"
#include "engine/store_drift.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct audit {
    struct opt opt; /* first: the argp child fills it */
    struct season season;
    struct registry registry;
    size_t found, failed; /* what people should look at; what does not hold */
    json_t *findings;
    struct store_clock last_clock; /* of the walk over the clocks */
    bool has_clock;
};

/* In per cent: two entries that differ by 3 should be told apart. */
static const double MUCH_DRIFT = 3;

static const struct argp ARGP = {
    .parser = opt_parse_alone,
    .doc = "Go through the record and say what an organizer should look at: the chain, the "
           "bodies of the entries, receipts, jumps of the clock, equal entries, quotas, "
           "what is shown of the results, results by other rules, pending entries, judge "
           "errors, drift of timed batches, "
           "and how much of the hidden data the scores may have told each team."
           "\vExit status 3: something does not hold.",
    .children = opt_children,
};

/* One line each: FAIL what does not hold, look what somebody should see, ok the rest. */
static void say(struct audit *audit, const char *level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void say(struct audit *audit, const char *level, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    if (vsnprintf(text, sizeof text, format, args) < 0)
        text[0] = '\0';
    va_end(args);
    audit->failed += strcmp(level, "FAIL") == 0;
    audit->found += strcmp(level, "look") == 0;
    if (!audit->opt.is_json) {
        printf("%-4s  %s\n", level, text);
        return;
    }
    pod_auto_free char *shown = pod_str_shown(text, sizeof text);
    if (json_array_append_new(audit->findings,
                              json_pack("{s:s, s:s}", "level", level, "text", shown)) != 0)
        pod_out_of_memory();
}

static const char *team_of(const struct ledger *ledger, const struct ledger_entry *entry)
{
    return ledger->teams[ledger_root(ledger, entry->team)].name;
}

/* Bodies and receipts. */

static void check_bodies(struct audit *audit)
{
    const struct ledger *ledger = &audit->registry.ledger;
    pod_auto_free char *entries = place_entries(&audit->season.place);
    size_t bad = 0;
    for (size_t i = 0; i < ledger->entry_count; i++) {
        const struct ledger_entry *entry = &ledger->entries[i];
        pod_auto_free char *body = pod_path_join(entries, entry->digest);
        struct pod_digest now = {""};
        struct pod_error problem = POD_ERROR_INIT;
        if (pod_digest_tree(body, &now, &problem) && strcmp(now.hex, entry->digest) == 0)
            continue;
        bad++;
        say(audit, "FAIL", "entry %lld: its files are not what was received%s%s",
            (long long)entry->seq, problem.fault == POD_OK ? "" : ": ", problem.message);
    }
    if (bad == 0)
        say(audit, "ok", "%zu entries: all files are what was received",
            ledger->entry_count);
}

static void check_receipts(struct audit *audit)
{
    const struct ledger *ledger = &audit->registry.ledger;
    pod_auto_free char *receipts = place_receipts(&audit->season.place);
    size_t missing = 0;
    for (size_t i = 0; i < ledger->entry_count; i++) {
        pod_auto_free char *path =
            pod_strf("%s/%06lld.json", receipts, (long long)ledger->entries[i].seq);
        missing += !pod_path_exists(path);
    }
    if (missing > 0)
        say(audit, "look", "%zu receipts are missing: the next podium intake makes them",
            missing);
    else
        say(audit, "ok", "a receipt for each of them");
}

/* Clocks. */

static bool see_clock(void *context, int64_t seq, const struct store_clock *clock,
                      struct pod_error *err)
{
    struct audit *audit = context;
    (void)err;
    int64_t drift = audit->has_clock ? store_clock_drift(&audit->last_clock, clock) : 0;
    if (drift > STORE_DRIFT_MS || drift < -STORE_DRIFT_MS)
        say(audit, "look", "event %lld: the clock was moved by %lld ms before it",
            (long long)seq, (long long)drift);
    audit->last_clock = *clock;
    audit->has_clock = true;
    return true;
}

static bool check_clocks(struct audit *audit, struct pod_error *err)
{
    size_t before = audit->found;
    if (!store_each_clock(audit->registry.store, see_clock, audit, err))
        return false;
    if (audit->found == before)
        say(audit, "ok", "no jump of the clock");
    return true;
}

/* Entries and teams. */

static void check_copies(struct audit *audit)
{
    const struct ledger *ledger = &audit->registry.ledger;
    size_t copies = 0;
    for (size_t i = 0; i < ledger->entry_count; i++) {
        const struct ledger_entry *entry = &ledger->entries[i];
        size_t first = ledger_find_entry(ledger, entry->same_as);
        if (first == LEDGER_NONE || ledger_root(ledger, ledger->entries[first].team) ==
                                        ledger_root(ledger, entry->team))
            continue;
        copies++;
        say(audit, "look",
            "entry %lld of \"%s\" has the same bytes as entry %lld of \"%s\"",
            (long long)entry->seq, team_of(ledger, entry), (long long)entry->same_as,
            team_of(ledger, &ledger->entries[first]));
    }
    if (copies == 0)
        say(audit, "ok", "no two teams handed in the same bytes");
}

static void check_quotas(struct audit *audit)
{
    const struct ledger *ledger = &audit->registry.ledger;
    size_t over = 0, excused = 0;
    for (size_t i = 0; i < ledger->charge_count; i++) {
        over += ledger->charges[i].is_over;
        excused += ledger->charges[i].is_excused;
    }
    if (over > 0)
        say(audit, "look", "%zu entries or seals are over the quota of %lld a UTC day",
            over, (long long)ledger->per_day);
    else
        say(audit, "ok", "no team went over its quota");
    if (excused > 0)
        say(audit, "look", "%zu charges were taken back for judge errors", excused);
    if (ledger->refused_count > 0)
        say(audit, "look", "%zu uploads were refused", ledger->refused_count);
}

/* Results. */

/* The board reads a copy of a part of them. */
static bool check_shown(struct audit *audit, struct pod_error *err)
{
    int64_t wrong = 0;
    if (!store_count_wrong(audit->registry.store, &wrong, err))
        return false;
    if (wrong > 0)
        say(audit, "FAIL", "%lld results: the board shows them otherwise than recorded",
            (long long)wrong);
    else
        say(audit, "ok", "the board shows all results as they were recorded");
    return true;
}

static bool check_results(struct audit *audit, struct pod_error *err)
{
    struct dues dues;
    const struct dues_rules rules = {.season = &audit->season,
                                     .registry = &audit->registry,
                                     .is_final = season_is_final(&audit->season),
                                     .only_looks = true};
    bool done = dues_load(&dues, &rules, err);
    for (size_t i = 0; done && i < dues.job_count && i < 20; i++)
        say(audit, "look", "entry \"%s\" (%.12s) is pending: %zu cases have no result",
            dues.unpacked[i].entry.name, dues.unpacked[i].digest.hex,
            dues.jobs[i].plan.count);
    if (done && dues.job_count > 20)
        say(audit, "look", "and %zu more are pending", dues.job_count - 20);
    if (done && dues.job_count == 0)
        say(audit, "ok", "%zu of %zu results are there", dues.present, dues.total);
    if (done && dues.stale > 0)
        say(audit, "look",
            "%zu entries in a task were judged by another scorer, set of cases or policy: "
            "podium rejudge",
            dues.stale);
    if (done && dues.outdated > 0)
        say(audit, "look",
            "%zu results were made by another podium or other options: podium rejudge "
            "shows "
            "whether they differ",
            dues.outdated);
    dues_release(&dues);
    return done;
}

static bool see_judge_error(void *context, const struct judge_error_seen *seen,
                            struct pod_error *err)
{
    struct audit *audit = context;
    const struct ledger *ledger = &audit->registry.ledger;
    size_t entry = ledger_find_digest(ledger, seen->digest);
    pod_auto_free char *shown = pod_str_shown(seen->message, 200);
    (void)err;
    say(audit, "look", "entry %lld: the judge failed %lld times at %s of %s: %s",
        entry == LEDGER_NONE ? 0LL : (long long)ledger->entries[entry].seq,
        (long long)seen->count, seen->case_id, seen->task, shown);
    return true;
}

/* Where equal work took another time after the batch than before. */
static bool see_drift(void *context, const struct store_drift *drift, struct pod_error *err)
{
    struct audit *audit = context;
    double change = 100 * ((double)drift->after_ns / (double)drift->before_ns - 1);
    char started[POD_INSTANT_TEXT];
    (void)err;
    pod_instant_format(drift->started_ms, started);
    say(audit, fabs(change) > MUCH_DRIFT ? "look" : "ok",
        "timed batch of %s: the reference on processor %lld took %.2f ms before and %.2f "
        "ms after it (%+.1f %%)",
        started, (long long)drift->cpu, (double)drift->before_ns / 1e6,
        (double)drift->after_ns / 1e6, change);
    return true;
}

/* What the scores on a public board may have told: each is a number of d decimals, so at
 * most d * log2(10) bits; a team that asks often enough can fit to the hidden data (Blum
 * and Hardt, "The Ladder", ICML 2015). */
static void tell_leak(struct audit *audit)
{
    const struct ledger *ledger = &audit->registry.ledger;
    double each = (double)audit->season.competition.public_decimals * log2(10.0);
    size_t *count = pod_alloc(ledger->team_count, sizeof *count), most = 0;
    for (size_t i = 0; i < ledger->entry_count; i++)
        count[ledger_root(ledger, ledger->entries[i].team)]++;
    for (size_t i = 0; i < ledger->team_count; i++)
        if (count[i] > count[most])
            most = i;
    for (size_t i = 0; audit->opt.is_json && i < ledger->team_count; i++)
        if (count[i] > 0)
            say(audit, "ok",
                "\"%s\": %zu entries, at most %.1f bits by their public scores",
                ledger->teams[i].name, count[i], (double)count[i] * each);
    if (!audit->opt.is_json && ledger->entry_count > 0)
        say(audit, "ok",
            "public scores of %lld decimals tell at most %.1f bits an entry; most to "
            "\"%s\": "
            "%zu entries, %.0f bits",
            (long long)audit->season.competition.public_decimals, each,
            ledger->teams[most].name, count[most], (double)count[most] * each);
    free(count);
}

static bool print_json(const struct audit *audit, struct pod_error *err)
{
    const struct ledger *ledger = &audit->registry.ledger;
    pod_auto_json json_t *value =
        json_pack("{s:s, s:I, s:s, s:I, s:I, s:O}", "schema", "podium.audit/1", "log_seq",
                  (json_int_t)ledger->seq, "log_head", ledger->head.hex, "failed",
                  (json_int_t)audit->failed, "look", (json_int_t)audit->found, "findings",
                  audit->findings);
    if (value == NULL)
        return pod_fail(err, POD_BUG, "cannot print the audit as JSON");
    pod_auto_free char *text = pod_json_print(value);
    fputs(text, stdout);
    return true;
}

static bool do_audit(struct audit *audit, struct pod_error *err)
{
    audit->opt.is_reader = true;
    if (!season_open(&audit->season, &audit->opt, NULL, err) ||
        !registry_read(&audit->registry, &audit->season.place, &audit->season.competition,
                       INT64_MAX, err))
        return false;
    const struct ledger *ledger = &audit->registry.ledger;
    say(audit, "ok", "the chain holds: %lld events, head %s", (long long)ledger->seq,
        ledger->head.hex);
    check_bodies(audit);
    check_receipts(audit);
    check_copies(audit);
    check_quotas(audit);
    if (!check_clocks(audit, err) || !check_shown(audit, err) ||
        !check_results(audit, err) ||
        !store_each_judge_error(audit->registry.store, see_judge_error, audit, err) ||
        !store_each_drift(audit->registry.store, see_drift, audit, err))
        return false;
    tell_leak(audit);
    return !audit->opt.is_json || print_json(audit, err);
}

bool cmd_audit(int argc, char **argv, int *status, struct pod_error *err)
{
    struct audit audit = {.findings = json_array()};
    opt_parse(&ARGP, argc, argv, &audit);
    bool done = do_audit(&audit, err);
    if (audit.failed > 0)
        *status = pod_exit_status(POD_HOST);
    json_decref(audit.findings);
    registry_close(&audit.registry);
    season_close(&audit.season);
    return done;
}
