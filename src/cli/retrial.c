#include "retrial.h"

#include <stdlib.h>
#include <string.h>

struct stale_list {
    struct pod_names *names;
};

static bool add_stale(void *context, const char *digest, const char *set_key,
                      struct pod_error *err)
{
    struct stale_list *list = context;
    (void)err;
    pod_names_add(list->names, digest);
    pod_names_add(list->names, set_key);
    return true;
}

bool retrial_init(struct retrial *retrial, const struct season *season,
                  struct registry *registry, struct pod_error *err)
{
    memset(retrial, 0, sizeof *retrial);
    retrial->season = season;
    retrial->registry = registry;
    retrial->scopes = pod_alloc(season->set_count, sizeof *retrial->scopes);
    retrial->stale = pod_alloc(season->set_count, sizeof *retrial->stale);
    if (!plan_common(&season->rules, &retrial->common, err))
        return false;
    for (size_t s = 0; s < season->set_count; s++) {
        const struct case_set *set = &season->sets[s];
        struct stale_list list = {&retrial->stale[s]};
        if (!plan_scope(&season->rules, set, &retrial->scopes[s], err))
            return false;
        const struct scope scope = {retrial->scopes[s].hex, set->task.id,
                                    set->scorer.hex,        set->key.hex,
                                    retrial->common.hex,    set->split};
        if (!store_each_stale(registry->store, &scope, add_stale, &list, err))
            return false;
    }
    return true;
}

void retrial_release(struct retrial *retrial)
{
    for (size_t s = 0; s < retrial->set_count; s++) {
        for (size_t c = 0; c < retrial->sets[s].count; c++) {
            case_result_release(&retrial->sets[s].cases[c].old);
            case_result_release(&retrial->sets[s].cases[c].now);
        }
        free(retrial->sets[s].cases);
    }
    for (size_t s = 0; retrial->season != NULL && s < retrial->season->set_count; s++)
        pod_names_release(&retrial->stale[s]);
    free(retrial->sets);
    free(retrial->scopes);
    free(retrial->stale);
    memset(retrial, 0, sizeof *retrial);
}

/* What stands: in today's scope, else in the one that the entry was judged in last. */

static struct retrial_case *find_case(struct retrial_set *set, const char *case_id)
{
    for (size_t c = 0; c < set->count; c++)
        if (strcmp(set->cases[c].one->id, case_id) == 0)
            return &set->cases[c];
    return NULL;
}

struct old_results {
    struct retrial_set *set;
    size_t seen;
};

static bool take_old(void *context, const char *task, const char *case_id,
                     const struct case_result *result, struct pod_error *err)
{
    struct old_results *old = context;
    struct retrial_case *one = find_case(old->set, case_id);
    (void)task;
    old->seen++;
    if (one == NULL || result == NULL)
        return true;
    pod_auto_json json_t *copy = case_result_to_json(result, err);
    one->has_old = copy != NULL;
    return copy != NULL && case_result_parse(copy, "stored result", &one->old, err);
}

static const char *find_stale(const struct retrial *retrial, size_t s, const char *digest)
{
    const struct pod_names *names = &retrial->stale[s];
    for (size_t i = 0; i + 1 < names->count; i += 2)
        if (strcmp(names->items[i], digest) == 0)
            return names->items[i + 1];
    return NULL;
}

static bool explain(const struct retrial *retrial, size_t s, const char *old_key,
                    const char **why, struct pod_error *err)
{
    const struct case_set *set = &retrial->season->sets[s];
    struct scope_seen old;
    *why = "podium or its options";
    if (strcmp(old_key, retrial->scopes[s].hex) == 0)
        return true;
    if (!store_find_scope(retrial->registry->store, old_key, &old, err))
        return false;
    if (old.scorer[0] != '\0' && strcmp(old.scorer, set->scorer.hex) != 0)
        *why = "scorer";
    else if (old.cases[0] != '\0' && strcmp(old.cases, set->key.hex) != 0)
        *why = "cases";
    else
        *why = "policy";
    return true;
}

static bool load_old(const struct retrial *retrial, size_t s, struct retrial_set *set,
                     struct pod_error *err)
{
    struct store *store = retrial->registry->store;
    struct old_results old = {set, 0};
    const char *digest = set->entry->digest;
    const char *key = retrial->scopes[s].hex;
    struct due_set due = {.digest = digest, .set_key = key};
    if (!store_each_case(store, &due, take_old, &old, err))
        return false;
    if (old.seen == 0 && (key = find_stale(retrial, s, digest)) != NULL) {
        due.set_key = key;
        if (!store_each_case(store, &due, take_old, &old, err))
            return false;
    }
    return old.seen == 0 || explain(retrial, s, key, &set->why, err);
}

static bool is_changed(const struct retrial_set *set)
{
    for (size_t c = 0; c < set->count; c++)
        if (set->cases[c].has_old &&
            strcmp(set->cases[c].old.key.hex, set->cases[c].key.hex) != 0)
            return true;
    return false;
}

