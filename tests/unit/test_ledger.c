#include "log_fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct log_fixture log_;

static void set_up(void)
{
    log_init(&log_, INT64_MAX);
}

static void tear_down(void)
{
    log_release(&log_);
}

TestSuite(ledger, .init = set_up, .fini = tear_down, .timeout = 20);

static int64_t add(const char *at, const char *text)
{
    return log_add(&log_, at, text);
}

static void refuses(const char *at, const char *text, const char *message)
{
    log_refuses(&log_, at, text, message);
}

static void stands(int64_t seq, const char *expected)
{
    const char *got = log_standing(&log_.ledger, seq, false);
    cr_assert_str_eq(got, expected, "entry %lld: %s, not %s", (long long)seq, got,
                     expected);
}

static void stands_in_the_end(int64_t seq, const char *expected)
{
    const char *got = log_standing(&log_.ledger, seq, true);
    cr_assert_str_eq(got, expected, "entry %lld: %s, not %s", (long long)seq, got,
                     expected);
}

/* The same log up to an instant. */
static void stood(const char *as_of, int64_t seq, const char *expected)
{
    ledger_auto struct ledger then;
    log_fold(&log_, log_instant(as_of), &then);
    const char *got = log_standing(&then, seq, false);
    cr_assert_str_eq(got, expected, "entry %lld at %s: %s, not %s", (long long)seq, as_of,
                     got, expected);
}

/* COMPETITION.md, section 1.2: 1700308799999 and 1700308800000. */
Test(ledger, the_last_millisecond_counts_and_the_deadline_itself_is_late)
{
    add("2023-08-29T00:00:00.000Z", "opened");
    int64_t last = add("2023-11-18T11:59:59.999Z", "received team=A digest=1");
    int64_t late = add("2023-11-18T12:00:00.000Z", "received team=A digest=2");
    int64_t leap = add("2023-11-18T12:00:00.001Z",
                       "received team=A digest=3 received_at=2023-11-18T11:59:60Z");
    stands(last, "counts");
    stands(late, "late");
    stands(leap, "late");
    pod_auto_free char *reason = NULL;
    (void)ledger_standing(&log_.ledger, ledger_find_entry(&log_.ledger, late), false,
                          &reason);
    cr_assert_str_eq(reason,
                     "late: received 2023-11-18T12:00:00.000Z, the deadline was 2023-11-17 "
                     "AoE (before 2023-11-18T12:00:00.000Z)");
}

Test(ledger, what_comes_before_the_first_phase_does_not_count)
{
    add("2023-08-28T00:00:00.000Z", "opened starts=2023-08-29T00:00:00Z");
    int64_t early = add("2023-08-28T23:59:59.999Z", "received team=A digest=1");
    int64_t first = add("2023-08-29T00:00:00.000Z", "received team=A digest=2");
    stands(early, "early");
    stands(first, "counts");
}

/* What a board shows as of an instant stays the same when the log goes on. */
Test(ledger, the_head_that_is_shown_is_that_of_the_last_event_as_of_the_instant)
{
    add("2023-08-29T00:00:00.000Z", "opened");
    add("2023-09-01T00:00:00.000Z", "received team=A digest=1");
    struct pod_digest head = log_.ledger.head;
    cr_assert_str_eq(log_.ledger.shown.hex, head.hex);
    add("2023-09-02T00:00:00.000Z", "received team=A digest=2");
    ledger_auto struct ledger then;
    log_fold(&log_, log_instant("2023-09-01T12:00:00.000Z"), &then);
    cr_assert_str_eq(then.shown.hex, head.hex);
    cr_assert_str_neq(then.head.hex, head.hex);
}

