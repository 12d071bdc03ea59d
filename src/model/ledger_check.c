#include "model/ledger_check.h"

#include <string.h>

bool ledger__check_chain(const struct ledger *ledger, const struct event *event,
                         struct pod_error *err)
{
    if (event->seq != ledger->seq + 1)
        return pod_fail(err, POD_HOST, "event %lld stands where number %lld belongs",
                        (long long)event->seq, (long long)ledger->seq + 1);
    if (strcmp(event->prev.hex, ledger->head.hex) != 0)
        return pod_fail(err, POD_HOST,
                        "event %lld: its prev is not the digest of the event before it: "
                        "the chain is broken",
                        (long long)event->seq);
    if (event->at < ledger->at)
        return pod_fail(err, POD_HOST, "event %lld is older than the one before it",
                        (long long)event->seq);
    return true;
}

static bool check_opened(const struct ledger *ledger, const struct event *event,
                         struct pod_error *err)
{
    if (event->kind == EVENT_OPENED)
        return !ledger->is_open || pod_fail(err, POD_USAGE, "the competition is open");
    return ledger->is_open ||
           pod_fail(err, POD_USAGE, "the first event must open the competition");
}

/* The text is what people were told, the instant what it means: both are in the log. */
static bool check_deadline(const struct event *event, struct pod_error *err)
{
    const char *text = event_text(event, EVENT_deadline);
    struct deadline_rule rule;
    if (text == NULL)
        return true;
    if (!deadline_rule_parse(text, &rule, err))
        return false;
    return rule.instant == event_number(event, EVENT_instant) ||
           pod_fail(err, POD_HOST, "the deadline \"%s\" is not the instant beside it",
                    text);
}

static bool check_team(const struct ledger *ledger, const char *team, struct pod_error *err)
{
    if (team == NULL || ledger_find_team(ledger, team) != LEDGER_NONE)
        return true;
    pod_auto_free char *shown = pod_str_shown(team, 120);
    return pod_fail(err, POD_USAGE, "there is no team \"%s\"", shown);
}

static bool check_entry(const struct ledger *ledger, int64_t seq, struct pod_error *err)
{
    return ledger_find_entry(ledger, seq) != LEDGER_NONE ||
           pod_fail(err, POD_USAGE, "there is no entry %lld", (long long)seq);
}

static bool check_received(const struct ledger *ledger, const struct event *event,
                           struct pod_error *err)
{
    int64_t seal = event_number(event, EVENT_sealed_by);
    if (event_number(event, EVENT_received_at) > event->at)
        return pod_fail(err, POD_USAGE, "its arrival lies in the future");
    if (event_number(event, EVENT_received_at) < ledger->received_last)
        return pod_fail(err, POD_USAGE,
                        "it was received before what the log has already: arrivals are "
                        "taken in in their order");
    if (seal == 0)
        return true;
    size_t found = ledger_find_seal(ledger, event_text(event, EVENT_team),
                                    event_text(event, EVENT_digest));
    return (found != LEDGER_NONE && ledger->seals[found].seq == seal) ||
           pod_fail(err, POD_USAGE, "there is no open seal %lld for it", (long long)seal);
}

static bool check_extended(const struct ledger *ledger, const struct event *event,
                           struct pod_error *err)
{
    return event_number(event, EVENT_instant) > ledger->deadline.instant ||
           pod_fail(err, POD_USAGE,
                    "the new deadline \"%s\" is not after the one in force, \"%s\": a "
                    "deadline is never shortened",
                    event_text(event, EVENT_deadline), ledger->deadline.text);
}

static bool check_selected(const struct ledger *ledger, const struct event *event,
                           struct pod_error *err)
{
    const struct event_value *chosen = &event->values[EVENT_entries];
    size_t team =
        ledger_root(ledger, ledger_find_team(ledger, event_text(event, EVENT_team)));
    if (ledger->finals > 0 && (int64_t)chosen->number_count > ledger->finals)
        return pod_fail(err, POD_USAGE, "%zu final entries, at most %lld are allowed",
                        chosen->number_count, (long long)ledger->finals);
    if (event->at >= ledger->deadline.instant && !event_has(event, EVENT_reason))
        return pod_fail(err, POD_USAGE,
                        "the deadline has passed: a selection needs a reason now");
    for (size_t i = 0; i < chosen->number_count; i++) {
        size_t entry = ledger_find_entry(ledger, chosen->numbers[i]);
        if (!check_entry(ledger, chosen->numbers[i], err))
            return false;
        if (ledger_root(ledger, ledger->entries[entry].team) != team)
            return pod_fail(err, POD_USAGE, "entry %lld is another team's",
                            (long long)chosen->numbers[i]);
    }
    return true;
}

static bool check_who(const struct ledger *ledger, const struct event *event,
                      struct pod_error *err)
{
    if (event_has(event, EVENT_team) == event_has(event, EVENT_entry))
        return pod_fail(err, POD_USAGE, "a team or an entry, one of them");
    return event_has(event, EVENT_team) ||
           check_entry(ledger, event_number(event, EVENT_entry), err);
}

static bool check_excused(const struct ledger *ledger, const struct event *event,
                          struct pod_error *err)
{
    int64_t seq = event_number(event, EVENT_entry);
    if (!check_entry(ledger, seq, err))
        return false;
    size_t charge = ledger->entries[ledger_find_entry(ledger, seq)].charge;
    return !ledger->charges[charge].is_excused ||
           pod_fail(err, POD_USAGE, "entry %lld was excused before", (long long)seq);
}

static bool check_merged(const struct ledger *ledger, const struct event *event,
                         struct pod_error *err)
{
    const char *into = event_text(event, EVENT_into);
    if (!check_team(ledger, into, err))
        return false;
    size_t team = ledger_find_team(ledger, event_text(event, EVENT_team));
    return ledger_root(ledger, team) !=
               ledger_root(ledger, ledger_find_team(ledger, into)) ||
           pod_fail(err, POD_USAGE, "they are one team");
}

static bool check_kind(const struct ledger *ledger, const struct event *event,
                       struct pod_error *err)
{
    switch (event->kind) {
    case EVENT_RECEIVED:
        return check_received(ledger, event, err);
    case EVENT_EXTENDED:
        return check_extended(ledger, event, err);
    case EVENT_SELECTED:
        return check_selected(ledger, event, err);
    case EVENT_DISQUALIFIED:
    case EVENT_REINSTATED:
        return check_who(ledger, event, err);
    case EVENT_WITHDRAWN:
        return check_entry(ledger, event_number(event, EVENT_entry), err);
    case EVENT_EXCUSED:
        return check_excused(ledger, event, err);
    case EVENT_MERGED:
        return check_merged(ledger, event, err);
    default:
        return true;
    }
}

/* Events that bring a team into being; all others name one that is there. */
static bool makes_team(enum event_kind kind)
{
    return kind == EVENT_RECEIVED || kind == EVENT_SEALED || kind == EVENT_REFUSED;
}

bool ledger__check(const struct ledger *ledger, const struct event *event,
                   struct pod_error *err)
{
    return check_opened(ledger, event, err) && check_deadline(event, err) &&
           (makes_team(event->kind) ||
            check_team(ledger, event_text(event, EVENT_team), err)) &&
           check_kind(ledger, event, err);
}
