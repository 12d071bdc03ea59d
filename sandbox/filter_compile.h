/* filter_compile.h - from a policy to the BPF program that the kernel runs.
 *
 * The program has the answers of policy.h: SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO for a quiet
 * rule, and SECCOMP_RET_USER_NOTIF for every other call, also one of another architecture
 * or of the x32 table. It looks at arguments only where a rule of that very call does, so
 * that the kernel sees plainly allowed calls as constant and no longer runs the program for
 * them (kernel/seccomp.c, the action cache).
 */
#ifndef SB_FILTER_COMPILE_H
#define SB_FILTER_COMPILE_H

#include <linux/filter.h>

#include "policy.h"

/* arch: AUDIT_ARCH_*, the only one whose calls the policy speaks of. The caller frees
 * program->filter. A policy that needs more than BPF_MAXINSNS instructions is SB_SPEC. */
bool sb__filter_compile(const struct sb_policy *policy, uint32_t arch,
                        struct sock_fprog *program, struct sb_error *err);

#endif
