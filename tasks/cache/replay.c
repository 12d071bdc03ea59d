#include "replay.h"

#include "case.h"
#include "drive.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One line; the loop in process and the environment's rules must agree. */
static bool replay_one(struct cache_case *instance, const struct cache_policy *policy,
                       const char *folder, struct task_error *err)
{
    const struct cache_trace *trace = instance->trace;
    cache_auto_state struct cache_state *state = cache_state_new(trace, instance->capacity);
    if (!cache_drive(state, policy, err))
        return task_wrap(err, "\"%s\"", folder);
    uint64_t misses = cache_sim_misses(trace, instance->capacity, policy->name);
    if (misses != state->misses)
        return task_fail(err, TASK_PACKAGE,
                         "\"%s\": policy %s misses %" PRIu64 " in its loop and %" PRIu64
                         " in the environment",
                         folder, policy->name, misses, state->misses);
    (void)printf("%s\t%s\t%" PRIu64 "\t%" PRIu64 "\t%.6f\t%.6f\t%.4f\n", folder,
                 policy->name, state->misses, state->byte_misses,
                 (double)state->misses / trace->requests,
                 (double)state->byte_misses / (double)trace->byte_count,
                 cache_case_gap(instance, state->misses));
    return true;
}

static bool replay_case(const char *name, const char *folder, struct task_error *err)
{
    cache_auto_case struct cache_case instance;
    if (!cache_case_load(&instance, folder, err))
        return false;
    for (size_t i = 0; cache_policy_at(i); i++) {
        const struct cache_policy *policy = cache_policy_at(i);
        if ((strcmp(name, "all") == 0 || strcmp(name, policy->name) == 0) &&
            !replay_one(&instance, policy, folder, err))
            return false;
    }
    (void)printf("%s\tbound\t%" PRIu64 "\t-\t%.6f\t-\t1.0000\n", folder,
                 instance.bound_misses,
                 (double)instance.bound_misses / instance.trace->requests);
    return true;
}

bool cache_replay(int argc, char **argv, struct task_error *err)
{
    if (argc < 3)
        return task_fail(err, TASK_USAGE, "usage: cache replay POLICY|all CASE...");
    if (strcmp(argv[1], "all") != 0 && !cache_policy_find(argv[1]))
        return task_fail(err, TASK_USAGE, "no policy \"%s\"", argv[1]);
    (void)printf("case\tpolicy\tmisses\tbyte_misses\tmiss_ratio\tbyte_miss_ratio\tgap\n");
    for (int i = 2; i < argc; i++) {
        if (!replay_case(argv[1], argv[i], err))
            return false;
    }
    return fflush(stdout) == 0 || task_fail_errno(err, TASK_HOST, "cannot print");
}
