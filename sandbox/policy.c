#include "policy.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "default_policy.h"
#include "error.h"
#include "filter.h"

/* A parse in progress: where messages go and what they start with. */
struct reader {
    struct sb_policy *policy;
    const char *name;
    struct sb_error *err;
    size_t capacity;
};

static const struct {
    const char *name;
    enum sb__action action;
} actions[] = {
    {"SCMP_ACT_ALLOW", SB__ALLOW},
    {"SCMP_ACT_ERRNO", SB__ERRNO},
    {"SCMP_ACT_KILL_PROCESS", SB__KILL},
};

static const struct {
    const char *name;
    enum sb__compare compare;
} compares[] = {
    {"SCMP_CMP_EQ", SB__EQ},
    {"SCMP_CMP_NE", SB__NE},
    {"SCMP_CMP_LT", SB__LT},
    {"SCMP_CMP_LE", SB__LE},
    {"SCMP_CMP_GT", SB__GT},
    {"SCMP_CMP_GE", SB__GE},
    {"SCMP_CMP_MASKED_EQ", SB__MASKED_EQ},
};

const char *sb_policy_default(void)
{
    return sb__default_policy;
}

static bool is_known_key(const char *key, const char *const *known)
{
    for (; *known; known++)
        if (strcmp(key, *known) == 0)
            return true;
    return false;
}

static bool check_keys(struct reader *r, json_t *object, const char *where,
                       const char *const *known)
{
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return sb__fail(r->err, SB_SPEC, "policy '%s': %s is not an object", r->name,
                        where);
    json_object_foreach (object, key, value) {
        if (!is_known_key(key, known))
            return sb__fail(r->err, SB_SPEC, "policy '%s': %s: unknown key '%s'", r->name,
                            where, key);
    }
    return true;
}

static bool read_action(struct reader *r, json_t *value, const char *where,
                        enum sb__action *action)
{
    const char *text = json_string_value(value);
    for (size_t i = 0; text && i < sizeof actions / sizeof *actions; i++)
        if (strcmp(text, actions[i].name) == 0) {
            *action = actions[i].action;
            return true;
        }
    return sb__fail(r->err, SB_SPEC,
                    "policy '%s': %s is not SCMP_ACT_ALLOW, _ERRNO or _KILL_PROCESS",
                    r->name, where);
}

/* An errno the kernel would pass on: 1 to 4095. Absent means EPERM, as in OCI. */
static bool read_errno(struct reader *r, json_t *value, const char *where, int *number)
{
    *number = EPERM;
    if (!value)
        return true;
    json_int_t n = json_integer_value(value);
    if (n < 1 || n > 4095)
        return sb__fail(r->err, SB_SPEC, "policy '%s': %s is not 1 to 4095", r->name,
                        where);
    *number = (int)n;
    return true;
}

static bool read_arg(struct reader *r, json_t *value, const char *where,
                     struct sb__arg *arg)
{
    static const char *const known[] = {"index", "value", "valueTwo", "op", NULL};
    if (!check_keys(r, value, where, known))
        return false;
    json_t *index = json_object_get(value, "index");
    const char *op = json_string_value(json_object_get(value, "op"));
    if (!json_is_integer(index) || json_integer_value(index) < 0 ||
        json_integer_value(index) > 5 || !json_is_integer(json_object_get(value, "value")))
        return sb__fail(r->err, SB_SPEC, "policy '%s': %s: index or value is wrong",
                        r->name, where);
    arg->index = (unsigned)json_integer_value(index);
    arg->value = (uint64_t)json_integer_value(json_object_get(value, "value"));
    arg->datum = (uint64_t)json_integer_value(json_object_get(value, "valueTwo"));
    for (size_t i = 0; op && i < sizeof compares / sizeof *compares; i++)
        if (strcmp(op, compares[i].name) == 0) {
            arg->compare = compares[i].compare;
            return true;
        }
    return sb__fail(r->err, SB_SPEC, "policy '%s': %s.op is unknown", r->name, where);
}

static bool read_args(struct reader *r, json_t *list, const char *where,
                      struct sb__rule *rule)
{
    size_t i;
    json_t *value;
    if (json_array_size(list) > 6 || (list && !json_is_array(list)))
        return sb__fail(r->err, SB_SPEC, "policy '%s': %s.args is not a list of at most 6",
                        r->name, where);
    json_array_foreach (list, i, value) {
        char place[64];
        if (snprintf(place, sizeof place, "%s.args[%zu]", where, i) < 0 ||
            !read_arg(r, value, place, &rule->args[i]))
            return false;
    }
    rule->arg_count = (unsigned)json_array_size(list);
    return true;
}

static bool append(struct reader *r, const struct sb__rule *rule)
{
    struct sb_policy *policy = r->policy;
    if (policy->count == r->capacity) {
        size_t capacity = r->capacity ? 2 * r->capacity : 256;
        struct sb__rule *rules = realloc(policy->rules, capacity * sizeof *rules);
        if (!rules)
            return sb__fail(r->err, SB_HOST, "policy '%s': out of memory", r->name);
        policy->rules = rules;
        r->capacity = capacity;
    }
    policy->rules[policy->count++] = *rule;
    return true;
}