Test(ledger, the_first_event_opens_and_only_the_first)
{
    refuses("2023-08-29T00:00:00.000Z", "received team=A digest=1",
            "the first event must open the competition");
    refuses("2023-08-29T00:00:00.000Z", "clock",
            "the first event must open the competition");
    refuses("2023-08-29T00:00:00.000Z", "opened instant=2023-11-18T12:00:00.001Z",
            "the deadline \"2023-11-17 AoE\" is not the instant beside it");
    refuses("2023-08-29T00:00:00.000Z", "opened deadline=2023-11-17",
            "\"2023-11-17\" is a date without a place: write \"2023-11-17 AoE\", or an "
            "instant as 2023-11-18T12:00:00Z");
    add("2023-08-29T00:00:00.000Z", "opened");
    refuses("2023-08-29T00:00:00.000Z", "opened", "the competition is open");
}

static void refuses_event(struct event *event, const char *message)
{
    struct pod_error err = POD_ERROR_INIT;
    struct pod_digest digest = event_genesis();
    pod_auto_free char *before = log_state(&log_.ledger);
    cr_assert_not(ledger_apply(&log_.ledger, event, &digest, &err));
    cr_assert_eq(err.fault, POD_HOST);
    cr_assert_str_eq(err.message, message, "%s", err.message);
    pod_auto_free char *after = log_state(&log_.ledger);
    cr_assert_str_eq(before, after);
}

Test(ledger, the_chain_is_kept_by_number_prev_and_instant)
{
    event_auto struct event event;
    add("2023-11-01T00:00:00.000Z", "opened");
    log_event(&log_, "2023-11-01T00:00:00.000Z", "clock", &event);
    event.seq = 3;
    refuses_event(&event, "event 3 stands where number 2 belongs");
    event.seq = 1;
    refuses_event(&event, "event 1 stands where number 2 belongs");
    event.seq = 2;
    event.prev.hex[63] = event.prev.hex[63] == '0' ? '1' : '0';
    refuses_event(&event, "event 2: its prev is not the digest of the event before it: "
                          "the chain is broken");
    event.prev = log_.ledger.head;
    event.at--;
    refuses_event(&event, "event 2 is older than the one before it");
    event.at++;
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(ledger_apply(&log_.ledger, &event, &event.prev, &err), "%s", err.message);
}

Test(ledger, a_clock_that_steps_back_lets_instants_stand_still)
{
    event_auto struct event event;
    event_init(&event, EVENT_CLOCK);
    pod_instant_ms noon = log_instant("2023-11-18T12:00:00Z");
    add("2023-11-18T12:00:00.000Z", "opened");
    ledger_next(&log_.ledger, noon - 3600000, &event);
    cr_assert_eq(event.at, noon);
    cr_assert_eq(event.seq, 2);
    cr_assert_str_eq(event.prev.hex, log_.ledger.head.hex);
    ledger_next(&log_.ledger, noon + 1, &event);
    cr_assert_eq(event.at, noon + 1);
}

/* The clock may be set between the stamp of an arrival and its event. */
Test(ledger, an_arrival_that_was_stamped_here_never_lies_after_its_event)
{
    event_auto struct event own, other;
    pod_instant_ms noon = log_instant("2023-11-18T12:00:00Z");
    add("2023-11-18T11:00:00.000Z", "opened");
    log_event(&log_, "2023-11-18T12:00:00.000Z", "received team=A digest=1", &own);
    ledger_next(&log_.ledger, noon - 1000, &own);
    cr_assert_eq(own.at, noon);
    log_event(&log_, "2023-11-18T12:00:00.000Z", "received team=A digest=1 stamped_by=w",
              &other);
    ledger_next(&log_.ledger, noon - 1000, &other);
    cr_assert_eq(other.at, noon - 1000, "whoever stamps elsewhere can be wrong");
}

