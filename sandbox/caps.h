/* caps.h - no capability and no way to get one back, not even by a setuid file. */
#ifndef SB_CAPS_H
#define SB_CAPS_H

#include <stdbool.h>

/* In the init, once: no execution gives a capability or any other right from here on; the
 * caller keeps what it has. Inherited. */
bool sb__caps_bound(void);

/* In the guest's task, before exec: none is left. */
bool sb__caps_drop(void);

#endif
