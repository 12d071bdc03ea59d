/* The registry with clocks that do as they are told: store_clock_now is ours here, see
 * engine.cmake. */
#include "engine/registry.h"

#include "base/fs.h"
#include "log_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *folder;
static struct place place;
static struct competition competition;
static struct store_clock clock_;

bool __wrap_store_clock_now(struct store_clock *clock, struct pod_error *err);

bool __wrap_store_clock_now(struct store_clock *clock, struct pod_error *err)
{
    (void)err;
    *clock = clock_;
    return true;
}

static void set_up(void)
{
    struct pod_error err = POD_ERROR_INIT;
    folder = fixture_enter();
    place.work = folder;
    competition.id = (char *)(uintptr_t) "c";
    competition.entries_per_day = 5;
    cr_assert(deadline_rule_parse("2023-11-17 AoE", &competition.deadline, &err));
    clock_ = (struct store_clock){
        .wall_ms = log_instant("2023-11-18T11:00:00Z"), .boot = "one", .boot_ms = 1000000};
}

static void tear_down(void)
{
    fixture_leave_take(folder);
}

TestSuite(registry, .init = set_up, .fini = tear_down, .timeout = 60);

static void open_registry(struct registry *registry)
{
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(registry_open(registry, &place, &competition, &err), "%s", err.message);
}

static void refuses_to_open(enum pod_fault fault, const char *message)
{
    struct registry registry;
    struct pod_error err = POD_ERROR_INIT;
    cr_assert_not(registry_open(&registry, &place, &competition, &err));
    registry_close(&registry);
    cr_assert_eq(err.fault, fault);
    const char *rest = strchr(message, '*');
    size_t start = rest ? (size_t)(rest - message) : strlen(message);
    cr_assert_eq(strncmp(err.message, message, start), 0, "%s", err.message);
    cr_assert(rest == NULL || strstr(err.message, rest + 1) != NULL, "%s", err.message);
}

/* Time goes on, and the wall clock by so much more. */
static void pass(int64_t ms, int64_t more_ms)
{
    clock_.boot_ms += ms;
    clock_.wall_ms += ms + more_ms;
}

/* Its head is the registry's to set. */
static void make_event(const char *text, struct event *event)
{
    struct log_fixture log;
    log_init(&log, INT64_MAX);
    log_event(&log, "2023-11-18T11:00:00.000Z", text, event);
    log_release(&log);
}

static pod_instant_ms arrive(struct registry *registry)
{
    static int number;
    struct pod_error err = POD_ERROR_INIT;
    event_auto struct event event;
    pod_instant_ms now = 0;
    pod_auto_free char *text = pod_strf("received team=A digest=%x", ++number);
    cr_assert(registry_now(registry, &now, &err), "%s", err.message);
    make_event(text, &event);
    event_set_number(&event, EVENT_received_at, now);
    cr_assert(registry_append(registry, &event, &err), "%s", err.message);
    cr_assert_geq(event.at, now);
    return now;
}

struct seen {
    char kinds[1024]; /* first letters */
    char last[4096];
};

static bool see(void *context, const char *text, const char *digest, struct pod_error *err)
{
    struct seen *seen = context;
    event_auto struct event event;
    (void)digest;
    cr_assert(event_parse(text, strlen(text), "log", &event, err), "%s", err->message);
    size_t used = strlen(seen->kinds);
    seen->kinds[used] = *event_kind_text(event.kind);
    if (event.kind == EVENT_CLOCK)
        (void)snprintf(seen->last, sizeof seen->last, "%lld: %s",
                       (long long)event_number(&event, EVENT_drift_ms),
                       event_text(&event, EVENT_note));
    return true;
}

static void has_events(struct registry *registry, const char *kinds, const char *last)
{
    struct seen seen = {"", ""};
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(store_each_event(registry->store, see, &seen, &err), "%s", err.message);
    cr_assert_str_eq(seen.kinds, kinds);
    cr_assert_str_eq(seen.last, last);
}

Test(registry, a_clock_that_runs_as_time_does_is_no_event)
{
    struct registry registry;
    open_registry(&registry);
    pass(60000, 1000); /* a second is allowed */
    pod_instant_ms now = arrive(&registry);
    cr_assert_eq(now, log_instant("2023-11-18T11:01:01Z"));
    pass(3600000, -1000);
    arrive(&registry);
    has_events(&registry, "orr", "");
    registry_close(&registry);
}

