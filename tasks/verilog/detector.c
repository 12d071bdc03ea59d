/* Detectors of a bit sequence in a serial stream. */
#include "family.h"

enum { LENGTH, OVERLAP, MEALY, COUNT };
enum { PATTERN }; /* extra */
enum { X, HIT, TOTAL };
enum { SEEN, HOW_MANY, HIT_BEFORE, MATCHES }; /* state: last bits, how many of them count */
enum { TOTAL_BITS = 4 };

static const struct vlog_knob knobs[] = {
    {"length", 3, 5, 6, 8}, {"overlap", 0, 1, 0, 1}, {"mealy", 0, 1, 0, 1},
    {"count", 0, 0, 0, 1},  {NULL, 0, 0, 0, 0},
};

/* The longest proper prefix that is a suffix too; 0 where there is none. */
static unsigned border(uint64_t pattern, unsigned length)
{
    for (unsigned k = length - 1; k > 0; k--)
        if (pattern >> (length - k) == (pattern & vlog_mask(k)))
            return k;
    return 0;
}

/* A pattern that cannot overlap itself leaves the question open, so it always can. */
static void shape(struct vlog_spec *spec, struct task_rng *rng)
{
    unsigned length = (unsigned)spec->p[LENGTH];
    do
        spec->extra[PATTERN] = task_rng_below(rng, vlog_mask(length) + 1);
    while (border(spec->extra[PATTERN], length) == 0);
}

static void ports(struct vlog_spec *spec)
{
    vlog_in(spec, X, "x", "x din bit_in serial", 1);
    vlog_out(spec, HIT, "hit", "z found hit match", 1);
    if (spec->p[COUNT])
        vlog_out(spec, TOTAL, "total", "total hits tally", TOTAL_BITS);
}

static void reset(const struct vlog_spec *spec, struct vlog_state *state)
{
    (void)spec;
    *state = (struct vlog_state){{0}};
}

static bool is_hit(const struct vlog_spec *spec, const struct vlog_state *state,
                   uint64_t bit)
{
    uint64_t last = (state->r[SEEN] << 1 | bit) & vlog_mask((unsigned)spec->p[LENGTH]);
    return state->r[HOW_MANY] + 1 >= (uint64_t)spec->p[LENGTH] &&
           last == spec->extra[PATTERN];
}

static void outputs(const struct vlog_spec *spec, const struct vlog_state *state,
                    const uint64_t *in, uint64_t *out)
{
    out[HIT] = spec->p[MEALY] ? is_hit(spec, state, in[X]) : state->r[HIT_BEFORE];
    out[TOTAL] = state->r[MATCHES];
}

static void tick(const struct vlog_spec *spec, struct vlog_state *state, const uint64_t *in)
{
    bool hit = is_hit(spec, state, in[X]);
    state->r[SEEN] = (state->r[SEEN] << 1 | in[X]) & vlog_mask((unsigned)spec->p[LENGTH]);
    state->r[HOW_MANY] += state->r[HOW_MANY] < (uint64_t)spec->p[LENGTH];
    if (hit && !spec->p[OVERLAP])
        state->r[HOW_MANY] = 0;
    state->r[HIT_BEFORE] = hit;
    state->r[MATCHES] += hit;
}

/* Most of the time the pattern again and again: one after the other, or overlapping as far
 * as it can. */
static void drive(const struct vlog_spec *spec, struct task_rng *rng, size_t number,
                  uint64_t *in)
{
    unsigned length = (unsigned)spec->p[LENGTH];
    unsigned shared = border(spec->extra[PATTERN], length);
    unsigned period = number / 32 % 2 ? length : length - shared;
    if (task_rng_chance(rng, .93))
        in[X] = vlog_bit(spec->extra[PATTERN], length - 1 - (unsigned)(number % period));
}

static void say(const struct vlog_spec *spec, struct vlog_words *w)
{
    char pattern[33] = "";
    unsigned length = (unsigned)spec->p[LENGTH];
    for (unsigned i = 0; i < length; i++)
        pattern[i] = (char)('0' + vlog_bit(spec->extra[PATTERN], length - 1 - i));
    vlog_set(w, "pattern", "%s", pattern);
    vlog_say(
        w, "Build a detector of the bit sequence {pattern} (in the order of arrival) on "
           "{x}.|Design a state machine that watches the serial input {x} for the sequence "
           "{pattern}, whose leftmost bit comes first.");
    vlog_say(
        w,
        "{x} is sampled at each active clock edge.|Every active clock edge takes one bit "
        "from {x}.");
    vlog_say(w, spec->p[OVERLAP]
                    ? "occurrences may overlap: bits of one may belong to the next.|"
                      "Overlapping matches all count."
                    : "occurrences do not overlap: after one, the search starts anew "
                      "with the next bit.|A bit that was part of a match is not used "
                      "for another one.");
    vlog_say(w, "bits before or during reset do not count.|Reset forgets all bits so far.");
    if (spec->p[MEALY])
        vlog_say(
            w,
            "{hit} is a Mealy output: it is 1, without waiting for the edge, while the bit "
            "on {x} would complete the sequence.|{hit} depends on {x} directly: it is high "
            "in the very cycle in which the last bit of the sequence is on {x}, before the "
            "edge that samples it.");
    else
        vlog_say(
            w,
            "{hit} is a Moore output: it goes to 1 at the edge that samples the last bit "
            "of the sequence, and is decided anew at the next edge; 0 after reset.|{hit} "
            "comes from the registers alone: from the edge that takes the final bit to the "
            "next edge it is 1, otherwise 0, also after reset.");
    if (spec->p[COUNT])
        vlog_say(
            w,
            "{total} counts the occurrences since reset, modulo 16; it changes at the edge "
            "that samples the last bit.|Each edge that completes the sequence adds 1 to "
            "{total}, a 4-bit number that wraps and that reset clears.");
}

const struct vlog_family vlog_detector = {"detector", knobs,   true, shape, ports,
                                          reset,      outputs, tick, say,   drive};
