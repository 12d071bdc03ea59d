#include "log_fixture.h"

#include "base/json.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum value_kind { TEXT, HEX, TEXTS, NUMBER, NUMBERS, INSTANT };

static const struct {
    const char *key;
    enum value_kind kind;
} FIELDS[] = {
#define EVENT_FIELD(key, kind) {#key, kind},
#include "model/event_field.def"
#undef EVENT_FIELD
};

static const struct {
    const char *kind, *text;
} DEFAULTS[] = {
    {"opened", "competition=c deadline=2023-11-17_AoE instant=2023-11-18T12:00:00.000Z "
               "per_day=0 finals=0 grace_s=0 key=f"},
    {"received", "name=e tasks=tile origin=o"},
    {"refused", "origin=o reason=r"},
    {"extended", "reason=r"},
    {"graced", "reason=r"},
    {"disqualified", "reason=r"},
    {"reinstated", "reason=r"},
    {"withdrawn", "reason=r"},
    {"excused", "reason=r"},
    {"merged", "reason=r"},
    {"rejudged", "changes=1 reason=r"},
    {"finalised", "as_of=2023-11-19T00:00:00.000Z board=b"},
    {"clock", "drift_ms=0 note=n"},
};

void log_init(struct log_fixture *log, pod_instant_ms as_of)
{
    memset(log, 0, sizeof *log);
    ledger_init(&log->ledger, as_of);
}

void log_release(struct log_fixture *log)
{
    ledger_release(&log->ledger);
    pod_names_release(&log->lines);
}

pod_instant_ms log_instant(const char *text)
{
    struct pod_error err = POD_ERROR_INIT;
    pod_instant_ms instant = 0;
    cr_assert(pod_instant_parse(text, &instant, &err), "%s", err.message);
    return instant;
}

/* Writing in short. */

static json_t *read_items(const char *text, bool are_numbers)
{
    json_t *array = json_array();
    pod_auto_free char *copy = pod_strdup(text);
    char *state = NULL;
    for (char *item = strtok_r(copy, ",", &state); item; item = strtok_r(NULL, ",", &state))
        json_array_append_new(array, are_numbers ? json_integer(strtoll(item, NULL, 10))
                                                 : json_string(item));
    return array;
}

static json_t *read_value(enum value_kind kind, char *text)
{
    char hex[POD_DIGEST_HEX];
    for (char *at = text; *at; at++)
        *at = *at == '_' ? ' ' : *at;
    switch (kind) {
    case NUMBER:
        return json_integer(strtoll(text, NULL, 10));
    case TEXTS:
    case NUMBERS:
        return read_items(text, kind == NUMBERS);
    case HEX:
        memset(hex, '0', sizeof hex - 1);
        hex[sizeof hex - 1] = '\0';
        memcpy(hex + sizeof hex - 1 - strlen(text), text, strlen(text));
        return json_string(hex);
    default:
        return json_string(text);
    }
}

static void read_pair(json_t *object, char *pair, bool is_default)
{
    char *value = strchr(pair, '=');
    cr_assert_not_null(value, "'%s'", pair);
    *value++ = '\0';
    for (size_t i = 0; i < COUNT(FIELDS); i++) {
        if (strcmp(FIELDS[i].key, pair) != 0)
            continue;
        if (!is_default || json_object_get(object, pair) == NULL)
            json_object_set_new(object, pair, read_value(FIELDS[i].kind, value));
        return;
    }
    cr_assert(false, "no field '%s'", pair);
}

static void read_pairs(json_t *object, const char *text, bool is_default)
{
    pod_auto_free char *copy = pod_strdup(text);
    char *state = NULL;
    for (char *pair = strtok_r(copy, " ", &state); pair; pair = strtok_r(NULL, " ", &state))
        read_pair(object, pair, is_default);
}

static void add_defaults(json_t *object, const char *kind, const char *at)
{
    for (size_t i = 0; i < COUNT(DEFAULTS); i++)
        if (strcmp(DEFAULTS[i].kind, kind) == 0)
            read_pairs(object, DEFAULTS[i].text, true);
    if (strcmp(kind, "received") == 0 && json_object_get(object, "received_at") == NULL)
        json_object_set_new(object, "received_at", json_string(at));
}

