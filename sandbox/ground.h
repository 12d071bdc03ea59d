/* ground.h - an empty network namespace that one sandbox after another is born in.
 *
 * To make one is the dearest part of a launch: the kernel builds several hundred entries of
 * sysctl, and takes them apart again in the background when the last task is dead. Nothing
 * that a guest can do in it outlasts the guest: its links and rules belong to the maker's
 * user namespace, in which a guest has no capability, sockets die with their last holder,
 * and no two sandboxes are in it at a time.
 */
#ifndef SB_GROUND_H
#define SB_GROUND_H

#include "podbox.h"

/* False with SB_SPEC: another worker has it. */
bool sb__ground_take(struct sb_ground *ground, struct sb_error *err);
void sb__ground_give_back(struct sb_ground *ground);

/* Moves the calling thread into the network and says in *home where it was; what it clones
 * in between is born there. False: it has not moved. */
bool sb__ground_enter(const struct sb_ground *ground, int *home, struct sb_error *err);
bool sb__ground_leave(int *home, struct sb_error *err);

#endif
