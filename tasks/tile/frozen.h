/* frozen.h - measured kernels as files: kernels.csv, and host.json with its digest.
 *
 * A row of kernels.csv is one configuration: split, kernel number, family, epilogue,
 * dimensions, tiles, nanoseconds. frozen_load takes a folder that `tile measure` wrote and
 * refuses (TASK_PACKAGE, with the line) what it could not have written, and a kernels.csv
 * whose SHA-256 is not the one in host.json. Release with frozen_release.
 */
#ifndef TILE_FROZEN_H
#define TILE_FROZEN_H

#include "plan.h"
#include "sdk/buf.h"
#include "sdk/error.h"

struct frozen {
    struct tile_sample *samples;
    int count;
};

bool frozen_load(const char *folder, struct frozen *frozen, struct task_error *err);
void frozen_release(struct frozen *frozen);
#define frozen_auto __attribute__((cleanup(frozen_release)))

/* The header line when number is 0, then the sample's rows. */
void frozen_print(const struct tile_sample *sample, int number, struct task_buf *out);

/* The same digest as in host.json: 64 hex digits and a NUL. */
enum { FROZEN_DIGEST_BYTES = 65 };
void frozen_digest(const void *bytes, size_t length, char hex[FROZEN_DIGEST_BYTES]);

#endif