void log_event(const struct log_fixture *log, const char *at, const char *text,
               struct event *out)
{
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_json json_t *object = json_object();
    pod_auto_free char *kind = pod_strdup(text);
    char *pairs = kind + strcspn(kind, " ");
    if (*pairs != '\0')
        *pairs++ = '\0';
    json_object_set_new(object, "seq", json_integer(log->ledger.seq + 1));
    json_object_set_new(object, "at", json_string(at));
    json_object_set_new(object, "prev", json_string(log->ledger.head.hex));
    json_object_set_new(object, "kind", json_string(kind));
    read_pairs(object, pairs, false);
    add_defaults(object, kind, at);
    pod_auto_free char *line = pod_json_print_line(object);
    cr_assert(event_parse(line, strlen(line), text, out, &err), "%s", err.message);
}

bool log_try(struct log_fixture *log, const char *at, const char *text)
{
    event_auto struct event event;
    log_event(log, at, text, &event);
    log->err = (struct pod_error)POD_ERROR_INIT;
    pod_auto_free char *line = event_print(&event, &log->err);
    cr_assert_not_null(line, "%s", log->err.message);
    struct pod_digest digest = event_digest(line);
    if (!ledger_apply(&log->ledger, &event, &digest, &log->err))
        return false;
    pod_names_add(&log->lines, line);
    return true;
}

int64_t log_add(struct log_fixture *log, const char *at, const char *text)
{
    cr_assert(log_try(log, at, text), "%s: %s", text, log->err.message);
    return log->ledger.seq;
}

void log_refuses(struct log_fixture *log, const char *at, const char *text,
                 const char *message)
{
    pod_auto_free char *before = log_state(&log->ledger);
    cr_assert_not(log_try(log, at, text), "accepted: %s", text);
    cr_assert_str_eq(log->err.message, message, "%s: %s", text, log->err.message);
    pod_auto_free char *after = log_state(&log->ledger);
    cr_assert_str_eq(before, after, "a refused event changed something: %s", text);
}

/* Reading. */

static const char *shown(const char *text)
{
    return text ? text : "-";
}

static void state_of_teams(const struct ledger *ledger, struct pod_buf *out)
{
    for (size_t i = 0; i < ledger->team_count; i++) {
        const struct ledger_team *team = &ledger->teams[i];
        pod_buf_printf(out, "team %zu %s in %zu dq %s:", i, team->name, team->merged_into,
                       shown(team->disqualified));
        for (size_t s = 0; s < team->selected_count; s++)
            pod_buf_printf(out, " %lld", (long long)team->selected[s]);
        pod_buf_puts(out, "\n");
    }
}

static void state_of_entries(const struct ledger *ledger, struct pod_buf *out)
{
    for (size_t i = 0; i < ledger->entry_count; i++) {
        const struct ledger_entry *entry = &ledger->entries[i];
        pod_buf_printf(out, "entry %lld %s %s %s note %s of %zu at %lld as %lld charge %zu",
                       (long long)entry->seq, entry->name, entry->digest, entry->tasks,
                       shown(entry->note), entry->team, (long long)entry->received_at,
                       (long long)entry->same_as, entry->charge);
        pod_buf_printf(out, " seal %lld dq %s wd %s\n",
                       entry->seal == LEDGER_NONE ? -1LL : (long long)entry->seal,
                       shown(entry->disqualified), shown(entry->withdrawn));
    }
}

static void state_of_rest(const struct ledger *ledger, struct pod_buf *out)
{
    for (size_t i = 0; i < ledger->seal_count; i++)
        pod_buf_printf(out, "seal %lld of %zu %s at %lld charge %zu used %d\n",
                       (long long)ledger->seals[i].seq, ledger->seals[i].team,
                       ledger->seals[i].digest, (long long)ledger->seals[i].at,
                       ledger->seals[i].charge, ledger->seals[i].is_used);
    for (size_t i = 0; i < ledger->charge_count; i++)
        pod_buf_printf(out, "charge %lld of %zu at %lld excused %d over %d\n",
                       (long long)ledger->charges[i].seq, ledger->charges[i].team,
                       (long long)ledger->charges[i].at, ledger->charges[i].is_excused,
                       ledger->charges[i].is_over);
    for (size_t i = 0; i < ledger->merge_count; i++)
        pod_buf_printf(out, "merge %lld %zu %zu\n", (long long)ledger->merges[i].seq,
                       ledger->merges[i].team, ledger->merges[i].into);
    for (size_t i = 0; i < ledger->extension_count; i++)
        pod_buf_printf(out, "extension %s to %s at %lld: %s\n",
                       ledger->extensions[i].old.text, ledger->extensions[i].now.text,
                       (long long)ledger->extensions[i].announced_at,
                       ledger->extensions[i].reason);
    for (size_t i = 0; i < ledger->refused_count; i++)
        pod_buf_printf(out, "refused %s\n", ledger->refused[i].hex);
}

