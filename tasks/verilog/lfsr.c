/* Linear feedback shift registers, in Fibonacci and Galois form. */
#include "family.h"

#include <stdio.h>

enum { WIDTH, GALOIS, RIGHT, XNOR, LOAD, TURNS };
enum { TAPS, SEED }; /* extra */
enum { Q, LOAD_IT, DATA };

static const struct vlog_knob knobs[] = {
    {"width", 4, 8, 9, 16}, {"galois", 0, 1, 0, 1}, {"right", 0, 1, 0, 1},
    {"xnor", 0, 1, 0, 1},   {"load", 0, 1, 0, 1},   {"turns", 1, 1, 2, 2},
    {NULL, 0, 0, 0, 0},
};

/* Two to four taps; the bit that leaves is always one, or the register would be shorter. */
static void shape(struct vlog_spec *spec, struct task_rng *rng)
{
    unsigned width = (unsigned)spec->p[WIDTH];
    unsigned leaving = spec->p[RIGHT] ? 0 : width - 1;
    uint64_t taps = UINT64_C(1) << leaving;
    if (spec->p[GALOIS]) {
        spec->p[XNOR] = 0;
        taps = UINT64_C(1) << (spec->p[RIGHT] ? width - 1 : 0);
    }
    for (uint64_t more = 1 + task_rng_below(rng, 3); more > 0; more--)
        taps |= UINT64_C(1) << task_rng_below(rng, width);
    if ((taps & (taps - 1)) == 0)
        taps ^= UINT64_C(1) << (width / 2);
    spec->extra[TAPS] = taps;
    spec->extra[SEED] = 1 + task_rng_below(rng, vlog_mask(width) - 1);
}

static void ports(struct vlog_spec *spec)
{
    unsigned width = (unsigned)spec->p[WIDTH];
    vlog_out(spec, Q, "q", "q lfsr state rnd", width);
    if (spec->p[LOAD]) {
        vlog_in(spec, LOAD_IT, "load", "load ld reseed", 1);
        vlog_in(spec, DATA, "d", "d seed_in new_state", width);
    }
}

static void reset(const struct vlog_spec *spec, struct vlog_state *state)
{
    state->r[0] = spec->extra[SEED];
}

static void outputs(const struct vlog_spec *spec, const struct vlog_state *state,
                    const uint64_t *in, uint64_t *out)
{
    (void)spec;
    (void)in;
    out[Q] = state->r[0];
}

static uint64_t turned(const struct vlog_spec *spec, uint64_t q)
{
    unsigned top = (unsigned)spec->p[WIDTH] - 1;
    uint64_t taps = spec->extra[TAPS];
    if (spec->p[GALOIS]) {
        bool leaving = vlog_bit(q, spec->p[RIGHT] ? 0 : top);
        uint64_t moved = spec->p[RIGHT] ? q >> 1 : q << 1 & vlog_mask(top + 1);
        return leaving ? moved ^ taps : moved;
    }
    uint64_t fed = (uint64_t)__builtin_parityll(q & taps) ^ (uint64_t)spec->p[XNOR];
    return spec->p[RIGHT] ? q >> 1 | fed << top : (q << 1 | fed) & vlog_mask(top + 1);
}

static void tick(const struct vlog_spec *spec, struct vlog_state *state, const uint64_t *in)
{
    if (spec->p[LOAD] && in[LOAD_IT]) {
        state->r[0] = in[DATA];
        return;
    }
    for (int i = 0; i < spec->p[TURNS]; i++)
        state->r[0] = turned(spec, state->r[0]);
}

static void drive(const struct vlog_spec *spec, struct task_rng *rng, size_t number,
                  uint64_t *in)
{
    (void)spec;
    (void)number;
    in[LOAD_IT] = task_rng_chance(rng, .08);
}

