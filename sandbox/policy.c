#include "policy.h"

#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "filter.h"
#include "policy_json.h"

struct sb__named_call {
    const char *name;
    unsigned rule;
};

#include "default_policy.h"

const char *sb_policy_default(void)
{
    return sb__default_policy;
}

bool sb__policy_reserve(struct sb_policy *policy, size_t rules, size_t calls,
                        struct sb_error *err)
{
    *policy = (struct sb_policy){0};
    policy->rules = calloc(rules + 1, sizeof *policy->rules);
    policy->calls = calloc(calls + 1, sizeof *policy->calls);
    if (policy->rules && policy->calls)
        return true;
    sb__policy_release(policy);
    return sb__fail(err, SB_HOST, "out of memory for a seccomp policy");
}

void sb__policy_add_rule(struct sb_policy *policy, const struct sb__rule *rule)
{
    policy->rules[policy->rule_count++] = *rule;
}

void sb__policy_add_call(struct sb_policy *policy, const char *call)
{
    int nr = sb__call_number(call);
    if (nr >= 0)
        policy->calls[policy->call_count++] =
            (struct sb__call){nr, (unsigned)policy->rule_count - 1};
}

static int by_number(const void *left, const void *right)
{
    const struct sb__call *a = left, *b = right;
    if (a->nr != b->nr)
        return a->nr < b->nr ? -1 : 1;
    return (a->rule > b->rule) - (a->rule < b->rule);
}

bool sb__policy_finish(struct sb_policy *policy, const char *name, struct sb_error *err)
{
    /* The guest's own start needs these two before anyone listens for refused calls. */
    static const char *const needed[] = {"execve", "exit_group", NULL};
    static const uint64_t none[6] = {0};
    qsort(policy->calls, policy->call_count, sizeof *policy->calls, by_number);
    for (const char *const *call = needed; *call; call++)
        if (sb__policy_answer(policy, sb__call_number(*call), none)->action != SB__ALLOW)
            return sb__fail(err, SB_SPEC, "policy '%s' must allow %s: no command starts",
                            name, *call);
    return true;
}

/* What policy_json.c would read from sb__default_policy. */
static bool read_default(struct sb_policy *policy, struct sb_error *err)
{
    const size_t rules = sizeof sb__default_rules / sizeof *sb__default_rules;
    const size_t calls = sizeof sb__default_calls / sizeof *sb__default_calls;
    const struct sb__named_call *call = sb__default_calls;
    if (!sb__policy_reserve(policy, rules, calls, err))
        return false;
    policy->fallback = sb__default_fallback;
    for (size_t i = 0; i < rules; i++) {
        sb__policy_add_rule(policy, &sb__default_rules[i]);
        for (; call < sb__default_calls + calls && call->rule == i; call++)
            sb__policy_add_call(policy, call->name);
    }
    if (sb__policy_finish(policy, "default", err))
        return true;
    sb__policy_release(policy);
    return false;
}

bool sb__policy_read(struct sb_policy *policy, const char *path, struct sb_error *err)
{
    return path ? sb__policy_parse_file(policy, path, err) : read_default(policy, err);
}

void sb__policy_release(struct sb_policy *policy)
{
    free(policy->rules);
    free(policy->calls);
    sb__filter_release(&policy->program);
    *policy = (struct sb_policy){0};
}

struct sb_policy *sb_policy_load(const char *path, struct sb_error *err)
{
    struct sb_policy *policy = calloc(1, sizeof *policy);
    *err = (struct sb_error){0};
    if (!policy) {
        sb__fail(err, SB_HOST, "out of memory");
        return NULL;
    }
    if (sb__policy_read(policy, path, err) &&
        sb__filter_build(policy, &policy->program, err))
        return policy;
    sb_policy_free(policy);
    return NULL;
}

void sb_policy_free(struct sb_policy *policy)
{
    if (policy)
        sb__policy_release(policy);
    free(policy);
}

static bool is_match(const struct sb__arg *arg, uint64_t actual)
{
    switch (arg->compare) {
    case SB__EQ:
        return actual == arg->value;
    case SB__NE:
        return actual != arg->value;
    case SB__LT:
        return actual < arg->value;
    case SB__LE:
        return actual <= arg->value;
    case SB__GT:
        return actual > arg->value;
    case SB__GE:
        return actual >= arg->value;
    case SB__MASKED_EQ:
        return (actual & arg->value) == arg->datum;
    }
    return false;
}

static bool matches(const struct sb__rule *rule, const uint64_t args[6])
{
    for (unsigned i = 0; i < rule->arg_count; i++)
        if (!is_match(&rule->args[i], args[rule->args[i].index]))
            return false;
    return true;
}

/* The first of the calls with this number, or where it would stand. */
static size_t find_call(const struct sb_policy *policy, int nr)
{
    size_t low = 0, high = policy->call_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (policy->calls[middle].nr < nr)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct sb__rule *sb__policy_answer(const struct sb_policy *policy, int nr,
                                         const uint64_t args[6])
{
    const struct sb__rule *refusal = NULL;
    for (size_t i = find_call(policy, nr);
         i < policy->call_count && policy->calls[i].nr == nr; i++) {
        const struct sb__rule *rule = &policy->rules[policy->calls[i].rule];
        if (!matches(rule, args))
            continue;
        if (rule->action == SB__ALLOW)
            return rule;
        if (!refusal)
            refusal = rule;
    }
    return refusal ? refusal : &policy->fallback;
}
