/* cgroup_none.c - the next best means where no cgroup may be written.
 *
 * CPU time and memory are summed over the tree of processes below the init, as /proc shows
 * it, at every tick of the supervisor; the CPU time of the dead is in the init's own usage,
 * except for a child whose parent ignores it: the kernel counts that for nobody. The
 * highest sums count. A guest that knows this can hide CPU time between two ticks and
 * memory in shared files, so results say that this layer was missing.
 */
#include "cgroup.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "tasks.h"

struct sums {
    uint64_t user_ticks;
    uint64_t system_ticks;
    uint64_t bytes;
    uint64_t tasks;
};

/* Fields 14 to 17 of stat: utime stime cutime cstime, and 20: threads. The command's name
 * may hold anything, so counting starts behind the last ')'. */
static void add_stat(const char *text, struct sums *sums)
{
    const char *at = strrchr(text, ')');
    uint64_t field[21] = {0};
    if (!at || at[1] == '\0')
        return;
    at += 2;
    for (int i = 3; i <= 20 && at; i++) {
        (void)sb__parse_u64(at, &field[i]); /* the state letter and negative ones stay 0 */
        at = strchr(at, ' ');
        at = at ? at + 1 : NULL;
    }
    sums->user_ticks += field[14] + field[16];
    sums->system_ticks += field[15] + field[17];
    sums->tasks += field[20];
}

/* statm: size resident shared ...; what is resident and not a file's page is its own. */
static void add_statm(const char *text, struct sums *sums)
{
    uint64_t resident = 0, shared = 0;
    const char *at = strchr(text, ' ');
    if (!at || !sb__parse_u64(at + 1, &resident))
        return;
    at = strchr(at + 1, ' ');
    if (at && sb__parse_u64(at + 1, &shared) && resident > shared)
        sums->bytes += (resident - shared) * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* The init's memory is the supervisor's, shared since the clone, and not counted. */
static void add_process(pid_t pid, bool is_init, struct sums *sums)
{
    char path[64], text[1024];
    if (snprintf(path, sizeof path, "/proc/%d/stat", (int)pid) > 0 &&
        sb__read_file(AT_FDCWD, path, text, sizeof text) > 0)
        add_stat(text, sums);
    if (!is_init && snprintf(path, sizeof path, "/proc/%d/statm", (int)pid) > 0 &&
        sb__read_file(AT_FDCWD, path, text, sizeof text) > 0)
        add_statm(text, sums);
}

static void keep_highest(uint64_t *seen, uint64_t now)
{
    if (now > *seen)
        *seen = now;
}

static void finish(struct sb__cgroup *cg, const struct sums *sums, struct sb__usage *usage)
{
    const uint64_t tick_ns = 1000000000u / (uint64_t)sysconf(_SC_CLK_TCK);
    keep_highest(&cg->seen.user_ns, sums->user_ticks * tick_ns);
    keep_highest(&cg->seen.system_ns, sums->system_ticks * tick_ns);
    keep_highest(&cg->seen.peak_bytes, sums->bytes);
    /* RLIMIT_NPROC tells nobody that it refused; all places taken is the best sign. */
    if (cg->limits.processes && sums->tasks > cg->limits.processes)
        cg->seen.fork_failures = 1;
    if (cg->limits.memory_bytes && sums->bytes > cg->limits.memory_bytes)
        cg->seen.oom_kills = 1;
    *usage = cg->seen;
    usage->cpu_ns = usage->user_ns + usage->system_ns;
    usage->is_peak_sampled = true;
}

static bool read_none(struct sb__cgroup *cg, struct sb__usage *usage, struct sb_error *err)
{
    struct sums sums = {0};
    pid_t *list = malloc(SB__MAX_TASKS * sizeof *list);
    if (!list)
        return sb__fail(err, SB_HOST, "out of memory");
    size_t count = sb__processes(cg->init, list);
    for (size_t i = 0; i < count; i++)
        add_process(list[i], i == 0, &sums);
    free(list);
    finish(cg, &sums, usage);
    return true;
}

const struct sb__cgroup_kind sb__cgroup_none = {
    .name = "none",
    .read = read_none,
};
