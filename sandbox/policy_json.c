#include "policy_json.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

/* A parse in progress: where messages go and what they start with. */
struct reader {
    struct sb_policy *policy;
    const char *name;
    struct sb_error *err;
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
    json_t *second = json_object_get(value, "valueTwo");
    const char *op = json_string_value(json_object_get(value, "op"));
    if (!json_is_integer(index) || json_integer_value(index) < 0 ||
        json_integer_value(index) > 5 ||
        !json_is_integer(json_object_get(value, "value")) ||
        (second && !json_is_integer(second)))
        return sb__fail(r->err, SB_SPEC,
                        "policy '%s': %s: index, value or valueTwo is wrong", r->name,
                        where);
    arg->index = (unsigned)json_integer_value(index);
    arg->value = (uint64_t)json_integer_value(json_object_get(value, "value"));
    arg->datum = (uint64_t)json_integer_value(second);
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

/* The calls of the rule that was added last. */
static bool read_names(struct reader *r, json_t *names, const char *where)
{
    size_t i;
    json_t *name;
    if (json_array_size(names) == 0)
        return sb__fail(r->err, SB_SPEC, "policy '%s': %s.names is not a list of calls",
                        r->name, where);
    json_array_foreach (names, i, name) {
        const char *text = json_string_value(name);
        if (!text)
            return sb__fail(r->err, SB_SPEC, "policy '%s': %s.names[%zu] is not a string",
                            r->name, where, i);
        sb__policy_add_call(r->policy, text);
    }
    return true;
}

static bool read_rule(struct reader *r, json_t *value, const char *where)
{
    static const char *const known[] = {"names", "action", "errnoRet", "args",
                                        "why",   "quiet",  NULL};
    struct sb__rule rule = {0};
    if (!check_keys(r, value, where, known) ||
        !read_action(r, json_object_get(value, "action"), where, &rule.action) ||
        !read_errno(r, json_object_get(value, "errnoRet"), where, &rule.number) ||
        !read_args(r, json_object_get(value, "args"), where, &rule))
        return false;
    json_t *quiet = json_object_get(value, "quiet");
    rule.is_quiet = json_is_true(quiet);
    if (quiet && !json_is_boolean(quiet))
        return sb__fail(r->err, SB_SPEC, "policy '%s': %s.quiet is not true or false",
                        r->name, where);
    if (rule.is_quiet && (rule.action != SB__ERRNO || rule.arg_count > 0))
        return sb__fail(r->err, SB_SPEC, "policy '%s': %s: only a plain errno can be quiet",
                        r->name, where);
    const char *why = json_string_value(json_object_get(value, "why"));
    if (!why || !*why)
        return sb__fail(r->err, SB_SPEC, "policy '%s': %s does not say why", r->name,
                        where);
    sb__policy_add_rule(r->policy, &rule);
    return read_names(r, json_object_get(value, "names"), where);
}

/* All names of all rules; what is not a list of them is refused when it is read. */
static size_t count_calls(json_t *rules)
{
    size_t count = 0, i;
    json_t *rule;
    json_array_foreach (rules, i, rule)
        count += json_array_size(json_object_get(rule, "names"));
    return count;
}

static bool read_default(struct reader *r, json_t *root)
{
    struct sb__rule *fallback = &r->policy->fallback;
    if (!read_action(r, json_object_get(root, "defaultAction"), "defaultAction",
                     &fallback->action) ||
        !read_errno(r, json_object_get(root, "defaultErrnoRet"), "defaultErrnoRet",
                    &fallback->number))
        return false;
    if (fallback->action == SB__ALLOW)
        return sb__fail(r->err, SB_SPEC, "policy '%s': the default must refuse", r->name);
    return true;
}

static bool read_policy(struct reader *r, json_t *root)
{
    static const char *const known[] = {
        "defaultAction", "defaultErrnoRet", "architectures", "syscalls", "why", NULL};
    json_t *rules = json_object_get(root, "syscalls");
    size_t i;
    json_t *value;
    if (!check_keys(r, root, "the top", known) || !read_default(r, root))
        return false;
    json_array_foreach (rules, i, value) {
        char where[32];
        if (snprintf(where, sizeof where, "syscalls[%zu]", i) < 0 ||
            !read_rule(r, value, where))
            return false;
    }
    return sb__policy_finish(r->policy, r->name, r->err);
}

/* The policy takes nothing of root, which is released. */
static bool read_root(struct reader *r, json_t *root, const json_error_t *problem)
{
    bool done;
    json_t *rules = json_object_get(root, "syscalls");
    if (!root)
        return sb__fail(r->err, SB_SPEC, "policy '%s':%d:%d: %s", r->name, problem->line,
                        problem->column, problem->text);
    if (!sb__policy_reserve(r->policy, json_array_size(rules), count_calls(rules),
                            r->err)) {
        json_decref(root);
        return false;
    }
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

bool sb__policy_parse_file(struct sb_policy *policy, const char *path, struct sb_error *err)
{
    struct reader r = {.policy = policy, .name = path, .err = err};
    json_error_t problem;
    *policy = (struct sb_policy){0};
    return read_root(&r, json_load_file(path, JSON_REJECT_DUPLICATES, &problem), &problem);
}