Test(registry, a_jump_forward_is_an_event_before_what_it_stamps)
{
    struct registry registry;
    open_registry(&registry);
    pass(60000, 1001);
    arrive(&registry);
    arrive(&registry);
    has_events(&registry, "ocrr",
               "1001: the clock says 2023-11-18T11:01:01.001Z: it was moved");
    registry_close(&registry);
}

Test(registry, while_the_clock_is_behind_instants_stand_still_and_one_event_says_so)
{
    struct registry registry;
    open_registry(&registry);
    pass(60000, 0);
    pod_instant_ms before = arrive(&registry);
    pass(1000, -3600000);
    for (int i = 0; i < 5; i++) {
        cr_assert_eq(arrive(&registry), before);
        pass(1000, 0);
    }
    has_events(&registry, "orcrrrrr",
               "-3600000: the clock says 2023-11-18T10:01:01.000Z, before the last event: "
               "instants stand still until it is there again");
    pass(0, -5000); /* and further back: another jump */
    cr_assert_eq(arrive(&registry), before);
    pass(3600000 + 5000, 0);
    cr_assert_eq(arrive(&registry), log_instant("2023-11-18T11:01:06Z"));
    has_events(&registry, "orcrrrrrcrr",
               "-5000: the clock says 2023-11-18T10:01:01.000Z, before the last event: "
               "instants stand still until it is there again");
    registry_close(&registry);
}

Test(registry, a_jump_between_two_runs_of_podium_is_seen)
{
    struct registry registry;
    open_registry(&registry);
    arrive(&registry);
    registry_close(&registry);
    pass(60000, 7200000);
    open_registry(&registry);
    arrive(&registry);
    has_events(&registry, "orcr",
               "7200000: the clock says 2023-11-18T13:01:00.000Z: it was moved");
    registry_close(&registry);
}

/* After a boot only a clock that is behind can be told. */
Test(registry, another_boot_has_another_time)
{
    struct registry registry;
    open_registry(&registry);
    arrive(&registry);
    registry_close(&registry);
    clock_ = (struct store_clock){.wall_ms = clock_.wall_ms + 5, .boot = "two"};
    open_registry(&registry);
    arrive(&registry);
    has_events(&registry, "orr", "");
    registry_close(&registry);
    clock_ = (struct store_clock){.wall_ms = clock_.wall_ms - 5, .boot = "three"};
    open_registry(&registry);
    arrive(&registry);
    has_events(
        &registry, "orrcr",
        "0: the clock says 2023-11-18T11:00:00.000Z, before the last event: instants "
        "stand still until it is there again");
    registry_close(&registry);
}

Test(registry, the_key_is_made_once_and_nothing_goes_without_it)
{
    struct registry registry;
    struct pod_error err = POD_ERROR_INIT;
    struct pod_secret_key other;
    open_registry(&registry);
    cr_assert(registry.has_opened);
    registry_close(&registry);
    open_registry(&registry);
    cr_assert_not(registry.has_opened);
    registry_close(&registry);
    cr_assert_eq(chmod("organizer.key", 0640), 0);
    refuses_to_open(POD_HOST,
                    "the key '*/organizer.key' can be read by others (mode 0640): "
                    "chmod 600 it");
    cr_assert_eq(rename("organizer.key", "away"), 0);
    refuses_to_open(POD_HOST, "the organizer's key '*/organizer.key' is not there: put it "
                              "back, nothing can be received without it");
    cr_assert(pod_secret_key_make("organizer.key", &other, &err), "%s", err.message);
    refuses_to_open(POD_HOST, "the organizer's key is not the one that the log was opened "
                              "with, *");
    cr_assert_eq(rename("away", "organizer.key"), 0);
    cr_assert_eq(chmod("organizer.key", 0600), 0);
    open_registry(&registry);
    registry_close(&registry);
}

