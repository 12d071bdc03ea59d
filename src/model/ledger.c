#include "model/ledger.h"

#include "model/ledger_check.h"
#include "model/lookalike.h"
#include <stdlib.h>
#include <string.h>

static const int64_t DAY_MS = 86400000;

void ledger_init(struct ledger *ledger, pod_instant_ms as_of)
{
    memset(ledger, 0, sizeof *ledger);
    ledger->as_of = as_of;
    ledger->starts = INT64_MIN;
    ledger->at = ledger->received_last = INT64_MIN;
    ledger->head = event_genesis();
}

void ledger_release(struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->extension_count; i++)
        free(ledger->extensions[i].reason);
    for (size_t i = 0; i < ledger->team_count; i++) {
        free(ledger->teams[i].name);
        free(ledger->teams[i].skeleton);
        free(ledger->teams[i].disqualified);
    }
    for (size_t i = 0; i < ledger->seal_count; i++)
        free(ledger->seals[i].digest);
    for (size_t i = 0; i < ledger->entry_count; i++) {
        struct ledger_entry *entry = &ledger->entries[i];
        free(entry->name);
        free(entry->digest);
        free(entry->tasks);
        free(entry->note);
        free(entry->origin);
        free(entry->disqualified);
        free(entry->withdrawn);
    }
    free(ledger->extensions);
    free(ledger->teams);
    free(ledger->seals);
    free(ledger->entries);
    free(ledger->charges);
    free(ledger->merges);
    free(ledger->refused);
    free(ledger->competition);
    pod_lookup_release(&ledger->team_names);
    memset(ledger, 0, sizeof *ledger);
}

/* Looking up. */

size_t ledger_find_team(const struct ledger *ledger, const char *name)
{
    struct pod_lookup_walk walk = pod_lookup_start(name);
    size_t team = LEDGER_NONE;
    while (pod_lookup_next(&ledger->team_names, &walk, &team))
        if (strcmp(ledger->teams[team].name, name) == 0)
            return team;
    return LEDGER_NONE;
}

size_t ledger_find_lookalike(const struct ledger *ledger, const char *name)
{
    pod_auto_free char *skeleton = name_skeleton(name);
    if (ledger_find_team(ledger, name) != LEDGER_NONE)
        return LEDGER_NONE;
    for (size_t i = 0; i < ledger->team_count; i++)
        if (strcmp(ledger->teams[i].skeleton, skeleton) == 0)
            return i;
    return LEDGER_NONE;
}

size_t ledger_find_entry(const struct ledger *ledger, int64_t seq)
{
    size_t low = 0, high = ledger->entry_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ledger->entries[middle].seq == seq)
            return middle;
        if (ledger->entries[middle].seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    return LEDGER_NONE;
}

size_t ledger_find_digest(const struct ledger *ledger, const char *digest)
{
    for (size_t i = 0; i < ledger->entry_count; i++)
        if (strcmp(ledger->entries[i].digest, digest) == 0)
            return i;
    return LEDGER_NONE;
}

/* Arrivals never go back along the log. */
size_t ledger_find_arrival(const struct ledger *ledger, const char *origin,
                           pod_instant_ms received_at)
{
    size_t low = 0, high = ledger->entry_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ledger->entries[middle].received_at < received_at)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < ledger->entry_count && ledger->entries[low].received_at == received_at;
         low++)
        if (ledger->entries[low].is_stamped &&
            strcmp(ledger->entries[low].origin, origin) == 0)
            return low;
    return LEDGER_NONE;
}

size_t ledger_root(const struct ledger *ledger, size_t team)
{
    while (ledger->teams[team].merged_into != team)
        team = ledger->teams[team].merged_into;
    return team;
}

size_t ledger_find_own(const struct ledger *ledger, const char *team, const char *digest)
{
    size_t own = ledger_find_team(ledger, team);
    for (size_t i = 0; own != LEDGER_NONE && i < ledger->entry_count; i++) {
        const struct ledger_entry *entry = &ledger->entries[i];
        if (strcmp(entry->digest, digest) == 0 && entry->withdrawn == NULL &&
            ledger_root(ledger, entry->team) == ledger_root(ledger, own))
            return i;
    }
    return LEDGER_NONE;
}

size_t ledger_find_seal(const struct ledger *ledger, const char *team, const char *digest)
{
    size_t own = ledger_find_team(ledger, team);
    if (own == LEDGER_NONE)
        return LEDGER_NONE;
    for (size_t i = 0; i < ledger->seal_count; i++) {
        const struct ledger_seal *seal = &ledger->seals[i];
        if (!seal->is_used && strcmp(seal->digest, digest) == 0 &&
            ledger_root(ledger, seal->team) == ledger_root(ledger, own))
            return i;
    }
    return LEDGER_NONE;
}

