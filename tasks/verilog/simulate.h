/* simulate.h - compiles a module with a bench of ours and records what its outputs are.
 *
 *     struct vlog_simulator sim;
 *     vlog_simulator_init(&sim, err);
 *     vlog_simulate(&sim, &module, &stimuli, &samples, err);
 *     vlog_simulator_release(&sim);
 *
 * The bench holds stimuli and no expectation, so that a module can find nothing to copy. It
 * writes samples to a file that it opened under a name drawn from getrandom, and ends it
 * with a mark of the same kind; the module, which vlog_accept let through, has no means to
 * write files, to end the simulation or to name anything outside of itself.
 *
 * Failure is TASK_ENTRY, with the reason, where the module is to blame: it does not
 * compile, does not end, or takes too much. TASK_HOST otherwise, as without Icarus Verilog.
 */
#ifndef VLOG_SIMULATE_H
#define VLOG_SIMULATE_H

#include "face.h"
#include "vectors.h"

#include <stdint.h>

struct vlog_simulator {
    char *folder; /* private and temporary */
    double cpu_s; /* so far */
    int64_t started_ms;
};

bool vlog_simulator_init(struct vlog_simulator *sim, struct task_error *err);
void vlog_simulator_release(struct vlog_simulator *sim);

struct vlog_module {
    const struct vlog_face *face;
    const char *text; /* as vlog_accept gave it */
    size_t length;
};

/* vectors gives count and stimuli. Appends count x vlog_face_samples strings of 0, 1, x and
 * z to samples. */
bool vlog_simulate(struct vlog_simulator *sim, const struct vlog_module *module,
                   const struct vlog_vectors *vectors, struct task_buf *samples,
                   struct task_error *err);

/* Appends the bench for a nonce; for the tests. */
void vlog_bench(const struct vlog_face *face, size_t count, const char *nonce,
                struct task_buf *out);

/* Appends the samples of what a bench wrote: exactly its lines and its mark, or false. */
bool vlog_record_read(const struct task_buf *text, const struct vlog_face *face,
                      size_t count, const char *nonce, struct task_buf *samples);

#endif
