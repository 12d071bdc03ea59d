/* Each model against values from its textbook definition, worked out by hand. */
#include "verilog/clocking.h"
#include "verilog/family.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(verilog_models, .timeout = 20);

/* A module with knobs and extras as given; clocked by the rising edge, reset synchronous
 * and active high, no enable. */
static struct vlog_spec module(const struct vlog_family *family, const int *knobs,
                               const uint64_t *extras)
{
    struct vlog_spec spec = {.family = family};
    for (size_t i = 0; family->knobs[i].key; i++)
        spec.p[i] = knobs[i];
    for (size_t i = 0; extras && i < 4; i++)
        spec.extra[i] = extras[i];
    spec.clocking.is_clocked = family->tick != NULL;
    vlog_spec_ports(&spec);
    return spec;
}

/* What the module shows for these inputs, and its next state. */
static uint64_t step(const struct vlog_spec *spec, struct vlog_state *state,
                     const uint64_t *in, int role)
{
    uint64_t all[VLOG_ROLES] = {0}, out[VLOG_ROLES] = {0};
    memcpy(all, in, VLOG_OWN_ROLES * sizeof *in);
    spec->family->outputs(spec, state, all, out);
    if (spec->family->tick)
        spec->family->tick(spec, state, all);
    return out[role] & vlog_mask(spec->roles[role].width);
}

/* A run from reset: inputs of one role over time, and an output's values. */
struct run {
    int in_role, out_role;
    size_t count;
    uint64_t in[20], out[20];
};

static void expect_run(const struct vlog_spec *spec, const struct run *run)
{
    struct vlog_state state = {{0}};
    spec->family->reset(spec, &state);
    for (size_t i = 0; i < run->count; i++) {
        uint64_t in[VLOG_OWN_ROLES] = {0};
        in[run->in_role] = run->in[i];
        uint64_t found = step(spec, &state, in, run->out_role);
        cr_expect_eq(found, run->out[i], "%s, step %zu: %#llx, not %#llx",
                     spec->family->name, i, (unsigned long long)found,
                     (unsigned long long)run->out[i]);
    }
}

static uint64_t once(const struct vlog_spec *spec, const uint64_t *in, int role)
{
    struct vlog_state state = {{0}};
    return step(spec, &state, in, role);
}

/* Knobs of the counter: width mode load saturate last step full; extras: limit, start.
 * Roles: q 0, dir 1, load 2, d 3, tc 4. */
Test(verilog_models, counters_wrap_saturate_and_load)
{
    struct vlog_spec up =
        module(&vlog_counter, (int[]){3, 0, 0, 0, 1, 1, 0}, (uint64_t[]){4, 3, 0, 0});
    expect_run(&up, &(struct run){1, 0, 6, {0}, {3, 4, 0, 1, 2, 3}});
    expect_run(&up, &(struct run){1, 4, 6, {0}, {0, 1, 0, 0, 0, 0}});

    struct vlog_spec both =
        module(&vlog_counter, (int[]){4, 2, 0, 1, 1, 3, 0}, (uint64_t[]){10, 2, 0, 0});
    expect_run(&both, &(struct run){
                          1, 0, 8, {1, 1, 1, 1, 0, 0, 0, 0}, {2, 5, 8, 10, 10, 7, 4, 1}});
    expect_run(&both, &(struct run){1, 4, 4, {1, 1, 1, 1}, {0, 0, 0, 1}});

    struct vlog_spec down =
        module(&vlog_counter, (int[]){4, 1, 1, 0, 0, 3, 0}, (uint64_t[]){10, 1, 0, 0});
    expect_run(&down, &(struct run){1, 0, 4, {0}, {1, 9, 6, 3}}); /* 1 - 3 + 11 */
    struct vlog_state state = {{5}};
    (void)step(&down, &state, (uint64_t[]){0, 0, 1, 15, 0, 0, 0, 0}, 0);
    cr_expect_eq(state.r[0], 10, "15 is loaded as %llu", (unsigned long long)state.r[0]);
}

