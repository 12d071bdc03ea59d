/* Priority encoders, decoders, and counts of leading zeros and of ones. */
#include "family.h"

enum { KIND, LINES, HIGHEST, INPUT_LOW, OUTPUT_LOW, NONE_ONES, FLAG_NONE };
enum { PRIORITY, DECODER, LEADING, ONES };
enum { LINE, INDEX, FLAG, ENABLE };

static const struct vlog_knob knobs[] = {
    {"kind", PRIORITY, ONES, PRIORITY, ONES},
    {"lines", 4, 8, 9, 16},
    {"highest", 0, 1, 0, 1},
    {"input_low", 0, 1, 0, 1},
    {"output_low", 0, 1, 0, 1},
    {"none_ones", 0, 1, 0, 1},
    {"flag_none", 0, 1, 0, 1},
    {NULL, 0, 0, 0, 0},
};

static void shape(struct vlog_spec *spec, struct task_rng *rng)
{
    (void)rng;
    (void)spec;
}

static void ports(struct vlog_spec *spec)
{
    unsigned lines = (unsigned)spec->p[LINES];
    switch (spec->p[KIND]) {
    case DECODER:
        vlog_in(spec, INDEX, "index", "sel code index addr", vlog_bits(lines));
        vlog_in(spec, ENABLE, "gate", "gate strobe active", 1);
        vlog_out(spec, LINE, "line", "y dec line_out hot", lines);
        break;
    case PRIORITY:
        vlog_in(spec, LINE, "line", "req in lines d", lines);
        vlog_out(spec, INDEX, "index", "pos idx code winner", vlog_bits(lines));
        vlog_out(spec, FLAG, "flag", "flag status f", 1);
        break;
    default:
        vlog_in(spec, LINE, "line", "in x word d", lines);
        vlog_out(spec, INDEX, "index", "n result num total", vlog_bits(lines + 1));
    }
}

static void reset(const struct vlog_spec *spec, struct vlog_state *state)
{
    (void)spec;
    (void)state;
}

static void encode(const struct vlog_spec *spec, uint64_t lines, uint64_t *out)
{
    unsigned count = (unsigned)spec->p[LINES];
    uint64_t found = spec->p[NONE_ONES] ? UINT64_MAX : 0;
    for (unsigned i = 0; i < count; i++) {
        unsigned line = spec->p[HIGHEST] ? i : count - 1 - i;
        if (vlog_bit(lines, line))
            found = line;
    }
    out[INDEX] = found;
    out[FLAG] = (lines == 0) == (spec->p[FLAG_NONE] == 1);
}

/* From the top, or from the bottom: both occur as "leading". */
static uint64_t zeros(const struct vlog_spec *spec, uint64_t word)
{
    unsigned count = (unsigned)spec->p[LINES], run = 0;
    while (run < count && !vlog_bit(word, spec->p[HIGHEST] ? count - 1 - run : run))
        run++;
    return run;
}

static void outputs(const struct vlog_spec *spec, const struct vlog_state *state,
                    const uint64_t *in, uint64_t *out)
{
    uint64_t all = vlog_mask((unsigned)spec->p[LINES]);
    uint64_t lines = (spec->p[INPUT_LOW] ? ~in[LINE] : in[LINE]) & all;
    (void)state;
    switch (spec->p[KIND]) {
    case PRIORITY:
        encode(spec, lines, out);
        break;
    case DECODER:
        lines = in[ENABLE] && in[INDEX] < (uint64_t)spec->p[LINES]
                    ? UINT64_C(1) << in[INDEX]
                    : 0;
        out[LINE] = spec->p[OUTPUT_LOW] ? ~lines : lines;
        break;
    case LEADING:
        out[INDEX] = zeros(spec, in[LINE]);
        break;
    default:
        out[INDEX] = (uint64_t)__builtin_popcountll(spec->p[INPUT_LOW] ? lines : in[LINE]);
    }
}

/* Sparse words too: a dense one has its first line at once. */
static void drive(const struct vlog_spec *spec, struct task_rng *rng, size_t number,
                  uint64_t *in)
{
    (void)number;
    uint64_t all = vlog_mask((unsigned)spec->p[LINES]), word = 0;
    uint64_t density = task_rng_below(rng, 5);
    for (int i = 0; i < spec->p[LINES]; i++)
        word |= (uint64_t)(task_rng_below(rng, 6) < density) << i;
    in[LINE] = (spec->p[INPUT_LOW] ? ~word : word) & all;
    in[ENABLE] = task_rng_chance(rng, .8);
}

