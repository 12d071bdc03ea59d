#include "outcome.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static double seconds(uint64_t ns)
{
    return (double)ns / 1e9;
}

static double mebibytes(uint64_t bytes)
{
    return (double)bytes / (1024.0 * 1024.0);
}

static char *say_wall(const struct sb_result *run, const struct sb_limits *limits)
{
    if (run->is_idle)
        return pod_strf(
            "wall time %.2f s of %.2f s, idle: it waited and used %.2f s of CPU",
            seconds(run->wall_ns), seconds(limits->wall_ns), seconds(run->cpu_ns));
    return pod_strf("wall time %.2f s of %.2f s", seconds(run->wall_ns),
                    seconds(limits->wall_ns));
}

static char *say_call(const struct sb_refused *refused)
{
    if (refused->module[0])
        return pod_strf("call '%s' (number %d) is refused; '%s' made it, at 0x%llx",
                        refused->name, refused->nr, refused->module,
                        (unsigned long long)refused->module_offset);
    return pod_strf("call '%s' (number %d) is refused", refused->name, refused->nr);
}

static char *say(const struct sb_result *run, const struct sb_limits *limits)
{
    switch (run->end) {
    case SB_END_EXIT:
        /* 126 and 127 come with a note when it was our exec that failed. */
        if (run->exit_code >= 126 && run->notes[0] != '\0')
            return pod_strf("exit status %d: %s", run->exit_code, run->notes);
        return run->exit_code == 0 ? NULL : pod_strf("exit status %d", run->exit_code);
    case SB_END_SIGNAL:
        return pod_strf("ended by signal %d (%s)", run->signal, strsignal(run->signal));
    case SB_END_CPU:
        return pod_strf("CPU time %.2f s of %.2f s", seconds(run->cpu_ns),
                        seconds(limits->cpu_ns));
    case SB_END_WALL:
        return say_wall(run, limits);
    case SB_END_MEMORY:
        return pod_strf("more than %.0f MiB of memory", mebibytes(limits->memory_bytes));
    case SB_END_PROCESSES:
        return pod_strf("more than %llu processes and threads",
                        (unsigned long long)limits->processes);
    case SB_END_OUTPUT:
        return pod_strf("more output on a stream than its limit");
    case SB_END_FILE_SIZE:
        return pod_strf("a file of more than %.0f MiB", mebibytes(limits->file_bytes));
    case SB_END_CALL:
        return say_call(&run->refused);
    case SB_END_STOPPED:
        return pod_strf("stopped by the harness");
    }
    return pod_strf("unknown end of a run");
}

static enum verdict verdict_of(const struct sb_result *run)
{
    static const enum verdict verdicts[] = {
        [SB_END_EXIT] = VERDICT_RTE,   [SB_END_SIGNAL] = VERDICT_RTE,
        [SB_END_CPU] = VERDICT_TLE,    [SB_END_WALL] = VERDICT_TLE,
        [SB_END_MEMORY] = VERDICT_MLE, [SB_END_PROCESSES] = VERDICT_PLE,
        [SB_END_OUTPUT] = VERDICT_OLE, [SB_END_FILE_SIZE] = VERDICT_OLE,
        [SB_END_CALL] = VERDICT_SV,    [SB_END_STOPPED] = VERDICT_JE,
    };
    if (run->end == SB_END_EXIT && run->exit_code == 0)
        return VERDICT_OK;
    return verdicts[run->end];
}

void outcome_judge(const struct sb_result *run, const struct sb_limits *limits,
                   struct case_result *result)
{
    result->verdict = verdict_of(run);
    free(result->message);
    result->message = say(run, limits);
    result->wall_ns = (int64_t)run->wall_ns;
    result->cpu_ns = (int64_t)run->cpu_ns;
    result->memory_bytes = (int64_t)run->peak_memory_bytes;
    result->exit_code = run->end == SB_END_EXIT ? run->exit_code : 0;
    result->signal = run->end == SB_END_SIGNAL ? run->signal : 0;
    result->is_idle = run->end == SB_END_WALL && run->is_idle;
    if (run->end == SB_END_CALL) {
        free(result->refused_call);
        result->refused_call = pod_strdup(run->refused.name);
    } else if (run->refused_count > 0) {
        /* Soft refusals end nothing, but explain many an odd failure. */
        pod_names_add_take(&result->notes, pod_strf("%llu calls refused, first '%s'",
                                                    (unsigned long long)run->refused_count,
                                                    run->refused.name));
    }
    if (run->notes[0] != '\0')
        pod_names_add(&result->notes, run->notes);
}
