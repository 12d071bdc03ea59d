/* origin.h - where in its program a task made a call, for people who look into a refusal.
 *
 * From /proc/PID/maps. The guest chooses what it maps and how its files are called, so what
 * comes out is a hint and never a fact that decides anything.
 */
#ifndef SB_ORIGIN_H
#define SB_ORIGIN_H

#include <sys/types.h>

#include "podbox.h"

/* Fills module and module_offset of refused from its pc in the task pid, a number of our
 * own pid namespace. What cannot be had stays empty. */
void sb__origin(pid_t pid, struct sb_refused *refused);

#endif
