#include "place.h"

#include "base/buf.h"
#include "base/fs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The folder above the one that holds the running program. */
static char *find_prefix(char **self, struct pod_error *err)
{
    *self = pod_path_real("/proc/self/exe", err);
    if (*self == NULL)
        return NULL;
    char *prefix = pod_strdup(*self);
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(prefix, '/');
        if (slash != NULL)
            *slash = '\0';
    }
    return prefix;
}

static bool find_tasks(struct place *place, const char *prefix, const char *tasks,
                       struct pod_error *err)
{
    pod_auto_free char *wanted =
        tasks ? pod_strdup(tasks) : pod_path_join(prefix, "share/podium/tasks");
    if (!pod_path_is_dir(wanted))
        return pod_fail(err, tasks ? POD_USAGE : POD_HOST,
                        "no folder of tasks at '%s': name one with --tasks", wanted);
    place->tasks = pod_path_real(wanted, err);
    if (place->tasks == NULL)
        return false;
    place->sdk = pod_path_join(place->tasks, "sdk/entry");
    return true;
}

bool place_init(struct place *place, const char *tasks, const char *work,
                struct pod_error *err)
{
    memset(place, 0, sizeof *place);
    pod_auto_free char *self = NULL;
    pod_auto_free char *prefix = find_prefix(&self, err);
    if (prefix == NULL)
        return false;
    place->programs = pod_path_join(prefix, "libexec/podium");
    place->pages = pod_path_join(prefix, "share/podium/site");
    if (!find_tasks(place, prefix, tasks, err))
        return false;
    const char *folder = work ? work : "out";
    if (!pod_dir_make(folder, err))
        return pod_wrap(err, "working folder");
    place->work = pod_path_real(folder, err);
    struct stat status;
    if (place->work == NULL)
        return false;
    if (stat(place->work, &status) < 0)
        return pod_fail_errno(err, POD_HOST, "cannot stat '%s'", place->work);
    place->work_dev = status.st_dev;
    place->work_ino = status.st_ino;
    return pod_digest_file(self, &place->self, err);
}

void place_release(struct place *place)
{
    free(place->programs);
    free(place->tasks);
    free(place->sdk);
    free(place->pages);
    free(place->work);
    memset(place, 0, sizeof *place);
}

char *place_task_folder(const struct place *place, const char *task)
{
    return pod_path_join(place->tasks, task);
}

char *place_task_program(const struct place *place, const char *task)
{
    return pod_path_join(place->programs, task);
}

char *place_task_kit(const struct place *place, const char *task)
{
    pod_auto_free char *folder = pod_path_join(place->tasks, task);
    pod_auto_free char *kit = pod_path_join(folder, "kit");
    return pod_path_is_dir(kit) ? pod_steal(&kit) : NULL;
}

char *place_runs(const struct place *place)
{
    return pod_path_join(place->work, "runs");
}

char *place_cases(const struct place *place)
{
    return pod_path_join(place->work, "cases");
}

char *place_prepared(const struct place *place)
{
    return pod_path_join(place->work, "prepared");
}

char *place_store(const struct place *place)
{
    return pod_path_join(place->work, "podium.sqlite");
}

char *place_entries(const struct place *place)
{
    return pod_path_join(place->work, "entries");
}

char *place_receipts(const struct place *place)
{
    return pod_path_join(place->work, "receipts");
}

char *place_key(const struct place *place)
{
    return pod_path_join(place->work, "organizer.key");
}

char *place_incoming(const struct place *place)
{
    return pod_path_join(place->work, "incoming");
}

char *place_site_page(const struct place *place)
{
    return pod_path_join(place->pages, "leaderboard.html");
}
