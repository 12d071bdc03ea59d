/* noise.h - what on this host makes times of equal runs differ.
 *
 * Calling sequence: noise_look, read the lines, noise_release. Nothing is changed and
 * nothing fails: what the host does not tell is told as such. root stands before /proc and
 * /sys, so that a folder of files can stand for a machine.
 */
#ifndef ENGINE_NOISE_H
#define ENGINE_NOISE_H

#include <stdbool.h>
#include <stddef.h>

struct noise_line {
    const char *source; /* "frequency", "turbo", ... */
    bool is_quiet;
    char *found;        /* what is so */
    const char *advice; /* what to do; NULL when it is quiet */
};

enum { NOISE_LINES = 8 };

struct noise {
    struct noise_line lines[NOISE_LINES];
    size_t count;
};

/* Shares of all processors' time between two texts of /proc/stat, from 0 to 1; 0 when they
 * make no sense. */
struct noise_load {
    double busy;   /* somebody ran here */
    double stolen; /* this machine was ready to run, and its host ran something else */
};

struct noise_load noise_load(const char *before, const char *after);

/* Waits window_ms between two looks at /proc/stat; during it this process sleeps. */
void noise_look(const char *root, unsigned window_ms, struct noise *out);
void noise_release(struct noise *noise);

#endif
