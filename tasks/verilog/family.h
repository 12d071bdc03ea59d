/* family.h - families of modules: parameters, reference model and words of each.
 *
 * A family is a table of functions over a spec, which is one module with its parameters
 * drawn. Its model is the textbook definition in C: registers, outputs from registers and
 * inputs, and what an active clock edge does to the registers. Clock, reset, enable and a
 * last register stage are common to all and are clocking.h's: a family without registers
 * has no tick, and knows none of that.
 *
 * Values are indexed by role, a number that the family gives to each port that its modules
 * may have. A port that a module lacks has width 0, and reads as 0. Values of outputs are
 * cut to their width by the caller.
 */
#ifndef VLOG_FAMILY_H
#define VLOG_FAMILY_H

#include "face.h"
#include "words.h"

#include "sdk/rng.h"

#include <stdint.h>

enum { VLOG_KNOBS = 10, VLOG_EXTRAS = 16, VLOG_STATE_WORDS = 24 };

/* Roles: those of the family from 0, then the clocking's. */
enum {
    VLOG_OWN_ROLES = 8,
    VLOG_CLOCK = VLOG_OWN_ROLES,
    VLOG_RESET,
    VLOG_ENABLE,
    VLOG_ROLES
};

/* A parameter that is drawn evenly from low to high, in shifted modules from shifted_low to
 * shifted_high. */
struct vlog_knob {
    const char *key; /* NULL ends the list */
    int low, high;
    int shifted_low, shifted_high;
};

struct vlog_role {
    const char *key;   /* in phrases: {q} */
    const char *names; /* that the port may have, separated by spaces */
    bool is_output;
    unsigned width; /* 0: this module does not have it */
    char name[VLOG_NAME];
};

/* What a model keeps: all 0 before the reset. */
struct vlog_state {
    uint64_t r[VLOG_STATE_WORDS];
};

/* The common part of a clocked module; see clocking.h. */
struct vlog_clocking {
    bool is_clocked;
    bool is_falling;   /* registers change at the falling edge */
    bool is_async;     /* reset */
    bool is_reset_low; /* reset is active when 0 */
    enum { VLOG_ENABLE_NONE, VLOG_ENABLE_HIGH, VLOG_ENABLE_LOW } enable;
    bool is_delayed; /* one more register behind every output */
};

struct vlog_family;

struct vlog_spec {
    const struct vlog_family *family;
    bool is_shifted;
    int p[VLOG_KNOBS];           /* values of the knobs */
    uint64_t extra[VLOG_EXTRAS]; /* what else shape drew: a pattern, op codes */
    struct vlog_clocking clocking;
    struct vlog_role roles[VLOG_ROLES];
};

struct vlog_family {
    const char *name; /* the items' group */
    const struct vlog_knob *knobs;
    bool has_enable; /* may have one */

    /* Makes the knobs fit each other and draws what is no knob. */
    void (*shape)(struct vlog_spec *spec, struct task_rng *rng);

    /* The ports, by vlog_in and vlog_out; from knobs and extra alone. */
    void (*ports)(struct vlog_spec *spec);

    void (*reset)(const struct vlog_spec *spec, struct vlog_state *state);
    void (*outputs)(const struct vlog_spec *spec, const struct vlog_state *state,
                    const uint64_t *in, uint64_t *out);
    void (*tick)(const struct vlog_spec *spec, struct vlog_state *state,
                 const uint64_t *in); /* NULL: no registers */

    /* Says all that decides the outputs, but the clocking. */
    void (*say)(const struct vlog_spec *spec, struct vlog_words *words);

    /* Changes the stimulus that was drawn for an edge; or NULL. number counts vectors. */
    void (*drive)(const struct vlog_spec *spec, struct task_rng *rng, size_t number,
                  uint64_t *in);
};

extern const struct vlog_family vlog_counter, vlog_encoder, vlog_shift, vlog_arbiter,
    vlog_fifo, vlog_detector, vlog_lfsr, vlog_alu, vlog_code, vlog_divider, vlog_debouncer,
    vlog_regfile;

/* Cases, each of some families; the list ends with a name of NULL. */
struct vlog_group {
    const char *name;                      /* "comb" */
    const struct vlog_family *families[4]; /* ends with NULL */
};
extern const struct vlog_group vlog_groups[];

/* Gives the module a port. key and names are kept, not copied. */
void vlog_in(struct vlog_spec *spec, int role, const char *key, const char *names,
             unsigned width);
void vlog_out(struct vlog_spec *spec, int role, const char *key, const char *names,
              unsigned width);

/* Draws knobs, shape, clocking, ports and their names. */
void vlog_spec_draw(struct vlog_spec *spec, const struct vlog_family *family,
                    bool is_shifted, struct task_rng *rng);

/* Sets the ports anew from knobs and extra; names stay where roles do. */
void vlog_spec_ports(struct vlog_spec *spec);

/* The ports in a drawn order; order[i] is the role of port i (VLOG_ROLES places). */
void vlog_spec_face(const struct vlog_spec *spec, struct task_rng *rng,
                    struct vlog_face *face, int *order);

/* Smallest width that counts to n - 1: 3 for 5 to 8, at least 1. */
unsigned vlog_bits(uint64_t n);

static inline uint64_t vlog_mask(unsigned width)
{
    return width >= 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
}

static inline uint64_t vlog_bit(uint64_t value, unsigned bit)
{
    return value >> bit & 1;
}

#endif
