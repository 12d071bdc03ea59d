/* An array is a folder first: arrays/NUMBER with a file for each task and the script. Its
 * name in Slurm follows from the id and the number, so that whoever finds the folder, this
 * driver after a lost answer of sbatch or the next one after a kill, can ask Slurm whether
 * the array is there before submitting it. The script is the same for every job: names of
 * entries are data in JSON, and no shell ever sees one. */
#include "driver.h"

#include "base/fs.h"
#include "base/log.h"
#include "job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    REFUSALS = 3,
    ENDS_TOLD = 20,
    MAX_NUMBER = 1000000000,
    LOG_MAX = 8 << 20,
    SHOWN = 300
};

static const char SCRIPT[] = "#!/bin/sh\n"
                             "exec \"$1\" work \"$2/$SLURM_ARRAY_TASK_ID.json\"\n";

static char *array_name(const struct driver *driver, unsigned number)
{
    return pod_strf("podium-%s-%u", driver->id, number);
}

/* Adopting. */

static void adopt_task(struct driver *driver, struct roster_array *array, size_t task,
                       const char *folder)
{
    pod_auto_free char *path = pod_strf("%s/%zu.json", folder, task);
    job_auto struct job job;
    struct pod_error problem = POD_ERROR_INIT;
    if (!job_load(&job, path, &problem))
        return; /* it covers nothing, so its cases are submitted again */
    for (size_t s = 0; s < job.set_count; s++)
        for (size_t c = 0; c < job.sets[s].count; c++) {
            struct roster_want *want =
                roster_find(&driver->roster, job.sets[s].cases[c].key.hex);
            if (want == NULL)
                continue;
            want->tries = 1;
            roster_add_want(array, task, (size_t)(want - driver->roster.wants));
        }
}

static size_t count_tasks(const char *folder)
{
    size_t count = 0;
    for (;; count++) {
        pod_auto_free char *path = pod_strf("%s/%zu.json", folder, count);
        if (!pod_path_exists(path))
            return count;
    }
}

