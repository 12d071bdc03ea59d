/* identity.h - names that other tools need and the board does not have: numbers of teams,
 * ids of columns and of events. Each depends on nothing but what it names, so it stays the
 * same whatever else is on the board.
 *
 * Returned strings are the caller's. Nothing fails.
 */
#ifndef BOARD_IDENTITY_H
#define BOARD_IDENTITY_H

#include <stddef.h>
#include <stdint.h>

/* First 32 hex digits of the SHA-256 of the team's name: `printf %s NAME | sha256sum`. */
char *board__team_id(const char *team);

/* First 52 bits of the same, for tools that want a number: exact as a double. */
uint64_t board__team_number(const char *team);

/* "TASK.CASE" for a column of the board: at most 36 of A-Z a-z 0-9 _ . - and no - or . in
 * front, as CLICS and Codabench want it. What does not fit is replaced by _, cut, and told
 * apart by eight hex digits at the end. */
char *board__column_id(const char *task, const char *case_id);

/* 32 hex digits of the SHA-256 of count texts, each followed by a NUL; NULL is "". */
char *board__event_id(const char *const *texts, size_t count);

#endif
