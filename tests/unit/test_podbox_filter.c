/* The compiled filter against libseccomp's program for the same policy, both interpreted
 * here. test_podbox_filter_load.c has it run by the kernel.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "filter.h"
#include "policy.h"

TestSuite(podbox_filter, .timeout = 100);

#define X32_BIT 0x40000000

/* Numbers of which some are beyond any table. */
#define NUMBERS_END 1024

static bool jumps(const struct sock_filter *op, uint32_t a)
{
    switch (BPF_OP(op->code)) {
    case BPF_JEQ:
        return a == op->k;
    case BPF_JGE:
        return a >= op->k;
    case BPF_JGT:
        return a > op->k;
    case BPF_JSET:
        return (a & op->k) != 0;
    default:
        cr_assert_fail("unexpected jump %x", op->code);
    }
    return false;
}

struct run {
    uint32_t answer;
    bool saw_arguments;
};

/* What the kernel would answer: classic BPF as far as seccomp allows it (seccomp(2)). */
static struct run interpret(const struct sock_fprog *program,
                            const struct seccomp_data *data)
{
    struct run run = {0};
    uint32_t a = 0;
    for (unsigned pc = 0; pc < program->len; pc++) {
        const struct sock_filter *op = &program->filter[pc];
        switch (BPF_CLASS(op->code)) {
        case BPF_LD:
            cr_assert(op->k % 4 == 0 && op->k < sizeof *data);
            memcpy(&a, (const char *)data + op->k, sizeof a);
            run.saw_arguments |= op->k >= offsetof(struct seccomp_data, args);
            break;
        case BPF_ALU:
            cr_assert(BPF_OP(op->code) == BPF_AND);
            a &= op->k;
            break;
        case BPF_JMP:
            if (BPF_OP(op->code) == BPF_JA)
                pc += op->k;
            else
                pc += jumps(op, a) ? op->jt : op->jf;
            break;
        case BPF_RET:
            run.answer = op->k;
            return run;
        default:
            cr_assert_fail("unexpected instruction %x", op->code);
        }
    }
    cr_assert_fail("the program has no end");
    return run;
}

/* libseccomp's program for a policy. */

static const enum scmp_compare compares[] = {
    [SB__EQ] = SCMP_CMP_EQ,
    [SB__NE] = SCMP_CMP_NE,
    [SB__LT] = SCMP_CMP_LT,
    [SB__LE] = SCMP_CMP_LE,
    [SB__GT] = SCMP_CMP_GT,
    [SB__GE] = SCMP_CMP_GE,
    [SB__MASKED_EQ] = SCMP_CMP_MASKED_EQ,
};

static void add_with_libseccomp(scmp_filter_ctx filter, int nr, const struct sb__rule *rule)
{
    struct scmp_arg_cmp args[6];
    for (unsigned i = 0; i < rule->arg_count; i++)
        args[i] = (struct scmp_arg_cmp){.arg = rule->args[i].index,
                                        .op = compares[rule->args[i].compare],
                                        .datum_a = rule->args[i].value,
                                        .datum_b = rule->args[i].datum};
    uint32_t action = SCMP_ACT_ALLOW;
    if (rule->action != SB__ALLOW)
        action = SCMP_ACT_ERRNO((uint32_t)rule->number);
    int rc = seccomp_rule_add_array(filter, action, nr, rule->arg_count, args);
    cr_assert(rc == 0, "libseccomp: %s", strerror(-rc));
}

static void build_with_libseccomp(const struct sb_policy *policy,
                                  struct sock_fprog *program)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_NOTIFY);
    cr_assert(filter);
    cr_assert(seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_NOTIFY) == 0);
    cr_assert(seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0);
    for (size_t i = 0; i < policy->call_count; i++) {
        const struct sb__rule *rule = &policy->rules[policy->calls[i].rule];
        if (rule->action == SB__ALLOW || rule->is_quiet)
            add_with_libseccomp(filter, policy->calls[i].nr, rule);
    }
    int fd = memfd_create("filter", MFD_CLOEXEC);
    cr_assert(fd >= 0 && seccomp_export_bpf(filter, fd) == 0);
    off_t size = lseek(fd, 0, SEEK_END);
    program->len = (unsigned short)((size_t)size / sizeof(struct sock_filter));
    program->filter = malloc((size_t)size);
    cr_assert(program->filter && pread(fd, program->filter, (size_t)size, 0) == size);
    close(fd);
    seccomp_release(filter);
}