/* The key was made, and then came the kill. */
Test(registry, a_key_that_is_there_opens_the_log)
{
    struct registry registry;
    struct pod_error err = POD_ERROR_INIT;
    struct pod_secret_key key;
    cr_assert(pod_secret_key_make("organizer.key", &key, &err), "%s", err.message);
    open_registry(&registry);
    cr_assert_str_eq(registry.ledger.key, key.public_hex);
    registry_close(&registry);
}

Test(registry, a_competition_that_says_something_else_is_refused)
{
    struct registry registry;
    struct pod_error err = POD_ERROR_INIT;
    open_registry(&registry);
    registry_close(&registry);
    competition.entries_per_day = 6;
    refuses_to_open(POD_USAGE,
                    "competition.json says entries_per_day 6, the log was opened "
                    "with 5: put it back there");
    competition.entries_per_day = 5;
    competition.final_selections = 2;
    refuses_to_open(POD_USAGE, "competition.json says final_selections 2, the log was "
                               "opened with 0: put it back there");
    competition.final_selections = 0;
    competition.id = (char *)(uintptr_t) "d";
    refuses_to_open(POD_USAGE, "the log is of competition 'c', not of 'd'");
    competition.id = (char *)(uintptr_t) "c";
    cr_assert(deadline_rule_parse("2023-11-18 AoE", &competition.deadline, &err));
    refuses_to_open(POD_USAGE, "competition.json says the deadline is \"2023-11-18 AoE\", "
                               "the log says \"2023-11-17 AoE\": a deadline is moved by "
                               "podium extend");
}

/* Whoever edits the file as well is not refused, whatever instant she looks from. */
Test(registry, an_extended_deadline_may_stand_in_the_file_before_and_after)
{
    struct registry registry;
    struct pod_error err = POD_ERROR_INIT;
    event_auto struct event event;
    open_registry(&registry);
    pass(60000, 0);
    make_event("extended deadline=2023-11-18_AoE instant=2023-11-19T12:00:00.000Z", &event);
    cr_assert(registry_append(&registry, &event, &err), "%s", err.message);
    registry_close(&registry);
    static const char *const texts[] = {"2023-11-17 AoE", "2023-11-18 AoE"};
    static const char *const instants[] = {"2023-11-18T11:00:59Z", "2023-11-18T11:01:00Z"};
    for (size_t i = 0; i < 4; i++) {
        cr_assert(deadline_rule_parse(texts[i / 2], &competition.deadline, &err));
        cr_assert(registry_read(&registry, &place, &competition,
                                log_instant(instants[i % 2]), &err),
                  "%s", err.message);
        cr_assert_str_eq(registry.ledger.deadline.text, texts[i % 2]);
        registry_close(&registry);
    }
}

Test(registry, where_nothing_was_received_it_says_so_and_makes_nothing)
{
    struct registry registry;
    struct pod_error err = POD_ERROR_INIT;
    cr_assert_not(registry_read(&registry, &place, &competition, INT64_MAX, &err));
    cr_assert_eq(err.fault, POD_USAGE);
    cr_assert_not_null(strstr(err.message, "podium intake"));
    registry_close(&registry);
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    err = (struct pod_error)POD_ERROR_INIT;
    cr_assert(pod_dir_list(folder, &names, &err), "%s", err.message);
    cr_assert_eq(names.count, 0);
}

/* A refused event leaves neither a line nor a state behind, in a transaction or alone. */
Test(registry, an_event_that_makes_no_sense_is_not_recorded)
{
    struct registry registry;
    open_registry(&registry);
    pod_auto_free char *before = log_state(&registry.ledger);
    for (int round = 0; round < 2; round++) {
        struct pod_error err = POD_ERROR_INIT;
        event_auto struct event event;
        make_event("withdrawn entry=9", &event);
        cr_assert(round == 0 || store_begin(registry.store, &err));
        cr_assert_not(registry_append(&registry, &event, &err));
        cr_assert_eq(err.fault, POD_USAGE);
        cr_assert_str_eq(err.message, "there is no entry 9");
    }
    store_rollback(registry.store);
    pod_auto_free char *after = log_state(&registry.ledger);
    cr_assert_str_eq(before, after);
    registry_close(&registry);
    open_registry(&registry);
    pod_auto_free char *loaded = log_state(&registry.ledger);
    cr_assert_str_eq(before, loaded);
    registry_close(&registry);
}