/* Quotas. */

static int64_t day_of(pod_instant_ms instant)
{
    return instant / DAY_MS - (instant % DAY_MS < 0 ? 1 : 0);
}

/* What counts already on the day of `at`, before the charge number `end`. */
static int64_t count_charged(const struct ledger *ledger, size_t end, size_t root,
                             pod_instant_ms at)
{
    const pod_instant_ms start = day_of(at) * DAY_MS;
    int64_t count = 0;
    for (size_t i = end; i-- > 0;) {
        const struct ledger_charge *charge = &ledger->charges[i];
        if (charge->at < start)
            break; /* instants never go back along the log */
        count += !charge->is_excused && !charge->is_over && charge->at - start < DAY_MS &&
                 ledger_root(ledger, charge->team) == root;
    }
    return count;
}

static void settle_charge(struct ledger *ledger, size_t index)
{
    struct ledger_charge *charge = &ledger->charges[index];
    charge->is_over = ledger->per_day > 0 &&
                      count_charged(ledger, index, ledger_root(ledger, charge->team),
                                    charge->at) >= ledger->per_day;
}

/* All over again, because a charge was taken back: merges take effect where they stand in
 * the log, not before. */
static void settle_all(struct ledger *ledger)
{
    size_t merged = 0;
    for (size_t i = 0; i < ledger->team_count; i++)
        ledger->teams[i].merged_into = i;
    for (size_t i = 0; i < ledger->charge_count; i++) {
        for (; merged < ledger->merge_count &&
               ledger->merges[merged].seq < ledger->charges[i].seq;
             merged++)
            ledger->teams[ledger->merges[merged].team].merged_into =
                ledger->merges[merged].into;
        settle_charge(ledger, i);
    }
    for (; merged < ledger->merge_count; merged++)
        ledger->teams[ledger->merges[merged].team].merged_into =
            ledger->merges[merged].into;
}

int64_t ledger_quota_left(const struct ledger *ledger, const char *team,
                          pod_instant_ms instant)
{
    size_t own = ledger_find_team(ledger, team);
    if (ledger->per_day == 0)
        return -1;
    if (own == LEDGER_NONE)
        return ledger->per_day;
    int64_t left = ledger->per_day - count_charged(ledger, ledger->charge_count,
                                                   ledger_root(ledger, own), instant);
    return left > 0 ? left : 0;
}

static size_t add_charge(struct ledger *ledger, const struct event *event, size_t team,
                         pod_instant_ms at)
{
    ledger->charges =
        pod_grow(ledger->charges, ledger->charge_count + 1, sizeof *ledger->charges);
    ledger->charges[ledger->charge_count] =
        (struct ledger_charge){.seq = event->seq, .team = team, .at = at};
    settle_charge(ledger, ledger->charge_count);
    return ledger->charge_count++;
}

/* Taking effect; the checks were made. */

static size_t take_team(struct ledger *ledger, const char *name)
{
    size_t found = ledger_find_team(ledger, name);
    if (found != LEDGER_NONE)
        return found;
    ledger->teams = pod_grow(ledger->teams, ledger->team_count + 1, sizeof *ledger->teams);
    ledger->teams[ledger->team_count] =
        (struct ledger_team){.name = pod_strdup(name),
                             .skeleton = name_skeleton(name),
                             .merged_into = ledger->team_count};
    pod_lookup_add(&ledger->team_names, name, ledger->team_count);
    return ledger->team_count++;
}

static void set_reason(char **where, const char *reason)
{
    free(*where);
    *where = reason ? pod_strdup(reason) : NULL;
}

static void open_competition(struct ledger *ledger, const struct event *event)
{
    struct pod_error impossible = POD_ERROR_INIT;
    ledger->is_open = true;
    ledger->competition = pod_strdup(event_text(event, EVENT_competition));
    ledger->grace_s = event_number(event, EVENT_grace_s);
    ledger->per_day = event_number(event, EVENT_per_day);
    ledger->finals = event_number(event, EVENT_finals);
    if (event_has(event, EVENT_starts))
        ledger->starts = event_number(event, EVENT_starts);
    (void)deadline_rule_parse(event_text(event, EVENT_deadline), &ledger->deadline,
                              &impossible); /* it was checked */
    memcpy(ledger->key, event_text(event, EVENT_key), sizeof ledger->key);
    if (event_has(event, EVENT_commitment))
        memcpy(ledger->commitment, event_text(event, EVENT_commitment),
               sizeof ledger->commitment);
}

