/* reference.h - runs of the reference workload (src/reference), to compare times with.
 *
 * It is launched as entries are, in a sandbox on the same processor, and its CPU time is
 * read in the same way. Calling sequence: reference_new, reference_run before and after
 * what is to be timed, reference_free. Failure is POD_HOST: also when it ends or says
 * anything but what it must.
 */
#ifndef ENGINE_REFERENCE_H
#define ENGINE_REFERENCE_H

#include "guest.h"
#include "place.h"

struct reference;

/* Borrows both. NULL on failure. */
struct reference *reference_new(const struct place *place,
                                const struct guest_options *options, struct pod_error *err);
bool reference_free(struct reference *reference, struct pod_error *err); /* NULL is fine */

/* *cpu_ns is above 0. */
bool reference_run(struct reference *reference, int64_t *cpu_ns, struct pod_error *err);

/* The level (series.h) of a processor in this working folder: 0 where none is known. A
 * machine that became another needs a new working folder, or the file to be removed. */
int64_t reference_level_load(const struct place *place, int cpu);

/* Notes it where it is lower than what is noted. */
bool reference_level_write(const struct place *place, int cpu, int64_t level_ns,
                           struct pod_error *err);

/* Median CPU time of some runs on one processor. */
bool reference_measure(const struct place *place, const struct guest_options *options,
                       int64_t *cpu_ns, struct pod_error *err);

#endif