static bool read_rule(struct reader *r, json_t *value, const char *where)
{
    static const char *const known[] = {"names", "action", "errnoRet", "args",
                                        "why",   "quiet",  NULL};
    struct sb__rule rule = {0};
    size_t i;
    json_t *name;
    if (!check_keys(r, value, where, known) ||
        !read_action(r, json_object_get(value, "action"), where, &rule.action) ||
        !read_errno(r, json_object_get(value, "errnoRet"), where, &rule.number) ||
        !read_args(r, json_object_get(value, "args"), where, &rule))
        return false;
    rule.is_quiet = json_is_true(json_object_get(value, "quiet"));
    if (rule.is_quiet && (rule.action != SB__ERRNO || rule.arg_count > 0))
        return sb__fail(r->err, SB_SPEC, "policy '%s': %s: only a plain errno can be quiet",
                        r->name, where);
    const char *why = json_string_value(json_object_get(value, "why"));
    json_t *names = json_object_get(value, "names");
    if (!why || !*why)
        return sb__fail(r->err, SB_SPEC, "policy '%s': %s does not say why", r->name,
                        where);
    if (json_array_size(names) == 0)
        return sb__fail(r->err, SB_SPEC, "policy '%s': %s.names is not a list of calls",
                        r->name, where);
    json_array_foreach (names, i, name) {
        const char *text = json_string_value(name);
        if (!text)
            return sb__fail(r->err, SB_SPEC, "policy '%s': %s.names[%zu] is not a string",
                            r->name, where, i);
        rule.nr = sb__call_number(text);
        if (rule.nr >= 0 && !append(r, &rule))
            return false;
    }
    return true;
}

/* The guest's own start needs these two before anyone listens for refused calls. */
static bool check_start(struct reader *r)
{
    static const char *const needed[] = {"execve", "exit_group", NULL};
    static const uint64_t none[6] = {0};
    for (const char *const *name = needed; *name; name++)
        if (sb__policy_answer(r->policy, sb__call_number(*name), none)->action != SB__ALLOW)
            return sb__fail(r->err, SB_SPEC, "policy '%s' must allow %s: no command starts",
                            r->name, *name);
    return true;
}

static bool read_policy(struct reader *r, json_t *root)
{
    static const char *const known[] = {
        "defaultAction", "defaultErrnoRet", "architectures", "syscalls", "why", NULL};
    struct sb__rule *fallback = &r->policy->fallback;
    size_t i;
    json_t *value;
    if (!check_keys(r, root, "the top", known) ||
        !read_action(r, json_object_get(root, "defaultAction"), "defaultAction",
                     &fallback->action) ||
        !read_errno(r, json_object_get(root, "defaultErrnoRet"), "defaultErrnoRet",
                    &fallback->number))
        return false;
    if (fallback->action == SB__ALLOW)
        return sb__fail(r->err, SB_SPEC, "policy '%s': the default must refuse", r->name);
    json_array_foreach (json_object_get(root, "syscalls"), i, value) {
        char where[32];
        if (snprintf(where, sizeof where, "syscalls[%zu]", i) < 0 ||
            !read_rule(r, value, where))
            return false;
    }
    return check_start(r);
}

static bool read_root(struct reader *r, json_t *root, const json_error_t *problem)
{
    bool done;
    if (!root)
        return sb__fail(r->err, SB_SPEC, "policy '%s':%d:%d: %s", r->name, problem->line,
                        problem->column, problem->text);
    done = read_policy(r, root);
    json_decref(root);
    if (!done)
        sb__policy_release(r->policy);
    return done;
}

bool sb__policy_parse(struct sb_policy *policy, const char *name, const char *text,
                      struct sb_error *err)
{
    struct reader r = {.policy = policy, .name = name, .err = err};
    json_error_t problem;
    *policy = (struct sb_policy){0};
    return read_root(&r, json_loads(text, JSON_REJECT_DUPLICATES, &problem), &problem);
}

bool sb__policy_read(struct sb_policy *policy, const char *path, struct sb_error *err)
{
    struct reader r = {.policy = policy, .name = path, .err = err};
    json_error_t problem;
    if (!path)
        return sb__policy_parse(policy, "default", sb__default_policy, err);
    *policy = (struct sb_policy){0};
    return read_root(&r, json_load_file(path, JSON_REJECT_DUPLICATES, &problem), &problem);
}

void sb__policy_release(struct sb_policy *policy)
{
    free(policy->rules);
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

static bool matches(const struct sb__rule *rule, int nr, const uint64_t args[6])
{
    if (rule->nr != nr)
        return false;
    for (unsigned i = 0; i < rule->arg_count; i++)
        if (!is_match(&rule->args[i], args[rule->args[i].index]))
            return false;
    return true;
}

const struct sb__rule *sb__policy_answer(const struct sb_policy *policy, int nr,
                                         const uint64_t args[6])
{
    const struct sb__rule *refusal = &policy->fallback;
    for (size_t i = policy->count; i-- > 0;) {
        const struct sb__rule *rule = &policy->rules[i];
        if (!matches(rule, nr, args))
            continue;
        if (rule->action == SB__ALLOW)
            return rule;
        refusal = rule; /* going backwards: the first in the file stands last */
    }
    return refusal;
}
