#include "clocking.h"

#include <stdlib.h>
#include <string.h>

/* How often something common happens in the stimulus of a vector. */
static const double reset_rate = 1 / 32., enabled_rate = .8;
enum { PHASE = 20 };

void vlog_clocking_draw(struct vlog_spec *spec, struct task_rng *rng)
{
    struct vlog_clocking *c = &spec->clocking;
    bool has_registers = spec->family->tick != NULL;
    bool is_turned = task_rng_chance(rng, .5), is_delayed = task_rng_chance(rng, .4);
    c->is_delayed = spec->is_shifted && (has_registers ? is_delayed : is_turned);
    c->is_clocked = has_registers || c->is_delayed;
    c->is_falling = spec->is_shifted && c->is_clocked && is_turned;
    c->is_async = task_rng_chance(rng, .5);
    c->is_reset_low = task_rng_chance(rng, .5);
    uint64_t enable = task_rng_below(rng, 3);
    c->enable = spec->family->has_enable ? (int)enable : VLOG_ENABLE_NONE;
}

void vlog_clocking_ports(struct vlog_spec *spec)
{
    const struct vlog_clocking *c = &spec->clocking;
    if (!c->is_clocked)
        return;
    vlog_in(spec, VLOG_CLOCK, "clk", "clk clock ck", 1);
    vlog_in(spec, VLOG_RESET, "rst",
            c->is_reset_low ? "rst_n resetn reset_n" : "rst reset rst_i", 1);
    if (c->enable == VLOG_ENABLE_HIGH)
        vlog_in(spec, VLOG_ENABLE, "en", "en ce enable", 1);
    if (c->enable == VLOG_ENABLE_LOW)
        vlog_in(spec, VLOG_ENABLE, "en", "hold stall en_n", 1);
}

static void say_reset(const struct vlog_clocking *c, struct vlog_words *w)
{
    vlog_set(w, "active", "%d", !c->is_reset_low);
    vlog_set(w, "level", "%s", c->is_reset_low ? "low" : "high");
    if (c->is_async)
        vlog_say(
            w, "the reset is {rst}, active {level}, and asynchronous: it works at once, "
               "without waiting for {clk}.|{rst} = {active} resets everything immediately, "
               "whatever the clock does.|An asynchronous reset {rst} (reset while it is "
               "{active}) goes before everything else.");
    else
        vlog_say(
            w,
            "the reset is {rst}, active {level}, and synchronous: it works at the active "
            "edge of {clk} only.|If {rst} is {active} at an active clock edge, that edge "
            "resets everything; between edges {rst} does nothing.|A synchronous reset "
            "{rst} (reset when it is {active} at the edge) goes before everything else.");
}

static void say_enable(const struct vlog_clocking *c, struct vlog_words *w)
{
    vlog_set(w, "off", "%d", c->enable == VLOG_ENABLE_LOW);
    if (c->enable != VLOG_ENABLE_NONE)
        vlog_say(
            w,
            "a clock edge at which {en} is {off} changes no register, unless it is a "
            "reset.|While {en} = {off} all registers keep their values at the clock edges; "
            "only reset still works.|{en} = {off} freezes the state (reset has priority "
            "over that).");
}

static void say_delay(bool has_registers, struct vlog_words *w)
{
    if (has_registers)
        vlog_say(
            w,
            "one more register stands behind every output: what the rest of this text "
            "calls an output is its input, it takes the value from just before the edge, "
            "together with all other registers, and reset makes it 0.|All outputs are "
            "delayed by a further output register that loads, under the same clock, "
            "enable and reset as the other registers, what the output described here was "
            "immediately before the edge; its reset value is 0, whatever is said of the "
            "reset value of the undelayed output.");
    else
        vlog_say(
            w, "the outputs are registered: at each active edge of {clk} they take what "
               "belongs to the inputs just before the edge, and reset makes them 0.|Every "
               "output comes from a register that loads, at the active clock edge, the "
               "value described here, and that is 0 after reset.");
}

void vlog_clocking_say(const struct vlog_spec *spec, struct vlog_words *w)
{
    const struct vlog_clocking *c = &spec->clocking;
    if (!c->is_clocked) {
        vlog_say(w, "there is no clock: the circuit is combinational.|The logic is purely "
                    "combinational.|No state is kept.");
        return;
    }
    vlog_say(
        w, c->is_falling
               ? "the active edge of {clk} is the falling one.|Registers change when {clk} "
                 "goes from 1 to 0.|Everything is clocked by the negative edge of {clk}."
               : "the active edge of {clk} is the rising one.|Registers change when {clk} "
                 "goes from 0 to 1.|Everything is clocked by the positive edge of {clk}.");
    say_reset(c, w);
    say_enable(c, w);
    if (c->is_delayed)
        say_delay(spec->family->tick != NULL, w);
}

/* Wide inputs: any value, a simple one, or what was there before. */
static uint64_t draw_wide(struct task_rng *rng, unsigned width, uint64_t before)
{
    uint64_t all = vlog_mask(width), any = task_rng_next(rng) & all;
    uint64_t one = UINT64_C(1) << task_rng_below(rng, width);
    const uint64_t values[] = {0, all, one, all ^ one, before, any, any, any};
    return values[task_rng_below(rng, sizeof values / sizeof values[0])];
}

