#include "filter.h"

#include <errno.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "error.h"
#include "io.h"

/* x32 calls come with the native architecture and this bit. */
#define X32_BIT 0x40000000

static const enum scmp_compare compares[] = {
    [SB__EQ] = SCMP_CMP_EQ,
    [SB__NE] = SCMP_CMP_NE,
    [SB__LT] = SCMP_CMP_LT,
    [SB__LE] = SCMP_CMP_LE,
    [SB__GT] = SCMP_CMP_GT,
    [SB__GE] = SCMP_CMP_GE,
    [SB__MASKED_EQ] = SCMP_CMP_MASKED_EQ,
};

static int add_rule(scmp_filter_ctx filter, const struct sb__rule *rule)
{
    struct scmp_arg_cmp args[6];
    for (unsigned i = 0; i < rule->arg_count; i++)
        args[i] = (struct scmp_arg_cmp){.arg = rule->args[i].index,
                                        .op = compares[rule->args[i].compare],
                                        .datum_a = rule->args[i].value,
                                        .datum_b = rule->args[i].datum};
    uint32_t action = SCMP_ACT_ALLOW;
    if (rule->is_quiet)
        action = SCMP_ACT_ERRNO((uint32_t)rule->number);
    return seccomp_rule_add_array(filter, action, rule->nr, rule->arg_count, args);
}

static bool fill(scmp_filter_ctx filter, const struct sb_policy *policy,
                 struct sb_error *err)
{
    int rc = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_NOTIFY);
    /* A binary tree over the numbers instead of a list of some 200 comparisons. */
    if (rc == 0)
        rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    for (size_t i = 0; rc == 0 && i < policy->count; i++)
        if (policy->rules[i].action == SB__ALLOW || policy->rules[i].is_quiet)
            rc = add_rule(filter, &policy->rules[i]);
    if (rc == 0)
        return true;
    errno = -rc;
    return sb__fail_errno(err, SB_INTERNAL, "cannot build the seccomp filter");
}

/* libseccomp exports to a descriptor only. */
static bool export(scmp_filter_ctx filter, struct sock_fprog *program, struct sb_error *err)
{
    SB__FD int fd = memfd_create("filter", MFD_CLOEXEC);
    if (fd < 0 || seccomp_export_bpf(filter, fd) != 0)
        return sb__fail_errno(err, SB_HOST, "cannot export the seccomp filter");
    off_t size = lseek(fd, 0, SEEK_END);
    size_t count = size > 0 ? (size_t)size / sizeof(struct sock_filter) : 0;
    if (count == 0 || count > BPF_MAXINSNS)
        return sb__fail(err, SB_SPEC, "the policy makes %zu instructions, 1 to %d fit",
                        count, BPF_MAXINSNS);
    struct sock_filter *code = malloc((size_t)size);
    if (!code || pread(fd, code, (size_t)size, 0) != size) {
        free(code);
        return sb__fail(err, SB_HOST, "out of memory for the seccomp filter");
    }
    *program = (struct sock_fprog){.len = (unsigned short)count, .filter = code};
    return true;
}

bool sb__filter_build(const struct sb_policy *policy, struct sock_fprog *program,
                      struct sb_error *err)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_NOTIFY);
    if (!filter)
        return sb__fail(err, SB_HOST, "this kernel has no seccomp user notification");
    bool done = fill(filter, policy, err) && export(filter, program, err);
    seccomp_release(filter);
    return done;
}

void sb__filter_release(struct sock_fprog *program)
{
    free(program->filter);
    *program = (struct sock_fprog){0};
}

int sb__call_number(const char *name)
{
    int nr = seccomp_syscall_resolve_name(name);
    return nr == __NR_SCMP_ERROR ? -1 : nr;
}

bool sb__is_foreign_call(uint32_t arch, int nr)
{
    return arch != seccomp_arch_native() || (nr & X32_BIT) != 0;
}

static const char *table_name(uint32_t arch, int nr)
{
    if (arch == SCMP_ARCH_X86)
        return "i386:";
    if (arch == seccomp_arch_native())
        return nr & X32_BIT ? "x32:" : "";
    return "foreign:";
}

void sb__call_name(uint32_t arch, int nr, char *name, size_t size)
{
    char *known = seccomp_syscall_resolve_num_arch(arch, nr & ~X32_BIT);
    const char *table = table_name(arch, nr);
    int n = known ? snprintf(name, size, "%s%s", table, known)
                  : snprintf(name, size, "%s%d", table, nr & ~X32_BIT);
    if (n < 0)
        name[0] = '\0';
    free(known);
}
