/* sha256.h - SHA-256 (FIPS 180-4), for names that must stay the same for ever.
 *
 * Written out here because this room has no library but jansson, and any weaker hash would
 * let a team choose a name that other tools take for another team. Nothing fails.
 */
#ifndef BOARD_SHA256_H
#define BOARD_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { BOARD__SHA256_BYTES = 32 };

void board__sha256(const void *bytes, size_t length, uint8_t digest[BOARD__SHA256_BYTES]);

#endif