static void draw_vector(const struct vlog_spec *spec, struct task_rng *rng, size_t number,
                        uint64_t *in)
{
    static const double rates[] = {.15, .5, .85};
    const struct vlog_clocking *c = &spec->clocking;
    for (int i = 0; i < VLOG_OWN_ROLES; i++) {
        const struct vlog_role *role = &spec->roles[i];
        uint64_t before = number > 0 ? in[i - VLOG_ROLES] : 0;
        if (role->width == 0 || role->is_output)
            continue;
        in[i] = role->width > 1
                    ? draw_wide(rng, role->width, before)
                    : task_rng_chance(rng, rates[(number / PHASE + (size_t)i) % 3]);
    }
    if (spec->family->drive)
        spec->family->drive(spec, rng, number, in);
    bool is_reset = task_rng_chance(rng, reset_rate) || number < VLOG_RESET_VECTORS;
    bool is_enabled = task_rng_chance(rng, enabled_rate);
    in[VLOG_RESET] = is_reset != c->is_reset_low;
    in[VLOG_ENABLE] = is_enabled != (c->enable == VLOG_ENABLE_LOW);
    for (int i = 0; i < VLOG_ROLES; i++)
        in[i] &= vlog_mask(spec->roles[i].width);
}

void vlog_stimulate(const struct vlog_spec *spec, struct task_rng *rng, uint64_t *in,
                    size_t count)
{
    memset(in, 0, count * VLOG_ROLES * sizeof *in);
    for (size_t i = 0; i < count; i++)
        draw_vector(spec, rng, i, in + i * VLOG_ROLES);
}

/* A module at work: its registers and those behind its outputs. */
struct working {
    const struct vlog_spec *spec;
    struct vlog_state state;
    uint64_t delayed[VLOG_ROLES];
};

static void compute(const struct working *m, const uint64_t *in, uint64_t *out)
{
    memset(out, 0, VLOG_ROLES * sizeof *out);
    m->spec->family->outputs(m->spec, &m->state, in, out);
    for (int i = 0; i < VLOG_ROLES; i++)
        out[i] &= vlog_mask(m->spec->roles[i].is_output ? m->spec->roles[i].width : 0);
}

static void sample(const struct working *m, const uint64_t *in, struct vlog_sample *out)
{
    if (m->spec->clocking.is_delayed)
        memcpy(out->out, m->delayed, sizeof out->out);
    else
        compute(m, in, out->out);
}

static void reset(struct working *m)
{
    m->spec->family->reset(m->spec, &m->state);
    memset(m->delayed, 0, sizeof m->delayed);
}

static bool is_reset(const struct vlog_spec *spec, const uint64_t *in)
{
    return in[VLOG_RESET] != spec->clocking.is_reset_low;
}

static void edge(struct working *m, const uint64_t *in)
{
    const struct vlog_clocking *c = &m->spec->clocking;
    if (is_reset(m->spec, in)) {
        reset(m);
        return;
    }
    if (c->enable != VLOG_ENABLE_NONE && in[VLOG_ENABLE] == (c->enable == VLOG_ENABLE_LOW))
        return;
    compute(m, in, m->delayed);
    if (m->spec->family->tick)
        m->spec->family->tick(m->spec, &m->state, in);
}

/* The samples of one vector. */
static void respond(struct working *m, const uint64_t *in, struct vlog_sample *samples)
{
    const struct vlog_clocking *c = &m->spec->clocking;
    if (c->is_clocked && c->is_async && is_reset(m->spec, in))
        reset(m);
    sample(m, in, &samples[0]);
    if (!c->is_clocked)
        return;
    if (!c->is_falling)
        edge(m, in);
    sample(m, in, &samples[1]);
    if (c->is_falling)
        edge(m, in);
}

void vlog_respond(const struct vlog_spec *spec, const uint64_t *in, size_t count,
                  struct vlog_sample *samples)
{
    struct working m = {.spec = spec};
    size_t each = spec->clocking.is_clocked ? VLOG_SAMPLES : 1;
    for (size_t i = 0; i < count; i++) {
        respond(&m, in + i * VLOG_ROLES, samples + i * each);
        for (size_t k = 0; k < each; k++)
            samples[i * each + k].is_known = !spec->clocking.is_clocked || i > 0;
    }
}

static void put_bits(struct task_buf *out, uint64_t value, unsigned width, bool is_known)
{
    for (unsigned i = width; i-- > 0;) {
        char bit = (char)(is_known ? '0' + vlog_bit(value, i) : 'x');
        task_buf_append(out, &bit, 1);
    }
}

/* Values in the order of the ports. */
static void put_values(const struct vlog_face *face, const int *order,
                       const struct vlog_sample *values, bool of_outputs,
                       struct task_buf *out)
{
    for (size_t i = 0; i < face->port_count; i++)
        if (face->ports[i].is_output == of_outputs && (int)i != face->clock)
            put_bits(out, values->out[order[i]], face->ports[i].width, values->is_known);
}

void vlog_vectors_put(const struct vlog_spec *spec, const struct vlog_ordered *ordered,
                      const uint64_t *in, size_t count, struct vlog_vectors *vectors)
{
    size_t each = vlog_face_samples(&ordered->face);
    struct vlog_sample *samples = task_alloc(count * each, sizeof *samples);
    vlog_respond(spec, in, count, samples);
    vectors->count = count;
    for (size_t i = 0; i < count; i++) {
        struct vlog_sample stimulus = {.is_known = true};
        memcpy(stimulus.out, in + i * VLOG_ROLES, sizeof stimulus.out);
        put_values(&ordered->face, ordered->order, &stimulus, false, &vectors->stimuli);
        for (size_t k = 0; k < each; k++)
            put_values(&ordered->face, ordered->order, &samples[i * each + k], true,
                       &vectors->samples);
    }
    free(samples);
}
