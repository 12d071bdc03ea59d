#include <criterion/criterion.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>

#include "filter.h"
#include "policy.h"

TestSuite(podbox_filter, .timeout = 60);

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

/* What the kernel would answer: classic BPF as far as seccomp allows it (seccomp(2)). */
static uint32_t interpret(const struct sock_fprog *program, const struct seccomp_data *data)
{
    uint32_t a = 0;
    for (unsigned pc = 0; pc < program->len; pc++) {
        const struct sock_filter *op = &program->filter[pc];
        switch (BPF_CLASS(op->code)) {
        case BPF_LD:
            memcpy(&a, (const char *)data + op->k, sizeof a);
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
            return op->k;
        default:
            cr_assert_fail("unexpected instruction %x", op->code);
        }
    }
    cr_assert_fail("the program has no end");
    return 0;
}

static uint32_t expected(const struct sb_policy *policy, const struct seccomp_data *data)
{
    uint64_t args[6];
    memcpy(args, data->args, sizeof args);
    const struct sb__rule *rule = sb__policy_answer(policy, data->nr, args);
    if (rule->action == SB__ALLOW)
        return SECCOMP_RET_ALLOW;
    return rule->is_quiet ? SECCOMP_RET_ERRNO | (uint32_t)rule->number
                          : SECCOMP_RET_USER_NOTIF;
}

Test(podbox_filter, the_program_agrees_with_the_policy_for_every_call)
{
    static const uint64_t values[] = {
        0,          1,          2,          15,          22,
        0x5401,     0x5412,     0x00020011, 0x01200011,  0x003d0f00,
        0x10000000, 0x7e020000, 0xffffffff, 0x100000001, 0x1000000005401,
        0x1002,     0x1001,
    };
    struct sb_policy policy;
    struct sock_fprog program;
    struct sb_error err = {0};
    cr_assert(sb__policy_read(&policy, NULL, &err));
    cr_assert(sb__filter_build(&policy, &program, &err), "%s", err.message);
    for (int nr = 0; nr < 1100; nr++)
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            struct seccomp_data data = {.nr = nr, .arch = AUDIT_ARCH_X86_64};
            data.args[0] = data.args[1] = values[i];
            uint32_t got = interpret(&program, &data), want = expected(&policy, &data);
            cr_assert(got == want, "call %d with 0x%llx: %x, expected %x", nr,
                      (unsigned long long)values[i], got, want);
        }
    sb__filter_release(&program);
    sb__policy_release(&policy);
}

Test(podbox_filter, no_call_of_another_table_is_allowed)
{
    struct sb_policy policy;
    struct sock_fprog program;
    struct sb_error err = {0};
    cr_assert(sb__policy_read(&policy, NULL, &err));
    cr_assert(sb__filter_build(&policy, &program, &err), "%s", err.message);
    for (int nr = 0; nr < 600; nr++) {
        struct seccomp_data i386 = {.nr = nr, .arch = AUDIT_ARCH_I386};
        struct seccomp_data x32 = {.nr = nr | 0x40000000, .arch = AUDIT_ARCH_X86_64};
        cr_assert(interpret(&program, &i386) == SECCOMP_RET_USER_NOTIF, "i386 %d", nr);
        cr_assert(interpret(&program, &x32) == SECCOMP_RET_USER_NOTIF, "x32 %d", nr);
        cr_assert(sb__is_foreign_call(i386.arch, i386.nr));
        cr_assert(sb__is_foreign_call(x32.arch, x32.nr));
    }
    cr_expect(!sb__is_foreign_call(AUDIT_ARCH_X86_64, 0));
    sb__filter_release(&program);
    sb__policy_release(&policy);
}

/* Numbers from the kernel's tables syscall_64.tbl and syscall_32.tbl. */
Test(podbox_filter, a_call_is_named_by_its_table)
{
    static const struct {
        uint32_t arch;
        int nr;
        const char *name;
    } calls[] = {
        {AUDIT_ARCH_X86_64, 250, "keyctl"},
        {AUDIT_ARCH_X86_64, 1000, "1000"},
        {AUDIT_ARCH_X86_64, 0x40000000 | 39, "x32:getpid"},
        {AUDIT_ARCH_I386, 20, "i386:getpid"},
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char name[32];
        sb__call_name(calls[i].arch, calls[i].nr, name, sizeof name);
        cr_expect(strcmp(name, calls[i].name) == 0, "%s is not %s", name, calls[i].name);
    }
}