static bool add_set(struct retrial *retrial, const struct ledger_entry *entry, size_t s,
                    struct pod_error *err)
{
    const struct case_set *from = &retrial->season->sets[s];
    retrial->sets = pod_grow(retrial->sets, retrial->set_count + 1, sizeof *retrial->sets);
    struct retrial_set *set = &retrial->sets[retrial->set_count++];
    *set = (struct retrial_set){
        .entry = entry,
        .set = from,
        .cases = pod_alloc(from->count, sizeof *set->cases),
        .count = from->count,
    };
    for (size_t c = 0; c < from->count; c++) {
        set->cases[c].one = &from->items[c];
        set->cases[c].key =
            plan_key(&retrial->common, entry->digest, from, &from->items[c]);
    }
    if (!load_old(retrial, s, set, err))
        return false;
    if (is_changed(set))
        return true;
    for (size_t c = 0; c < set->count; c++)
        case_result_release(&set->cases[c].old);
    free(set->cases);
    retrial->set_count--;
    return true;
}

bool retrial_add(struct retrial *retrial, const struct ledger_entry *entry,
                 struct pod_error *err)
{
    for (size_t s = 0; s < retrial->season->set_count; s++)
        if (dues_plays(entry->tasks, retrial->season->sets[s].task.id) &&
            retrial_find(retrial, entry->digest, &retrial->season->sets[s]) == NULL &&
            !add_set(retrial, entry, s, err))
            return false;
    return true;
}

const struct retrial_set *retrial_find(const struct retrial *retrial, const char *digest,
                                       const struct case_set *set)
{
    for (size_t s = 0; s < retrial->set_count; s++)
        if (retrial->sets[s].set == set &&
            strcmp(retrial->sets[s].entry->digest, digest) == 0)
            return &retrial->sets[s];
    return NULL;
}

/* Sets of one entry stand beside each other. */
void retrial_jobs(const struct retrial *retrial, struct dues *out)
{
    memset(out, 0, sizeof *out);
    out->jobs = pod_alloc(retrial->set_count, sizeof *out->jobs);
    out->unpacked = pod_alloc(retrial->set_count, sizeof *out->unpacked);
    const struct ledger_entry *last = NULL;
    for (size_t s = 0; s < retrial->set_count; s++) {
        const struct retrial_set *set = &retrial->sets[s];
        for (size_t c = 0; c < set->count; c++) {
            if (set->cases[c].has_now)
                continue;
            if (set->entry != last) {
                dues_body(&retrial->season->place, set->entry,
                          &out->unpacked[out->job_count]);
                out->jobs[out->job_count].unpacked = &out->unpacked[out->job_count];
                out->job_count++;
                last = set->entry;
            }
            struct plan *plan = &out->jobs[out->job_count - 1].plan;
            plan->jobs = pod_grow(plan->jobs, plan->count + 1, sizeof *plan->jobs);
            plan->jobs[plan->count++] =
                (struct plan_job){set->set, set->cases[c].one, NULL, set->cases[c].key};
            out->total++;
        }
    }
}

bool retrial_look(struct retrial *retrial, struct pod_error *err)
{
    for (size_t s = 0; s < retrial->set_count; s++) {
        for (size_t c = 0; c < retrial->sets[s].count; c++) {
            struct retrial_case *one = &retrial->sets[s].cases[c];
            if (!one->has_now && !store_find_result(retrial->registry->store, one->key.hex,
                                                    &one->has_now, &one->now, err))
                return false;
        }
    }
    return true;
}

bool retrial_differs(const struct retrial_case *one)
{
    const struct case_result *old = &one->old, *now = &one->now;
    return one->has_old != one->has_now || old->verdict != now->verdict ||
           old->has_raw != now->has_raw || (old->has_raw && old->raw != now->raw) ||
           old->has_score != now->has_score || (old->has_score && old->score != now->score);
}

static bool put_due(struct retrial *retrial, const struct retrial_set *set,
                    struct pod_error *err)
{
    size_t s = (size_t)(set->set - retrial->season->sets);
    struct due_case *cases = pod_alloc(set->count, sizeof *cases);
    const struct due_set due = {set->entry->digest, retrial->scopes[s].hex,
                                set->set->task.id, cases, set->count};
    for (size_t c = 0; c < set->count; c++)
        cases[c] = (struct due_case){.case_id = set->cases[c].one->id,
                                     .key = set->cases[c].key.hex};
    bool done = store_due(retrial->registry->store, &due, err);
    free(cases);
    return done;
}

static bool put_all(struct retrial *retrial, const char *reason, int64_t changes,
                    struct pod_error *err)
{
    struct store *store = retrial->registry->store;
    event_auto struct event event;
    event_init(&event, EVENT_REJUDGED);
    event_set_number(&event, EVENT_changes, changes);
    event_set_text(&event, EVENT_reason, reason);
    for (size_t s = 0; s < retrial->season->set_count; s++) {
        const struct case_set *set = &retrial->season->sets[s];
        const struct scope scope = {retrial->scopes[s].hex, set->task.id,
                                    set->scorer.hex,        set->key.hex,
                                    retrial->common.hex,    set->split};
        if (!store_scope(store, &scope, err))
            return false;
    }
    for (size_t s = 0; s < retrial->set_count; s++)
        if (!put_due(retrial, &retrial->sets[s], err))
            return false;
    return registry_append(retrial->registry, &event, err);
}

bool retrial_apply(struct retrial *retrial, const char *reason, int64_t changes,
                   struct pod_error *err)
{
    struct store *store = retrial->registry->store;
    if (!store_begin(store, err))
        return false;
    if (put_all(retrial, reason, changes, err))
        return store_commit(store, err);
    store_rollback(store);
    return false;
}
