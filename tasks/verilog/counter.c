/* Counters: up, down or both, of any range, wrapping or saturating. */
#include "family.h"

enum { WIDTH, MODE, LOAD, SATURATE, LAST, STEP, FULL };
enum { UP, DOWN, BOTH };
enum { LIMIT, START };              /* extra */
enum { Q, DIR, LOAD_IT, DATA, TC }; /* roles */

static const struct vlog_knob knobs[] = {
    {"width", 3, 6, 7, 10},   {"mode", UP, BOTH, UP, BOTH}, {"load", 0, 1, 0, 1},
    {"saturate", 0, 1, 0, 1}, {"last", 0, 1, 0, 1},         {"step", 1, 1, 2, 3},
    {"full", 0, 1, 0, 0},     {NULL, 0, 0, 0, 0},
};

/* Small ranges, so that the ends are met in the vectors that there are. */
static void shape(struct vlog_spec *spec, struct task_rng *rng)
{
    int64_t top = (int64_t)vlog_mask((unsigned)spec->p[WIDTH]);
    spec->p[FULL] = spec->p[FULL] && spec->p[WIDTH] <= 4;
    int64_t limit = task_rng_between(rng, spec->p[STEP] + 2, top <= 24 ? top - 1 : 24);
    spec->extra[LIMIT] = (uint64_t)(spec->p[FULL] ? top : limit);
    const uint64_t starts[] = {0, spec->extra[LIMIT],
                               task_rng_below(rng, spec->extra[LIMIT] + 1)};
    spec->extra[START] = starts[task_rng_below(rng, 3)];
}

static void ports(struct vlog_spec *spec)
{
    unsigned width = (unsigned)spec->p[WIDTH];
    vlog_out(spec, Q, "q", "q count cnt value", width);
    if (spec->p[MODE] == BOTH)
        vlog_in(spec, DIR, "dir", "up dir_up upward", 1);
    if (spec->p[LOAD]) {
        vlog_in(spec, LOAD_IT, "load", "load ld set", 1);
        vlog_in(spec, DATA, "d", "d data preset_value", width);
    }
    if (spec->p[LAST])
        vlog_out(spec, TC, "tc", "tc last at_end", 1);
}

static void reset(const struct vlog_spec *spec, struct vlog_state *state)
{
    state->r[0] = spec->extra[START];
}

static bool is_up(const struct vlog_spec *spec, const uint64_t *in)
{
    return spec->p[MODE] == UP || (spec->p[MODE] == BOTH && in[DIR]);
}

static void outputs(const struct vlog_spec *spec, const struct vlog_state *state,
                    const uint64_t *in, uint64_t *out)
{
    out[Q] = state->r[0];
    out[TC] = state->r[0] == (is_up(spec, in) ? spec->extra[LIMIT] : 0);
}

static uint64_t next(const struct vlog_spec *spec, uint64_t q, bool up)
{
    uint64_t limit = spec->extra[LIMIT], step = (uint64_t)spec->p[STEP];
    if (up && q + step > limit)
        return spec->p[SATURATE] ? limit : q + step - (limit + 1);
    if (!up && q < step)
        return spec->p[SATURATE] ? 0 : q + limit + 1 - step;
    return up ? q + step : q - step;
}

static void tick(const struct vlog_spec *spec, struct vlog_state *state, const uint64_t *in)
{
    uint64_t limit = spec->extra[LIMIT];
    if (spec->p[LOAD] && in[LOAD_IT])
        state->r[0] = in[DATA] < limit ? in[DATA] : limit;
    else
        state->r[0] = next(spec, state->r[0], is_up(spec, in));
}

/* Runs in one direction are longer than a fair coin's, and loads rarer. */
static void drive(const struct vlog_spec *spec, struct task_rng *rng, size_t number,
                  uint64_t *in)
{
    (void)spec;
    bool is_up_phase = number / 40 % 2 == 0;
    in[DIR] = task_rng_chance(rng, is_up_phase ? .9 : .1);
    in[LOAD_IT] = task_rng_chance(rng, .08);
}