Test(ledger, stamps_in_the_future_and_out_of_order_are_refused)
{
    add("2023-11-18T12:00:00.000Z", "opened");
    refuses("2023-11-18T12:00:00.000Z",
            "received team=A digest=1 received_at=2023-11-18T12:00:00.001Z",
            "its arrival lies in the future");
    add("2023-11-18T12:00:00.000Z",
        "received team=A digest=1 received_at=2023-11-01T00:00:00.000Z");
    refuses("2023-11-18T12:00:00.000Z",
            "received team=A digest=2 received_at=2023-10-31T23:59:59.999Z",
            "it was received before what the log has already: arrivals are taken in in "
            "their order");
    add("2023-11-18T12:00:00.000Z",
        "received team=A digest=2 received_at=2023-11-01T00:00:00.000Z");
}

Test(ledger, an_extension_counts_whenever_it_was_announced)
{
    add("2023-11-01T00:00:00.000Z", "opened");
    int64_t late = add("2023-11-18T12:00:00.000Z", "received team=A digest=1");
    stands(late, "late");
    add("2023-11-18T13:00:00.000Z",
        "extended deadline=2023-11-18_AoE instant=2023-11-19T12:00:00.000Z");
    stands(late, "counts");
    stood("2023-11-18T12:59:59.999Z", late, "late");
    stood("2023-11-18T13:00:00.000Z", late, "counts");
    int64_t last = add("2023-11-19T11:59:59.999Z", "received team=A digest=2");
    int64_t later = add("2023-11-19T12:00:00.000Z", "received team=A digest=3");
    stands(last, "counts");
    stands(later, "late");
    cr_assert_eq(log_.ledger.extension_count, 1);
    cr_assert_str_eq(log_.ledger.extensions[0].old.text, "2023-11-17 AoE");
    cr_assert_str_eq(log_.ledger.extensions[0].now.text, "2023-11-18 AoE");
    cr_assert_str_eq(log_.ledger.deadline.text, "2023-11-18 AoE");
}

Test(ledger, an_extension_before_the_deadline_moves_seals_and_selections_too)
{
    add("2023-11-01T00:00:00.000Z", "opened");
    add("2023-11-01T00:00:00.000Z", "graced grace_s=60");
    add("2023-11-18T11:59:59.999Z",
        "extended deadline=2023-11-18_AoE instant=2023-11-19T12:00:00.000Z");
    stands(add("2023-11-18T12:00:00.000Z", "received team=A digest=1"), "counts");
    cr_assert_eq(add("2023-11-19T11:59:59.999Z", "sealed team=A digest=2"), 5);
    add("2023-11-19T11:59:59.999Z", "selected team=A entries=4");
    stands(add("2023-11-19T12:00:59.999Z", "received team=A digest=2 sealed_by=5"),
           "counts");
    stood("2023-11-18T11:59:59.998Z", 4, "not there");
}

Test(ledger, a_deadline_is_never_shortened_nor_told_again)
{
    add("2023-11-01T00:00:00.000Z", "opened");
    refuses("2023-11-02T00:00:00.000Z",
            "extended deadline=2023-11-18T11:59:59.999Z instant=2023-11-18T11:59:59.999Z",
            "the new deadline \"2023-11-18T11:59:59.999Z\" is not after the one in force, "
            "\"2023-11-17 AoE\": a deadline is never shortened");
    refuses("2023-11-02T00:00:00.000Z",
            "extended deadline=2023-11-17_AoE instant=2023-11-18T12:00:00.000Z",
            "the new deadline \"2023-11-17 AoE\" is not after the one in force, "
            "\"2023-11-17 AoE\": a deadline is never shortened");
    refuses("2023-11-02T00:00:00.000Z",
            "extended deadline=2023-11-18_AoE instant=2023-11-19T11:59:59.999Z",
            "the deadline \"2023-11-18 AoE\" is not the instant beside it");
}