/* A policy, our program, and libseccomp's: one for the whole if it gets that right, and one
 * for each rule alone, which allows the call 0 when the rule's arguments match. */
struct subject {
    struct sb_policy policy;
    struct sock_fprog ours;
    struct sock_fprog whole; /* empty: libseccomp cannot say it */
    struct sock_fprog *rules;
};

static bool has_order(const struct sb__rule *rule)
{
    for (unsigned i = 0; i < rule->arg_count; i++)
        if (rule->args[i].compare >= SB__LT && rule->args[i].compare <= SB__GE)
            return true;
    return false;
}

/* libseccomp has no rule for "else this errno", and joins rules of one call that order the
 * same argument wrongly: 2.5.4 refuses 0x100000002 when both what is below that number and
 * what is below 0x200000002 are allowed. Seen here, with and without its binary tree. */
static bool is_sayable(const struct sb_policy *policy)
{
    for (size_t i = 1; i < policy->call_count; i++) {
        const struct sb__rule *rule = &policy->rules[policy->calls[i].rule];
        const struct sb__rule *before = &policy->rules[policy->calls[i - 1].rule];
        if (policy->calls[i].nr == policy->calls[i - 1].nr &&
            (rule->is_quiet || before->is_quiet || has_order(rule) || has_order(before)))
            return false;
    }
    return true;
}

static void build_for_rule(const struct sb__rule *rule, struct sock_fprog *program)
{
    struct sb__rule allowing = *rule;
    struct sb__call call = {0, 0};
    struct sb_policy alone = {
        .rules = &allowing, .rule_count = 1, .calls = &call, .call_count = 1};
    allowing.action = SB__ALLOW;
    allowing.is_quiet = false;
    build_with_libseccomp(&alone, program);
}

/* Takes the policy. */
static void subject_init(struct subject *subject, struct sb_policy *policy)
{
    struct sb_error err = {0};
    *subject = (struct subject){.policy = *policy};
    cr_assert(sb__filter_build(policy, &subject->ours, &err), "%s", err.message);
    if (is_sayable(policy))
        build_with_libseccomp(policy, &subject->whole);
    subject->rules = calloc(policy->rule_count, sizeof *subject->rules);
    cr_assert(subject->rules);
    for (size_t i = 0; i < policy->rule_count; i++)
        build_for_rule(&policy->rules[i], &subject->rules[i]);
}

static void subject_release(struct subject *subject)
{
    for (size_t i = 0; i < subject->policy.rule_count; i++)
        free(subject->rules[i].filter);
    free(subject->rules);
    free(subject->whole.filter);
    sb__filter_release(&subject->ours);
    sb__policy_release(&subject->policy);
}

static bool matches(const struct subject *subject, unsigned rule, struct seccomp_data data)
{
    data.nr = 0;
    data.arch = AUDIT_ARCH_X86_64;
    return interpret(&subject->rules[rule], &data).answer == SECCOMP_RET_ALLOW;
}

/* The rule that decides on a call, from the sentences at the top of policy.h. */
static const struct sb__rule *find_rule(const struct subject *subject,
                                        const struct seccomp_data *data)
{
    const struct sb_policy *policy = &subject->policy;
    const struct sb__rule *found = &policy->fallback;
    for (unsigned pass = 0; pass < 2; pass++)
        for (size_t i = policy->call_count; i-- > 0;) {
            const struct sb__call *call = &policy->calls[i];
            const struct sb__rule *rule = &policy->rules[call->rule];
            /* First refusals, from the last to the first; then what is allowed wins. */
            if (call->nr == data->nr && (rule->action == SB__ALLOW) == (pass == 1) &&
                matches(subject, call->rule, *data))
                found = rule;
        }
    return found;
}

static uint32_t answer_of(const struct sb__rule *rule)
{
    if (rule->action == SB__ALLOW)
        return SECCOMP_RET_ALLOW;
    return rule->is_quiet ? SECCOMP_RET_ERRNO | (uint32_t)rule->number
                          : SECCOMP_RET_USER_NOTIF;
}