/* "5, 3 and 0", from the top or from bit 0. */
static void list_bits(uint64_t bits, bool from_top, char *text, size_t size)
{
    size_t at = 0;
    text[0] = '\0';
    for (unsigned i = 0; i < 64 && bits != 0; i++) {
        unsigned bit = from_top ? 63 - i : i;
        if (!vlog_bit(bits, bit))
            continue;
        bits &= ~(UINT64_C(1) << bit);
        const char *between = at == 0 ? "" : bits == 0 ? " and " : ", ";
        int length = snprintf(text + at, size - at, "%s%u", between, bit);
        at += length > 0 ? (size_t)length : 0;
    }
}

static void say_galois(const struct vlog_spec *spec, struct vlog_words *w)
{
    if (spec->p[RIGHT])
        vlog_say(
            w,
            "it is a Galois LFSR that shifts right: the register moves one place towards "
            "bit 0, with 0 entering at the top, and if the bit that left (the old bit 0) "
            "was 1, the result is XORed with {mask}.|Galois form: the next value is {q} >> "
            "1, XORed with the mask {mask} when the old {q} has bit 0 set.");
    else
        vlog_say(
            w,
            "it is a Galois LFSR that shifts left: the register moves one place towards "
            "its top, with 0 entering at bit 0, and if the bit that left (the old most "
            "significant bit) was 1, the result is XORed with {mask}.|Galois form: the "
            "next value is {q} << 1 (cut to {width} bits), XORed with the mask {mask} when "
            "the old {q} has its most significant bit set.");
}

static void say_fibonacci(const struct vlog_spec *spec, struct vlog_words *w)
{
    vlog_say(
        w,
        spec->p[XNOR]
            ? "the feedback bit is the XNOR of bits {taps} of {q}: 1 if an even number of "
              "them is 1.|Bits {taps} of the register are the taps; the new bit is the "
              "inverse of their XOR."
            : "the feedback bit is the XOR of bits {taps} of {q}.|Bits {taps} of the "
              "register are the taps; the new bit is 1 if an odd number of them is 1.");
    vlog_say(
        w,
        spec->p[RIGHT]
            ? "it is a Fibonacci LFSR: the register shifts right by one place, and the "
              "feedback bit enters as the most significant bit.|Everything moves one place "
              "towards bit 0, and the new bit becomes bit number {top}."
            : "it is a Fibonacci LFSR: the register shifts left by one place, and the "
              "feedback bit enters as bit 0.|Everything moves one place towards the most "
              "significant bit, and the new bit becomes the least significant one.");
}

static void say(const struct vlog_spec *spec, struct vlog_words *w)
{
    char taps[80];
    list_bits(spec->extra[TAPS], task_rng_chance(w->rng, .5), taps, sizeof taps);
    vlog_set(w, "taps", "%s", taps);
    vlog_set(w, "top", "%d", spec->p[WIDTH] - 1);
    vlog_set_value(w, "mask", (unsigned)spec->p[WIDTH], spec->extra[TAPS]);
    vlog_set_value(w, "seed", (unsigned)spec->p[WIDTH], spec->extra[SEED]);
    vlog_say(
        w,
        "Build a linear feedback shift register of {width} bits with the state {q}.|Design "
        "an LFSR of {width} bits; {q} is its register, bit 0 being the least significant.");
    if (spec->p[GALOIS])
        say_galois(spec, w);
    else
        say_fibonacci(spec, w);
    vlog_say(w, spec->p[TURNS] == 1
                    ? "each step is one such shift.|It advances once in a step."
                    : "each step does {turns} such shifts one after the other.|It advances "
                      "{turns} times in a single step.");
    vlog_say(w, "reset sets {q} to {seed}.|The seed, taken at reset, is {seed}.");
    if (spec->p[LOAD])
        vlog_say(
            w, "when {load} is 1, {q} takes {d} instead of a step.|{load} = 1 replaces the "
               "state by {d}; this goes before shifting.");
}

const struct vlog_family vlog_lfsr = {"lfsr", knobs,   true, shape, ports,
                                      reset,  outputs, tick, say,   drive};
