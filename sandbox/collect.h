/* collect.h - sb_collect of podbox.h: what a finished run left, copied to the host. */
#ifndef SB_COLLECT_H
#define SB_COLLECT_H

#include "podbox.h"

#endif
