#include "model/ledger.h"

#include <stdlib.h>
#include <string.h>

static bool is_in_time(const struct ledger *ledger, const struct ledger_entry *entry)
{
    pod_instant_ms deadline = ledger->deadline.instant;
    if (entry->received_at < deadline)
        return true;
    return entry->seal != LEDGER_NONE && ledger->seals[entry->seal].at < deadline &&
           entry->received_at < deadline + ledger->grace_s * 1000;
}

static bool is_selected(const struct ledger *ledger, const struct ledger_entry *entry)
{
    const struct ledger_team *team = &ledger->teams[ledger_root(ledger, entry->team)];
    for (size_t i = 0; i < team->selected_count; i++)
        if (team->selected[i] == entry->seq)
            return true;
    return team->selected_count == 0;
}

/* Of the team that it was handed in by, or any that this became part of. */
static const char *team_disqualified(const struct ledger *ledger, size_t team)
{
    for (;; team = ledger->teams[team].merged_into) {
        if (ledger->teams[team].disqualified != NULL)
            return ledger->teams[team].disqualified;
        if (ledger->teams[team].merged_into == team)
            return NULL;
    }
}

const char *ledger_disqualified(const struct ledger *ledger, size_t index)
{
    const struct ledger_entry *entry = &ledger->entries[index];
    return entry->disqualified ? entry->disqualified
                               : team_disqualified(ledger, entry->team);
}

static char *late_reason(const struct ledger *ledger, const struct ledger_entry *entry)
{
    char *reason = deadline_reason(&ledger->deadline, &entry->received_at);
    if (entry->seal == LEDGER_NONE)
        return reason;
    pod_auto_free char *base = reason;
    return pod_strf("%s; it was sealed, but uploaded after %lld s of grace", base,
                    (long long)ledger->grace_s);
}

enum ledger_standing ledger_standing(const struct ledger *ledger, size_t index,
                                     bool is_final, char **reason)
{
    const struct ledger_entry *entry = &ledger->entries[index];
    const char *banned = ledger_disqualified(ledger, index);
    *reason = NULL;
    if (banned != NULL) {
        *reason = pod_strf("disqualified: %s", banned);
        return LEDGER_DISQUALIFIED;
    }
    if (entry->withdrawn != NULL) {
        *reason = pod_strf("withdrawn: %s", entry->withdrawn);
        return LEDGER_WITHDRAWN;
    }
    if (entry->received_at < ledger->starts) {
        char starts[POD_INSTANT_TEXT];
        pod_instant_format(ledger->starts, starts);
        *reason = pod_strf("early: received before the first phase, %s", starts);
        return LEDGER_EARLY;
    }
    if (!is_in_time(ledger, entry)) {
        *reason = late_reason(ledger, entry);
        return LEDGER_LATE;
    }
    if (ledger->charges[entry->charge].is_over) {
        *reason = pod_strf("over the quota of %lld entries a UTC day",
                           (long long)ledger->per_day);
        return LEDGER_OVER_QUOTA;
    }
    if (is_final && !is_selected(ledger, entry)) {
        *reason = pod_strdup("not among the team's final selections");
        return LEDGER_NOT_SELECTED;
    }
    return LEDGER_COUNTS;
}
