/* derive.h - vectors of a module that is given as Verilog, for imports.
 *
 * The module is checked as a submission is and simulated with random stimuli; what it shows
 * is what is expected, and a bit that is x or z does not count. Ports whose name says reset
 * are held for the first vectors, then used rarely, and at last not at all, so that long
 * counts come to their end.
 */
#ifndef VLOG_DERIVE_H
#define VLOG_DERIVE_H

#include "simulate.h"

enum { VLOG_DERIVED_CLOCKED = 1600, VLOG_DERIVED_COMB = 256 };

/* name draws the stimuli. TASK_ENTRY where the module cannot be used, with the reason; also
 * where too few bits are ever known to judge by. */
bool vlog_derive(struct vlog_simulator *sim, const struct vlog_module *module,
                 const char *name, struct vlog_vectors *vectors, struct task_error *err);

#endif
