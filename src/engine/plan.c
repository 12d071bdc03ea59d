#include "plan.h"

#include "base/fs.h"

#include <stdlib.h>
#include <string.h>

/* The policy's text: a changed policy is another experiment. */
static bool hash_policy(struct pod_hash *hash, const char *policy, struct pod_error *err)
{
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    if (policy == NULL)
        pod_buf_puts(&text, sb_policy_default());
    else if (!pod_file_read(policy, 1 << 20, &text, err))
        return false;
    pod_hash_field(hash, text.data, text.length);
    return true;
}

bool plan_common(const struct rules *rules, struct pod_digest *out, struct pod_error *err)
{
    const struct guest_options *options = &rules->options;
    struct pod_digest sdk = {"none"};
    if (pod_path_is_dir(rules->place->sdk) &&
        !pod_digest_tree(rules->place->sdk, &sdk, err))
        return false;
    struct pod_hash *hash = pod_hash_new();
    pod_hash_text(hash, "rules");
    pod_hash_text(hash, rules->place->self.hex);
    pod_hash_text(hash, sdk.hex);
    bool done = hash_policy(hash, options->policy_file, err);
    pod_auto_free char *overrides =
        pod_strf("waived %u, reference %d, cpu %.9g", options->waived,
                 options->shows_reference, options->cpu_limit_s);
    pod_hash_text(hash, overrides);
    if (timing_is_asked(&rules->timing)) {
        pod_auto_free char *timing =
            pod_strf("repeats %lld, warmup %lld", (long long)rules->timing.repeats,
                     (long long)rules->timing.warmup);
        pod_hash_text(hash, timing);
    }
    *out = pod_hash_finish_take(hash);
    return done;
}

struct pod_digest plan_key(const struct pod_digest *common, const char *entry_digest,
                           const struct case_set *set, const struct one_case *one)
{
    struct pod_hash *hash = pod_hash_new();
    pod_hash_text(hash, "result");
    pod_hash_text(hash, common->hex);
    pod_hash_text(hash, entry_digest);
    pod_hash_text(hash, set->scorer.hex);
    pod_hash_text(hash, one->digest.hex);
    pod_hash_text(hash, set->task.id);
    pod_hash_text(hash, one->id);
    return pod_hash_finish_take(hash);
}

bool plan_scope(const struct rules *rules, const struct case_set *set,
                struct pod_digest *out, struct pod_error *err)
{
    struct pod_hash *hash = pod_hash_new();
    pod_hash_text(hash, "scope");
    pod_hash_text(hash, set->key.hex);
    bool done = hash_policy(hash, rules->options.policy_file, err);
    *out = pod_hash_finish_take(hash);
    return done;
}

bool plan_entry(struct plan *plan, const struct rules *rules,
                const struct unpacked *unpacked, struct pod_error *err)
{
    memset(plan, 0, sizeof *plan);
    struct pod_digest common;
    if (!plan_common(rules, &common, err))
        return false;
    for (size_t s = 0; s < rules->set_count; s++) {
        const struct case_set *set = &rules->sets[s];
        const struct entry_task *command = entry_task_find(&unpacked->entry, set->task.id);
        if (command == NULL)
            continue;
        plan->jobs = pod_grow(plan->jobs, plan->count + set->count, sizeof *plan->jobs);
        for (size_t c = 0; c < set->count; c++) {
            struct plan_job *job = &plan->jobs[plan->count++];
            *job = (struct plan_job){set, &set->items[c], command, {""}};
            job->key = plan_key(&common, unpacked->digest.hex, set, &set->items[c]);
        }
    }
    if (plan->count == 0)
        return pod_fail(
            err, POD_ENTRY,
            "entry '%s' plays none of the tasks asked for: see \"tasks\" in its "
            "entry.json",
            unpacked->entry.name);
    return true;
}

void plan_release(struct plan *plan)
{
    free(plan->jobs);
    memset(plan, 0, sizeof *plan);
}

bool plan_bind(struct plan *plan, const struct entry *entry, struct pod_error *err)
{
    for (size_t i = 0; i < plan->count; i++) {
        const char *task = plan->jobs[i].set->task.id;
        plan->jobs[i].command = entry_task_find(entry, task);
        if (plan->jobs[i].command == NULL)
            return pod_fail(err, POD_HOST, "entry '%s' does not play '%s' as recorded",
                            entry->name, task);
    }
    return true;
}
