/* rows_own.h - what rows own beside their entries. Only for src/cli/rows*.c. */
#ifndef CLI_ROWS_OWN_H
#define CLI_ROWS_OWN_H

#include "rows.h"

/* A copy that lives as long as rows; NULL of NULL. */
const char *rows__keep(struct rows *rows, const char *text);
const char *rows__keep_instant(struct rows *rows, pod_instant_ms instant);

void rows__release_tracks(struct board_competition *competition);

#endif
