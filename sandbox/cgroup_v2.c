#include "cgroup.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "io.h"

enum { LIMIT, SWAP_LIMIT, OOM_GROUP, TASKS, PEAK, CURRENT, OOM, EVENTS, CPU };

static const struct sb__cgroup_file files[] = {
    [LIMIT] = {0, "memory.max", O_RDWR, false},
    [SWAP_LIMIT] = {0, "memory.swap.max", O_RDWR, true},
    [OOM_GROUP] = {0, "memory.oom.group", O_WRONLY, false},
    [TASKS] = {0, "pids.max", O_RDWR, false},
    [PEAK] = {0, "memory.peak", O_RDONLY, true},
    [CURRENT] = {0, "memory.current", O_RDONLY, false},
    [OOM] = {0, "memory.events", O_RDONLY, false},
    [EVENTS] = {0, "pids.events", O_RDONLY, false},
    [CPU] = {0, "cpu.stat", O_RDONLY, false},
    {0, NULL, 0, false},
};

/* The group that we are in, below the mount point: the line "0::/path". */
static bool own_path(char *path, size_t size)
{
    char text[4096];
    if (sb__read_file(AT_FDCWD, "/proc/self/cgroup", text, sizeof text) < 0)
        return false;
    const char *line = strncmp(text, "0::", 3) == 0 ? text : strstr(text, "\n0::");
    if (!line)
        return false;
    line = strchr(line, '/');
    size_t length = line ? strcspn(line, "\n") : size;
    if (length >= size)
        return false;
    memcpy(path, line, length);
    path[length] = '\0';
    return true;
}

static bool has_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = text; (at = strstr(at, word)); at += length)
        if ((at == text || at[-1] == ' ') && strchr(" \n", at[length]))
            return true;
    return false;
}

/* Children may get the controllers: they may already, or we may allow it. A group that
 * holds processes itself cannot (EBUSY), unless it is the root. */
static bool can_delegate(const char *path)
{
    char text[256];
    SB__FD int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || faccessat(fd, ".", W_OK, AT_EACCESS) != 0 ||
        faccessat(fd, "cgroup.procs", W_OK, AT_EACCESS) != 0)
        return false;
    if (sb__read_file(fd, "cgroup.subtree_control", text, sizeof text) >= 0 &&
        has_word(text, "memory") && has_word(text, "pids"))
        return true;
    return sb__write_file(fd, "cgroup.subtree_control", "+memory +pids");
}

/* Our own group if it may, else the one above it, where a delegated tree keeps its leaves,
 * else the root of the hierarchy. */
static bool find_parent(const char *mount_point, char *path, size_t size)
{
    char own[512];
    int n = own_path(own, sizeof own) ? snprintf(path, size, "%s%s", mount_point, own) : -1;
    if (n > 0 && (size_t)n < size) {
        if (can_delegate(path))
            return true;
        char *slash = strrchr(path, '/');
        if (slash && (size_t)(slash - path) >= strlen(mount_point)) {
            *slash = '\0';
            if (can_delegate(path))
                return true;
        }
    }
    n = snprintf(path, size, "%s", mount_point);
    return n > 0 && (size_t)n < size && can_delegate(path);
}

static bool open_v2(struct sb__cgroup *cg, struct sb_error *err)
{
    char mounts[65536], mount_point[512], path[1024];
    if (sb__read_file(AT_FDCWD, "/proc/self/mountinfo", mounts, sizeof mounts) < 0)
        return sb__fail_errno(err, SB_HOST, "/proc/self/mountinfo");
    if (!sb__cgroup_find(mounts, NULL, mount_point, sizeof mount_point))
        return sb__fail(err, SB_HOST, "not mounted");
    if (!find_parent(mount_point, path, sizeof path))
        return sb__fail(err, SB_HOST, "memory and pids are not delegated here");
    if (!sb__cgroup_make(cg, 0, path, err))
        return false;
    /* The folder "podbox" must pass the controllers on too, and only then has a group
     * made in it their files; a group made before has them as well from then on. */
    if (!sb__write_file(cg->parent[0], "cgroup.subtree_control", "+memory +pids"))
        return sb__fail_errno(err, SB_HOST, "cannot pass on memory and pids");
    cg->birth = cg->group[0];
    return true;
}

