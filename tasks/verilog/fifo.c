/* First-in first-out queues with one clock. */
#include "family.h"

enum { DEPTH, WIDTH, REGISTERED, SWAP, COUNT, ALMOST, STICKY };
enum { PUSH, POP, DIN, DOUT, FULL, EMPTY, LEVEL, MARK };
enum { SLOTS_MAX = 16 };
/* State: slots from 0, the head, how many, the read register, and whether one was lost. */
enum { HEAD = SLOTS_MAX, USED, READ, LOST };
enum { THRESHOLD }; /* extra */

static const struct vlog_knob knobs[] = {
    {"depth", 3, 6, 7, 12}, {"width", 3, 6, 7, 10}, {"registered", 0, 1, 0, 1},
    {"swap", 0, 1, 0, 1},   {"count", 0, 1, 0, 1},  {"almost", 0, 1, 0, 1},
    {"sticky", 0, 0, 0, 1}, {NULL, 0, 0, 0, 0},
};

static void shape(struct vlog_spec *spec, struct task_rng *rng)
{
    spec->extra[THRESHOLD] = (uint64_t)task_rng_between(rng, 2, spec->p[DEPTH] - 1);
    if (spec->p[STICKY])
        spec->p[ALMOST] = 0; /* they share a role */
}

static void ports(struct vlog_spec *spec)
{
    unsigned width = (unsigned)spec->p[WIDTH];
    vlog_in(spec, PUSH, "push", "push wr wr_en", 1);
    vlog_in(spec, POP, "pop", "pop rd rd_en", 1);
    vlog_in(spec, DIN, "din", "din wdata data_in", width);
    vlog_out(spec, DOUT, "dout", "dout rdata data_out", width);
    vlog_out(spec, FULL, "full", "full is_full", 1);
    vlog_out(spec, EMPTY, "empty", "empty is_empty", 1);
    if (spec->p[COUNT])
        vlog_out(spec, LEVEL, "level", "level count fill used",
                 vlog_bits((uint64_t)spec->p[DEPTH] + 1));
    if (spec->p[ALMOST])
        vlog_out(spec, MARK, "mark", "almost_full high_water nearly_full", 1);
    if (spec->p[STICKY])
        vlog_out(spec, MARK, "mark", "overflow lost dropped", 1);
}

static void reset(const struct vlog_spec *spec, struct vlog_state *state)
{
    (void)spec;
    *state = (struct vlog_state){{0}};
}

static void outputs(const struct vlog_spec *spec, const struct vlog_state *state,
                    const uint64_t *in, uint64_t *out)
{
    uint64_t used = state->r[USED];
    (void)in;
    out[DOUT] = spec->p[REGISTERED] ? state->r[READ]
                : used > 0          ? state->r[state->r[HEAD]]
                                    : 0;
    out[FULL] = used == (uint64_t)spec->p[DEPTH];
    out[EMPTY] = used == 0;
    out[LEVEL] = used;
    out[MARK] = spec->p[STICKY] ? state->r[LOST] : used >= spec->extra[THRESHOLD];
}

static void tick(const struct vlog_spec *spec, struct vlog_state *state, const uint64_t *in)
{
    uint64_t depth = (uint64_t)spec->p[DEPTH], used = state->r[USED], head = state->r[HEAD];
    bool is_read = in[POP] && used > 0;
    bool is_written = in[PUSH] && (used < depth || (spec->p[SWAP] && is_read));
    if (is_read) {
        state->r[READ] = state->r[head];
        state->r[HEAD] = (head + 1) % depth;
    }
    if (is_written)
        state->r[(head + used) % depth] = in[DIN];
    if (in[PUSH] && !is_written)
        state->r[LOST] = 1;
    state->r[USED] = used + is_written - is_read;
}

/* It fills up, empties, and stays at either end for a while. */
static void drive(const struct vlog_spec *spec, struct task_rng *rng, size_t number,
                  uint64_t *in)
{
    static const double rates[][2] = {{.9, .2}, {.8, .7}, {.2, .9}, {.6, .6}};
    (void)spec;
    in[PUSH] = task_rng_chance(rng, rates[number / 16 % 4][0]);
    in[POP] = task_rng_chance(rng, rates[number / 16 % 4][1]);
}

static void say(const struct vlog_spec *spec, struct vlog_words *w)
{
    vlog_set(w, "threshold", "%llu", (unsigned long long)spec->extra[THRESHOLD]);
    vlog_say(
        w, "Build a FIFO with room for {depth} words of {width} bits.|Design a synchronous "
           "first-in first-out queue: {depth} entries, {width} bits each.");
    vlog_say(
        w,
        "at the clock edge {push} = 1 appends {din}, and {pop} = 1 takes the oldest word "
        "out.|{push} writes {din} at the end of the queue, {pop} removes its oldest word; "
        "both work at the clock edge and both may be 1.");
    vlog_say(
        w,
        "a {pop} while the queue is empty does nothing, also when a word is written in the "
        "same cycle.|Popping needs a word that is already there before the edge: on an "
        "empty queue {pop} is ignored.");
    vlog_say(w, spec->p[SWAP]
                    ? "a {push} into a full queue is accepted if a word is popped at the "
                      "same edge, otherwise it is ignored.|When full, {push} works only "
                      "together with {pop}; alone it is dropped."
                    : "a {push} into a full queue is ignored, even if a word is popped at "
                      "the same edge.|When full, {push} is dropped, whatever {pop} is.");
    vlog_say(
        w,
        spec->p[REGISTERED]
            ? "{dout} is a register: a successful {pop} puts the removed word there, and "
              "it stays until the next one; 0 after reset.|The word that is popped appears "
              "on {dout} after that clock edge and is held until another is popped; reset "
              "clears {dout}."
            : "{dout} shows the oldest word all the time (first-word fall-through), and 0 "
              "while the queue is empty.|The head of the queue is visible on {dout} "
              "without a {pop}; an empty queue shows zero.");
    vlog_say(
        w, "{full} and {empty} are 1 while the queue holds {depth} words and none.|{empty} "
           "means no word is stored and {full} means all {depth} places are taken.");
    vlog_say(w, "reset empties the queue.|After a reset nothing is stored.");
    if (spec->p[COUNT])
        vlog_say(
            w,
            "{level} is the number of stored words.|How many words are inside is shown on "
            "{level}.");
    if (spec->p[ALMOST])
        vlog_say(
            w,
            "{mark} is 1 while at least {threshold} words are stored.|{mark} is high from "
            "{threshold} words upwards.");
    if (spec->p[STICKY])
        vlog_say(
            w,
            "{mark} becomes 1 when a word is dropped because the queue was full, and stays "
            "so until reset.|A {push} that is ignored sets {mark}, which only reset "
            "clears.");
}

const struct vlog_family vlog_fifo = {"fifo", knobs,   true, shape, ports,
                                      reset,  outputs, tick, say,   drive};