/* Deadline 12:00:00, grace of an hour: the upload must come before 13:00:00. */
Test(ledger, grace_is_for_what_was_sealed_in_time_and_comes_within_it)
{
    add("2023-11-01T00:00:00.000Z", "opened");
    add("2023-11-01T00:00:00.000Z", "graced grace_s=3600");
    int64_t first = add("2023-11-18T11:59:59.999Z", "sealed team=A digest=1");
    int64_t second = add("2023-11-18T11:59:59.999Z", "sealed team=A digest=2");
    int64_t third = add("2023-11-18T12:00:00.000Z", "sealed team=A digest=3");
    pod_auto_free char *one =
        pod_strf("received team=A digest=1 sealed_by=%lld", (long long)first);
    pod_auto_free char *two =
        pod_strf("received team=A digest=2 sealed_by=%lld", (long long)second);
    pod_auto_free char *three =
        pod_strf("received team=A digest=3 sealed_by=%lld", (long long)third);
    int64_t late_seal = add("2023-11-18T12:00:00.001Z", three);
    int64_t not_sealed = add("2023-11-18T12:00:00.001Z", "received team=A digest=4");
    int64_t in_grace = add("2023-11-18T12:59:59.999Z", one);
    int64_t after = add("2023-11-18T13:00:00.000Z", two);
    stands(late_seal, "late");
    stands(not_sealed, "late");
    stands(in_grace, "counts");
    stands(after, "late");
    pod_auto_free char *reason = NULL;
    (void)ledger_standing(&log_.ledger, ledger_find_entry(&log_.ledger, after), false,
                          &reason);
    cr_assert_not_null(strstr(reason, "it was sealed, but uploaded after 3600 s of grace"));
    /* Grace moves with the deadline, and can be given later. */
    add("2023-11-18T14:00:00.000Z", "graced grace_s=3601");
    stands(after, "counts");
    stands(late_seal, "late");
}

Test(ledger, a_seal_is_of_one_team_for_one_body_and_used_once)
{
    add("2023-11-01T00:00:00.000Z", "opened");
    int64_t seal = add("2023-11-18T11:00:00.000Z", "sealed team=A digest=1");
    cr_assert_eq(seal, 2);
    cr_assert_neq(ledger_find_seal(&log_.ledger, "A", log_.ledger.seals[0].digest),
                  LEDGER_NONE);
    cr_assert_eq(ledger_find_seal(&log_.ledger, "B", log_.ledger.seals[0].digest),
                 LEDGER_NONE);
    refuses("2023-11-18T12:00:00.000Z", "received team=B digest=1 sealed_by=2",
            "there is no open seal 2 for it");
    refuses("2023-11-18T12:00:00.000Z", "received team=A digest=2 sealed_by=2",
            "there is no open seal 2 for it");
    refuses("2023-11-18T12:00:00.000Z", "received team=A digest=1 sealed_by=3",
            "there is no open seal 3 for it");
    add("2023-11-18T12:00:00.000Z", "received team=A digest=1 sealed_by=2");
    refuses("2023-11-18T12:00:00.000Z", "received team=A digest=1 sealed_by=2",
            "there is no open seal 2 for it");
}

Test(ledger, a_seal_serves_the_team_that_it_was_merged_into)
{
    add("2023-11-01T00:00:00.000Z", "opened");
    add("2023-11-01T00:00:00.000Z", "graced grace_s=60");
    int64_t seal = add("2023-11-18T11:00:00.000Z", "sealed team=A digest=1");
    add("2023-11-18T11:00:00.000Z", "received team=B digest=2");
    add("2023-11-18T11:30:00.000Z", "merged team=A into=B");
    pod_auto_free char *upload =
        pod_strf("received team=B digest=1 sealed_by=%lld", (long long)seal);
    stands(add("2023-11-18T12:00:00.000Z", upload), "counts");
}