char *log_state(const struct ledger *ledger)
{
    struct pod_buf out = POD_BUF_INIT;
    pod_buf_printf(&out, "open %d %s key %s deadline %s %lld grace %lld day %lld %lld\n",
                   ledger->is_open, shown(ledger->competition), ledger->key,
                   ledger->deadline.text, (long long)ledger->deadline.instant,
                   (long long)ledger->grace_s, (long long)ledger->per_day,
                   (long long)ledger->finals);
    pod_buf_printf(&out, "last %lld seq %lld at %lld head %s\n",
                   (long long)ledger->received_last, (long long)ledger->seq,
                   (long long)ledger->at, ledger->head.hex);
    state_of_teams(ledger, &out);
    state_of_entries(ledger, &out);
    state_of_rest(ledger, &out);
    return pod_buf_steal(&out);
}

const char *log_standing(const struct ledger *ledger, int64_t seq, bool is_final)
{
    static const char *const TEXTS_OF[] = {
        [LEDGER_COUNTS] = "counts",
        [LEDGER_EARLY] = "early",
        [LEDGER_LATE] = "late",
        [LEDGER_OVER_QUOTA] = "over quota",
        [LEDGER_NOT_SELECTED] = "not selected",
        [LEDGER_WITHDRAWN] = "withdrawn",
        [LEDGER_DISQUALIFIED] = "disqualified",
    };
    size_t entry = ledger_find_entry(ledger, seq);
    pod_auto_free char *reason = NULL;
    if (entry == LEDGER_NONE)
        return "not there";
    enum ledger_standing standing = ledger_standing(ledger, entry, is_final, &reason);
    cr_assert_eq(reason == NULL, standing == LEDGER_COUNTS);
    return TEXTS_OF[standing];
}

void log_fold(const struct log_fixture *log, pod_instant_ms as_of, struct ledger *out)
{
    ledger_init(out, as_of);
    for (size_t i = 0; i < log->lines.count; i++) {
        struct pod_error err = POD_ERROR_INIT;
        event_auto struct event event;
        const char *line = log->lines.items[i];
        struct pod_digest digest = event_digest(line);
        cr_assert(event_parse(line, strlen(line), "log", &event, &err), "%s", err.message);
        cr_assert(ledger_apply(out, &event, &digest, &err), "%s", err.message);
    }
}

char *log_text(const struct log_fixture *log)
{
    struct pod_buf out = POD_BUF_INIT;
    for (size_t i = 0; i < log->lines.count; i++)
        pod_buf_printf(&out, "%s\n", log->lines.items[i]);
    return pod_buf_steal(&out);
}

void log_sample(struct log_fixture *log, const char *key)
{
    pod_auto_free char *opened = pod_strf("opened per_day=5 key=%s", key);
    log_init(log, INT64_MAX);
    log_add(log, "2023-11-01T00:00:00.000Z", opened);
    log_add(log, "2023-11-02T00:00:00.000Z",
            "received team=A digest=1 tasks=tile,layout stamped_by=w note=n");
    log_add(log, "2023-11-02T00:00:00.000Z", "sealed team=B digest=2");
    log_add(log, "2023-11-03T00:00:00.000Z", "received team=B digest=2 sealed_by=3");
    log_add(log, "2023-11-03T00:00:00.000Z", "received team=B digest=1 same_as=2");
    log_add(log, "2023-11-04T00:00:00.000Z", "refused team=A");
    log_add(log, "2023-11-04T00:00:00.000Z", "graced grace_s=60");
    log_add(log, "2023-11-05T00:00:00.000Z",
            "extended deadline=2023-11-18_AoE instant=2023-11-19T12:00:00.000Z");
    log_add(log, "2023-11-06T00:00:00.000Z", "selected team=A entries=2");
    log_add(log, "2023-11-06T00:00:00.000Z", "clock");
    log_add(log, "2023-11-07T00:00:00.000Z", "merged team=A into=B");
    log_add(log, "2023-11-08T00:00:00.000Z", "excused entry=2");
    log_add(log, "2023-11-08T00:00:00.000Z", "disqualified entry=2");
    log_add(log, "2023-11-08T00:00:00.000Z", "reinstated entry=2");
    log_add(log, "2023-11-08T00:00:00.000Z", "withdrawn entry=2");
    log_add(log, "2023-11-20T00:00:00.000Z", "rejudged");
    log_add(log, "2023-11-21T00:00:00.000Z", "finalised");
    log_add(log, "2023-11-22T00:00:00.000Z", "clock"); /* so that all of them have a next */
}
