/* Register files: one write port, one or two read ports. */
#include "family.h"

enum { DEPTH_LOG, WIDTH, READS, REGISTERED, BYPASS, ZERO, START };
enum { WRITE, WADDR, WDATA, RADDR0, RADDR1, RDATA0, RDATA1 };
enum { REGISTERS_MAX = 16, READ0 = REGISTERS_MAX, READ1 }; /* state */
enum { VALUE };                                            /* extra */

static const struct vlog_knob knobs[] = {
    {"depth_log", 2, 3, 4, 4},  {"width", 4, 8, 9, 12}, {"reads", 1, 2, 1, 2},
    {"registered", 0, 1, 0, 1}, {"bypass", 0, 1, 0, 1}, {"zero", 0, 1, 0, 1},
    {"start", 0, 1, 0, 1},      {NULL, 0, 0, 0, 0},
};

static void shape(struct vlog_spec *spec, struct task_rng *rng)
{
    uint64_t value = 1 + task_rng_below(rng, vlog_mask((unsigned)spec->p[WIDTH]));
    spec->extra[VALUE] = spec->p[START] ? value : 0;
}

static void ports(struct vlog_spec *spec)
{
    unsigned width = (unsigned)spec->p[WIDTH], bits = (unsigned)spec->p[DEPTH_LOG];
    vlog_in(spec, WRITE, "write", "we wen write", 1);
    vlog_in(spec, WADDR, "waddr", "waddr wa wr_addr", bits);
    vlog_in(spec, WDATA, "wdata", "wdata wd wr_data", width);
    vlog_in(spec, RADDR0, "raddr0", "raddr_a ra1 rs1", bits);
    vlog_out(spec, RDATA0, "rdata0", "rdata_a rd1 out1", width);
    if (spec->p[READS] < 2)
        return;
    vlog_in(spec, RADDR1, "raddr1", "raddr_b ra2 rs2", bits);
    vlog_out(spec, RDATA1, "rdata1", "rdata_b rd2 out2", width);
}

static void reset(const struct vlog_spec *spec, struct vlog_state *state)
{
    *state = (struct vlog_state){{0}};
    for (int i = spec->p[ZERO] ? 1 : 0; i < 1 << spec->p[DEPTH_LOG]; i++)
        state->r[i] = spec->extra[VALUE];
}

static uint64_t read_at(const struct vlog_spec *spec, const struct vlog_state *state,
                        const uint64_t *in, uint64_t address)
{
    bool is_written = in[WRITE] && in[WADDR] == address && !(spec->p[ZERO] && address == 0);
    return spec->p[BYPASS] && is_written ? in[WDATA] : state->r[address];
}

static void outputs(const struct vlog_spec *spec, const struct vlog_state *state,
                    const uint64_t *in, uint64_t *out)
{
    out[RDATA0] =
        spec->p[REGISTERED] ? state->r[READ0] : read_at(spec, state, in, in[RADDR0]);
    out[RDATA1] =
        spec->p[REGISTERED] ? state->r[READ1] : read_at(spec, state, in, in[RADDR1]);
}

static void tick(const struct vlog_spec *spec, struct vlog_state *state, const uint64_t *in)
{
    state->r[READ0] = read_at(spec, state, in, in[RADDR0]);
    state->r[READ1] = read_at(spec, state, in, in[RADDR1]);
    if (in[WRITE] && !(spec->p[ZERO] && in[WADDR] == 0))
        state->r[in[WADDR]] = in[WDATA];
}

/* Reads often meet the write of the same cycle, and register 0. */
static void drive(const struct vlog_spec *spec, struct task_rng *rng, size_t number,
                  uint64_t *in)
{
    (void)spec;
    (void)number;
    in[WRITE] = task_rng_chance(rng, .6);
    if (task_rng_chance(rng, .15))
        in[WADDR] = 0;
    if (task_rng_chance(rng, .3))
        in[RADDR0] = in[WADDR];
    if (task_rng_chance(rng, .3))
        in[RADDR1] = in[WADDR];
}

static void say_reads(const struct vlog_spec *spec, struct vlog_words *w)
{
    bool is_double = spec->p[READS] == 2;
    if (spec->p[REGISTERED])
        vlog_say(w,
                 is_double
                     ? "reading is synchronous: at the active edge {rdata0} takes the "
                       "register {raddr0} and {rdata1} the register {raddr1}.|The read "
                       "data {rdata0} (address {raddr0}) and {rdata1} (address {raddr1}) "
                       "are registers that are loaded at every active edge."
                     : "reading is synchronous: at the active edge {rdata0} takes the "
                       "register {raddr0}.|The read data {rdata0} (address {raddr0}) is a "
                       "register that is loaded at every active edge.");
    else
        vlog_say(w, is_double
                        ? "reading is combinational: {rdata0} is the register {raddr0} and "
                          "{rdata1} the register {raddr1}.|Without any clock, {rdata0} "
                          "follows the address {raddr0} and {rdata1} the address {raddr1}."
                        : "reading is combinational: {rdata0} is the register {raddr0}.|"
                          "Without any clock, {rdata0} follows the address {raddr0}.");
    if (spec->p[REGISTERED])
        vlog_say(w,
                 "reset also clears the read data to 0.|In reset the read data is zero.");
}

static void say_bypass(const struct vlog_spec *spec, struct vlog_words *w)
{
    static const char *const by_clock[] = {
        "a read of the register that the same edge writes gives the old value.|On a read "
        "and a "
        "write of one register at the same edge, the read returns what was there before.",
        "a read of the register that the same edge writes gives the new value.|On a read "
        "and a "
        "write of one register at the same edge, the read returns the data being written.",
    };
    static const char *const at_once[] = {
        "a write shows in reads only after its edge.|There is no bypass: until the edge a "
        "read "
        "shows the old value of a register that is being written.",
        "while {write} is 1, a read of register {waddr} already shows {wdata}, before the "
        "edge.|"
        "Writes are bypassed: if {write} is 1 and a read address equals {waddr}, the read "
        "data is "
        "{wdata} at once.",
    };
    vlog_say(w, (spec->p[REGISTERED] ? by_clock : at_once)[spec->p[BYPASS]]);
}

static void say(const struct vlog_spec *spec, struct vlog_words *w)
{
    vlog_set(w, "depth", "%d", 1 << spec->p[DEPTH_LOG]);
    vlog_set_value(w, "value", (unsigned)spec->p[WIDTH], spec->extra[VALUE]);
    vlog_say(
        w,
        "Build a register file of {depth} registers with {width} bits.|Design a register "
        "file: {depth} words of {width} bits, numbered from 0.");
    vlog_say(w,
             "at the active edge, {write} = 1 writes {wdata} into the register {waddr}.|A "
             "clock edge with {write} at 1 stores {wdata} under the address {waddr}.");
    say_reads(spec, w);
    say_bypass(spec, w);
    if (spec->p[ZERO])
        vlog_say(
            w, "register 0 is always 0; writes to it have no effect at all, and it is not "
               "bypassed.|Address 0 reads as zero whatever is written there.");
    vlog_say(
        w, spec->p[START] && spec->p[ZERO]
               ? "in reset all registers but number 0 become {value}.|The reset value of "
                 "each register except register 0 is {value}."
               : "in reset all registers become {value}.|The reset value of each register "
                 "is {value}.");
}

const struct vlog_family vlog_regfile = {"regfile", knobs,   true, shape, ports,
                                         reset,     outputs, tick, say,   drive};
