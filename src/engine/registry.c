#include "registry.h"

#include "base/fs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool append_at(struct registry *registry, struct event *event,
                      const struct store_clock *clock, struct pod_error *err)
{
    if (!store_append(registry->store, &registry->ledger, event, clock, err))
        return false;
    registry->clock = *clock;
    return true;
}

/* A clock that was set, or a machine that was resumed: told before what it stamps, and
 * once: a clock that stays behind is no news at the next event. */
static bool note_jump(struct registry *registry, const struct store_clock *clock,
                      struct pod_error *err)
{
    int64_t drift = store_clock_drift(&registry->clock, clock);
    bool was_behind = registry->clock.wall_ms < registry->ledger.at;
    bool is_behind = clock->wall_ms < registry->ledger.at;
    if ((drift <= STORE_DRIFT_MS && drift >= -STORE_DRIFT_MS &&
         (was_behind || !is_behind)) ||
        !registry->ledger.is_open)
        return true;
    char said[POD_INSTANT_TEXT];
    pod_instant_format(clock->wall_ms, said);
    event_auto struct event event;
    event_init(&event, EVENT_CLOCK);
    event_set_number(&event, EVENT_drift_ms, drift);
    pod_auto_free char *note =
        pod_strf("the clock says %s%s", said,
                 is_behind ? ", before the last event: instants stand still until it is "
                             "there again"
                           : ": it was moved");
    event_set_text(&event, EVENT_note, note);
    return append_at(registry, &event, clock, err);
}

bool registry_append(struct registry *registry, struct event *event, struct pod_error *err)
{
    struct store_clock clock;
    return store_clock_now(&clock, err) && note_jump(registry, &clock, err) &&
           append_at(registry, event, &clock, err);
}

bool registry_now(struct registry *registry, pod_instant_ms *now, struct pod_error *err)
{
    struct store_clock clock;
    if (!store_clock_now(&clock, err) || !note_jump(registry, &clock, err))
        return false;
    const struct ledger *ledger = &registry->ledger;
    *now = clock.wall_ms > ledger->received_last ? clock.wall_ms : ledger->received_last;
    return true;
}

static bool take_key(struct registry *registry, const struct place *place,
                     struct pod_error *err)
{
    pod_auto_free char *path = place_key(place);
    if (pod_path_exists(path))
        return pod_secret_key_load(path, &registry->key, err);
    if (registry->ledger.is_open)
        return pod_fail(err, POD_HOST,
                        "the organizer's key '%s' is not there: put it back, nothing can "
                        "be received without it",
                        path);
    return pod_secret_key_make(path, &registry->key, err);
}

static bool has_commitment(const struct competition *competition)
{
    return competition->seed_commitment != NULL && *competition->seed_commitment != '\0';
}

static bool open_competition(struct registry *registry,
                             const struct competition *competition, struct pod_error *err)
{
    event_auto struct event event;
    event_init(&event, EVENT_OPENED);
    event_set_text(&event, EVENT_competition, competition->id);
    event_set_text(&event, EVENT_deadline, competition->deadline.text);
    event_set_number(&event, EVENT_instant, competition->deadline.instant);
    if (competition->phase_count > 0)
        event_set_number(&event, EVENT_starts, competition->phases[0].start);
    event_set_number(&event, EVENT_per_day, competition->entries_per_day);
    event_set_number(&event, EVENT_finals, competition->final_selections);
    event_set_number(&event, EVENT_grace_s, 0);
    event_set_text(&event, EVENT_key, registry->key.public_hex);
    if (has_commitment(competition))
        event_set_text(&event, EVENT_commitment, competition->seed_commitment);
    registry->has_opened = true;
    return registry_append(registry, &event, err);
}

static bool check_key(const struct registry *registry, struct pod_error *err)
{
    return strcmp(registry->key.public_hex, registry->ledger.key) == 0 ||
           pod_fail(err, POD_HOST,
                    "the organizer's key is not the one that the log was opened with, %s",
                    registry->ledger.key);
}

static bool same_number(const char *what, int64_t log, int64_t file, struct pod_error *err)
{
    return log == file ||
           pod_fail(err, POD_USAGE,
                    "competition.json says %s %" PRId64 ", the log was opened with %" PRId64
                    ": put it back there",
                    what, file, log);
}

bool registry_check(const struct ledger *ledger, const struct competition *competition,
                    struct pod_error *err)
{
    const struct deadline_rule *announced =
        ledger->extension_count > 0 ? &ledger->extensions[0].old : &ledger->deadline;
    pod_instant_ms told = competition->deadline.instant;
    if (strcmp(ledger->competition, competition->id) != 0)
        return pod_fail(err, POD_USAGE, "the log is of competition '%s', not of '%s'",
                        ledger->competition, competition->id);
    if (told != announced->instant && told != ledger->told)
        return pod_fail(err, POD_USAGE,
                        "competition.json says the deadline is \"%s\", the log says "
                        "\"%s\": a deadline is moved by podium extend",
                        competition->deadline.text, ledger->deadline.text);
    if (ledger->commitment[0] != '\0' &&
        (!has_commitment(competition) ||
         strcmp(ledger->commitment, competition->seed_commitment) != 0))
        return pod_fail(err, POD_USAGE,
                        "competition.json commits to another hidden seed than the log, "
                        "which has %s: that one stands",
                        ledger->commitment);
    return same_number("entries_per_day", ledger->per_day, competition->entries_per_day,
                       err) &&
           same_number("final_selections", ledger->finals, competition->final_selections,
                       err);
}

bool registry_look(struct registry *registry, const struct place *place,
                   pod_instant_ms as_of, struct pod_error *err)
{
    memset(registry, 0, sizeof *registry);
    ledger_init(&registry->ledger, as_of);
    pod_auto_free char *path = place_store(place);
    registry->store = store_open(path, err);
    return registry->store != NULL &&
           store_load_ledger(registry->store, &registry->ledger, err) &&
           store_last_clock(registry->store, &registry->clock, err);
}

bool registry_open(struct registry *registry, const struct place *place,
                   const struct competition *competition, struct pod_error *err)
{
    if (!registry_look(registry, place, INT64_MAX, err) || !take_key(registry, place, err))
        return false;
    if (!registry->ledger.is_open)
        return open_competition(registry, competition, err);
    return check_key(registry, err) && registry_check(&registry->ledger, competition, err);
}

bool registry_read(struct registry *registry, const struct place *place,
                   const struct competition *competition, pod_instant_ms as_of,
                   struct pod_error *err)
{
    pod_auto_free char *path = place_store(place);
    memset(registry, 0, sizeof *registry);
    if (!pod_path_exists(path))
        return pod_fail(err, POD_USAGE, "nothing was received in '%s': podium intake",
                        place->work);
    if (!registry_look(registry, place, as_of, err))
        return false;
    return registry->ledger.is_open
               ? registry_check(&registry->ledger, competition, err)
               : pod_fail(err, POD_USAGE, "no competition was opened in '%s'", place->work);
}

void registry_close(struct registry *registry)
{
    store_close(registry->store);
    ledger_release(&registry->ledger);
    pod_secret_key_wipe(&registry->key);
    memset(registry, 0, sizeof *registry);
}
