/* Arbiters: fixed priority or round robin, with or without a register. */
#include "family.h"

enum { LINES, POLICY, REGISTERED, HOLD, BY_INDEX };
enum { LOWEST, HIGHEST, ROUND_ROBIN };
enum { REQ, GRANT, ANY };
enum { GRANTED, HAS_GRANT, FIRST }; /* state: number, whether, where the search starts */

static const struct vlog_knob knobs[] = {
    {"lines", 3, 5, 6, 8},      {"policy", LOWEST, ROUND_ROBIN, LOWEST, ROUND_ROBIN},
    {"registered", 0, 1, 0, 1}, {"hold", 0, 1, 0, 1},
    {"by_index", 0, 1, 0, 1},   {NULL, 0, 0, 0, 0},
};

/* Without a register there is no grant to hold, and a fixed priority has no state at all.
 */
static void shape(struct vlog_spec *spec, struct task_rng *rng)
{
    (void)rng;
    if (spec->p[POLICY] != ROUND_ROBIN)
        spec->p[REGISTERED] = 1;
    if (!spec->p[REGISTERED])
        spec->p[HOLD] = 0;
}

static void ports(struct vlog_spec *spec)
{
    unsigned lines = (unsigned)spec->p[LINES];
    vlog_in(spec, REQ, "req", "req request r", lines);
    if (spec->p[BY_INDEX]) {
        vlog_out(spec, GRANT, "grant", "grant_id owner gnt_idx", vlog_bits(lines));
        vlog_out(spec, ANY, "any", "valid granted busy", 1);
    } else {
        vlog_out(spec, GRANT, "grant", "grant gnt g", lines);
    }
}

static void reset(const struct vlog_spec *spec, struct vlog_state *state)
{
    (void)spec;
    state->r[GRANTED] = state->r[HAS_GRANT] = state->r[FIRST] = 0;
}

/* Whom the policy chooses among the requests; the number of lines for nobody. */
static uint64_t choose(const struct vlog_spec *spec, const struct vlog_state *state,
                       uint64_t req)
{
    uint64_t lines = (uint64_t)spec->p[LINES];
    for (uint64_t i = 0; i < lines; i++) {
        const uint64_t order[] = {[LOWEST] = i,
                                  [HIGHEST] = lines - 1 - i,
                                  [ROUND_ROBIN] = (state->r[FIRST] + i) % lines};
        uint64_t line = order[spec->p[POLICY]];
        if (vlog_bit(req, (unsigned)line))
            return line;
    }
    return lines;
}

static void show(const struct vlog_spec *spec, bool has_grant, uint64_t line, uint64_t *out)
{
    uint64_t one_hot = has_grant ? UINT64_C(1) << line : 0;
    out[ANY] = has_grant;
    out[GRANT] = !spec->p[BY_INDEX] ? one_hot : has_grant ? line : 0;
}

static void outputs(const struct vlog_spec *spec, const struct vlog_state *state,
                    const uint64_t *in, uint64_t *out)
{
    uint64_t line = choose(spec, state, in[REQ]);
    if (spec->p[REGISTERED])
        show(spec, state->r[HAS_GRANT], state->r[GRANTED], out);
    else
        show(spec, line < (uint64_t)spec->p[LINES], line, out);
}

static void tick(const struct vlog_spec *spec, struct vlog_state *state, const uint64_t *in)
{
    uint64_t lines = (uint64_t)spec->p[LINES];
    if (spec->p[HOLD] && state->r[HAS_GRANT] &&
        vlog_bit(in[REQ], (unsigned)state->r[GRANTED]))
        return;
    uint64_t line = choose(spec, state, in[REQ]);
    state->r[HAS_GRANT] = line < lines;
    state->r[GRANTED] = line < lines ? line : 0;
    if (line < lines)
        state->r[FIRST] = (line + 1) % lines;
}

/* Requests last a few cycles. */
static void drive(const struct vlog_spec *spec, struct task_rng *rng, size_t number,
                  uint64_t *in)
{
    static const double rates[] = {.25, .5, .8};
    uint64_t req = 0;
    for (int i = 0; i < spec->p[LINES]; i++)
        req |= (uint64_t)task_rng_chance(rng, rates[number / 20 % 3]) << i;
    in[REQ] = req;
}

static void say_policy(const struct vlog_spec *spec, struct vlog_words *w)
{
    static const char *const policies[] = {
        [LOWEST] =
            "of several requests the one with the lowest number is chosen.|Priority is "
            "fixed; requester 0 comes first.|The least significant request bit always "
            "has the highest priority.",
        [HIGHEST] =
            "of several requests the one with the highest number is chosen.|Priority is "
            "fixed; the requester with the largest number comes first.|The most "
            "significant request bit always has the highest priority.",
        [ROUND_ROBIN] =
            "the choice is round robin: the search starts at the requester after "
            "the one chosen last and goes on in rising order, from the last number "
            "around to 0; after reset it starts at 0.|It is fair: after requester "
            "i was chosen the search order is i+1, i+2 and so on, cyclically, so "
            "that i is considered last; after reset requester 0 is considered "
            "first; without a choice the order stays as it is."};
    vlog_say(w, policies[spec->p[POLICY]]);
}

static void say_form(const struct vlog_spec *spec, struct vlog_words *w)
{
    if (spec->p[BY_INDEX])
        vlog_say(
            w,
            "{any} is 1 while somebody is granted, and {grant} is that requester's "
            "number; without a grant both are 0.|{grant} holds the number of the granted "
            "requester (0 when there is none) and {any} tells whether there is one.");
    else
        vlog_say(
            w, "{grant} is one-hot: bit i is 1 while requester i is granted; without a "
               "grant it is 0.|A granted requester i has bit i of {grant} at 1, all other "
               "bits are 0; if nobody is granted, {grant} is zero.");
}

static void say_time(const struct vlog_spec *spec, struct vlog_words *w)
{
    if (!spec->p[REGISTERED])
        vlog_say(
            w, "the grant is combinational: it answers the requests of the same cycle, and "
               "at the clock edge the choice is remembered for the next search.|The grant "
               "depends on the current requests without delay; only where the search "
               "starts is a register, which is updated at the clock edge.");
    else
        vlog_say(
            w,
            "the grant is registered: the requests are sampled at the clock edge and the "
            "grant shows from then until the next edge; reset takes it away.|At each "
            "active edge the choice among the current requests goes into a register, "
            "and the outputs come from that register, which is empty after reset.");
    if (spec->p[REGISTERED] && spec->p[HOLD])
        vlog_say(
            w,
            "a requester that is granted keeps the grant for as long as its request is "
            "still 1 at the clock edges; only then is another choice made.|No preemption: "
            "while the granted requester goes on requesting, the grant stays with it "
            "and nothing is chosen.");
    if (spec->p[REGISTERED] && !spec->p[HOLD])
        vlog_say(
            w, "each clock edge makes a new choice, even if the granted requester still "
               "requests.|A grant is for one cycle only; the choice is made anew at every "
               "edge.");
}

static void say(const struct vlog_spec *spec, struct vlog_words *w)
{
    vlog_say(w,
             "Build an arbiter for {lines} requesters; bit i of {req} is the request of "
             "requester i.|Design an arbiter: {lines} requesters ask by the bits of {req}, "
             "where bit i belongs to requester i and 1 means a request.");
    say_policy(spec, w);
    say_form(spec, w);
    say_time(spec, w);
}

const struct vlog_family vlog_arbiter = {"arbiter", knobs,   true, shape, ports,
                                         reset,     outputs, tick, say,   drive};
