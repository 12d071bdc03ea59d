/* proc.h - a /proc with what runtimes need and nothing about the host beyond that.
 *
 * subset=pid alone would do for most, but torch reads /proc/cpuinfo and Java, Node and
 * joblib read meminfo and stat, so the whole of proc is mounted read-only and every other
 * top-level name that a guest could open is covered. hidepid keeps the init, whose command
 * line is the supervisor's, out of sight.
 */
#ifndef SB_PROC_H
#define SB_PROC_H

#include <stdbool.h>

int sb__proc_mount(void); /* a detached mount, or -1 */

/* Covers the rest with clones of an empty read-only folder and of /dev/null. All three are
 * attached: before Linux 6.15 a detached mount cannot be cloned. */
bool sb__proc_mask(int proc, int empty_folder, int null_device);

#endif
