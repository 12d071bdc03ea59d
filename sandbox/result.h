/* result.h - names and JSON of a struct sb_result; the functions are in podbox.h. */
#ifndef SB_RESULT_H
#define SB_RESULT_H

#include "podbox.h"

#endif
