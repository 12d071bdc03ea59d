/* Converters between binary, Gray, BCD and excess-3 codes. */
#include "family.h"

enum { KIND, WIDTH, REVERSED };
enum { TO_GRAY, FROM_GRAY, TO_BCD, FROM_BCD, BCD_ADD, TO_EXCESS };
enum { IN, OTHER, CARRY_IN, OUT, ERROR };
enum { DIGIT = 4 };

static const struct vlog_knob knobs[] = {
    {"kind", TO_GRAY, TO_EXCESS, TO_GRAY, TO_EXCESS},
    {"width", 4, 7, 8, 13},
    {"reversed", 0, 0, 0, 1},
    {NULL, 0, 0, 0, 0},
};

static void shape(struct vlog_spec *spec, struct task_rng *rng)
{
    (void)rng;
    (void)spec;
}

/* Decimal digits of the largest number of so many bits. */
static unsigned digits_for(int width)
{
    unsigned digits = 0;
    for (uint64_t top = vlog_mask((unsigned)width); top > 0; top /= 10)
        digits++;
    return digits;
}

/* Digits of the kinds that take decimal numbers. */
static unsigned digits(const struct vlog_spec *spec)
{
    return spec->p[KIND] == TO_BCD ? digits_for(spec->p[WIDTH])
                                   : 1 + (unsigned)spec->p[WIDTH] / 4;
}

