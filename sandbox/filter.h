/* filter.h - the BPF program of this machine; names and numbers of its calls.
 *
 * The only module that knows libseccomp, for names and numbers alone. The program allows
 * what the policy allows, answers what it refuses quietly, and notifies the supervisor of
 * every other call, also of calls of another architecture or of the x32 table; the
 * supervisor answers with the policy's errno or ends the run.
 */
#ifndef SB_FILTER_H
#define SB_FILTER_H

#include <linux/filter.h>

#include "policy.h"

/* Fills program with code that sb__filter_release frees. */
bool sb__filter_build(const struct sb_policy *policy, struct sock_fprog *program,
                      struct sb_error *err);
void sb__filter_release(struct sock_fprog *program);

int sb__call_number(const char *name); /* -1: this machine has no such call */

/* "keyctl", "i386:getpid", "x32:11", "1000": what a refused call is called in a result. */
void sb__call_name(uint32_t arch, int nr, char *name, size_t size);

/* A call by another table than the native one; it is always loud. */
bool sb__is_foreign_call(uint32_t arch, int nr);

#endif