bool driver_adopt(struct driver *driver, struct pod_error *err)
{
    pod_auto_free char *arrays = pod_path_join(driver->top, "arrays");
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    if (!pod_dir_list(arrays, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        char *end = NULL;
        unsigned long number = strtoul(names.items[i], &end, 10);
        if (*end != '\0' || number == 0 || number > MAX_NUMBER)
            continue;
        pod_auto_free char *folder = spool_array_path(driver->top, (unsigned)number);
        pod_auto_free char *name = array_name(driver, (unsigned)number);
        struct roster_array *array =
            roster_add_array(&driver->roster, (unsigned)number, name, count_tasks(folder));
        for (size_t t = 0; t < array->count; t++)
            adopt_task(driver, array, t, folder);
        array->is_asked = array->is_submitted = true; /* for all we know; looks will tell */
    }
    return true;
}

/* Planning. */

static bool is_due(const struct driver *driver, const struct roster_want *want)
{
    return !want->is_done && !want->is_covered &&
           want->tries < (uint64_t)driver->slurm->config->rounds;
}

/* A number is not used again: Slurm may bring back what it had forgotten. */
static bool next_number(const struct driver *driver, unsigned *number,
                        struct pod_error *err)
{
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    for (size_t i = 0; i < 2; i++) {
        pod_auto_free char *folder = pod_path_join(driver->top, i ? "aside" : "arrays");
        if (!pod_dir_list(folder, &names, err))
            return false;
    }
    *number = 1;
    for (size_t i = 0; i < names.count; i++) {
        unsigned long taken = strtoul(names.items[i], NULL, 10);
        if (taken >= *number && taken < MAX_NUMBER)
            *number = (unsigned)taken + 1;
    }
    return true;
}

/* The wants from *at on that are of one entry and due, into a task. */
static bool write_task(struct driver *driver, struct roster_array *array, size_t task,
                       size_t *at, struct pod_error *err)
{
    struct roster *roster = &driver->roster;
    size_t number = roster->wants[*at].job;
    const struct executor_job *from = &driver->jobs[number];
    struct plan due = {pod_alloc(from->plan.count, sizeof *due.jobs), 0};
    for (; *at < roster->count && roster->wants[*at].job == number; ++*at) {
        struct roster_want *want = &roster->wants[*at];
        if (!is_due(driver, want))
            continue;
        due.jobs[due.count++] = from->plan.jobs[want->at];
        driver->again += want->tries > 0;
        want->tries++;
        want->is_covered = true;
        roster_add_want(array, task, *at);
    }
    pod_auto_free char *folder = spool_array_path(driver->top, array->number);
    pod_auto_free char *path = pod_strf("%s/%zu.json", folder, task);
    const struct executor_job wanted = {from->unpacked, due};
    job_auto struct job job;
    bool done = job_make(&job, driver->slurm->rules, &wanted, driver->top, err) &&
                job_write(&job, path, err);
    free(due.jobs);
    return done;
}

static size_t next_due(const struct driver *driver, size_t at)
{
    while (at < driver->roster.count && !is_due(driver, &driver->roster.wants[at]))
        at++;
    return at;
}

/* Entries with something due, of at most max, from want at on. */
static size_t count_entries(const struct driver *driver, size_t at, size_t max)
{
    const struct roster_want *wants = driver->roster.wants;
    size_t entries = 0;
    while (entries < max && (at = next_due(driver, at)) < driver->roster.count) {
        size_t job = wants[at].job;
        entries++;
        while (at < driver->roster.count && wants[at].job == job)
            at++;
    }
    return entries;
}

bool driver_plan(struct driver *driver, struct pod_error *err)
{
    roster_cover(&driver->roster);
    size_t at = next_due(driver, 0);
    while (at < driver->roster.count) {
        size_t tasks = count_entries(driver, at, (size_t)driver->slurm->config->max_array);
        unsigned number = 0;
        if (!next_number(driver, &number, err))
            return false;
        pod_auto_free char *folder = spool_array_path(driver->top, number);
        pod_auto_free char *script = pod_path_join(folder, "script");
        pod_auto_free char *name = array_name(driver, number);
        if (!pod_dir_make(folder, err) ||
            !pod_file_write(script, SCRIPT, sizeof SCRIPT - 1, err))
            return false;
        struct roster_array *array = roster_add_array(&driver->roster, number, name, tasks);
        for (size_t t = 0; t < tasks; t++, at = next_due(driver, at))
            if (!write_task(driver, array, t, &at, err))
                return false;
    }
    return true;
}

/* Submitting. */

static bool submit(struct driver *driver, struct roster_array *array, struct pod_error *err)
{
    pod_auto_free char *folder = spool_array_path(driver->top, array->number);
    pod_auto_free char *script = pod_path_join(folder, "script");
    const struct slurm_submission submission = {
        .name = array->name,
        .folder = folder,
        .script = script,
        .podium = driver->podium,
        .count = array->count,
        .at_once = driver->slurm->at_once,
    };
    enum call_end end = slurm_submit(&driver->client, &submission, err);
    array->is_asked = end != CALL_IMPOSSIBLE;
    switch (end) {
    case CALL_DONE:
        array->is_submitted = true;
        for (size_t t = 0; t < array->count; t++)
            array->tasks[t].absent = 0;
        return true;
    case CALL_IMPOSSIBLE:
        return false;
    case CALL_STOPPED:
    case CALL_FAILED:
        break;
    }
    /* Between two refusals the queue was looked at: the controller is there, the array is
     * not. */
    if (++array->refusals < REFUSALS)
        return true;
    return pod_fail(err, POD_HOST, "slurm does not take the jobs: %s",
                    driver->client.words);
}

bool driver_submit(struct driver *driver, struct pod_error *err)
{
    for (size_t i = 0; i < driver->roster.array_count; i++)
        if (!driver->roster.arrays[i].is_submitted &&
            !submit(driver, &driver->roster.arrays[i], err))
            return false;
    return true;
}

/* The end of tasks. */

/* The last thing that a job said, podium or Slurm for it; "" when nothing. */
static char *last_words(const struct driver *driver, const struct roster_array *array,
                        size_t task)
{
    pod_auto_free char *folder = spool_array_path(driver->top, array->number);
    pod_auto_free char *path = pod_strf("%s/%zu.log", folder, task);
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    struct pod_error ignored = POD_ERROR_INIT; /* its words are a bonus */
    if (!pod_file_read(path, LOG_MAX, &text, &ignored))
        return pod_strdup("");
    while (text.length > 0 && text.data[text.length - 1] == '\n')
        text.data[--text.length] = '\0';
    const char *line = strrchr(text.data, '\n');
    return pod_str_shown(line ? line + 1 : text.data, SHOWN);
}

static void tell_end(struct driver *driver, const struct roster_array *array, size_t number)
{
    struct roster_task *task = &array->tasks[number];
    size_t missing = roster_task_missing(&driver->roster, task);
    task->is_told = true;
    if (missing == 0)
        return;
    if (driver->ends++ >= ENDS_TOLD)
        return; /* a node that ends them all would fill the log; the sum is told */
    const struct roster_want *want = &driver->roster.wants[task->wants[0]];
    pod_auto_free char *words = last_words(driver, array, number);
    pod_log("entry '%s': its job ended without %zu of %zu results, try %u of %lld%s%s",
            driver->jobs[want->job].unpacked->entry.name, missing, task->count, want->tries,
            (long long)driver->slurm->config->rounds, *words ? ": " : "", words);
}

bool driver_retire(struct driver *driver, struct pod_error *err)
{
    struct roster *roster = &driver->roster;
    for (size_t i = 0; i < roster->array_count;) {
        const struct roster_array *array = &roster->arrays[i];
        for (size_t t = 0; t < array->count; t++)
            if (roster_task_is_over(array, &array->tasks[t]) && !array->tasks[t].is_told)
                tell_end(driver, array, t);
        if (!roster_array_is_over(array)) {
            i++;
            continue;
        }
        if (!spool_end_array(driver->top, array->number, err))
            return false;
        roster_drop_array(roster, i);
    }
    return true;
}