Test(ledger, final_selections_bind_those_who_made_any)
{
    add("2023-11-01T00:00:00.000Z", "opened finals=2");
    int64_t first = add("2023-11-02T00:00:00.000Z", "received team=A digest=1");
    int64_t second = add("2023-11-02T00:00:00.000Z", "received team=A digest=2");
    int64_t third = add("2023-11-02T00:00:00.000Z", "received team=A digest=3");
    int64_t other = add("2023-11-02T00:00:00.000Z", "received team=B digest=4");
    stands_in_the_end(first, "counts");
    add("2023-11-03T00:00:00.000Z", "selected team=A entries=2,4");
    cr_assert(first == 2 && third == 4);
    stands_in_the_end(first, "counts");
    stands_in_the_end(second, "not selected");
    stands_in_the_end(third, "counts");
    stands_in_the_end(other, "counts");
    stands(second, "counts"); /* on the public board */
    add("2023-11-04T00:00:00.000Z", "selected team=A entries=3");
    stands_in_the_end(first, "not selected");
    stands_in_the_end(second, "counts");
    add("2023-11-05T00:00:00.000Z", "selected team=A entries=");
    stands_in_the_end(first, "counts");
}

Test(ledger, a_selection_is_of_own_entries_few_and_in_time)
{
    add("2023-11-01T00:00:00.000Z", "opened finals=2");
    add("2023-11-02T00:00:00.000Z", "received team=A digest=1");
    add("2023-11-02T00:00:00.000Z", "received team=B digest=2");
    const char *day = "2023-11-03T00:00:00.000Z";
    refuses(day, "selected team=A entries=2,2,2", "3 final entries, at most 2 are allowed");
    refuses(day, "selected team=A entries=3", "entry 3 is another team's");
    refuses(day, "selected team=A entries=2,1", "there is no entry 1");
    refuses(day, "selected team=A entries=99", "there is no entry 99");
    refuses(day, "selected team=C entries=2", "there is no team \"C\"");
    add("2023-11-18T11:59:59.999Z", "selected team=A entries=2");
    refuses("2023-11-18T12:00:00.000Z", "selected team=A entries=2",
            "the deadline has passed: a selection needs a reason now");
    add("2023-11-18T12:00:00.000Z", "selected team=A entries= reason=appeal");
}

Test(ledger, a_disqualification_hits_an_entry_or_a_team_and_can_be_taken_back)
{
    add("2023-11-01T00:00:00.000Z", "opened");
    int64_t one = add("2023-11-02T00:00:00.000Z", "received team=A digest=1");
    int64_t two = add("2023-11-02T00:00:00.000Z", "received team=A digest=2");
    const char *day = "2023-11-03T00:00:00.000Z";
    refuses(day, "disqualified team=A entry=2", "a team or an entry, one of them");
    refuses(day, "disqualified", "a team or an entry, one of them");
    refuses(day, "disqualified team=Z", "there is no team \"Z\"");
    refuses(day, "disqualified entry=1", "there is no entry 1");
    add(day, "disqualified entry=2");
    stands(one, "disqualified");
    stands(two, "counts");
    add(day, "disqualified team=A");
    stands(two, "disqualified");
    add(day, "reinstated entry=2");
    stands(one, "disqualified");
    add(day, "reinstated team=A");
    stands(one, "counts");
    stands(two, "counts");
}

Test(ledger, a_merge_joins_entries_and_selections_and_keeps_a_ban)
{
    add("2023-11-01T00:00:00.000Z", "opened");
    int64_t of_a = add("2023-11-02T00:00:00.000Z", "received team=A digest=1");
    int64_t of_b = add("2023-11-02T00:00:00.000Z", "received team=B digest=2");
    int64_t of_c = add("2023-11-02T00:00:00.000Z", "received team=C digest=3");
    const char *day = "2023-11-03T00:00:00.000Z";
    refuses(day, "merged team=A into=Z", "there is no team \"Z\"");
    refuses(day, "merged team=Z into=A", "there is no team \"Z\"");
    refuses(day, "merged team=A into=A", "they are one team");
    add(day, "merged team=A into=B");
    refuses(day, "merged team=B into=A", "they are one team");
    add(day, "merged team=B into=C");
    refuses(day, "merged team=C into=A", "they are one team");
    add(day, "selected team=A entries=3,4");
    stands_in_the_end(of_a, "not selected");
    stands_in_the_end(of_b, "counts");
    add(day, "selected team=C entries=");
    add(day, "disqualified team=A");
    stands(of_a, "disqualified");
    stands(of_b, "counts");
    add(day, "disqualified team=C");
    stands(of_b, "disqualified");
    stands(of_c, "disqualified");
}

