#include "gather.h"

#include "base/lookup.h"
#include "dues.h"

#include <stdlib.h>
#include <string.h>

/* One pass over the results. */
struct pass {
    const struct gather *gather;
    const char *const *tasks; /* that each row plays */
    struct pod_lookup rows;   /* by the digest of their entry */
    bool *has_result;         /* of each row in each set: set by set */
};

/* Equal bytes may have been handed in by two teams: two rows. */
static bool take_result(void *context, const struct shown *shown, struct pod_error *err)
{
    struct pass *pass = context;
    struct rows *rows = pass->gather->rows;
    struct pod_lookup_walk walk = pod_lookup_start(shown->digest);
    size_t row = 0;
    (void)err;
    while (pod_lookup_next(&pass->rows, &walk, &row)) {
        if (strcmp(rows->entries[row].digest, shown->digest) != 0 ||
            !dues_plays(pass->tasks[row], shown->task))
            continue;
        rows_result(rows, row, shown->result);
        pass->has_result[shown->set * rows->count + row] = true;
    }
    return true;
}

/* Of a set in which it has nothing, an entry waits as well. */
static void mark_missing(const struct pass *pass, size_t set)
{
    struct rows *rows = pass->gather->rows;
    const char *task = pass->gather->season->sets[set].task.id;
    for (size_t row = 0; row < rows->count; row++)
        if (!pass->has_result[set * rows->count + row] &&
            rows->entries[row].standing != BOARD_INVALID &&
            dues_plays(pass->tasks[row], task))
            rows_result(rows, row, NULL);
}

static bool pass_sets(struct pass *pass, struct pod_error *err)
{
    const struct season *season = pass->gather->season;
    pod_auto_names struct pod_names scopes = POD_NAMES_INIT;
    for (size_t s = 0; s < season->set_count; s++) {
        struct pod_digest scope;
        if (!plan_scope(&season->rules, &season->sets[s], &scope, err))
            return false;
        pod_names_add(&scopes, scope.hex);
    }
    struct pod_buf texts = POD_BUF_INIT;
    const struct shown_sets sets = {&scopes, &texts};
    bool done =
        store_each_shown(pass->gather->registry->store, &sets, take_result, pass, err);
    rows_take(pass->gather->rows, pod_buf_steal(&texts));
    if (!done)
        return false;
    for (size_t s = 0; s < season->set_count; s++)
        mark_missing(pass, s);
    return true;
}

static bool add_results(const struct gather *gather, const char *const *tasks,
                        struct pod_error *err)
{
    size_t count = gather->rows->count;
    struct pass pass = {
        .gather = gather,
        .tasks = tasks,
        .rows = POD_LOOKUP_INIT,
        .has_result = pod_alloc((count + 1) * (gather->season->set_count + 1),
                                sizeof *pass.has_result),
    };
    for (size_t row = 0; row < count; row++)
        pod_lookup_add(&pass.rows, gather->rows->entries[row].digest, row);
    bool done = pass_sets(&pass, err);
    pod_lookup_release(&pass.rows);
    free(pass.has_result);
    return done;
}

/* Which tasks the rows play, while they are added. */
struct adding {
    struct rows *rows;
    struct pod_names tasks;
};

static bool add_submission(void *context, const struct submission *submission,
                           struct pod_error *err)
{
    struct adding *adding = context;
    (void)err;
    rows_add(adding->rows, submission);
    pod_names_add(&adding->tasks, submission->tasks ? submission->tasks : "");
    return true;
}

static bool add_entries(const struct gather *gather, struct adding *adding,
                        struct pod_error *err)
{
    const struct ledger *ledger = &gather->registry->ledger;
    if (!ledger->is_open)
        return store_each_submission(gather->registry->store, add_submission, adding, err);
    gather->rows->ledger = ledger;
    for (size_t i = 0; i < ledger->entry_count; i++) {
        rows_add_entry(gather->rows, i, season_is_final(gather->season));
        pod_names_add(&adding->tasks, ledger->entries[i].tasks);
    }
    return true;
}

bool gather_rows(const struct gather *gather, struct pod_error *err)
{
    struct adding adding = {gather->rows, POD_NAMES_INIT};
    bool done = add_entries(gather, &adding, err) &&
                add_results(gather, (const char *const *)adding.tasks.items, err);
    pod_names_release(&adding.tasks);
    return done;
}

/* Items. */

struct items_pass {
    const struct gather *gather;
    bool *is_ranked; /* of each row */
    const char *task;
    size_t row;
};

static void mark_ranked(void *context, const struct board_entry *entry)
{
    struct items_pass *pass = context;
    pass->is_ranked[entry - pass->gather->rows->entries] = true;
}

static bool take_items(void *context, const char *case_id, const struct verdict_item *items,
                       size_t count, struct pod_error *err)
{
    const struct items_pass *pass = context;
    const struct rows_items found = {pass->task, case_id, items, count};
    (void)err;
    rows_items(pass->gather->rows, pass->row, &found);
    return true;
}

static bool pass_items(struct items_pass *pass, const struct case_set *set,
                       struct pod_error *err)
{
    const struct gather *gather = pass->gather;
    struct pod_digest scope;
    if (!plan_scope(&gather->season->rules, set, &scope, err))
        return false;
    pass->task = set->task.id;
    for (pass->row = 0; pass->row < gather->rows->count; pass->row++) {
        const struct due_set due = {.digest = gather->rows->entries[pass->row].digest,
                                    .set_key = scope.hex};
        if (pass->is_ranked[pass->row] &&
            !store_each_items(gather->registry->store, &due, take_items, pass, err))
            return false;
    }
    return true;
}

bool gather_items(const struct gather *gather, const struct board *board,
                  struct pod_error *err)
{
    struct items_pass pass = {.gather = gather};
    pass.is_ranked = pod_alloc(gather->rows->count + 1, sizeof *pass.is_ranked);
    board_each_ranked(board, mark_ranked, &pass);
    bool done = true;
    for (size_t s = 0; done && s < gather->season->set_count; s++)
        done = pass_items(&pass, &gather->season->sets[s], err);
    free(pass.is_ranked);
    return done;
}
