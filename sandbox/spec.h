/* spec.h - defaults and checks of a struct sb_spec, and the names of layers. */
#ifndef SB_SPEC_H
#define SB_SPEC_H

#include "podbox.h"

enum { SB__GUEST_ID = 1000 }; /* the guest's uid and gid inside */

/* Refuses with SB_SPEC a spec that cannot be honoured, before anything starts. */
bool sb__spec_check(const struct sb_spec *spec, struct sb_error *err); /* not its command */
bool sb__command_check(const struct sb_command *command, struct sb_error *err);

#endif