static void say_priority(const struct vlog_spec *spec, struct vlog_words *w)
{
    vlog_say(
        w, "Build a priority encoder for {lines} request lines.|Design a priority encoder: "
           "{line} has {lines} request bits.");
    vlog_say(
        w,
        spec->p[INPUT_LOW]
            ? "a bit of {line} is a request when it is 0.|The requests are active low."
            : "a bit of {line} is a request when it is 1.|The requests are active high.");
    vlog_say(
        w, spec->p[HIGHEST]
               ? "{index} is the number of the highest-numbered bit that requests.|The "
                 "most significant request wins, and {index} gives its bit number.|Among "
                 "several requests, {index} names the one with the largest bit number."
               : "{index} is the number of the lowest-numbered bit that requests.|The "
                 "least significant request wins, and {index} gives its bit number.|Among "
                 "several requests, {index} names the one with the smallest bit number.");
    vlog_say(
        w, spec->p[NONE_ONES]
               ? "without any request, all bits of {index} are 1.|If nobody requests, "
                 "{index} is all ones."
               : "without any request, {index} is 0.|If nobody requests, {index} is zero.");
    vlog_say(w,
             spec->p[FLAG_NONE]
                 ? "{flag} is 1 if there is no request at all, else 0.|{flag} signals that "
                   "nothing is requested: 1 for none, 0 as soon as there is one."
                 : "{flag} is 1 if there is at least one request, else 0.|{flag} signals a "
                   "valid result: 1 as soon as anything is requested, 0 for none.");
}

static void say_decoder(const struct vlog_spec *spec, struct vlog_words *w)
{
    vlog_say(
        w,
        "Build a decoder with {lines} output lines.|Design a decoder: {index} selects one "
        "of the {lines} bits of {line}.");
    vlog_say(
        w,
        spec->p[OUTPUT_LOW]
            ? "the outputs are active low: bit number {index} of {line} is 0 and all "
              "others are 1.|The selected bit of {line}, that with the number {index}, is "
              "0; every other bit is 1."
            : "the outputs are active high: bit number {index} of {line} is 1 and all "
              "others are 0.|The selected bit of {line}, that with the number {index}, is "
              "1; every other bit is 0.");
    vlog_say(
        w,
        "while {gate} is 0, no bit is selected.|Nothing is selected unless {gate} is 1.");
    vlog_say(
        w, "a value of {index} from {lines} upwards selects nothing.|Should {index} not be "
           "below {lines}, then no bit is selected.");
}

static void say_leading(const struct vlog_spec *spec, struct vlog_words *w)
{
    vlog_say(
        w, "Build a zero counter for words of {lines} bits.|Design a circuit that counts a "
           "run of zeros in the {lines} bits of {line}.");
    vlog_say(
        w,
        spec->p[HIGHEST]
            ? "{index} is the number of consecutive 0 bits from the most significant end "
              "of {line} down to the first 1.|{index} is the number of leading zeros of "
              "{line}."
            : "{index} is the number of consecutive 0 bits from the least significant end "
              "of {line} up to the first 1.|{index} is the number of trailing zeros of "
              "{line}.");
    vlog_say(
        w,
        "for a word without any 1 it is {lines}.|If {line} is 0, the result is {lines}.");
}

static void say_ones(const struct vlog_spec *spec, struct vlog_words *w)
{
    vlog_say(
        w,
        "Build a population count for words of {lines} bits.|Design a circuit that counts "
        "bits of the {lines}-bit word {line}.");
    vlog_say(
        w, spec->p[INPUT_LOW]
               ? "{index} is how many bits of {line} are 0.|{index} is the number of zeros "
                 "in {line}, wherever they are."
               : "{index} is how many bits of {line} are 1.|{index} is the number of ones "
                 "in {line}, wherever they are.");
}

static void say(const struct vlog_spec *spec, struct vlog_words *w)
{
    static void (*const kinds[])(const struct vlog_spec *,
                                 struct vlog_words *) = {[PRIORITY] = say_priority,
                                                         [DECODER] = say_decoder,
                                                         [LEADING] = say_leading,
                                                         [ONES] = say_ones};
    kinds[spec->p[KIND]](spec, w);
}

const struct vlog_family vlog_encoder = {"encoder", knobs,   false, shape, ports,
                                         reset,     outputs, NULL,  say,   drive};