Test(ledger, what_is_unknown_or_done_cannot_be_withdrawn_or_excused)
{
    add("2023-11-01T00:00:00.000Z", "opened");
    int64_t entry = add("2023-11-02T00:00:00.000Z", "received team=A digest=1");
    const char *day = "2023-11-03T00:00:00.000Z";
    refuses(day, "withdrawn entry=1", "there is no entry 1");
    refuses(day, "excused entry=0", "there is no entry 0");
    refuses(day, "excused entry=-5", "there is no entry -5");
    add(day, "excused entry=2");
    refuses(day, "excused entry=2", "entry 2 was excused before");
    add(day, "withdrawn entry=2");
    stands(entry, "withdrawn");
    cr_assert_eq(ledger_find_own(&log_.ledger, "A", log_.ledger.entries[0].digest),
                 LEDGER_NONE);
}

/* An organizer opens today with stamps of then: the log is later than what it tells of. */
Test(ledger, stamps_from_before_the_opening_are_seen_at_their_instant)
{
    add("2026-01-01T00:00:00.000Z", "opened");
    int64_t one = add("2026-01-01T00:00:01.000Z", "received team=A digest=1 stamped_by=w "
                                                  "received_at=2023-11-01T00:00:00.000Z");
    int64_t two = add("2026-01-01T00:00:02.000Z", "received team=B digest=2 stamped_by=w "
                                                  "received_at=2023-11-10T00:00:00.000Z");
    stood("2023-10-31T23:59:59.999Z", one, "not there");
    stood("2023-11-01T00:00:00.000Z", one, "counts");
    stood("2023-11-05T00:00:00.000Z", two, "not there");
    stood("2023-11-10T00:00:00.000Z", two, "counts");
}

Test(ledger, what_is_later_than_as_of_changes_nothing_but_the_chain)
{
    add("2023-11-01T00:00:00.000Z", "opened");
    int64_t one = add("2023-11-02T00:00:00.000Z", "received team=A digest=1");
    add("2023-11-03T00:00:00.000Z", "disqualified team=A");
    add("2023-11-04T00:00:00.000Z", "reinstated team=A");
    add("2023-11-05T00:00:00.000Z", "withdrawn entry=2");
    stood("2023-11-01T23:59:59.999Z", one, "not there");
    stood("2023-11-02T23:59:59.999Z", one, "counts");
    stood("2023-11-03T23:59:59.999Z", one, "disqualified");
    stood("2023-11-04T23:59:59.999Z", one, "counts");
    stood("2023-11-05T00:00:00.000Z", one, "withdrawn");
    ledger_auto struct ledger then;
    log_fold(&log_, log_instant("2023-11-02T12:00:00Z"), &then);
    cr_assert_str_eq(then.head.hex, log_.ledger.head.hex);
    cr_assert_eq(then.seq, 5);
}

Test(ledger, a_refusal_is_known_again_by_origin_and_reason)
{
    add("2023-11-01T00:00:00.000Z", "opened");
    add("2023-11-01T00:00:00.000Z", "refused origin=a reason=b");
    cr_assert(ledger_was_refused(&log_.ledger, "a", "b"));
    cr_assert_not(ledger_was_refused(&log_.ledger, "a", "c"));
    cr_assert_not(ledger_was_refused(&log_.ledger, "ab", ""));
    cr_assert_not(ledger_was_refused(&log_.ledger, "", "ab"));
    cr_assert_eq(log_.ledger.team_count, 0);
}
