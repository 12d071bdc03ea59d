#include "worker.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/* Less than a twentieth of a processor: it waited for something. */
enum { IDLE_SHARE = 20 };

enum { NEAR_BYTES = 1 << 20 };

static void judge_status(struct sb__run *run)
{
    struct sb_result *result = run->result;
    if (WIFSIGNALED(run->status)) {
        result->end = SB_END_SIGNAL;
        result->signal = WTERMSIG(run->status);
    } else {
        result->end = SB_END_EXIT;
        result->exit_code = WEXITSTATUS(run->status);
    }
    if (result->signal == SIGXFSZ)
        result->end = SB_END_FILE_SIZE;
}

/* The exact counters, read when all were dead, overrule the command's own status: what
 * happened between the last tick and its exit is in them. */
static void judge_counters(struct sb__run *run)
{
    const struct sb_limits *limits = &run->command->limits;
    struct sb_result *result = run->result;
    bool has_failed = result->end == SB_END_SIGNAL || result->exit_code != 0;
    if (run->usage.fork_failures > 0 && has_failed)
        result->end = SB_END_PROCESSES;
    if (limits->wall_ns && run->end_ns - run->start_ns > limits->wall_ns)
        result->end = SB_END_WALL;
    if (limits->cpu_ns && run->usage.cpu_ns > limits->cpu_ns)
        result->end = SB_END_CPU;
}

static void fill_counters(const struct sb__run *run, struct sb_result *result)
{
    result->wall_ns = run->end_ns > run->start_ns ? run->end_ns - run->start_ns : 0;
    result->cpu_ns = run->usage.cpu_ns;
    result->cpu_user_ns = run->usage.user_ns;
    result->cpu_system_ns = run->usage.system_ns;
    result->peak_memory_bytes = run->usage.peak_bytes;
    result->oom_kills = run->usage.oom_kills;
}

/* Whoever meets the limit is near it: a page, a few of them charged ahead, a kernel object.
 * The counts of failures are of no use, newer kernels leave those of version 1 at 0. */
bool sb__is_host_out_of_memory(const struct sb__run *run)
{
    const uint64_t limit = run->command->limits.memory_bytes;
    const uint64_t near = limit / 16 > NEAR_BYTES ? limit / 16 : NEAR_BYTES;
    if (run->usage.oom_kills == 0 || run->usage.is_peak_sampled)
        return false; /* a short peak may not be among the samples */
    return limit == 0 || run->usage.peak_bytes + near < limit;
}

/* What is missing in every run comes first; it is known for certain only now. */
static void complete_notes(const struct sb_worker *worker, struct sb_result *result)
{
    char own[sizeof result->notes];
    memcpy(own, result->notes, sizeof own);
    memcpy(result->notes, worker->notes, sizeof result->notes);
    if (own[0])
        sb__note(result->notes, sizeof result->notes, "%s", own);
}

void sb__judge(struct sb_worker *worker)
{
    struct sb__run *run = &worker->run;
    struct sb_result *result = run->result;
    result->layers = worker->plan.arena->layers;
    fill_counters(run, result);
    complete_notes(worker, result);
    if (run->has_status && !run->is_end_known) {
        judge_status(run);
        judge_counters(run);
    }
    if (run->usage.oom_kills > 0 && result->end != SB_END_CALL)
        result->end = SB_END_MEMORY;
    if (result->end == SB_END_WALL)
        result->is_idle = result->cpu_ns * IDLE_SHARE < result->wall_ns;
}
