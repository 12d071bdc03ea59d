#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "io.h"

enum { MEMORY, PIDS, CPUACCT };

static const char *const controllers[SB__CGROUP_PARTS] = {"memory", "pids", "cpuacct"};

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
    }
    return true;
}

/* Memory and swap together may not exceed memory alone, so nothing is swapped. Kernels
 * without swap accounting lack the file: then the absence of swap is not our doing. */
static bool limit_swap(struct sb__cgroup *cg, struct sb_error *err)
{
    static const char file[] = "memory.memsw.limit_in_bytes";
    if (faccessat(cg->group[MEMORY], file, W_OK, 0) == 0)
        return sb__cgroup_set(cg->group[MEMORY], file, cg->limits.memory_bytes, "-1", err);
    (void)sb__write_file(cg->group[MEMORY], "memory.swappiness", "0"); /* a hint only */
    if (snprintf(cg->notes, sizeof cg->notes, "swap is not limited") < 0)
        cg->notes[0] = '\0';
    return true;
}

static bool limit_v1(struct sb__cgroup *cg, struct sb_error *err)
{
    return sb__cgroup_set(cg->group[MEMORY], "memory.limit_in_bytes",
                          cg->limits.memory_bytes, "-1", err) &&
           limit_swap(cg, err) &&
           sb__cgroup_set(cg->group[PIDS], "pids.max",
                          cg->limits.processes ? cg->limits.processes + 1 : 0, "max", err);
}

static bool attach_v1(struct sb__cgroup *cg, pid_t pid, struct sb_error *err)
{
    char text[16];
    if (snprintf(text, sizeof text, "%d", (int)pid) < 0)
        return sb__fail(err, SB_INTERNAL, "cannot print a pid");
    for (int i = 0; i < SB__CGROUP_PARTS; i++)
        if (!sb__write_file(cg->group[i], "cgroup.procs", text))
            return sb__fail_errno(err, SB_HOST, "cannot attach to cgroup '%s'",
                                  controllers[i]);
    return true;
}

static bool read_number(int group, const char *file, uint64_t *value)
{
    char text[64];
    return sb__read_file(group, file, text, sizeof text) > 0 && sb__parse_u64(text, value);
}

/* cpuacct.usage is exact; its split comes from clock ticks, so it is used as a ratio. */
static void split_cpu(struct sb__usage *usage, uint64_t user, uint64_t system)
{
    double share = user + system > 0 ? (double)user / (double)(user + system) : 1.0;
    usage->user_ns = (uint64_t)((double)usage->cpu_ns * share);
    if (usage->user_ns > usage->cpu_ns)
        usage->user_ns = usage->cpu_ns;
    usage->system_ns = usage->cpu_ns - usage->user_ns;
}

static bool read_v1(struct sb__cgroup *cg, struct sb__usage *usage, struct sb_error *err)
{
    char oom[256], events[64];
    uint64_t user = 0, system = 0;
    const int *group = cg->group;
    if (!read_number(group[CPUACCT], "cpuacct.usage", &usage->cpu_ns) ||
        !read_number(group[CPUACCT], "cpuacct.usage_user", &user) ||
        !read_number(group[CPUACCT], "cpuacct.usage_sys", &system) ||
        !read_number(group[MEMORY], "memory.max_usage_in_bytes", &usage->peak_bytes) ||
        sb__read_file(group[MEMORY], "memory.oom_control", oom, sizeof oom) < 0 ||
        !sb__find_u64(oom, "oom_kill", &usage->oom_kills) ||
        sb__read_file(group[PIDS], "pids.events", events, sizeof events) < 0 ||
        !sb__find_u64(events, "max", &usage->fork_failures))
        return sb__fail_errno(err, SB_HOST, "cannot read the counters of cgroup v1");
    split_cpu(usage, user, system);
    return true;
}

const struct sb__cgroup_kind sb__cgroup_v1 = {
    .name = "v1",
    .open = open_v1,
    .limit = limit_v1,
    .attach = attach_v1,
    .read = read_v1,
};
