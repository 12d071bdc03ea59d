#include "dues.h"

#include "base/fs.h"

#include <stdlib.h>
#include <string.h>

/* What the store has for one set of cases. */
struct due_row {
    char *digest, *case_id;
    struct pod_digest key;
    bool has_result;
};

struct set_state {
    const struct case_set *set;
    struct pod_digest scope;
    struct due_row *rows; /* by (digest, case) */
    size_t count;
    struct pod_names stale; /* digests, sorted */
};

struct loading {
    struct dues *dues;
    const struct dues_rules *rules;
    struct pod_digest common;
    struct set_state *sets;
    int64_t *seqs;
};

bool dues_plays(const char *tasks, const char *task)
{
    size_t length = strlen(task);
    for (const char *at = tasks; *at != '\0'; at = strchr(at, ' ') + 1)
        if (strncmp(at, task, length) == 0 && at[length] == ' ')
            return true;
    return false;
}

void dues_body(const struct place *place, const struct ledger_entry *entry,
               struct unpacked *out)
{
    pod_auto_free char *entries = place_entries(place);
    pod_auto_free char *runs = place_runs(place);
    memset(out, 0, sizeof *out);
    out->entry.name = pod_strdup(entry->name);
    memcpy(out->digest.hex, entry->digest, POD_DIGEST_HEX);
    out->folder = pod_path_join(entries, entry->digest);
    out->run = pod_strf("%s/%.16s", runs, entry->digest);
}

static bool add_row(void *context, const struct due_seen *seen, struct pod_error *err)
{
    struct set_state *state = context;
    if ((state->count & (state->count + 1)) == 0)
        state->rows = pod_grow(state->rows, 2 * state->count + 2, sizeof *state->rows);
    struct due_row *row = &state->rows[state->count++];
    *row = (struct due_row){.digest = pod_strdup(seen->digest),
                            .case_id = pod_strdup(seen->case_id),
                            .has_result = seen->has_result};
    if (strlen(seen->key) != POD_DIGEST_HEX - 1)
        return pod_fail(err, POD_HOST, "store: a due case has no key");
    memcpy(row->key.hex, seen->key, POD_DIGEST_HEX);
    return true;
}

static bool add_stale(void *context, const char *digest, const char *set_key,
                      struct pod_error *err)
{
    struct set_state *state = context;
    (void)set_key;
    (void)err;
    pod_names_add(&state->stale, digest);
    return true;
}

static bool load_set(struct loading *load, size_t index, struct pod_error *err)
{
    const struct season *season = load->rules->season;
    struct store *store = load->rules->registry->store;
    struct set_state *state = &load->sets[index];
    state->set = &season->sets[index];
    if (!plan_scope(&season->rules, state->set, &state->scope, err))
        return false;
    const struct scope scope = {state->scope.hex,       state->set->task.id,
                                state->set->scorer.hex, state->set->key.hex,
                                load->common.hex,       state->set->split};
    bool is_recorded = !load->rules->is_quick_look && !load->rules->only_looks;
    if ((is_recorded && !store_scope(store, &scope, err)) ||
        !store_each_due(store, state->scope.hex, add_row, state, err) ||
        !store_each_stale(store, &scope, add_stale, state, err))
        return false;
    pod_names_sort(&state->stale);
    return true;
}

static void release_sets(struct loading *load, size_t count)
{
    for (size_t s = 0; s < count; s++) {
        for (size_t i = 0; i < load->sets[s].count; i++) {
            free(load->sets[s].rows[i].digest);
            free(load->sets[s].rows[i].case_id);
        }
        free(load->sets[s].rows);
        pod_names_release(&load->sets[s].stale);
    }
    free(load->sets);
}

static int compare_row(const struct due_row *row, const char *digest, const char *case_id)
{
    int order = strcmp(row->digest, digest);
    return order != 0 ? order : strcmp(row->case_id, case_id);
}

