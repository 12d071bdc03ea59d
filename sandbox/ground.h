/* ground.h - what one sandbox after another stands on: an empty network namespace that they
 * are born in, the part of the root that is the same for all, and the next one's cgroup.
 *
 * To make a network is the dearest part of a launch: the kernel builds several hundred
 * entries of sysctl, and takes them apart again in the background when the last task is
 * dead. Nothing that a guest can do in it outlasts the guest: its links and rules belong to
 * the maker's user namespace, in which a guest has no capability, sockets die with their
 * last holder, and no two sandboxes are in it at a time.
 *
 * The cgroup is a new one for each run, as ever; only that of the next is made while a
 * guest runs, when the supervisor has nothing else to do. Else the init would wait for it.
 *
 * The tree of the root is attached nowhere and read-only, its own files belong to the
 * host's root, which no guest is. Each launch gets a clone of its mounts.
 */
#ifndef SB_GROUND_H
#define SB_GROUND_H

#include "cgroup.h"
#include "podbox.h"
#include "root.h"

/* False with SB_SPEC: another worker has it. */
bool sb__ground_take(struct sb_ground *ground, struct sb_error *err);
void sb__ground_give_back(struct sb_ground *ground);

/* Moves the calling thread into the network and says in *home where it was; what it clones
 * in between is born there. False: it has not moved. */
bool sb__ground_enter(const struct sb_ground *ground, int *home, struct sb_error *err);
bool sb__ground_leave(int *home, struct sb_error *err);

/* Sets root->tree, or leaves it at -1 where the kernel cannot do that. The root's own
 * sources must be open. A tree is made for the targets of a plan, in their order, and
 * whether each is a folder; for others it is made anew. */
bool sb__ground_lay(struct sb_ground *ground, struct sb__root *root, struct sb_error *err);

/* Makes a cgroup of the same kind as that of a run, unless there is one. A run does not
 * fail for this: where none could be made, the next launch makes its own, and says why not.
 */
void sb__ground_make_cgroup(struct sb_ground *ground, const struct sb__cgroup *like);

/* Hands that over. False: there is none. */
bool sb__ground_take_cgroup(struct sb_ground *ground, struct sb__cgroup *cg);

#endif
