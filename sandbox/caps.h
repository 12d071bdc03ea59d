/* caps.h - no capability and no way to get one back, not even by a setuid file. Called by
 * the guest's own task between clone and exec. */
#ifndef SB_CAPS_H
#define SB_CAPS_H

#include <stdbool.h>

bool sb__caps_drop(void);

#endif
