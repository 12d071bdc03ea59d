/* clocking.h - clock, reset and enable of a module, and its expected vectors.
 *
 * The bench's protocol, in this order for each vector: the inputs are set while the clock
 * is low, the outputs are sampled, the clock rises, the outputs are sampled again, the
 * clock falls. A module without a clock is sampled once. The first two vectors hold the
 * reset; what the outputs are before it took effect does not count.
 */
#ifndef VLOG_CLOCKING_H
#define VLOG_CLOCKING_H

#include "family.h"
#include "vectors.h"

/* Draws the clocking of a module, gives it ports, says it. A family without registers is
 * clocked only where it is shifted, and then its outputs are registered. */
void vlog_clocking_draw(struct vlog_spec *spec, struct task_rng *rng);
void vlog_clocking_ports(struct vlog_spec *spec);
void vlog_clocking_say(const struct vlog_spec *spec, struct vlog_words *words);

enum { VLOG_RESET_VECTORS = 2, VLOG_COUNT_CLOCKED = 160, VLOG_COUNT_COMB = 96 };

/* Values of all inputs for count vectors: in[i * VLOG_ROLES + role]. */
void vlog_stimulate(const struct vlog_spec *spec, struct task_rng *rng, uint64_t *in,
                    size_t count);

/* Values of all outputs, a row of VLOG_ROLES for each sample. A sample whose values do not
 * count has is_known false. */
struct vlog_sample {
    uint64_t out[VLOG_ROLES];
    bool is_known;
};
void vlog_respond(const struct vlog_spec *spec, const uint64_t *in, size_t count,
                  struct vlog_sample *samples);

/* A face and the roles of its ports. */
struct vlog_ordered {
    struct vlog_face face;
    int order[VLOG_ROLES];
};

/* The stimulus and the response as bit strings. */
void vlog_vectors_put(const struct vlog_spec *spec, const struct vlog_ordered *ordered,
                      const uint64_t *in, size_t count, struct vlog_vectors *vectors);

#endif
