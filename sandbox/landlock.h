/* landlock.h - the second lock on files, network, signals and abstract sockets.
 *
 * Mounts and namespaces hold the same things first; Landlock holds if one of them has a
 * hole. The init makes the ruleset inside the new root, the guest restricts itself with it.
 */
#ifndef SB_LANDLOCK_H
#define SB_LANDLOCK_H

#include <stdbool.h>
#include <stddef.h>

int sb__landlock_abi(void); /* 0: the kernel has none or it is switched off */

/* Reading and executing everywhere beneath "/", writing beneath the given paths only,
 * no TCP, no signal and no abstract socket to the outside as far as abi has these.
 * Returns the ruleset, or -1 with errno. */
int sb__landlock_ruleset(int abi, const char *const *writable, size_t count);

bool sb__landlock_restrict(int ruleset);

#endif