static void check(const struct subject *subject, const struct seccomp_data *data)
{
    const struct sb__rule *rule = find_rule(subject, data);
    uint32_t want = answer_of(rule);
    if (data->arch != AUDIT_ARCH_X86_64)
        want = SECCOMP_RET_USER_NOTIF;
    struct run run = interpret(&subject->ours, data);
    cr_assert(run.answer == want, "call %x: %x, expected %x", (unsigned)data->nr,
              run.answer, want);
    if (subject->whole.filter)
        cr_assert(interpret(&subject->whole, data).answer == want, "libseccomp, call %x",
                  (unsigned)data->nr);
    uint64_t args[6];
    memcpy(args, data->args, sizeof args);
    cr_assert(sb__policy_answer(&subject->policy, data->nr, args) == rule, "call %x",
              (unsigned)data->nr);
    if (want == SECCOMP_RET_ALLOW && rule->arg_count == 0)
        cr_assert(!run.saw_arguments, "call %x cannot be cached", (unsigned)data->nr);
}

/* Every number natively, as x32 and as i386, and those that only look like numbers. */
static void check_numbers(const struct subject *subject)
{
    static const uint32_t extremes[] = {0x3fffffff, 0x40000000, 0x7fffffff, 0x80000000,
                                        0xbfffffff, 0xc0000000, 0xffffffff};
    for (int nr = -1; nr < NUMBERS_END; nr++) {
        check(subject, &(struct seccomp_data){.nr = nr, .arch = AUDIT_ARCH_X86_64});
        check(subject, &(struct seccomp_data){.nr = nr, .arch = AUDIT_ARCH_I386});
        check(subject,
              &(struct seccomp_data){.nr = nr | X32_BIT, .arch = AUDIT_ARCH_X86_64});
    }
    for (size_t i = 0; i < sizeof extremes / sizeof *extremes; i++)
        check(subject,
              &(struct seccomp_data){.nr = (int)extremes[i], .arch = AUDIT_ARCH_X86_64});
}

/* A value that matches, if there is one. */
static uint64_t matching(const struct sb__arg *arg)
{
    switch (arg->compare) {
    case SB__MASKED_EQ:
        return arg->datum;
    case SB__LT:
        return arg->value - 1;
    case SB__NE:
    case SB__GT:
        return arg->value + 1;
    default:
        return arg->value;
    }
}

#define NEAR 16

static void fill_near(const struct sb__arg *arg, uint64_t near[NEAR])
{
    const uint64_t high = 1ull << 32, mask = arg->value;
    const uint64_t v = arg->compare == SB__MASKED_EQ ? arg->datum : arg->value;
    const uint64_t values[NEAR] = {v - 1,
                                   v,
                                   v + 1,
                                   v ^ high,
                                   v - high,
                                   v + high,
                                   v | mask,
                                   v & ~high,
                                   v & UINT32_MAX,
                                   v | ~mask,
                                   ~v,
                                   v | ~0ull << 32,
                                   0,
                                   ~0ull,
                                   v ^ (mask & -mask),
                                   v ^ 1ull << 63};
    memcpy(near, values, sizeof values);
}

/* Each argument of each rule around its bound, the others as the rule wants them. */
static void check_arguments(const struct subject *subject)
{
    for (size_t i = 0; i < subject->policy.call_count; i++) {
        const struct sb__call *call = &subject->policy.calls[i];
        const struct sb__rule *rule = &subject->policy.rules[call->rule];
        struct seccomp_data data = {.nr = call->nr, .arch = AUDIT_ARCH_X86_64};
        for (unsigned a = 0; a < rule->arg_count; a++)
            data.args[rule->args[a].index] = matching(&rule->args[a]);
        for (unsigned a = 0; a < rule->arg_count; a++) {
            uint64_t near[NEAR];
            struct seccomp_data moved = data;
            fill_near(&rule->args[a], near);
            for (unsigned n = 0; n < NEAR; n++) {
                moved.args[rule->args[a].index] = near[n];
                check(subject, &moved);
            }
        }
    }
}

static void check_all(struct sb_policy *policy)
{
    struct subject subject;
    subject_init(&subject, policy);
    check_numbers(&subject);
    check_arguments(&subject);
    subject_release(&subject);
}

Test(podbox_filter, the_default_program_answers_as_that_of_libseccomp)
{
    struct subject subject;
    struct sb_policy policy;
    struct sb_error err = {0};
    cr_assert(sb__policy_read(&policy, NULL, &err), "%s", err.message);
    subject_init(&subject, &policy);
    cr_assert(subject.whole.filter);
    cr_expect(2 * subject.ours.len < subject.whole.len);
    check_numbers(&subject);
    check_arguments(&subject);
    subject_release(&subject);
}

/* Random policies. */

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static uint64_t random_below(uint64_t *state, uint64_t end)
{
    return (next_random(state) >> 11) % end;
}