/* Knobs: kind lines highest input_low output_low none_ones flag_none. Roles: lines 0, index
 * 1, flag 2, gate 3. */
Test(verilog_models, encoders_find_and_count_bits)
{
    static const struct {
        int knobs[7];
        uint64_t in[VLOG_OWN_ROLES];
        int role;
        uint64_t out;
    } rows[] = {
        {{0, 5, 1, 0, 0, 0, 0}, {0x0a}, 1, 3},
        {{0, 5, 0, 0, 0, 0, 0}, {0x0a}, 1, 1},
        {{0, 5, 0, 1, 0, 0, 0}, {0x0a}, 1, 0}, /* active low: bit 0 is the first 0 */
        {{0, 5, 1, 1, 0, 0, 0}, {0x0a}, 1, 4},
        {{0, 5, 1, 0, 0, 0, 0}, {0}, 1, 0},
        {{0, 5, 1, 0, 0, 1, 0}, {0}, 1, 7},
        {{0, 5, 1, 0, 0, 0, 0}, {0}, 2, 0},
        {{0, 5, 1, 0, 0, 0, 0}, {1}, 2, 1},
        {{0, 5, 1, 0, 0, 0, 1}, {0}, 2, 1},
        {{0, 5, 1, 1, 0, 0, 1}, {31}, 2, 1},
        {{1, 5, 0, 0, 0, 0, 0}, {0, 3, 0, 1}, 0, 0x08},
        {{1, 5, 0, 0, 0, 0, 0}, {0, 3, 0, 0}, 0, 0},
        {{1, 5, 0, 0, 0, 0, 0}, {0, 6, 0, 1}, 0, 0},
        {{1, 5, 0, 0, 1, 0, 0}, {0, 3, 0, 1}, 0, 0x17},
        {{2, 6, 1, 0, 0, 0, 0}, {0x05}, 1, 3},
        {{2, 6, 0, 0, 0, 0, 0}, {0x28}, 1, 3},
        {{2, 6, 1, 0, 0, 0, 0}, {0}, 1, 6},
        {{3, 6, 0, 0, 0, 0, 0}, {0x2d}, 1, 4},
        {{3, 6, 0, 1, 0, 0, 0}, {0x2d}, 1, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vlog_spec spec = module(&vlog_encoder, rows[i].knobs, NULL);
        uint64_t found = once(&spec, rows[i].in, rows[i].role);
        cr_expect_eq(found, rows[i].out, "row %zu: %llu", i, (unsigned long long)found);
    }
}

/* Knobs: width way fill load serial_out amount start_ones. Roles: q 0, si 1, way 2, load 3,
 * d 4, so 5. */
Test(verilog_models, shift_registers_shift_rotate_and_keep_the_sign)
{
    struct vlog_spec left = module(&vlog_shift, (int[]){4, 0, 0, 0, 1, 1, 0}, NULL);
    expect_run(&left, &(struct run){1, 0, 6, {1, 0, 1, 1, 0, 0}, {0, 1, 2, 5, 11, 6}});
    expect_run(&left, &(struct run){1, 5, 6, {1, 0, 1, 1, 0, 0}, {0, 0, 0, 0, 1, 0}});
    struct vlog_spec right = module(&vlog_shift, (int[]){4, 1, 0, 0, 1, 2, 1}, NULL);
    expect_run(&right, &(struct run){1, 0, 4, {0, 1, 0, 0}, {15, 3, 12, 3}});

    static const struct {
        int knobs[7];
        uint64_t q, way, next;
    } rows[] = {
        {{4, 0, 2, 1, 0, 1, 0}, 9, 0, 3},  /* rotate left: 1001 to 0011 */
        {{4, 1, 2, 1, 0, 1, 0}, 9, 0, 12}, /* right: 1001 to 1100 */
        {{4, 2, 2, 1, 0, 1, 0}, 9, 1, 3},   {{4, 2, 2, 1, 0, 1, 0}, 9, 0, 12},
        {{4, 1, 3, 1, 0, 1, 0}, 10, 0, 13}, /* arithmetic: 1010 to 1101 */
        {{4, 1, 3, 1, 0, 3, 0}, 10, 0, 15}, {{4, 1, 3, 1, 0, 1, 0}, 6, 0, 3},
        {{4, 0, 1, 1, 0, 1, 0}, 13, 0, 10}, /* zeros: 1101 to 1010 */
        {{4, 1, 1, 1, 0, 1, 0}, 13, 0, 6},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vlog_spec spec = module(&vlog_shift, rows[i].knobs, NULL);
        struct vlog_state state = {{rows[i].q}};
        (void)step(&spec, &state, (uint64_t[]){0, 0, rows[i].way, 0, 0, 0, 0, 0}, 0);
        cr_expect_eq(state.r[0], rows[i].next, "row %zu: %llu", i,
                     (unsigned long long)state.r[0]);
    }
}

/* Knobs: lines policy registered hold by_index. Roles: req 0, grant 1, any 2. */
Test(verilog_models, arbiters_choose_in_turn_or_by_rank)
{
    struct vlog_spec fixed = module(&vlog_arbiter, (int[]){4, 0, 1, 0, 0}, NULL);
    expect_run(&fixed, &(struct run){0, 1, 5, {12, 10, 8, 0, 0}, {0, 4, 2, 8, 0}});
    struct vlog_spec high = module(&vlog_arbiter, (int[]){4, 1, 1, 1, 0}, NULL);
    /* 2 is granted and keeps it while it asks, although 3 comes. */
    expect_run(&high, &(struct run){0, 1, 6, {4, 12, 14, 10, 3, 0}, {0, 4, 4, 4, 8, 2}});
    struct vlog_spec turn = module(&vlog_arbiter, (int[]){3, 2, 0, 0, 0}, NULL);
    expect_run(
        &turn,
        &(struct run){0, 1, 9, {7, 7, 7, 7, 0, 5, 5, 1, 1}, {1, 2, 4, 1, 0, 4, 1, 1, 1}});
    struct vlog_spec number = module(&vlog_arbiter, (int[]){3, 2, 1, 0, 1}, NULL);
    expect_run(&number, &(struct run){0, 1, 5, {7, 7, 7, 0, 0}, {0, 0, 1, 2, 0}});
    expect_run(&number, &(struct run){0, 2, 5, {7, 7, 7, 0, 0}, {0, 1, 1, 1, 0}});
}

/* Knobs: depth width registered swap count almost sticky; extra: threshold. Roles: push 0,
 * pop 1, din 2, dout 3, full 4, empty 5, level 6, mark 7. */
Test(verilog_models, queues_keep_order_and_refuse_at_the_ends)
{
    static const struct {
        uint64_t push, pop, din;                       /* of this cycle */
        uint64_t dout, full, empty, level, level_swap; /* before its edge */
    } rows[] = {
        {0, 1, 5, 0, 0, 1, 0, 0}, {1, 1, 7, 0, 0, 1, 0, 0}, /* nothing to pop, 7 goes in */
        {1, 0, 8, 7, 0, 0, 1, 1}, {1, 0, 9, 7, 0, 0, 2, 2}, {1, 0, 1, 7, 1, 0, 3, 3},
        {1, 1, 2, 7, 1, 0, 3, 3}, /* full: only with swap 2 is taken */
        {0, 1, 0, 8, 0, 0, 2, 3}, {0, 1, 0, 9, 0, 0, 1, 2},
    };
    struct vlog_spec plain =
        module(&vlog_fifo, (int[]){3, 4, 0, 0, 1, 1, 0}, (uint64_t[]){2, 0, 0, 0});
    struct vlog_spec swap = module(&vlog_fifo, (int[]){3, 4, 1, 1, 1, 0, 1}, NULL);
    struct vlog_state a = {{0}}, b = {{0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const uint64_t in[VLOG_OWN_ROLES] = {rows[i].push, rows[i].pop, rows[i].din};
        struct vlog_state now = a;
        cr_expect_eq(step(&plain, &now, in, 3), rows[i].dout, "dout of row %zu", i);
        cr_expect_eq((now = a, step(&plain, &now, in, 4)), rows[i].full, "row %zu", i);
        cr_expect_eq((now = a, step(&plain, &now, in, 5)), rows[i].empty, "row %zu", i);
        cr_expect_eq((now = a, step(&plain, &now, in, 7)), rows[i].level >= 2, "row %zu",
                     i);
        cr_expect_eq(step(&plain, &a, in, 6), rows[i].level, "level of row %zu", i);
        cr_expect_eq(step(&swap, &b, in, 6), rows[i].level_swap, "swap, row %zu", i);
    }
    static const uint64_t none[VLOG_OWN_ROLES] = {0};
    cr_expect_eq(once(&plain, none, 3), 0);
    struct vlog_state now = b; /* 9 was taken last, and 1 was lost */
    cr_expect_eq(step(&swap, &now, none, 3), 9);
    now = b;
    cr_expect_eq(step(&swap, &now, none, 7), 1);
}

/* Knobs: length overlap mealy count; extra: pattern. Roles: x 0, hit 1, total 2. */
Test(verilog_models, detectors_find_101)
{
    struct run run = {0, 1, 8, {1, 0, 1, 0, 1, 1, 0, 1}, {0, 0, 1, 0, 1, 0, 0, 1}};
    const uint64_t pattern[] = {5, 0, 0, 0};
    struct vlog_spec spec = module(&vlog_detector, (int[]){3, 1, 1, 0}, pattern);
    expect_run(&spec, &run);
    /* Without overlap the fifth bit starts anew. */
    spec = module(&vlog_detector, (int[]){3, 0, 1, 0}, pattern);
    run.out[4] = 0;
    expect_run(&spec, &run);
    /* Moore: a cycle later. */
    spec = module(&vlog_detector, (int[]){3, 1, 0, 1}, pattern);
    expect_run(&spec, &(struct run){0, 1, 8, {1, 0, 1, 0, 1, 1, 0, 1}, {0, 0, 0, 1, 0, 1}});
    expect_run(
        &spec,
        &(struct run){0, 2, 9, {1, 0, 1, 0, 1, 1, 0, 1, 0}, {0, 0, 0, 1, 1, 2, 2, 2, 3}});
    /* Zeros before the start are no bits. */
    spec = module(&vlog_detector, (int[]){3, 1, 1, 0}, (uint64_t[]){0, 0, 0, 0});
    expect_run(&spec, &(struct run){0, 1, 4, {0, 0, 0, 0}, {0, 0, 1, 1}});
}

/* Knobs: width galois right xnor load turns; extras: taps, seed. */
Test(verilog_models, lfsrs_walk_the_known_sequences)
{
    /* x^4 + x^3 + 1, the textbook's example. */
    struct vlog_spec spec =
        module(&vlog_lfsr, (int[]){4, 0, 0, 0, 0, 1}, (uint64_t[]){0xc, 1, 0, 0});
    expect_run(&spec,
               &(struct run){
                   1, 0, 16, {0}, {1, 2, 4, 9, 3, 6, 13, 10, 5, 11, 7, 15, 14, 12, 8, 1}});
    spec = module(&vlog_lfsr, (int[]){4, 0, 0, 0, 0, 2}, (uint64_t[]){0xc, 1, 0, 0});
    expect_run(&spec, &(struct run){1, 0, 5, {0}, {1, 4, 3, 13, 5}});
    /* The complement of the sequence, by XNOR from the complement of the seed. */
    spec = module(&vlog_lfsr, (int[]){4, 0, 0, 1, 0, 1}, (uint64_t[]){0xc, 14, 0, 0});
    expect_run(&spec, &(struct run){1, 0, 6, {0}, {14, 13, 11, 6, 12, 9}});
    /* To the right, 4 and 3 counted from the other end: the mirror image. */
    spec = module(&vlog_lfsr, (int[]){4, 0, 1, 0, 0, 1}, (uint64_t[]){0x3, 8, 0, 0});
    expect_run(&spec, &(struct run){1, 0, 6, {0}, {8, 4, 2, 9, 12, 6}});
    /* Galois, 16 bits, toggle mask 0xb400: a known one of period 65535. */
    spec =
        module(&vlog_lfsr, (int[]){16, 1, 1, 0, 0, 1}, (uint64_t[]){0xb400, 0xace1, 0, 0});
    expect_run(&spec, &(struct run){1, 0, 4, {0}, {0xace1, 0xe270, 0x7138, 0x389c}});
    struct vlog_state state = {{0xace1}};
    static const uint64_t none[VLOG_OWN_ROLES] = {0};
    unsigned period = 0;
    do {
        (void)step(&spec, &state, none, 0);
        period++;
    } while (state.r[0] != 0xace1 && period < 70000);
    cr_expect_eq(period, 65535);
}

/* Knobs: width ops zero negative carry; extras: the operations of the codes, in the order
 * of op.def. Roles: a 0, b 1, op 2, y 3, zero 4, negative 5, carry 6. */
Test(verilog_models, every_operation_of_the_alu)
{
    enum { ADD, SUB, RSB, AND, OR, XOR, NOR, ANDN, NOT, SHL, SHR, SAR, MIN, SLT, EQ, PASS };
    static const struct {
        uint64_t op, a, b, y, carry;
    } rows[] = {
        {ADD, 9, 8, 1, 1},   {ADD, 7, 8, 15, 0},   {SUB, 3, 5, 14, 1},
        {SUB, 5, 3, 2, 0},   {RSB, 3, 5, 2, 0},    {RSB, 5, 3, 14, 1},
        {AND, 12, 10, 8, 0}, {OR, 12, 10, 14, 0},  {XOR, 12, 10, 6, 0},
        {NOR, 12, 10, 1, 0}, {ANDN, 12, 10, 4, 0}, {NOT, 12, 10, 3, 0},
        {SHL, 12, 0, 8, 0},  {SHR, 12, 0, 6, 0},   {SAR, 12, 0, 14, 0},
        {SAR, 6, 0, 3, 0},   {MIN, 12, 10, 10, 0}, {MIN, 3, 10, 3, 0},
        {SLT, 12, 3, 1, 0},  {SLT, 3, 12, 0, 0},   {SLT, 3, 5, 1, 0},
        {EQ, 7, 7, 1, 0},    {EQ, 7, 6, 0, 0},     {PASS, 7, 6, 6, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vlog_spec spec = module(&vlog_alu, (int[]){4, 3, 1, 1, 1},
                                       (uint64_t[]){XOR, rows[i].op, ADD, 0});
        const uint64_t in[VLOG_OWN_ROLES] = {rows[i].a, rows[i].b, 1};
        cr_expect_eq(once(&spec, in, 3), rows[i].y, "row %zu", i);
        cr_expect_eq(once(&spec, in, 6), rows[i].carry, "carry of row %zu", i);
        cr_expect_eq(once(&spec, in, 4), rows[i].y == 0, "zero of row %zu", i);
        cr_expect_eq(once(&spec, in, 5), rows[i].y >= 8, "sign of row %zu", i);
        const uint64_t unlisted[VLOG_OWN_ROLES] = {rows[i].a, rows[i].b, 3};
        cr_expect_eq(once(&spec, unlisted, 3), 0);
    }
}

/* Knobs: kind width reversed. Roles: in 0, other 1, carry in 2, out 3, error 4. */
Test(verilog_models, codes_are_converted)
{
    static const struct {
        int knobs[3];
        uint64_t in[VLOG_OWN_ROLES], out, error;
    } rows[] = {
        {{0, 4, 0}, {5}, 7, 0},
        {{0, 4, 0}, {8}, 12, 0},
        {{0, 4, 1}, {5}, 14, 0}, /* 0111 from its other end */
        {{1, 4, 0}, {7}, 5, 0},
        {{1, 4, 0}, {12}, 8, 0},
        {{2, 7, 0}, {127}, 0x127, 0},
        {{2, 4, 0}, {9}, 0x09, 0},
        {{3, 4, 0}, {0x42}, 42, 0},
        {{3, 4, 0}, {0x4a}, 0, 1},
        {{3, 4, 0}, {0xa4}, 0, 1},
        {{3, 8, 0}, {0x999}, 999, 0},
        {{4, 4, 0}, {0x58, 0x67, 1}, 0x26, 1},
        {{4, 4, 0}, {0x58, 0x31, 0}, 0x89, 0},
        {{4, 4, 0}, {0x99, 0x00, 1}, 0x00, 1},
        {{5, 4, 0}, {0x19}, 0x4c, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vlog_spec spec = module(&vlog_code, rows[i].knobs, NULL);
        cr_expect_eq(once(&spec, rows[i].in, 3), rows[i].out, "row %zu: %#llx", i,
                     (unsigned long long)once(&spec, rows[i].in, 3));
        cr_expect_eq(once(&spec, rows[i].in, 4), rows[i].error, "error of row %zu", i);
    }
}

/* Knobs: period high_first tick programmable; extra: high. Roles: wave 0, pulse 1,
 * length 2. */
Test(verilog_models, dividers_repeat)
{
    const uint64_t high[] = {2, 0, 0, 0};
    struct vlog_spec spec = module(&vlog_divider, (int[]){5, 1, 1, 0}, high);
    expect_run(&spec, &(struct run){3, 0, 8, {0}, {1, 1, 0, 0, 0, 1, 1, 0}});
    expect_run(&spec, &(struct run){3, 1, 8, {0}, {1, 0, 0, 0, 0, 1, 0, 0}});
    spec = module(&vlog_divider, (int[]){5, 0, 1, 0}, high);
    expect_run(&spec, &(struct run){3, 0, 8, {0}, {0, 0, 0, 1, 1, 0, 0, 0}});
    /* The edge from phase 2 to 3 sees 2: phase 3 takes three cycles. */
    spec = module(&vlog_divider, (int[]){4, 1, 1, 1}, high);
    expect_run(&spec,
               &(struct run){2, 1, 8, {9, 9, 2, 9, 9, 9, 0, 0}, {1, 0, 0, 0, 0, 0, 1, 0}});
}

/* Knobs: rise_after fall_same stages start pulses; extra: fall_after. Roles: raw 0, clean
 * 1, rose 2, fell 3. */
Test(verilog_models, debouncers_wait_for_a_run)
{
    const uint64_t fall[] = {2, 0, 0, 0};
    struct vlog_spec spec = module(&vlog_debouncer, (int[]){3, 0, 0, 0, 1}, fall);
    const struct run clean = {0,
                              1,
                              12,
                              {1, 1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0},
                              {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0}};
    expect_run(&spec, &clean);
    struct run rose = clean, fell = clean;
    rose.out_role = 2;
    memcpy(rose.out, (uint64_t[20]){0, 0, 0, 0, 0, 0, 1}, sizeof rose.out);
    fell.out_role = 3;
    memcpy(fell.out, (uint64_t[20]){0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, sizeof fell.out);
    expect_run(&spec, &rose);
    expect_run(&spec, &fell);
    /* Two flip-flops in front: two cycles later. */
    spec = module(&vlog_debouncer, (int[]){3, 0, 2, 0, 0}, fall);
    expect_run(&spec, &(struct run){0,
                                    1,
                                    12,
                                    {1, 1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0},
                                    {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1}});
}

/* Knobs: depth_log width reads registered bypass zero start; extra: value. Roles: write 0,
 * waddr 1, wdata 2, raddr0 3, raddr1 4, rdata0 5, rdata1 6. */
Test(verilog_models, register_files_remember)
{
    static const struct {
        int registered, bypass, zero;
        uint64_t first, second; /* read data in the cycle of the write, and after it */
        uint64_t address;
    } rows[] = {
        {0, 0, 0, 6, 9, 2}, {0, 1, 0, 9, 9, 2}, {1, 0, 0, 0, 6, 2}, {1, 1, 0, 0, 9, 2},
        {0, 1, 1, 0, 0, 0}, {0, 0, 1, 0, 0, 0}, {1, 1, 1, 0, 0, 0}, {0, 1, 0, 9, 9, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const int knobs[] = {2, 4, 2, rows[i].registered, rows[i].bypass, rows[i].zero, 1};
        struct vlog_spec spec = module(&vlog_regfile, knobs, (uint64_t[]){6, 0, 0, 0});
        struct vlog_state state = {{0}};
        vlog_regfile.reset(&spec, &state);
        uint64_t address = rows[i].address;
        const uint64_t in[VLOG_OWN_ROLES] = {1, address, 9, 3, address};
        const uint64_t after[VLOG_OWN_ROLES] = {0, address, 1, 3, address};
        cr_expect_eq(step(&spec, &state, in, 6), rows[i].first, "row %zu", i);
        cr_expect_eq(step(&spec, &state, after, 6), rows[i].second, "row %zu, after", i);
        cr_expect_eq(step(&spec, &state, after, 5), 6, "row %zu: register 3", i);
    }
}

/* A counter of three bits over vectors of reset and enable: its values at both samples. */
struct timing {
    struct vlog_clocking clocking;
    uint64_t reset[5], enable[5];
    int first[5], second[5]; /* -1: not known */
};

Test(verilog_models, clock_edge_reset_and_enable_are_where_they_should_be)
{
    static const struct timing rows[] = {
        /* rising, synchronous: reset shows after the edge */
        {{.is_clocked = true}, {1, 1, 0, 0, 1}, {0}, {-1, 0, 0, 1, 2}, {-1, 0, 1, 2, 0}},
        /* asynchronous: before it */
        {{.is_clocked = true, .is_async = true},
         {1, 1, 0, 0, 1},
         {0},
         {-1, 0, 0, 1, 0},
         {-1, 0, 1, 2, 0}},
        /* active low */
        {{.is_clocked = true, .is_reset_low = true},
         {0, 0, 1, 1, 0},
         {0},
         {-1, 0, 0, 1, 2},
         {-1, 0, 1, 2, 0}},
        /* falling: between vectors, so both samples are alike */
        {{.is_clocked = true, .is_falling = true},
         {1, 1, 0, 0, 1},
         {0},
         {-1, 0, 0, 1, 2},
         {-1, 0, 0, 1, 2}},
        /* enable; reset works without */
        {{.is_clocked = true, .enable = VLOG_ENABLE_HIGH},
         {1, 1, 0, 0, 1},
         {0, 0, 1, 0, 0},
         {-1, 0, 0, 1, 1},
         {-1, 0, 1, 1, 0}},
        {{.is_clocked = true, .enable = VLOG_ENABLE_LOW},
         {1, 1, 0, 0, 1},
         {0, 0, 0, 1, 0},
         {-1, 0, 0, 1, 1},
         {-1, 0, 1, 1, 0}},
        /* one more register */
        {{.is_clocked = true, .is_delayed = true},
         {1, 1, 0, 0, 0},
         {0},
         {-1, 0, 0, 0, 1},
         {-1, 0, 0, 1, 2}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vlog_spec spec =
            module(&vlog_counter, (int[]){3, 0, 0, 0, 0, 1, 1}, (uint64_t[]){7, 0, 0, 0});
        uint64_t in[5 * VLOG_ROLES] = {0};
        struct vlog_sample samples[10];
        spec.clocking = rows[i].clocking;
        vlog_spec_ports(&spec);
        for (size_t k = 0; k < 5; k++) {
            in[k * VLOG_ROLES + VLOG_RESET] = rows[i].reset[k];
            in[k * VLOG_ROLES + VLOG_ENABLE] = rows[i].enable[k];
        }
        vlog_respond(&spec, in, 5, samples);
        for (size_t k = 0; k < 5; k++) {
            const int expected[] = {rows[i].first[k], rows[i].second[k]};
            for (size_t s = 0; s < 2; s++) {
                const struct vlog_sample *found = &samples[2 * k + s];
                cr_expect_eq(found->is_known ? (int)found->out[0] : -1, expected[s],
                             "row %zu, vector %zu, sample %zu", i, k, s);
            }
        }
    }
}
