#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "io.h"

enum { MEMORY, PIDS, CPUACCT };

static const char *const controllers[SB__CGROUP_PARTS] = {"memory", "pids", "cpuacct"};

enum { LIMIT, SWAP_LIMIT, TASKS, PEAK, OOM, EVENTS, USAGE, USER, SYSTEM };

static const struct sb__cgroup_file files[] = {
    [LIMIT] = {MEMORY, "memory.limit_in_bytes", O_RDWR, false},
    [SWAP_LIMIT] = {MEMORY, "memory.memsw.limit_in_bytes", O_RDWR, true},
    [TASKS] = {PIDS, "pids.max", O_RDWR, false},
    [PEAK] = {MEMORY, "memory.max_usage_in_bytes", O_RDWR, false},
    [OOM] = {MEMORY, "memory.oom_control", O_RDONLY, false},
    [EVENTS] = {PIDS, "pids.events", O_RDONLY, false},
    [USAGE] = {CPUACCT, "cpuacct.usage", O_RDONLY, false},
    [USER] = {CPUACCT, "cpuacct.usage_user", O_RDONLY, false},
    [SYSTEM] = {CPUACCT, "cpuacct.usage_sys", O_RDONLY, false},
    {0, NULL, 0, false},
};

static bool open_v1(struct sb__cgroup *cg, struct sb_error *err)
{
    char mounts[65536], path[512];
    if (sb__read_file(AT_FDCWD, "/proc/self/mountinfo", mounts, sizeof mounts) < 0)
        return sb__fail_errno(err, SB_HOST, "/proc/self/mountinfo");
    for (int i = 0; i < SB__CGROUP_PARTS; i++) {
        if (!sb__cgroup_find(mounts, controllers[i], path, sizeof path))
            return sb__fail(err, SB_HOST, "controller '%s' is not mounted", controllers[i]);
        if (!sb__cgroup_make(cg, i, path, err))
            return false;
        cg->join[i] = openat(cg->group[i], "tasks", O_WRONLY | O_CLOEXEC);
        if (cg->join[i] < 0)
            return sb__fail_errno(err, SB_HOST, "cgroup file 'tasks'");
    }
    return true;
}

/* Memory and swap together may not exceed memory alone, so nothing is swapped. Kernels
 * without swap accounting lack the file: then the absence of swap is not our doing. */
static bool limit_swap(struct sb__cgroup *cg, struct sb_error *err)
{
    if (cg->files[SWAP_LIMIT] >= 0)
        return sb__cgroup_set(cg, SWAP_LIMIT, cg->limits.memory_bytes, "-1", err);
    (void)sb__write_file(cg->group[MEMORY], "memory.swappiness", "0"); /* a hint only */
    if (snprintf(cg->notes, sizeof cg->notes, "swap is not limited") < 0)
        cg->notes[0] = '\0';
    return true;
}

/* The limit of memory may never be above that of memory and swap, so a limit of an
 * earlier run is taken off first. */
static bool lift_swap(struct sb__cgroup *cg, struct sb_error *err)
{
    return cg->files[SWAP_LIMIT] < 0 || sb__cgroup_set(cg, SWAP_LIMIT, 0, "-1", err);
}

static bool limit_v1(struct sb__cgroup *cg, struct sb_error *err)
{
    return lift_swap(cg, err) &&
           sb__cgroup_set(cg, LIMIT, cg->limits.memory_bytes, "-1", err) &&
           limit_swap(cg, err) &&
           sb__cgroup_set(cg, TASKS, cg->limits.processes ? cg->limits.processes + 1 : 0,
                          "max", err);
}

static bool reset_peak_v1(struct sb__cgroup *cg)
{
    return pwrite(cg->files[PEAK], "0", 1, 0) == 1;
}

static bool read_v1(struct sb__cgroup *cg, struct sb__usage *usage, struct sb_error *err)
{
    char oom[256], events[64];
    if (!sb__cgroup_get_u64(cg, USAGE, &usage->cpu_ns) ||
        !sb__cgroup_get_u64(cg, USER, &usage->user_ns) ||
        !sb__cgroup_get_u64(cg, SYSTEM, &usage->system_ns) ||
        !sb__cgroup_get_u64(cg, PEAK, &usage->peak_bytes) ||
        sb__cgroup_get(cg, OOM, oom, sizeof oom) < 0 ||
        !sb__find_u64(oom, "oom_kill", &usage->oom_kills) ||
        sb__cgroup_get(cg, EVENTS, events, sizeof events) < 0 ||
        !sb__find_u64(events, "max", &usage->fork_failures))
        return sb__fail_errno(err, SB_HOST, "cannot read the counters of cgroup v1");
    return true;
}

const struct sb__cgroup_kind sb__cgroup_v1 = {
    .name = "v1",
    .files = files,
    .open = open_v1,
    .limit = limit_v1,
    .reset_peak = reset_peak_v1,
    .read = read_v1,
};
