/* doctor.h - sb_doctor of podbox.h: tries each layer for real, in a child. */
#ifndef SB_DOCTOR_H
#define SB_DOCTOR_H

#include "podbox.h"

#endif
