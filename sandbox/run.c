#include "run.h"

#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "launch.h"
#include "spec.h"
#include "supervise.h"

/* Less than a twentieth of a processor: it waited for something. */
enum { IDLE_SHARE = 20 };

void sb__note(struct sb_result *result, const char *format, ...)
{
    size_t used = strlen(result->notes);
    size_t size = sizeof result->notes - used;
    char text[sizeof result->notes] = "";
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (char *c = text; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?'; /* a name of the guest's may hold anything, the result is JSON */
    if (n < 0 || snprintf(result->notes + used, size, "%s%s", used ? "; " : "", text) < 0)
        result->notes[used] = '\0';
}

static void run_init(struct sb__run *run, const struct sb_spec *spec,
                     struct sb_result *result)
{
    struct sb_limits none = {0};
    *result = (struct sb_result){.refused.nr = -1};
    run->spec = spec;
    run->result = result;
    run->is_root = geteuid() == 0;
    sb__cgroup_open_none(&run->cgroup, &none);
    run->notify.listener = -1;
    run->plan.sock = run->plan.parent = -1;
    run->pidfd = run->sock = run->wall = run->tick = run->oom_adjust = -1;
    for (int i = 0; i < 3; i++)
        run->capture[i] = run->plan.stream_fds[i] = -1;
}

static void run_release(struct sb__run *run)
{
    int *fds[] = {&run->plan.sock, &run->plan.parent, &run->pidfd,     &run->sock,
                  &run->wall,      &run->tick,        &run->oom_adjust};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        sb__close(fds[i]);
    for (int i = 0; i < 3; i++) {
        sb__close(&run->capture[i]);
        sb__close(&run->plan.stream_fds[i]);
    }
    sb__root_release(&run->plan.root);
    sb_policy_free(run->own_policy);
    sb__notify_release(&run->notify);
    if (run->plan.stack)
        (void)munmap(run->plan.stack, run->plan.stack_size);
    free(run);
}

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
static void judge(struct sb__run *run)
{
    const struct sb_limits *limits = &run->spec->command.limits;
    struct sb_result *result = run->result;
    bool has_failed;
    if (run->has_status && !run->is_end_known)
        judge_status(run);
    has_failed = result->end == SB_END_SIGNAL || result->exit_code != 0;
    if (run->has_status && !run->is_end_known) {
        if (run->usage.fork_failures > 0 && has_failed)
            result->end = SB_END_PROCESSES;
        if (limits->wall_ns && run->end_ns - run->start_ns > limits->wall_ns)
            result->end = SB_END_WALL;
        if (limits->cpu_ns && run->usage.cpu_ns > limits->cpu_ns)
            result->end = SB_END_CPU;
    }
    if (run->usage.oom_kills > 0 && result->end != SB_END_CALL)
        result->end = SB_END_MEMORY;
    if (result->end == SB_END_WALL)
        result->is_idle = result->cpu_ns * IDLE_SHARE < result->wall_ns;
}

static void fill_counters(struct sb__run *run)
{
    struct sb_result *result = run->result;
    result->layers = run->plan.layers;
    result->wall_ns = run->end_ns > run->start_ns ? run->end_ns - run->start_ns : 0;
    result->cpu_ns = run->usage.cpu_ns;
    result->cpu_user_ns = run->usage.user_ns;
    result->cpu_system_ns = run->usage.system_ns;
    result->peak_memory_bytes = run->usage.peak_bytes;
    result->oom_kills = run->usage.oom_kills;
}

bool sb_run(const struct sb_spec *spec, struct sb_result *result, struct sb_error *err)
{
    struct sb_error late = {0};
    *result = (struct sb_result){.refused.nr = -1};
    *err = (struct sb_error){0};
    if (!sb__spec_check(spec, err))
        return false;
    struct sb__run *run = calloc(1, sizeof *run);
    if (!run)
        return sb__fail(err, SB_HOST, "out of memory");
    run_init(run, spec, result);
    bool is_done =
        sb__launch_prepare(run, err) && sb__launch(run, err) && sb__supervise(run, err);
    /* Whatever failed, nothing may stay alive or behind; the first error is told. */
    bool is_clean = sb__finish(run, &late);
    is_clean = sb__cgroup_close(&run->cgroup, &late) && is_clean;
    if (is_done && is_clean) {
        fill_counters(run);
        judge(run);
    }
    run_release(run);
    if (is_done && is_clean)
        return true;
    sb_result_release(result); /* what was kept belongs to no result */
    return is_done ? sb__fail(err, late.fault, "%s", late.message) : false;
}
