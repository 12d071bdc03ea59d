/* Random walks over events: the ledger against its own log read again, and its quota
 * against a second implementation that counts everything anew. A seed of one's own:
 * LEDGER_SEED=7. */
#include "log_fixture.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(ledger_walk, .timeout = 60);

enum { WALKS = 24, STEPS = 250, TEAMS = 5, DIGESTS = 12, PER_DAY = 3 };

struct walk {
    struct log_fixture log;
    uint64_t seed, state;
    pod_instant_ms now;
    size_t accepted, refused;
};

/* splitmix64, Steele, Lea and Flood 2014 */
static uint64_t draw(struct walk *walk, uint64_t below)
{
    uint64_t z = walk->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % below;
}

/* A number of an event that may be there or not. */
static long long any_event(struct walk *walk)
{
    return (long long)draw(walk, (uint64_t)walk->log.ledger.seq + 3);
}

static int any_team(struct walk *walk)
{
    return 'A' + (int)draw(walk, TEAMS);
}

/* Mostly the number of the seal that it would answer. */
static long long any_seal(struct walk *walk)
{
    const struct ledger *ledger = &walk->log.ledger;
    if (ledger->seal_count == 0 || draw(walk, 4) == 0)
        return any_event(walk);
    return (long long)ledger->seals[draw(walk, ledger->seal_count)].seq;
}

static char *any_received(struct walk *walk)
{
    const struct ledger *ledger = &walk->log.ledger;
    if (ledger->seal_count > 0 && draw(walk, 3) == 0) {
        const struct ledger_seal *seal = &ledger->seals[draw(walk, ledger->seal_count)];
        return pod_strf("received team=%s digest=%s sealed_by=%lld",
                        ledger->teams[seal->team].name, seal->digest, (long long)seal->seq);
    }
    char stamp[POD_INSTANT_TEXT];
    pod_instant_format(walk->now - (pod_instant_ms)draw(walk, 3) * 20000000, stamp);
    return pod_strf("received team=%c digest=%x received_at=%s%s", any_team(walk),
                    (unsigned)draw(walk, DIGESTS), stamp,
                    draw(walk, 2) == 0 ? "" : " stamped_by=w");
}

static char *any_extension(struct walk *walk)
{
    char text[POD_INSTANT_TEXT];
    pod_instant_format(walk->log.ledger.deadline.instant - 86400000 +
                           (pod_instant_ms)draw(walk, 4) * 86400000,
                       text);
    return pod_strf("extended deadline=%s instant=%s", text, text);
}

static char *any_event_text(struct walk *walk)
{
    switch (draw(walk, 16)) {
    case 0:
        return pod_strf("merged team=%c into=%c", any_team(walk), any_team(walk));
    case 1:
        return pod_strf("excused entry=%lld", any_event(walk));
    case 2:
        return pod_strf("withdrawn entry=%lld", any_event(walk));
    case 3:
        return pod_strf("disqualified entry=%lld", any_event(walk));
    case 4:
        return pod_strf("disqualified team=%c", any_team(walk));
    case 5:
        return pod_strf("reinstated team=%c", any_team(walk));
    case 6:
        return pod_strf("selected team=%c entries=%lld,%lld reason=r", any_team(walk),
                        any_event(walk), any_event(walk));
    case 7:
        return any_extension(walk);
    case 8:
        return pod_strf("graced grace_s=%d", (int)draw(walk, 100000));
    case 9:
        return pod_strf("sealed team=%c digest=%x", any_team(walk),
                        (unsigned)draw(walk, DIGESTS));
    case 10:
        return pod_strf("received team=%c digest=%x sealed_by=%lld", any_team(walk),
                        (unsigned)draw(walk, DIGESTS), any_seal(walk));
    case 11:
        return pod_strdup(draw(walk, 2) == 0 ? "clock" : "refused");
    default:
        return any_received(walk);
    }
}

