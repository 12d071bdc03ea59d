/* Shift registers: serial in, rotating or arithmetic, with parallel load. */
#include "family.h"

enum { WIDTH, WAY, FILL, LOAD, SERIAL_OUT, AMOUNT, START_ONES };
enum { LEFT, RIGHT, BOTH };
enum { SERIAL, ZERO, ROTATE, SIGN };
enum { Q, SI, WAY_IN, LOAD_IT, DATA, SO };

static const struct vlog_knob knobs[] = {
    {"width", 4, 8, 9, 14},
    {"way", LEFT, BOTH, LEFT, BOTH},
    {"fill", SERIAL, SIGN, SERIAL, SIGN},
    {"load", 0, 1, 0, 1},
    {"serial_out", 0, 1, 0, 1},
    {"amount", 1, 1, 2, 3},
    {"start_ones", 0, 1, 0, 1},
    {NULL, 0, 0, 0, 0},
};

/* A register that only ever gets zeros, or that nothing fills, needs a load. */
static void shape(struct vlog_spec *spec, struct task_rng *rng)
{
    (void)rng;
    if (spec->p[FILL] == SIGN)
        spec->p[WAY] = RIGHT;
    if (spec->p[FILL] != SERIAL)
        spec->p[LOAD] = 1;
}

static void ports(struct vlog_spec *spec)
{
    unsigned width = (unsigned)spec->p[WIDTH];
    vlog_out(spec, Q, "q", "q sr data_out contents", width);
    if (spec->p[FILL] == SERIAL)
        vlog_in(spec, SI, "si", "si ser_in sin bit_in", 1);
    if (spec->p[WAY] == BOTH)
        vlog_in(spec, WAY_IN, "way", "left dir_left go_left", 1);
    if (spec->p[LOAD]) {
        vlog_in(spec, LOAD_IT, "load", "load ld pl", 1);
        vlog_in(spec, DATA, "d", "d din par_in", width);
    }
    if (spec->p[SERIAL_OUT])
        vlog_out(spec, SO, "so", "so ser_out sout", 1);
}

static void reset(const struct vlog_spec *spec, struct vlog_state *state)
{
    state->r[0] = spec->p[START_ONES] ? vlog_mask((unsigned)spec->p[WIDTH]) : 0;
}

static bool is_left(const struct vlog_spec *spec, const uint64_t *in)
{
    return spec->p[WAY] == LEFT || (spec->p[WAY] == BOTH && in[WAY_IN]);
}

static void outputs(const struct vlog_spec *spec, const struct vlog_state *state,
                    const uint64_t *in, uint64_t *out)
{
    out[Q] = state->r[0];
    out[SO] = vlog_bit(state->r[0], is_left(spec, in) ? (unsigned)spec->p[WIDTH] - 1 : 0);
}

static uint64_t shifted_by_one(const struct vlog_spec *spec, uint64_t q, const uint64_t *in)
{
    unsigned top = (unsigned)spec->p[WIDTH] - 1;
    bool left = is_left(spec, in);
    const uint64_t fills[] = {[SERIAL] = in[SI],
                              [ZERO] = 0,
                              [ROTATE] = vlog_bit(q, left ? top : 0),
                              [SIGN] = vlog_bit(q, top)};
    uint64_t fill = fills[spec->p[FILL]];
    return left ? (q << 1 | fill) & vlog_mask(top + 1) : q >> 1 | fill << top;
}

static void tick(const struct vlog_spec *spec, struct vlog_state *state, const uint64_t *in)
{
    if (spec->p[LOAD] && in[LOAD_IT]) {
        state->r[0] = in[DATA];
        return;
    }
    for (int i = 0; i < spec->p[AMOUNT]; i++)
        state->r[0] = shifted_by_one(spec, state->r[0], in);
}

static void drive(const struct vlog_spec *spec, struct task_rng *rng, size_t number,
                  uint64_t *in)
{
    (void)number;
    in[LOAD_IT] = task_rng_chance(rng, spec->p[FILL] == SERIAL ? .08 : .2);
    in[SI] = task_rng_below(rng, 2);
}

static void say_way(const struct vlog_spec *spec, struct vlog_words *w)
{
    static const char *const ways[] = {
        [LEFT] = "bits move to the left, towards the most significant bit.|The shift is "
                 "towards higher bit numbers.|It is a left shift.",
        [RIGHT] = "bits move to the right, towards the least significant bit.|The shift is "
                  "towards lower bit numbers.|It is a right shift.",
        [BOTH] = "{way} chooses the direction: 1 shifts left (towards the most significant "
                 "bit), 0 shifts right.|While {way} is high bits move towards higher bit "
                 "numbers, while it is low towards lower ones."};
    vlog_say(w, ways[spec->p[WAY]]);
}

static void say_fill(const struct vlog_spec *spec, struct vlog_words *w)
{
    static const char *const fills[] = {
        [SERIAL] =
            "the places that become free take the value of {si}.|Bits that come in are "
            "copies of {si}.",
        [ZERO] = "the places that become free are filled with 0.|Zeros come in.",
        [ROTATE] =
            "what leaves at one end comes in at the other.|It rotates: no bit is lost.",
        [SIGN] =
            "the most significant bit keeps its value and is copied into the places that "
            "become free.|The shift is arithmetic: the sign bit is replicated."};
    vlog_say(w, fills[spec->p[FILL]]);
}

static void say_serial_out(const struct vlog_spec *spec, struct vlog_words *w)
{
    static const char *const ways[] = {
        [LEFT] =
            "{so} always equals the most significant bit of {q}.|{so} shows the top bit "
            "of {q}, without delay.",
        [RIGHT] =
            "{so} always equals the least significant bit of {q}.|{so} shows bit 0 of "
            "{q}, without delay.",
        [BOTH] =
            "{so} equals the most significant bit of {q} while {way} is 1, and the least "
            "significant bit while {way} is 0, without delay.|Combinationally, {so} is the "
            "top bit of {q} if {way} = 1 and bit 0 of {q} otherwise."};
    vlog_say(w, ways[spec->p[WAY]]);
}

static void say(const struct vlog_spec *spec, struct vlog_words *w)
{
    vlog_say(w, "Build a shift register {q} of {width} bits.|Design a shift register whose "
                "contents {q} have {width} bits.");
    vlog_say(w,
             spec->p[AMOUNT] == 1
                 ? "each step shifts by one place.|It moves one position at a time."
                 : "each step shifts by {amount} places at once.|In one step it moves by "
                   "{amount} positions.");
    say_way(spec, w);
    say_fill(spec, w);
    if (spec->p[LOAD])
        vlog_say(w,
                 "when {load} is 1 the register takes {d} and does not shift.|{load} = 1 "
                 "copies {d} into {q}, which goes before shifting.");
    vlog_say(w, spec->p[START_ONES]
                    ? "in reset all bits of {q} become 1.|The reset value is all ones."
                    : "in reset all bits of {q} become 0.|The reset value is zero.");
    if (spec->p[SERIAL_OUT])
        say_serial_out(spec, w);
}

const struct vlog_family vlog_shift = {"shift", knobs,   true, shape, ports,
                                       reset,   outputs, tick, say,   drive};