static uint64_t power_of_ten(unsigned exponent)
{
    uint64_t power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

static void ports(struct vlog_spec *spec)
{
    unsigned width = (unsigned)spec->p[WIDTH], decimal = DIGIT * digits(spec);
    static const char *const in_names = "in bin a value", *const out_names =
                                                              "out code res y";
    switch (spec->p[KIND]) {
    case TO_GRAY:
    case FROM_GRAY:
        vlog_in(spec, IN, "in", in_names, width);
        vlog_out(spec, OUT, "out", out_names, width);
        break;
    case TO_BCD:
        vlog_in(spec, IN, "in", in_names, width);
        vlog_out(spec, OUT, "out", out_names, decimal);
        break;
    case FROM_BCD:
        vlog_in(spec, IN, "in", in_names, decimal);
        vlog_out(spec, OUT, "out", out_names, vlog_bits(power_of_ten(digits(spec))));
        vlog_out(spec, ERROR, "error", "bad invalid err", 1);
        break;
    case BCD_ADD:
        vlog_in(spec, IN, "in", in_names, decimal);
        vlog_in(spec, OTHER, "other", "other b addend", decimal);
        vlog_in(spec, CARRY_IN, "cin", "cin carry_in", 1);
        vlog_out(spec, OUT, "out", out_names, decimal);
        vlog_out(spec, ERROR, "error", "carry_out cout", 1);
        break;
    default:
        vlog_in(spec, IN, "in", in_names, decimal);
        vlog_out(spec, OUT, "out", out_names, decimal);
    }
}

static void reset(const struct vlog_spec *spec, struct vlog_state *state)
{
    (void)spec;
    (void)state;
}

/* Digit by digit; *is_valid becomes false where a digit is above 9. */
static uint64_t number_of(uint64_t bcd, unsigned count, bool *is_valid)
{
    uint64_t number = 0;
    for (unsigned i = count; i-- > 0;) {
        uint64_t digit = bcd >> DIGIT * i & 15;
        *is_valid = *is_valid && digit <= 9;
        number = number * 10 + digit;
    }
    return number;
}

static uint64_t bcd_of(uint64_t number, unsigned count)
{
    uint64_t bcd = 0;
    for (unsigned i = 0; i < count; i++, number /= 10)
        bcd |= number % 10 << DIGIT * i;
    return bcd;
}

static uint64_t binary_of(uint64_t gray)
{
    for (unsigned by = 1; by < 64; by *= 2)
        gray ^= gray >> by;
    return gray;
}

static uint64_t excess_of(uint64_t bcd, unsigned count)
{
    uint64_t code = 0;
    for (unsigned i = 0; i < count; i++)
        code |= ((bcd >> DIGIT * i & 15) + 3) % 16 << DIGIT * i;
    return code;
}

static uint64_t convert(const struct vlog_spec *spec, const uint64_t *in, bool *error)
{
    unsigned count = digits(spec);
    bool is_valid = true;
    uint64_t sum = 0;
    switch (spec->p[KIND]) {
    case TO_GRAY:
        return in[IN] ^ in[IN] >> 1;
    case FROM_GRAY:
        return binary_of(in[IN]);
    case TO_BCD:
        return bcd_of(in[IN], count);
    case FROM_BCD:
        sum = number_of(in[IN], count, &is_valid);
        *error = !is_valid;
        return is_valid ? sum : 0;
    case BCD_ADD:
        sum = number_of(in[IN], count, &is_valid) + number_of(in[OTHER], count, &is_valid) +
              in[CARRY_IN];
        *error = sum >= power_of_ten(count);
        return bcd_of(sum, count);
    default:
        return excess_of(in[IN], count);
    }
}

static void outputs(const struct vlog_spec *spec, const struct vlog_state *state,
                    const uint64_t *in, uint64_t *out)
{
    bool error = false;
    unsigned width = spec->roles[OUT].width;
    uint64_t value = convert(spec, in, &error);
    (void)state;
    out[OUT] = value;
    for (unsigned i = 0; spec->p[REVERSED] && i < width; i++)
        out[OUT] = i == 0 ? vlog_bit(value, 0) : out[OUT] << 1 | vlog_bit(value, i);
    out[ERROR] = error;
}

/* Decimal inputs are valid: always for an adder, mostly for a converter that checks. */
static void drive(const struct vlog_spec *spec, struct task_rng *rng, size_t number,
                  uint64_t *in)
{
    (void)number;
    unsigned count = digits(spec);
    if (spec->p[KIND] == BCD_ADD)
        in[OTHER] = bcd_of(task_rng_below(rng, power_of_ten(count)), count);
    if (spec->p[KIND] >= BCD_ADD || (spec->p[KIND] == FROM_BCD && task_rng_chance(rng, .7)))
        in[IN] = bcd_of(task_rng_below(rng, power_of_ten(count)), count);
}

static void say(const struct vlog_spec *spec, struct vlog_words *w)
{
    static const char *const kinds[] = {
        [TO_GRAY] =
            "Build a converter from binary to Gray code: {out} is the reflected binary "
            "Gray code of the {width}-bit number {in}.|Design a circuit whose output "
            "{out} is the {width}-bit Gray code (reflected binary) of {in}.",
        [FROM_GRAY] =
            "Build a converter from Gray code to binary: {in} is a {width}-bit reflected "
            "binary Gray code and {out} the number that it stands for.|Design a circuit "
            "that decodes the {width}-bit Gray code (reflected binary) {in} into the "
            "binary number {out}.",
        [TO_BCD] =
            "Build a converter from binary to BCD: {out} has {digits} decimal digits of "
            "four bits each, the units in the lowest four bits, for the {width}-bit "
            "unsigned number {in}.|Design a circuit that writes the {width}-bit number "
            "{in} "
            "as {digits} BCD digits on {out}, the most significant digit in the topmost "
            "bits, with leading zeros.",
        [FROM_BCD] =
            "Build a converter from BCD to binary: {in} has {digits} decimal digits of "
            "four bits each, the units in the lowest bits, and {out} is the binary "
            "number.|Design a circuit that reads the {digits} BCD digits on {in} (most "
            "significant digit in the topmost bits) and gives their value in binary on "
            "{out}.",
        [BCD_ADD] =
            "Build a decimal adder: {in} and {other} are numbers of {digits} BCD digits "
            "(four bits each, units lowest), {cin} is 1 to be added, {out} is the BCD sum "
            "and {error} its carry.|Design a BCD adder for {digits} digits: {out} is the "
            "decimal sum of {in}, {other} and the carry {cin}, in BCD with the units in "
            "the lowest four bits, and {error} is 1 when the sum does not fit.",
        [TO_EXCESS] =
            "Build a converter from BCD to excess-3 code: {out} is {in} with 3 added to "
            "each of its {digits} four-bit digits, without carries between digits.|Design "
            "an excess-3 encoder: every group of four bits of {out} is the same group of "
            "{in} plus 3, for {digits} decimal digits."};
    vlog_set(w, "digits", "%u", digits(spec));
    vlog_say(w, kinds[spec->p[KIND]]);
    if (spec->p[KIND] == FROM_BCD)
        vlog_say(
            w,
            "if a digit is above 9, {error} is 1 and {out} is 0; otherwise {error} is 0.|"
            "{error} marks inputs with an invalid digit (10 to 15), for which {out} must "
            "be zero.");
    if (spec->p[KIND] >= BCD_ADD)
        vlog_say(
            w,
            "all input digits are valid.|Digits from 10 to 15 do not occur in the input.");
    if (spec->p[REVERSED])
        vlog_say(
            w,
            "the bits of {out} are in reverse order: what would be bit 0 is its most "
            "significant bit, and so on.|At last {out} is mirrored, so that its bit 0 is "
            "the result's most significant bit, and so on for all bits.");
}

const struct vlog_family vlog_code = {"code", knobs,   false, shape, ports,
                                      reset,  outputs, NULL,  say,   drive};