static char *join_tasks(const struct pod_names *tasks)
{
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    for (size_t i = 0; i < tasks->count; i++)
        pod_buf_printf(&text, "%s ", tasks->items[i]);
    return pod_buf_steal(&text);
}

static size_t find_seal_seq(const struct ledger *ledger, int64_t seq)
{
    for (size_t i = 0; i < ledger->seal_count; i++)
        if (ledger->seals[i].seq == seq)
            return i;
    return LEDGER_NONE;
}

static void receive(struct ledger *ledger, const struct event *event)
{
    size_t team = take_team(ledger, event_text(event, EVENT_team));
    pod_instant_ms at = event_number(event, EVENT_received_at);
    size_t seal = find_seal_seq(ledger, event_number(event, EVENT_sealed_by));
    if (seal != LEDGER_NONE)
        ledger->seals[seal].is_used = true;
    size_t charge = seal != LEDGER_NONE ? ledger->seals[seal].charge
                                        : add_charge(ledger, event, team, at);
    const char *note = event_text(event, EVENT_note);
    ledger->entries =
        pod_grow(ledger->entries, ledger->entry_count + 1, sizeof *ledger->entries);
    ledger->entries[ledger->entry_count++] = (struct ledger_entry){
        .seq = event->seq,
        .name = pod_strdup(event_text(event, EVENT_name)),
        .digest = pod_strdup(event_text(event, EVENT_digest)),
        .tasks = join_tasks(&event->values[EVENT_tasks].texts),
        .note = note ? pod_strdup(note) : NULL,
        .team = team,
        .received_at = at,
        .origin = pod_strdup(event_text(event, EVENT_origin)),
        .is_stamped = event_has(event, EVENT_stamped_by),
        .same_as = event_number(event, EVENT_same_as),
        .charge = charge,
        .seal = seal,
    };
    ledger->received_last = at;
}

static void add_seal(struct ledger *ledger, const struct event *event)
{
    size_t team = take_team(ledger, event_text(event, EVENT_team));
    ledger->seals = pod_grow(ledger->seals, ledger->seal_count + 1, sizeof *ledger->seals);
    ledger->seals[ledger->seal_count++] = (struct ledger_seal){
        .seq = event->seq,
        .team = team,
        .digest = pod_strdup(event_text(event, EVENT_digest)),
        .at = event->at,
        .charge = add_charge(ledger, event, team, event->at),
    };
    if (event->at > ledger->received_last)
        ledger->received_last = event->at;
}

static void extend(struct ledger *ledger, const struct event *event)
{
    struct pod_error impossible = POD_ERROR_INIT;
    ledger->extensions = pod_grow(ledger->extensions, ledger->extension_count + 1,
                                  sizeof *ledger->extensions);
    struct ledger_extension *change = &ledger->extensions[ledger->extension_count++];
    *change = (struct ledger_extension){
        .old = ledger->deadline,
        .announced_at = event->at,
        .reason = pod_strdup(event_text(event, EVENT_reason)),
    };
    (void)deadline_rule_parse(event_text(event, EVENT_deadline), &change->now,
                              &impossible); /* it was checked */
    ledger->deadline = change->now;
}

static void select_final(struct ledger *ledger, const struct event *event)
{
    const struct event_value *chosen = &event->values[EVENT_entries];
    struct ledger_team *team = &ledger->teams[ledger_root(
        ledger, ledger_find_team(ledger, event_text(event, EVENT_team)))];
    if (chosen->number_count > 0) /* none takes a selection back */
        memcpy(team->selected, chosen->numbers,
               chosen->number_count * sizeof *chosen->numbers);
    team->selected_count = chosen->number_count;
}

static void set_disqualified(struct ledger *ledger, const struct event *event,
                             const char *reason)
{
    const char *team = event_text(event, EVENT_team);
    if (team != NULL)
        set_reason(&ledger->teams[ledger_find_team(ledger, team)].disqualified, reason);
    else
        set_reason(
            &ledger->entries[ledger_find_entry(ledger, event_number(event, EVENT_entry))]
                 .disqualified,
            reason);
}