static const struct due_row *find_row(const struct set_state *state, const char *digest,
                                      const char *case_id)
{
    size_t low = 0, high = state->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_row(&state->rows[middle], digest, case_id);
        if (order == 0)
            return &state->rows[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* A case of an entry, and what stands for it. */
struct standing_case {
    struct plan_job job;
    bool is_due;     /* by that key */
    bool has_result; /* of that key */
};

/* The key that is due, if it has a result; else the one that the case has now. */
static bool settle_case(struct loading *load, const struct set_state *state,
                        const char *digest, struct standing_case *one,
                        struct pod_error *err)
{
    struct plan_job *job = &one->job;
    const struct due_row *row = find_row(state, digest, job->one->id);
    job->key = plan_key(&load->common, digest, job->set, job->one);
    one->is_due = row != NULL && strcmp(row->key.hex, job->key.hex) == 0;
    one->has_result = row != NULL && row->has_result;
    if (one->has_result && !load->rules->is_quick_look) {
        load->dues->outdated += !one->is_due;
        job->key = row->key;
        one->is_due = true;
        return true;
    }
    if (one->is_due && row != NULL)
        return true;
    return store_has_result(load->rules->registry->store, job->key.hex, &one->has_result,
                            err);
}

static bool record_due(const struct loading *load, const struct set_state *state,
                       const char *digest, const struct standing_case *settled,
                       struct pod_error *err)
{
    struct due_case *cases = pod_alloc(state->set->count, sizeof *cases);
    const struct due_set due = {digest, state->scope.hex, state->set->task.id, cases,
                                state->set->count};
    for (size_t i = 0; i < due.count; i++)
        cases[i] = (struct due_case){.case_id = settled[i].job.one->id,
                                     .key = settled[i].job.key.hex};
    bool done = store_due(load->rules->registry->store, &due, err);
    free(cases);
    return done;
}

static bool add_set(struct loading *load, const struct set_state *state, const char *digest,
                    struct plan *missing, struct pod_error *err)
{
    const struct case_set *set = state->set;
    struct standing_case *cases = pod_alloc(set->count, sizeof *cases);
    bool done = true, all_due = true;
    missing->jobs =
        pod_grow(missing->jobs, missing->count + set->count, sizeof *missing->jobs);
    for (size_t i = 0; done && i < set->count; i++) {
        cases[i].job = (struct plan_job){set, &set->items[i], NULL, {""}};
        done = settle_case(load, state, digest, &cases[i], err);
        all_due = all_due && cases[i].is_due;
        load->dues->present += cases[i].has_result;
        if (!cases[i].has_result)
            missing->jobs[missing->count++] = cases[i].job;
    }
    load->dues->total += set->count;
    if (done && !all_due && !load->rules->is_quick_look && !load->rules->only_looks)
        done = record_due(load, state, digest, cases, err);
    free(cases);
    return done;
}

static bool add_entry(struct loading *load, const struct ledger_entry *entry,
                      struct pod_error *err)
{
    struct dues *dues = load->dues;
    struct plan missing = {NULL, 0};
    for (size_t s = 0; s < load->rules->season->set_count; s++) {
        const struct set_state *state = &load->sets[s];
        if (!dues_plays(entry->tasks, state->set->task.id))
            continue;
        if (pod_names_has(&state->stale, entry->digest)) {
            dues->stale++;
            continue;
        }
        if (!add_set(load, state, entry->digest, &missing, err)) {
            plan_release(&missing);
            return false;
        }
    }
    dues->entries++;
    if (missing.count == 0) {
        plan_release(&missing);
        return true;
    }
    dues_body(&load->rules->season->place, entry, &dues->unpacked[dues->job_count]);
    load->seqs[dues->job_count] = entry->seq;
    dues->jobs[dues->job_count] =
        (struct executor_job){&dues->unpacked[dues->job_count], missing};
    dues->job_count++;
    return true;
}

static bool is_due(const struct dues_rules *rules, size_t index)
{
    const struct ledger *ledger = &rules->registry->ledger;
    pod_auto_free char *reason = NULL;
    switch (ledger_standing(ledger, index, rules->is_final, &reason)) {
    case LEDGER_COUNTS:
        return true;
    case LEDGER_EARLY:
    case LEDGER_LATE:
    case LEDGER_OVER_QUOTA:
        return rules->includes_unranked;
    case LEDGER_NOT_SELECTED:
    case LEDGER_WITHDRAWN:
    case LEDGER_DISQUALIFIED:
        break;
    }
    return false;
}

/* Equal bytes are judged once, for the first that is due. */
static bool is_repeated(const struct dues_rules *rules, size_t index)
{
    const struct ledger *ledger = &rules->registry->ledger;
    if (ledger->entries[index].same_as == 0)
        return false;
    for (size_t i = 0; i < index; i++)
        if (strcmp(ledger->entries[i].digest, ledger->entries[index].digest) == 0 &&
            is_due(rules, i))
            return true;
    return false;
}

/* Fair order: the first entry of every team by arrival, then the second ones, and so on. A
 * team with a dozen entries in the last hour does not keep the others waiting. */
struct turn {
    size_t job, turn;
    int64_t seq;
};

static int compare_turn(const void *a, const void *b)
{
    const struct turn *x = a, *y = b;
    if (x->turn != y->turn)
        return x->turn < y->turn ? -1 : 1;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

static void order_jobs(struct loading *load)
{
    struct dues *dues = load->dues;
    const struct ledger *ledger = &load->rules->registry->ledger;
    struct turn *turns = pod_alloc(dues->job_count, sizeof *turns);
    size_t *waiting = pod_alloc(ledger->team_count, sizeof *waiting);
    struct executor_job *ordered = pod_alloc(dues->job_count, sizeof *ordered);
    for (size_t i = 0; i < dues->job_count; i++) {
        size_t entry = ledger_find_entry(ledger, load->seqs[i]);
        size_t team = ledger_root(ledger, ledger->entries[entry].team);
        turns[i] = (struct turn){i, waiting[team]++, load->seqs[i]};
    }
    qsort(turns, dues->job_count, sizeof *turns, compare_turn);
    for (size_t i = 0; i < dues->job_count; i++)
        ordered[i] = dues->jobs[turns[i].job];
    free(dues->jobs);
    dues->jobs = ordered;
    free(turns);
    free(waiting);
}

static bool add_entries(struct loading *load, struct pod_error *err)
{
    const struct ledger *ledger = &load->rules->registry->ledger;
    for (size_t i = 0; i < ledger->entry_count; i++) {
        if (!is_due(load->rules, i))
            load->dues->unranked++;
        else if (!is_repeated(load->rules, i) && !add_entry(load, &ledger->entries[i], err))
            return false;
    }
    return true;
}

bool dues_load(struct dues *dues, const struct dues_rules *rules, struct pod_error *err)
{
    const struct season *season = rules->season;
    struct store *store = rules->registry->store;
    size_t entry_count = rules->registry->ledger.entry_count;
    struct loading load = {.dues = dues, .rules = rules};
    memset(dues, 0, sizeof *dues);
    dues->jobs = pod_alloc(entry_count, sizeof *dues->jobs);
    dues->unpacked = pod_alloc(entry_count, sizeof *dues->unpacked);
    load.seqs = pod_alloc(entry_count, sizeof *load.seqs);
    load.sets = pod_alloc(season->set_count, sizeof *load.sets);
    bool done = plan_common(&season->rules, &load.common, err) &&
                (rules->only_looks || store_begin(store, err));
    for (size_t s = 0; done && s < season->set_count; s++)
        done = load_set(&load, s, err);
    done =
        done && add_entries(&load, err) && (rules->only_looks || store_commit(store, err));
    if (done)
        order_jobs(&load);
    release_sets(&load, season->set_count);
    free(load.seqs);
    return done;
}

void dues_release(struct dues *dues)
{
    for (size_t i = 0; i < dues->job_count; i++) {
        plan_release(&dues->jobs[i].plan);
        unpacked_release(&dues->unpacked[i]);
    }
    free(dues->jobs);
    free(dues->unpacked);
    memset(dues, 0, sizeof *dues);
}
