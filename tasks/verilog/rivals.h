/* rivals.h - modules that a careless reader of the prompt might build instead.
 *
 * A rival has the same ports and differs in one thing: a knob, a bit of what was drawn, or
 * how the clock, the reset or the enable work. Vectors are good as far as they tell a
 * module from its rivals; some rivals are no different (a knob may not matter for this
 * module), so not all can be told.
 */
#ifndef VLOG_RIVALS_H
#define VLOG_RIVALS_H

#include "clocking.h"

enum { VLOG_RIVALS_MAX = 96 };

/* Fills list (VLOG_RIVALS_MAX places) and returns how many there are. */
size_t vlog_rivals(const struct vlog_spec *spec, struct vlog_spec *list);

/* How many of them show something else for the stimulus of count vectors. */
size_t vlog_rivals_told(const struct vlog_spec *spec, const struct vlog_spec *list,
                        size_t rivals, const uint64_t *in, size_t count);

#endif