static uint64_t random_value(uint64_t *state)
{
    static const uint64_t edges[] = {0,
                                     1,
                                     0x7fffffff,
                                     0x80000000,
                                     0xffffffff,
                                     0x100000000,
                                     0xffffffff00000000,
                                     0x7fffffffffffffff,
                                     0x8000000000000000,
                                     0xffffffffffffffff};
    switch (random_below(state, 4)) {
    case 0:
        return edges[random_below(state, sizeof edges / sizeof *edges)];
    case 1: /* small halves, so that rules meet */
        return random_below(state, 3) << 32 | random_below(state, 4);
    case 2:
        return next_random(state) & next_random(state) & next_random(state);
    default:
        return next_random(state);
    }
}

static void fill_rule(uint64_t *state, struct sb__rule *rule, unsigned arg_count)
{
    unsigned first = (unsigned)random_below(state, 6);
    rule->number = (int)(1 + random_below(state, 4));
    rule->action = (enum sb__action)(random_below(state, 5) % 3); /* more allow and errno */
    rule->arg_count = arg_count;
    rule->is_quiet =
        arg_count == 0 && rule->action == SB__ERRNO && random_below(state, 2) == 0;
    for (unsigned i = 0; i < arg_count; i++) {
        struct sb__arg *arg = &rule->args[i];
        arg->index = (first + i) % 6;
        arg->compare = (enum sb__compare)random_below(state, SB__MASKED_EQ + 1);
        arg->value = random_value(state);
        arg->datum = random_value(state) & arg->value;
    }
}

static void add_rule(struct sb_policy *policy, int nr, const struct sb__rule *rule)
{
    policy->calls[policy->call_count++] =
        (struct sb__call){nr, (unsigned)policy->rule_count};
    sb__policy_add_rule(policy, rule);
}

static void start_policy(struct sb_policy *policy, size_t rules)
{
    static const struct sb__rule allow = {.action = SB__ALLOW};
    struct sb_error err = {0};
    cr_assert(sb__policy_reserve(policy, rules + 2, rules + 2, &err));
    policy->fallback = (struct sb__rule){.action = SB__ERRNO, .number = ENOSYS};
    add_rule(policy, SYS_execve, &allow);
    add_rule(policy, SYS_exit_group, &allow);
}

static void finish_policy(struct sb_policy *policy)
{
    struct sb_error err = {0};
    cr_assert(sb__policy_finish(policy, "test", &err), "%s", err.message);
}

/* Up to 60 rules, up to 4 of them for one call; of every second policy one only. */
static void make_policy(uint64_t *state, struct sb_policy *policy)
{
    unsigned calls = 1 + (unsigned)random_below(state, 15);
    unsigned most = 1 + 3 * (unsigned)random_below(state, 2);
    start_policy(policy, 60);
    for (unsigned i = 0; i < calls; i++) {
        int nr = (int)(61 + 7 * i + random_below(state, 7));
        unsigned rules = 1 + (unsigned)random_below(state, most);
        for (unsigned r = 0; r < rules; r++) {
            struct sb__rule rule = {0};
            fill_rule(state, &rule,
                      (unsigned)(random_below(state, 2) * random_below(state, 7)));
            add_rule(policy, nr == SYS_exit_group ? 1000 : nr, &rule);
        }
    }
    finish_policy(policy);
}

Test(podbox_filter, random_programs_answer_as_those_of_libseccomp)
{
    uint64_t state = 0x706f6469756d; /* "podium" */
    for (unsigned i = 0; i < 300; i++) {
        struct sb_policy policy;
        make_policy(&state, &policy);
        check_all(&policy);
    }
}

/* Far more than a conditional jump of BPF reaches: between any two calls of one treatment
 * lies one of another, and the rules of single calls lie behind them all. */
Test(podbox_filter, hundreds_of_single_calls_are_told_apart)
{
    uint64_t state = 0x73616e64; /* "sand" */
    struct sb_policy policy;
    start_policy(&policy, 1000);
    for (int nr = 0; nr < 1000; nr++) {
        struct sb__rule rule = {.number = 1 + nr % 500};
        rule.action = nr % 2 == 0 ? SB__ALLOW : SB__ERRNO;
        rule.is_quiet = nr % 4 == 1;
        if (nr % 8 == 6)
            fill_rule(&state, &rule, 1 + (unsigned)nr % 6);
        if (nr != SYS_execve && nr != SYS_exit_group)
            add_rule(&policy, nr, &rule);
    }
    finish_policy(&policy);
    check_all(&policy);
}