static void step(struct walk *walk)
{
    char at[POD_INSTANT_TEXT];
    walk->now += (pod_instant_ms)draw(walk, 3) * (pod_instant_ms)draw(walk, 8000000);
    pod_instant_format(walk->now, at);
    pod_auto_free char *text = any_event_text(walk);
    pod_auto_free char *before = log_state(&walk->log.ledger);
    if (log_try(&walk->log, at, text)) {
        walk->accepted++;
        return;
    }
    pod_auto_free char *after = log_state(&walk->log.ledger);
    cr_assert_str_eq(before, after, "seed %" PRIu64 ": refused, and changed the state: %s",
                     walk->seed, text);
    cr_assert_eq(walk->log.err.fault, POD_USAGE, "seed %" PRIu64 ": %s: %s", walk->seed,
                 text, walk->log.err.message);
    walk->refused++;
}

/* The second implementation: it knows the lines only, and begins anew for each charge. */

struct count {
    char group[TEAMS]; /* who plays with whom, by the letter of one of them */
    char teams[STEPS], days[STEPS][11];
    int64_t seqs[STEPS];
    bool is_excused[STEPS], is_over[STEPS];
    size_t charges;
    int64_t uploads[STEPS][2]; /* what answered which seal */
    size_t upload_count;
};

static void count_charge(struct count *count, const struct event *event)
{
    char at[POD_INSTANT_TEXT];
    size_t i = count->charges++;
    pod_instant_format(
        event->kind == EVENT_RECEIVED ? event_number(event, EVENT_received_at) : event->at,
        at);
    (void)snprintf(count->days[i], sizeof count->days[i], "%.10s", at);
    count->teams[i] = *event_text(event, EVENT_team);
    count->seqs[i] = event->seq;
    int used = 0;
    for (size_t j = 0; j < i; j++)
        used += !count->is_excused[j] && !count->is_over[j] &&
                strcmp(count->days[i], count->days[j]) == 0 &&
                count->group[count->teams[i] - 'A'] == count->group[count->teams[j] - 'A'];
    count->is_over[i] = used >= PER_DAY;
}

static void count_merge(struct count *count, const struct event *event)
{
    char from = count->group[*event_text(event, EVENT_team) - 'A'];
    char into = count->group[*event_text(event, EVENT_into) - 'A'];
    for (size_t i = 0; i < TEAMS; i++)
        if (count->group[i] == from)
            count->group[i] = into;
}

/* The charge of an entry: its own, or its seal's. */
static size_t find_charge(const struct count *count, int64_t seq)
{
    for (size_t i = 0; i < count->upload_count; i++)
        if (count->uploads[i][0] == seq)
            seq = count->uploads[i][1];
    for (size_t i = 0; i < count->charges; i++)
        if (count->seqs[i] == seq)
            return i;
    cr_assert(false, "event %" PRId64 " was not charged", seq);
    return 0;
}

static void count_event(struct count *count, const struct event *event)
{
    int64_t seal = event_number(event, EVENT_sealed_by);
    if (event->kind == EVENT_RECEIVED && seal != 0) {
        count->uploads[count->upload_count][0] = event->seq;
        count->uploads[count->upload_count++][1] = seal;
    } else if (event->kind == EVENT_RECEIVED || event->kind == EVENT_SEALED) {
        count_charge(count, event);
    } else if (event->kind == EVENT_MERGED) {
        count_merge(count, event);
    }
}

static void parse_line(const char *line, struct event *event)
{
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(event_parse(line, strlen(line), "log", event, &err), "%s", err.message);
}