static void say_ends(const struct vlog_spec *spec, struct vlog_words *w)
{
    bool is_wrapping = !spec->p[SATURATE];
    if (is_wrapping && spec->p[STEP] == 1)
        vlog_say(w,
                 "it wraps around: from {limit} upwards it goes to 0, and from 0 downwards "
                 "to {limit}.|Counting is modulo {modulus}.|{q} stays within 0 to {limit} "
                 "and wraps at both ends of that range.");
    else if (is_wrapping)
        vlog_say(w,
                 "all arithmetic is modulo {modulus}, so the values are 0 to {limit}.|"
                 "The range is 0 to {limit}; a step over an end goes on at the other end, "
                 "that is, the result is taken modulo {modulus}.");
    else
        vlog_say(w,
                 "it saturates: a step that would leave the range 0 to {limit} ends at the "
                 "limit that it would cross.|{q} never wraps. Values are clamped to 0 and "
                 "{limit}.|the count stops at {limit} when going up and at 0 when going "
                 "down, and a step that would overshoot lands exactly there.");
}

static void say_direction(const struct vlog_spec *spec, struct vlog_words *w)
{
    static const char *const modes[] = {
        [UP] =
            "each step adds {step} to {q}.|It counts upwards by {step}.|The direction is "
            "always up and the increment is {step}.",
        [DOWN] = "each step subtracts {step} from {q}.|It counts downwards by {step}.|The "
                 "direction is always down and the decrement is {step}.",
        [BOTH] =
            "a step adds {step} to {q} while {dir} is 1 and subtracts {step} while {dir} "
            "is 0.|It counts by {step}, upwards when {dir} is high, else downwards.|"
            "{dir} selects the direction: 1 means increment, 0 means decrement, both "
            "by {step}."};
    vlog_say(w, modes[spec->p[MODE]]);
}

static void say_last(const struct vlog_spec *spec, struct vlog_words *w)
{
    static const char *const modes[] = {
        [UP] = "{tc} is 1 exactly while {q} equals {limit}.|The flag {tc} marks the value "
               "{limit}, without any delay.",
        [DOWN] = "{tc} is 1 exactly while {q} is 0.|The flag {tc} marks the value zero, "
                 "without any delay.",
        [BOTH] =
            "{tc} is combinational: 1 if {q} equals {limit} and {dir} is 1, or if {q} is "
            "0 and {dir} is 0; otherwise 0.|{tc} tells, without a register, that {q} is "
            "at the end of its range in the current direction ({limit} for {dir} = 1, 0 "
            "for {dir} = 0)."};
    vlog_say(w, modes[spec->p[MODE]]);
}

static void say(const struct vlog_spec *spec, struct vlog_words *w)
{
    vlog_set(w, "modulus", "%llu", (unsigned long long)spec->extra[LIMIT] + 1);
    vlog_set_value(w, "limit", (unsigned)spec->p[WIDTH], spec->extra[LIMIT]);
    vlog_set_value(w, "start", (unsigned)spec->p[WIDTH], spec->extra[START]);
    vlog_say(w, "Build a counter {q} with {width} bits.|Design a counter of {width} bits; "
                "{q} is its value.|We need a "
                "synchronous counter whose value {q} has {width} bits.");
    say_direction(spec, w);
    say_ends(spec, w);
    vlog_say(w,
             "reset sets {q} to {start}.|The value in reset is {start}.|After a reset the "
             "count is {start}.");
    if (spec->p[LOAD])
        vlog_say(w,
                 "when {load} is 1, {q} takes {d} instead of counting; a {d} above {limit} "
                 "is taken as {limit}.|{load} has priority over counting and copies "
                 "min({d}, {limit}) into {q}.");
    if (spec->p[LAST])
        say_last(spec, w);
}

const struct vlog_family vlog_counter = {"counter", knobs,   true, shape, ports,
                                         reset,     outputs, tick, say,   drive};
