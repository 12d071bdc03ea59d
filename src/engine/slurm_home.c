#include "driver.h"

#include "base/log.h"

#include <stdlib.h>
#include <string.h>

static const struct unpacked *unpacked_of(const struct driver *driver,
                                          const struct roster_want *want)
{
    return driver->jobs[want->job].unpacked;
}

/* Not what was asked for, under the right key: nobody honest writes that. */
static bool check_case(const struct driver *driver, const struct roster_want *want,
                       const struct case_result *result, struct pod_error *err)
{
    const struct plan_job *job = &driver->jobs[want->job].plan.jobs[want->at];
    if (strcmp(result->task, job->set->task.id) == 0 &&
        strcmp(result->case_id, job->one->id) == 0)
        return true;
    return pod_fail(err, POD_HOST, "results/%.16s: is of another case", want->key);
}

/* A damaged file is no result: the case is run again as soon as nothing covers it. */
static bool refuse(struct driver *driver, const struct roster_want *want,
                   const char *problem, struct pod_error *err)
{
    pod_log("entry '%s': a result is damaged, set aside in '%s/aside' and run again: %s",
            unpacked_of(driver, want)->entry.name, driver->top, problem);
    return spool_set_aside(driver->top, want->key, err);
}

/* Results of one transaction: not told before it is done. */
enum { BLOCK = 64 };

struct block {
    size_t count;
    struct roster_want *wants[BLOCK];
    struct case_result results[BLOCK];
};

/* A good one goes into the block. */
static bool read_one(struct driver *driver, struct roster_want *want, struct block *block,
                     struct pod_error *err)
{
    struct case_result *result = &block->results[block->count];
    struct pod_error problem = POD_ERROR_INIT;
    bool is_unread = false;
    *result = (struct case_result)CASE_RESULT_INIT;
    if (spool_read_result(driver->top, want->key, result, &is_unread, &problem) &&
        check_case(driver, want, result, &problem)) {
        block->wants[block->count++] = want;
        return true;
    }
    case_result_release(result);
    if (!is_unread)
        return refuse(driver, want, problem.message, err);
    driver_say_once(driver, problem.message); /* a share that is away comes back */
    return true;
}

static bool store_all(struct driver *driver, const struct block *block,
                      struct pod_error *err)
{
    struct store *store = driver->slurm->store;
    if (!store_begin(store, err))
        return false;
    for (size_t i = 0; i < block->count; i++)
        if (!store_result(store, unpacked_of(driver, block->wants[i])->digest.hex,
                          &block->results[i], err)) {
            store_rollback(store);
            return false;
        }
    return store_commit(store, err);
}

static bool record(struct driver *driver, struct block *block, struct pod_error *err)
{
    bool done = block->count == 0 || store_all(driver, block, err);
    for (size_t i = 0; i < block->count; i++) {
        struct roster_want *want = block->wants[i];
        if (done) {
            want->is_done = true;
            driver->tally->recorded++;
            driver->slurm->progress(driver->slurm->context, unpacked_of(driver, want),
                                    &block->results[i], NULL);
        }
        case_result_release(&block->results[i]);
    }
    block->count = 0;
    return done;
}

static bool take_results(struct driver *driver, const struct pod_names *keys,
                         struct block *block, struct pod_error *err)
{
    for (size_t i = 0; i < keys->count; i++) {
        struct roster_want *want = roster_find(&driver->roster, keys->items[i]);
        if (want != NULL && !want->is_done && !read_one(driver, want, block, err))
            return false;
        if (block->count == BLOCK && !record(driver, block, err))
            return false;
    }
    return record(driver, block, err);
}

/* As a worker on this machine would have told it. */
static bool note_judge_error(struct driver *driver, const struct roster_want *want,
                             struct pod_error *err)
{
    const struct plan_job *job = &driver->jobs[want->job].plan.jobs[want->at];
    const struct case_result result = {
        .task = job->set->task.id,
        .case_id = job->one->id,
        .key = job->key,
        .verdict = VERDICT_JE,
        .message = want->judge_error,
    };
    return store_judge_error(driver->slurm->store, unpacked_of(driver, want)->digest.hex,
                             &result, err);
}

static bool hear_note(void *context, const struct spool_note *note, struct pod_error *err)
{
    struct driver *driver = context;
    struct roster_want *want = roster_find(&driver->roster, note->key.hex);
    if (note->kind == SPOOL_NOTE_REPEATED)
        driver->repeated++;
    if (note->kind != SPOOL_NOTE_JUDGE_ERROR || want == NULL)
        return true;
    free(want->judge_error);
    want->judge_error = pod_strdup(note->message);
    pod_log("entry '%s': judge error on node '%s', try %u of %lld: %s",
            unpacked_of(driver, want)->entry.name, note->node, want->tries,
            (long long)driver->slurm->config->rounds, note->message);
    return note_judge_error(driver, want, err);
}

bool driver_take_home(struct driver *driver, struct pod_error *err)
{
    pod_auto_names struct pod_names keys = POD_NAMES_INIT;
    if (!spool_list_results(driver->top, &keys, err))
        return false;
    struct block *block = pod_alloc(1, sizeof *block);
    bool done = take_results(driver, &keys, block, err);
    for (size_t i = 0; i < block->count; i++)
        case_result_release(&block->results[i]);
    free(block);
    return done && spool_take_notes(driver->top, hear_note, driver, err);
}