/* Twice through the lines: an excuse counts for the charges before it as well. */
static void count_all(const struct log_fixture *log, struct count *count)
{
    bool excused[STEPS * 2] = {false};
    memset(count, 0, sizeof *count);
    for (size_t i = 0; i < log->lines.count; i++) {
        event_auto struct event event;
        parse_line(log->lines.items[i], &event);
        if (event.kind == EVENT_EXCUSED) {
            event_auto struct event entry;
            size_t at = (size_t)event_number(&event, EVENT_entry) - 1;
            parse_line(log->lines.items[at], &entry);
            int64_t seal = event_number(&entry, EVENT_sealed_by);
            excused[seal != 0 ? seal : entry.seq] = true;
        }
    }
    for (size_t i = 0; i < TEAMS; i++)
        count->group[i] = (char)('A' + i);
    for (size_t i = 0; i < log->lines.count; i++) {
        event_auto struct event event;
        parse_line(log->lines.items[i], &event);
        size_t charge = count->charges;
        count_event(count, &event);
        if (count->charges > charge)
            count->is_excused[charge] = excused[event.seq];
    }
}

static void compare_quota(const struct walk *walk)
{
    static struct count count;
    const struct ledger *ledger = &walk->log.ledger;
    count_all(&walk->log, &count);
    for (size_t i = 0; i < ledger->entry_count; i++) {
        const struct ledger_entry *entry = &ledger->entries[i];
        size_t charge = find_charge(&count, entry->seq);
        cr_assert_eq(ledger->charges[entry->charge].is_over, count.is_over[charge],
                     "seed %" PRIu64 ": entry %" PRId64 " is %s the quota", walk->seed,
                     entry->seq, count.is_over[charge] ? "over" : "within");
    }
}

static void compare_fold(const struct walk *walk)
{
    ledger_auto struct ledger again;
    log_fold(&walk->log, INT64_MAX, &again);
    pod_auto_free char *state = log_state(&walk->log.ledger);
    pod_auto_free char *folded = log_state(&again);
    cr_assert_str_eq(state, folded, "seed %" PRIu64, walk->seed);
}

/* What is there at an instant is what was received until then, and no more. */
static void compare_cut(struct walk *walk, pod_instant_ms as_of)
{
    ledger_auto struct ledger then;
    const struct ledger *ledger = &walk->log.ledger;
    size_t expected = 0;
    log_fold(&walk->log, as_of, &then);
    for (size_t i = 0; i < ledger->entry_count; i++)
        expected += ledger->entries[i].received_at <= as_of;
    cr_assert_eq(then.entry_count, expected, "seed %" PRIu64, walk->seed);
    cr_assert_str_eq(then.head.hex, ledger->head.hex);
    for (size_t i = 0; i < then.entry_count; i++)
        cr_assert_eq(then.entries[i].seq, ledger->entries[i].seq);
}

static void go(struct walk *walk)
{
    pod_instant_ms start = log_instant("2023-11-03T20:00:00Z");
    char at[POD_INSTANT_TEXT];
    walk->state = walk->seed;
    walk->now = start;
    log_init(&walk->log, INT64_MAX);
    pod_instant_format(start, at);
    log_add(&walk->log, at, "opened per_day=3 finals=2");
    for (int i = 0; i < STEPS; i++) {
        step(walk);
        if (i % 25 == 0)
            compare_quota(walk);
    }
    compare_quota(walk);
    compare_fold(walk);
    for (int i = 0; i < 10; i++)
        compare_cut(walk,
                    start + (pod_instant_ms)draw(walk, (uint64_t)(walk->now - start)));
    log_release(&walk->log);
}

Test(ledger_walk, its_own_log_read_again_gives_the_same_state_and_quota)
{
    const char *wanted = getenv("LEDGER_SEED");
    size_t accepted = 0, refused = 0;
    for (uint64_t i = 0; i < (wanted ? 1 : WALKS); i++) {
        struct walk walk = {.seed = wanted ? strtoull(wanted, NULL, 10) : 20231117 + i};
        go(&walk);
        accepted += walk.accepted;
        refused += walk.refused;
    }
    cr_assert_gt(accepted, (wanted ? 1 : WALKS) * STEPS / 4, "a walk that goes nowhere");
    cr_assert_gt(refused, (wanted ? 1 : WALKS) * STEPS / 20, "nothing was refused");
}