static bool limit_v2(struct sb__cgroup *cg, struct sb_error *err)
{
    if (!sb__cgroup_set(cg, LIMIT, cg->limits.memory_bytes, "max", err) ||
        !sb__cgroup_set(cg, TASKS, cg->limits.processes ? cg->limits.processes + 1 : 0,
                        "max", err))
        return false;
    /* All or none: what is left of a run after one task was killed means nothing. */
    if (pwrite(cg->files[OOM_GROUP], "1", 1, 0) != 1)
        return sb__fail_errno(err, SB_HOST, "cannot write cgroup file 'memory.oom.group'");
    if (cg->files[SWAP_LIMIT] >= 0 && pwrite(cg->files[SWAP_LIMIT], "0", 1, 0) == 1)
        return true;
    if (snprintf(cg->notes, sizeof cg->notes, "swap is not limited") < 0)
        cg->notes[0] = '\0';
    return true;
}

/* Since Linux 6.12 a write to memory.peak resets what is read from that descriptor. Before
 * that, a group has one peak for its life, and each run needs a group of its own. */
static bool reset_peak_v2(struct sb__cgroup *cg)
{
    SB__FD int fd = openat(cg->group[0], "memory.peak", O_RDWR | O_CLOEXEC);
    if (fd < 0 || pwrite(fd, "0", 1, 0) != 1)
        return false;
    sb__close(&cg->files[PEAK]);
    cg->files[PEAK] = sb__steal(&fd);
    return true;
}

/* memory.peak came with Linux 5.19; before it the highest value seen must do. */
static void read_peak(struct sb__cgroup *cg, struct sb__usage *usage)
{
    uint64_t now = 0;
    if (cg->files[PEAK] >= 0 && sb__cgroup_get_u64(cg, PEAK, &usage->peak_bytes))
        return;
    if (sb__cgroup_get_u64(cg, CURRENT, &now) && now > cg->seen.peak_bytes)
        cg->seen.peak_bytes = now;
    usage->peak_bytes = cg->seen.peak_bytes;
    usage->is_peak_sampled = true;
}

static bool read_v2(struct sb__cgroup *cg, struct sb__usage *usage, struct sb_error *err)
{
    char cpu[4096], events[512], pids[128];
    if (sb__cgroup_get(cg, CPU, cpu, sizeof cpu) < 0 ||
        !sb__find_u64(cpu, "usage_usec", &usage->cpu_ns) ||
        !sb__find_u64(cpu, "user_usec", &usage->user_ns) ||
        !sb__find_u64(cpu, "system_usec", &usage->system_ns) ||
        sb__cgroup_get(cg, OOM, events, sizeof events) < 0 ||
        !sb__find_u64(events, "oom_kill", &usage->oom_kills) ||
        sb__cgroup_get(cg, EVENTS, pids, sizeof pids) < 0 ||
        !sb__find_u64(pids, "max", &usage->fork_failures))
        return sb__fail_errno(err, SB_HOST, "cannot read the counters of cgroup v2");
    usage->cpu_ns *= 1000;
    usage->user_ns *= 1000;
    usage->system_ns *= 1000;
    read_peak(cg, usage);
    return true;
}

/* Since Linux 5.14; the death of the init kills all the same without it. */
static void kill_v2(struct sb__cgroup *cg)
{
    (void)sb__write_file(cg->group[0], "cgroup.kill", "1");
}

const struct sb__cgroup_kind sb__cgroup_v2 = {
    .name = "v2",
    .files = files,
    .open = open_v2,
    .limit = limit_v2,
    .reset_peak = reset_peak_v2,
    .read = read_v2,
    .kill = kill_v2,
};
