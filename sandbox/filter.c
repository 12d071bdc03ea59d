#include "filter.h"

#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>

#include "filter_compile.h"

/* x32 calls come with the native architecture and this bit. */
#define X32_BIT 0x40000000

bool sb__filter_build(const struct sb_policy *policy, struct sock_fprog *program,
                      struct sb_error *err)
{
    return sb__filter_compile(policy, seccomp_arch_native(), program, err);
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
