/* Debouncers: the output follows once the input has been different for long enough. */
#include "family.h"

enum { RISE_AFTER, FALL_SAME, STAGES, START, PULSES };
enum { FALL_AFTER }; /* extra */
enum { RAW, CLEAN, ROSE, FELL };
enum { LEVEL, RUN, ROSE_NOW, FELL_NOW, STAGE }; /* state; stages from STAGE on */

static const struct vlog_knob knobs[] = {
    {"rise_after", 2, 5, 6, 9}, {"fall_same", 0, 1, 0, 1}, {"stages", 0, 2, 0, 3},
    {"start", 0, 1, 0, 1},      {"pulses", 0, 1, 0, 1},    {NULL, 0, 0, 0, 0},
};

static void shape(struct vlog_spec *spec, struct task_rng *rng)
{
    uint64_t other = 1 + task_rng_below(rng, (uint64_t)spec->p[RISE_AFTER] - 1);
    spec->extra[FALL_AFTER] = spec->p[FALL_SAME] ? (uint64_t)spec->p[RISE_AFTER] : other;
}

static void ports(struct vlog_spec *spec)
{
    vlog_in(spec, RAW, "raw", "raw noisy btn bounce_in", 1);
    vlog_out(spec, CLEAN, "clean", "clean level stable btn_out", 1);
    if (spec->p[PULSES]) {
        vlog_out(spec, ROSE, "rose", "rose press went_high", 1);
        vlog_out(spec, FELL, "fell", "fell release_p went_low", 1);
    }
}

static void reset(const struct vlog_spec *spec, struct vlog_state *state)
{
    *state = (struct vlog_state){{0}};
    state->r[LEVEL] = (uint64_t)spec->p[START];
    for (int i = 0; i < spec->p[STAGES]; i++)
        state->r[STAGE + i] = (uint64_t)spec->p[START];
}

static void outputs(const struct vlog_spec *spec, const struct vlog_state *state,
                    const uint64_t *in, uint64_t *out)
{
    (void)spec;
    (void)in;
    out[CLEAN] = state->r[LEVEL];
    out[ROSE] = state->r[ROSE_NOW];
    out[FELL] = state->r[FELL_NOW];
}

static void tick(const struct vlog_spec *spec, struct vlog_state *state, const uint64_t *in)
{
    int stages = spec->p[STAGES];
    uint64_t sample = stages ? state->r[STAGE + stages - 1] : in[RAW];
    uint64_t level = state->r[LEVEL];
    uint64_t needed = level ? spec->extra[FALL_AFTER] : (uint64_t)spec->p[RISE_AFTER];
    state->r[RUN] = sample != level ? state->r[RUN] + 1 : 0;
    bool is_change = state->r[RUN] == needed;
    if (is_change) {
        state->r[LEVEL] = sample;
        state->r[RUN] = 0;
    }
    state->r[ROSE_NOW] = is_change && sample == 1;
    state->r[FELL_NOW] = is_change && sample == 0;
    for (int i = stages - 1; i >= 0; i--)
        state->r[STAGE + i] = i > 0 ? state->r[STAGE + i - 1] : in[RAW];
}

/* Bounces, then rest: in rest the input only rarely differs. */
static void drive(const struct vlog_spec *spec, struct task_rng *rng, size_t number,
                  uint64_t *in)
{
    size_t phase = number / (size_t)(2 * spec->p[RISE_AFTER] + 3);
    bool is_resting = phase % 3 != 1;
    in[RAW] = (phase / 2 % 2) ^ task_rng_chance(rng, is_resting ? .06 : .4);
}

static void say(const struct vlog_spec *spec, struct vlog_words *w)
{
    vlog_set(w, "fall_after", "%llu", (unsigned long long)spec->extra[FALL_AFTER]);
    vlog_say(
        w,
        "Build a debouncer for the input {raw} with the output {clean}.|Design a circuit "
        "that removes the bouncing of {raw}; its clean level is {clean}.");
    vlog_say(
        w, "at each active edge a sample is compared with {clean}; a run is a number of "
           "samples in a row that all differ from {clean}, and a sample that is equal ends "
           "it.|Every active edge takes a sample; successive samples that differ from "
           "{clean} make a run, and one that agrees with {clean} makes it start over.");
    if (spec->p[FALL_SAME])
        vlog_say(
            w,
            "the edge that takes number {rise_after} of a run inverts {clean}, and the run "
            "is over.|{clean} changes to the other level at the edge that takes differing "
            "sample number {rise_after} of a run; then counting starts at zero.");
    else
        vlog_say(
            w,
            "the edge that takes number N of a run inverts {clean}, and the run is over; N "
            "is {rise_after} for going from 0 to 1 and {fall_after} for going from 1 to "
            "0.|Going high takes {rise_after} differing samples in a row and going low "
            "takes {fall_after}; {clean} changes at the edge that takes the last of "
            "them, and counting starts at zero.");
    if (spec->p[STAGES] == 0)
        vlog_say(
            w,
            "the sample is {raw} itself at that edge.|There is no synchroniser: {raw} is "
            "sampled directly.");
    else
        vlog_say(
            w,
            "the sample is {raw} behind a synchroniser of {stages} flip-flop(s) in a row, "
            "that is, the value that the last of them has before the edge.|{raw} first "
            "goes through a chain of {stages} register(s), and the sample at an edge is "
            "what "
            "the last one held just before it.");
    vlog_say(w, spec->p[START]
                    ? "reset makes {clean} and any synchroniser 1 and ends the run.|The "
                      "reset state is: no run, {clean} high, synchroniser registers (if "
                      "any) at 1."
                    : "reset makes {clean} and any synchroniser 0 and ends the run.|The "
                      "reset state is: no run, {clean} low, synchroniser registers (if "
                      "any) at 0.");
    if (spec->p[PULSES])
        vlog_say(
            w,
            "{rose} and {fell} are registers that are decided anew at each active edge: 1 "
            "if {clean} changes at that edge to 1 and to 0, respectively, else 0, and 0 "
            "after reset.|At the edge at which {clean} goes from 0 to 1 {rose} becomes 1 "
            "too, at one from 1 to 0 {fell} does; the next active edge clears them again "
            "(unless there is another change), and reset clears both.");
}

const struct vlog_family vlog_debouncer = {"debouncer", knobs,   true, shape, ports,
                                           reset,       outputs, tick, say,   drive};
