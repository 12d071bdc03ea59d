/* Arithmetic logic units with a drawn table of operations. */
#include "family.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH, OPS, ZERO, NEGATIVE, CARRY };
enum { A, B, CODE, Y, ZERO_OUT, NEGATIVE_OUT, CARRY_OUT };

enum operation {
#define OP(name, value, words) OP_##name,
#include "op.def"
#undef OP
    OPERATIONS
};

static const char *const op_words[] = {
#define OP(name, value, words) words,
#include "op.def"
#undef OP
};

static const struct vlog_knob knobs[] = {
    {"width", 4, 8, 9, 16},   {"ops", 3, 4, 5, 8},   {"zero", 0, 1, 0, 1},
    {"negative", 0, 1, 0, 1}, {"carry", 0, 1, 0, 1}, {NULL, 0, 0, 0, 0},
};

/* extra[code] is the operation; a carry needs one that has it. */
static void shape(struct vlog_spec *spec, struct task_rng *rng)
{
    uint32_t order[OPERATIONS];
    task_rng_permutation(rng, order, OPERATIONS);
    for (int i = 0; i < spec->p[OPS]; i++)
        spec->extra[i] = order[i];
    bool has_carry = false;
    for (int i = 0; i < spec->p[OPS]; i++)
        has_carry = has_carry || spec->extra[i] <= OP_RSB;
    if (!has_carry)
        spec->p[CARRY] = 0;
}

static void ports(struct vlog_spec *spec)
{
    unsigned width = (unsigned)spec->p[WIDTH];
    vlog_in(spec, A, "a", "a x op_a lhs", width);
    vlog_in(spec, B, "b", "b y op_b rhs", width);
    vlog_in(spec, CODE, "op", "op sel func opcode", vlog_bits((uint64_t)spec->p[OPS]));
    vlog_out(spec, Y, "y", "result out res f", width);
    if (spec->p[ZERO])
        vlog_out(spec, ZERO_OUT, "zero", "zero z is_zero", 1);
    if (spec->p[NEGATIVE])
        vlog_out(spec, NEGATIVE_OUT, "negative", "neg sign n", 1);
    if (spec->p[CARRY])
        vlog_out(spec, CARRY_OUT, "carry", "carry c cout", 1);
}

static void reset(const struct vlog_spec *spec, struct vlog_state *state)
{
    (void)spec;
    (void)state;
}

static uint64_t compute(uint64_t op, uint64_t a, uint64_t b, uint64_t sign)
{
    switch (op) {
#define OP(name, value, words)                                                             \
    case OP_##name:                                                                        \
        return value;
#include "op.def"
#undef OP
    default:
        return 0;
    }
}

/* Bit number width of the exact result: a carry of sums, a borrow of differences. */
static void outputs(const struct vlog_spec *spec, const struct vlog_state *state,
                    const uint64_t *in, uint64_t *out)
{
    unsigned width = (unsigned)spec->p[WIDTH];
    uint64_t op = in[CODE] < (uint64_t)spec->p[OPS] ? spec->extra[in[CODE]] : OPERATIONS;
    uint64_t value = compute(op, in[A], in[B], UINT64_C(1) << (width - 1));
    (void)state;
    out[Y] = value & vlog_mask(width);
    out[ZERO_OUT] = out[Y] == 0;
    out[NEGATIVE_OUT] = vlog_bit(out[Y], width - 1);
    out[CARRY_OUT] = op <= OP_RSB ? vlog_bit(value, width) : 0;
}

static void drive(const struct vlog_spec *spec, struct task_rng *rng, size_t number,
                  uint64_t *in)
{
    (void)spec;
    (void)number;
    if (task_rng_chance(rng, .15))
        in[B] = in[A];
}

static void say_operation(const struct vlog_spec *spec, struct vlog_words *w, int code)
{
    char variants[200];
    const char *words = op_words[spec->extra[code]], *slash = strchr(words, '/');
    unsigned bits = vlog_bits((uint64_t)spec->p[OPS]);
    char binary[9] = "";
    for (unsigned i = 0; i < bits; i++)
        binary[i] = (char)('0' + vlog_bit((uint64_t)code, bits - 1 - i));
    int length = snprintf(variants, sizeof variants,
                          "{op} = %d: {y} is %.*s.|For {op} equal to %u'b%s, {y} is %s.",
                          code, (int)(slash - words), words, bits, binary, slash + 1);
    if (length < 0 || (size_t)length >= sizeof variants)
        abort(); /* a phrase of op.def is too long */
    vlog_say(w, variants);
}

static void say(const struct vlog_spec *spec, struct vlog_words *w)
{
    vlog_say(
        w,
        "Build an ALU for operands {a} and {b} of {width} bits; {op} selects what {y} is.|"
        "Design an arithmetic logic unit of {width} bits with the operands {a} and {b}, "
        "the "
        "result {y} and the operation code {op}.");
    vlog_say(
        w,
        "results are cut to {width} bits.|Of each result {y} has the lower {width} bits.");
    for (int i = 0; i < spec->p[OPS]; i++)
        say_operation(spec, w, i);
    if (spec->p[OPS] & (spec->p[OPS] - 1))
        vlog_say(
            w, "all other codes give 0 on {y}.|For a code that is not listed {y} is zero.");
    if (spec->p[ZERO])
        vlog_say(
            w,
            "{zero} is 1 if and only if {y} is 0.|{zero} tells that all bits of the result "
            "are 0.");
    if (spec->p[NEGATIVE])
        vlog_say(
            w,
            "{negative} is the most significant bit of {y}.|{negative} equals the sign bit "
            "of the result.");
    if (spec->p[CARRY])
        vlog_say(
            w,
            "{carry} is the carry out of an addition and the borrow of a subtraction (1 if "
            "the subtrahend is larger, unsigned), and 0 for every other code.|For sums "
            "{carry} is bit {width} of the full sum, for differences it is 1 exactly if "
            "the unsigned difference is negative; for all other codes it is 0.");
}

const struct vlog_family vlog_alu = {"alu", knobs,   false, shape, ports,
                                     reset, outputs, NULL,  say,   drive};
