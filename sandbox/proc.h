/* proc.h - a /proc with what runtimes need and nothing about the host beyond that.
 *
 * subset=pid alone does for most, but torch reads /proc/cpuinfo and joblib's workers die
 * without stat, and nothing can be added to such a mount. So as a rule the whole of proc is
 * mounted read-only and every other top-level name that a guest could open is covered.
 * hidepid keeps the init, whose command
 * line is the supervisor's, out of sight.
 */
#ifndef SB_PROC_H
#define SB_PROC_H

#include <stdbool.h>

int sb__proc_mount(bool shows_pids_only); /* a detached mount, or -1 */

/* Covers the rest of an attached proc with binds of an empty read-only folder and of a
 * null device; leaves the working folder there. */
bool sb__proc_mask(int proc, const char *empty_folder, const char *null_device);

#endif
