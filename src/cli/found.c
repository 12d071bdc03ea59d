#include "found.h"

#include "base/fs.h"
#include "model/received.h"
#include "search.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Everything that was received is somewhere on the board, also what is not an entry. */
static void add_received(const struct received *received, struct pod_names *paths)
{
    size_t found = paths->count;
    for (size_t i = 0; i < received->count; i++) {
        bool is_there = false;
        for (size_t p = 0; p < found && !is_there; p++)
            is_there = strcmp(paths->items[p], received->rows[i].folder) == 0;
        if (!is_there)
            pod_names_add(paths, received->rows[i].folder);
    }
}

static void set_arrival(struct found *found, const struct season *season,
                        const struct received *received)
{
    const struct received_row *row = received_find(received, found->submission.path);
    found->standing =
        deadline_standing(&season->competition.deadline, row ? &row->received_at : NULL);
    if (row == NULL)
        return;
    found->submission.has_arrival = true;
    found->submission.received_ms = row->received_at;
    found->submission.seq = row->seq;
}

/* An entry that cannot be read still has a row: nothing that was handed in vanishes. */
static void set_problem(struct found *found, const char *problem)
{
    found->submission.problem = pod_strdup(problem);
    if (found->submission.name == NULL) {
        const char *slash = strrchr(found->submission.path, '/');
        found->submission.name = pod_strdup(slash ? slash + 1 : found->submission.path);
        found->submission.team = pod_strdup(found->submission.name);
    }
    if (found->submission.digest == NULL) {
        struct pod_digest digest =
            pod_digest_bytes(found->submission.path, strlen(found->submission.path));
        found->submission.digest = pod_strdup(digest.hex);
    }
}

static char *list_tasks(const struct entry *entry)
{
    pod_auto_buf struct pod_buf tasks = POD_BUF_INIT;
    for (size_t i = 0; i < entry->task_count; i++)
        pod_buf_printf(&tasks, "%s ", entry->tasks[i].id);
    return pod_buf_steal(&tasks);
}

/* False only for the host's fault. */
static bool look_at(struct found *found, const struct season *season, const char *top,
                    struct pod_error *err)
{
    struct pod_error problem = POD_ERROR_INIT;
    pod_auto_free char *source = pod_path_join(top, found->submission.path);
    struct stat status;
    if (lstat(source, &status) < 0 || !S_ISDIR(status.st_mode)) {
        set_problem(found, "there is no such folder");
        return true;
    }
    bool is_read = unpack_entry(&found->unpacked, &season->place, source, &problem);
    if (is_read) {
        found->submission.digest = pod_strdup(found->unpacked.digest.hex);
        found->submission.name = pod_strdup(found->unpacked.entry.name);
        found->submission.team = pod_strdup(found->unpacked.entry.team);
        found->submission.tasks = list_tasks(&found->unpacked.entry);
        is_read = plan_entry(&found->plan, &season->rules, &found->unpacked, &problem);
    }
    if (is_read)
        return true;
    if (problem.fault != POD_ENTRY && problem.fault != POD_USAGE)
        return pod_fail(err, problem.fault, "entry '%s': %s", source, problem.message);
    set_problem(found, problem.message);
    return true;
}

static bool load_received(const char *folder, struct received *received, bool *has_arrival,
                          struct pod_error *err)
{
    pod_auto_free char *path = pod_path_join(folder, "received.json");
    *has_arrival = pod_path_exists(path);
    return !*has_arrival || received_load(path, received, err);
}

bool finds_load(struct finds *finds, const struct season *season, const char *folder,
                struct pod_error *err)
{
    memset(finds, 0, sizeof *finds);
    if (!pod_path_is_dir(folder))
        return pod_fail(err, POD_USAGE, "no folder '%s'", folder);
    received_auto struct received received = RECEIVED_INIT;
    pod_auto_names struct pod_names paths = POD_NAMES_INIT;
    if (!load_received(folder, &received, &finds->has_arrival, err))
        return false;
    search_entries(&season->place, folder, false, &paths);
    add_received(&received, &paths);
    if (paths.count == 0)
        return pod_fail(err, POD_USAGE, "no entry.json below '%s'", folder);
    finds->items = pod_alloc(paths.count, sizeof *finds->items);
    for (size_t i = 0; i < paths.count; i++) {
        struct found *found = &finds->items[finds->count++];
        found->submission.path = pod_strdup(paths.items[i]);
        set_arrival(found, season, &received);
        if (!look_at(found, season, folder, err))
            return false;
    }
    return true;
}

void finds_release(struct finds *finds)
{
    for (size_t i = 0; i < finds->count; i++) {
        plan_release(&finds->items[i].plan);
        unpacked_release(&finds->items[i].unpacked);
        submission_release(&finds->items[i].submission);
    }
    free(finds->items);
    memset(finds, 0, sizeof *finds);
}