static void merge(struct ledger *ledger, const struct event *event)
{
    size_t team =
        ledger_root(ledger, ledger_find_team(ledger, event_text(event, EVENT_team)));
    size_t into =
        ledger_root(ledger, ledger_find_team(ledger, event_text(event, EVENT_into)));
    ledger->merges =
        pod_grow(ledger->merges, ledger->merge_count + 1, sizeof *ledger->merges);
    ledger->merges[ledger->merge_count++] = (struct ledger_merge){event->seq, team, into};
    ledger->teams[team].merged_into = into;
}

static struct pod_digest digest_refusal(const char *origin, const char *reason)
{
    struct pod_hash *hash = pod_hash_new();
    pod_hash_text(hash, origin);
    pod_hash_text(hash, reason);
    return pod_hash_finish_take(hash);
}

static void refuse(struct ledger *ledger, const struct event *event)
{
    ledger->refused =
        pod_grow(ledger->refused, ledger->refused_count + 1, sizeof *ledger->refused);
    ledger->refused[ledger->refused_count++] =
        digest_refusal(event_text(event, EVENT_origin), event_text(event, EVENT_reason));
}

bool ledger_was_refused(const struct ledger *ledger, const char *origin, const char *reason)
{
    struct pod_digest digest = digest_refusal(origin, reason);
    for (size_t i = 0; i < ledger->refused_count; i++)
        if (strcmp(ledger->refused[i].hex, digest.hex) == 0)
            return true;
    return false;
}

static void take_effect(struct ledger *ledger, const struct event *event)
{
    size_t entry = ledger_find_entry(ledger, event_number(event, EVENT_entry));
    const char *reason = event_text(event, EVENT_reason);
    switch (event->kind) {
    case EVENT_OPENED:
        open_competition(ledger, event);
        break;
    case EVENT_RECEIVED:
        receive(ledger, event);
        break;
    case EVENT_REFUSED:
        refuse(ledger, event);
        break;
    case EVENT_SEALED:
        add_seal(ledger, event);
        break;
    case EVENT_EXTENDED:
        extend(ledger, event);
        break;
    case EVENT_GRACED:
        ledger->grace_s = event_number(event, EVENT_grace_s);
        break;
    case EVENT_SELECTED:
        select_final(ledger, event);
        break;
    case EVENT_DISQUALIFIED:
        set_disqualified(ledger, event, reason);
        break;
    case EVENT_REINSTATED:
        set_disqualified(ledger, event, NULL);
        break;
    case EVENT_WITHDRAWN:
        set_reason(&ledger->entries[entry].withdrawn, reason);
        break;
    case EVENT_EXCUSED:
        ledger->charges[ledger->entries[entry].charge].is_excused = true;
        settle_all(ledger);
        break;
    case EVENT_MERGED:
        merge(ledger, event);
        break;
    case EVENT_REJUDGED:
    case EVENT_FINALISED:
    case EVENT_CLOCK:
    case EVENT_KIND_COUNT:
        break; /* nothing that this state has */
    }
}

/* From when on it has an effect. That there is a competition is no event in it: stamps of
 * another system may be older than the log. */
static pod_instant_ms instant_of(const struct event *event)
{
    if (event->kind == EVENT_OPENED)
        return INT64_MIN;
    return event->kind == EVENT_RECEIVED ? event_number(event, EVENT_received_at)
                                         : event->at;
}

bool ledger_apply(struct ledger *ledger, const struct event *event,
                  const struct pod_digest *digest, struct pod_error *err)
{
    /* A contest of the past may be opened today: its rules are older than the log. */
    bool has_effect = event->kind == EVENT_OPENED || instant_of(event) <= ledger->as_of;
    if (!ledger__check_chain(ledger, event, err) ||
        (has_effect && !ledger__check(ledger, event, err)))
        return false;
    if (has_effect) {
        take_effect(ledger, event);
        ledger->shown = *digest;
    }
    if (event->kind == EVENT_OPENED || event->kind == EVENT_EXTENDED)
        ledger->told = event_number(event, EVENT_instant);
    ledger->seq = event->seq;
    ledger->at = event->at;
    ledger->head = *digest;
    return true;
}

void ledger_next(const struct ledger *ledger, pod_instant_ms now, struct event *event)
{
    bool is_own = event->kind == EVENT_RECEIVED && !event_has(event, EVENT_stamped_by);
    event->seq = ledger->seq + 1;
    event->at = now > ledger->at ? now : ledger->at;
    /* The clock may have been set since the arrival was stamped. */
    if (is_own && event->at < event_number(event, EVENT_received_at))
        event->at = event_number(event, EVENT_received_at);
    event->prev = ledger->head;
}
