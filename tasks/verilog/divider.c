/* Clock dividers: a slow wave and a tick, of a fixed or a programmable period. */
#include "family.h"

enum { PERIOD, HIGH_FIRST, TICK, PROGRAMMABLE };
enum { HIGH }; /* extra */
enum { WAVE, PULSE, LENGTH };
enum { PROGRAM_BITS = 4 };

static const struct vlog_knob knobs[] = {
    {"period", 3, 10, 11, 24},    {"high_first", 0, 1, 0, 1}, {"tick", 0, 1, 0, 1},
    {"programmable", 0, 0, 0, 1}, {NULL, 0, 0, 0, 0},
};

static void shape(struct vlog_spec *spec, struct task_rng *rng)
{
    if (spec->p[PROGRAMMABLE])
        spec->p[PERIOD] = 4;
    spec->extra[HIGH] = (uint64_t)task_rng_between(rng, 1, spec->p[PERIOD] - 1);
}

static void ports(struct vlog_spec *spec)
{
    vlog_out(spec, WAVE, "wave", "clk_out slow wave div_out", 1);
    if (spec->p[TICK])
        vlog_out(spec, PULSE, "pulse", "tick pulse stb", 1);
    if (spec->p[PROGRAMMABLE])
        vlog_in(spec, LENGTH, "length", "len extra_len stretch", PROGRAM_BITS);
}

static void reset(const struct vlog_spec *spec, struct vlog_state *state)
{
    (void)spec;
    state->r[0] = 0;
}

static void outputs(const struct vlog_spec *spec, const struct vlog_state *state,
                    const uint64_t *in, uint64_t *out)
{
    uint64_t period = (uint64_t)spec->p[PERIOD], high = spec->extra[HIGH];
    (void)in;
    out[WAVE] = spec->p[HIGH_FIRST] ? state->r[0] < high : state->r[0] >= period - high;
    out[PULSE] = state->r[0] == 0;
}

/* The last phase waits for as many more cycles as the input says when it is entered. */
static void tick(const struct vlog_spec *spec, struct vlog_state *state, const uint64_t *in)
{
    uint64_t last = (uint64_t)spec->p[PERIOD] - 1;
    if (state->r[0] < last) {
        state->r[0]++;
        state->r[1] = in[LENGTH];
    } else if (spec->p[PROGRAMMABLE] && state->r[1] > 0) {
        state->r[1]--;
    } else {
        state->r[0] = 0;
    }
}

static void drive(const struct vlog_spec *spec, struct task_rng *rng, size_t number,
                  uint64_t *in)
{
    (void)spec;
    (void)number;
    in[LENGTH] = task_rng_below(rng, 4) * task_rng_below(rng, 3);
}

static void say(const struct vlog_spec *spec, struct vlog_words *w)
{
    unsigned long long period = (unsigned long long)spec->p[PERIOD],
                       high = spec->extra[HIGH];
    vlog_set(w, "high", "%llu", high);
    vlog_set(w, "low", "%llu", period - high);
    vlog_set(w, "last", "%llu", period - 1);
    vlog_say(
        w,
        "Build a clock divider: {wave} is a wave that goes through phases 0 to {last}, one "
        "after the other, again and again.|Design a frequency divider whose output {wave} "
        "repeats after {period} phases, numbered from 0 to {last}.");
    vlog_say(
        w,
        spec->p[HIGH_FIRST]
            ? "{wave} is 1 in the phases below {high} and 0 from phase {high} on.|In each "
              "period {wave} is first 1, for phases 0 to {high} - 1, then 0 until the end."
            : "{wave} is 0 in the phases below {low} and 1 from phase {low} on.|In each "
              "period {wave} is first 0, for phases 0 to {low} - 1, then 1 until the end.");
    vlog_say(w,
             "reset starts phase 0.|While in reset, and right after it, the phase is 0.");
    if (spec->p[PROGRAMMABLE])
        vlog_say(
            w,
            "each active clock edge goes to the next phase, except in phase {last}: the "
            "value that {length} has at the edge that enters phase {last} says how many "
            "edges more than one it lasts.|All phases before {last} last one clock cycle "
            "each; phase {last} lasts 1 + L cycles, where L is {length} as sampled by "
            "the clock edge at which that phase begins.");
    else
        vlog_say(w,
                 "each active clock edge goes to the next phase.|A phase lasts one clock "
                 "cycle.");
    if (spec->p[TICK])
        vlog_say(w,
                 "{pulse} is 1 in phase 0 and 0 in all others.|{pulse} marks phase 0, also "
                 "that of reset, and is low otherwise.");
}

const struct vlog_family vlog_divider = {"divider", knobs,   true, shape, ports,
                                         reset,     outputs, tick, say,   drive};
