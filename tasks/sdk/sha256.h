/* sha256.h - SHA-256 (FIPS 180-4) of bytes in memory. */
#ifndef TASK_SHA256_H
#define TASK_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { TASK_SHA256_BYTES = 32 };

void task_sha256(const void *bytes, size_t length, uint8_t digest[TASK_SHA256_BYTES]);

#endif
