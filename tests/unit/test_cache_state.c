/* The environment of the task cache: its rules, by hand; its invariants, under decisions
 * that no honest entry makes; what becomes of a lost entry. */
#include "cache/case.h"
#include "cache/draw.h"
#include "cache/drive.h"
#include "cache/play.h"

#include "sdk/buf.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(cache_state, .timeout = 60);

static const struct task_program program = {.id = "cache", .version = "1"};
static const struct task_generate job = {&program, "public", "00", ""};

/* A request of letters: "ABA"; sizes by letter, NULL for 1. Times are 5 ms apart. */
static struct cache_trace *trace_of(const char *letters, const uint32_t *size)
{
    struct cache_raw raw[64];
    uint32_t count = (uint32_t)strlen(letters);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t letter = (uint64_t)(letters[i] - 'A');
        raw[i] = (struct cache_raw){letter + 100, 5 * i, size ? size[letter] : 1};
    }
    return cache_trace_new(
        &(const struct cache_source){raw, count, CACHE_KV, size == NULL});
}

static bool decide(struct cache_state *state, uint32_t admit, size_t count,
                   const uint64_t *victims)
{
    struct task_error err = TASK_ERROR_INIT;
    bool is_done =
        cache_state_decide(state, &(struct cache_decision){admit, victims, count}, &err);
    cr_assert_eq(is_done, err.fault == TASK_OK);
    cr_assert(is_done || err.fault == TASK_ENTRY);
    return is_done;
}

/* Written out in state.h. */
static void check_invariants(const struct cache_state *state)
{
    uint64_t used = 0, residents = 0, windows = 0;
    for (uint32_t i = 0; i < state->trace->objects; i++) {
        used += state->is_resident[i] ? state->trace->size[i] : 0;
        residents += state->is_resident[i];
    }
    for (int i = 0; i < CACHE_WINDOWS; i++)
        windows += state->window_misses[i];
    cr_assert_eq(used, state->used);
    cr_assert_leq(used, state->capacity);
    cr_assert_eq(residents, state->admitted - state->evicted);
    cr_assert_eq(windows, state->misses);
    cr_assert_leq(state->misses, state->begun);
}

Test(cache_state, tells_all_requests_since_the_last_decision)
{
    cache_auto_trace struct cache_trace *trace = trace_of("ABAABCA", NULL);
    cache_auto_state struct cache_state *state = cache_state_new(trace, 2);
    cr_assert(cache_state_advance(state));
    cr_expect_eq(state->seen_count, 1);
    cr_assert(decide(state, 1, 0, NULL));
    cr_assert(cache_state_advance(state)); /* B */
    cr_assert(decide(state, 1, 0, NULL));
    cr_assert(cache_state_advance(state)); /* AAB hit, C is asked */
    const struct cache_request wanted[] = {
        {0, 1, CACHE_HIT, 10}, {0, 1, CACHE_HIT, 15}, {1, 1, CACHE_HIT, 20}, {2, 1, 0, 25}};
    cr_assert_eq(state->seen_count, 4);
    for (size_t i = 0; i < 4; i++)
        cr_expect_eq(memcmp(&state->seen[i], &wanted[i], sizeof wanted[i]), 0);
    cr_assert(decide(state, 1, 1, (uint64_t[]){1}));
    cr_expect_not(cache_state_advance(state)); /* the last A is a hit */
    cr_expect_eq(state->misses, 3);
    cr_expect_eq(state->decisions, 3);
    check_invariants(state);
}

Test(cache_state, does_not_ask_about_what_is_larger_than_the_cache)
{
    cache_auto_trace struct cache_trace *trace =
        trace_of("BAB", (const uint32_t[]){10, 11});
    cache_auto_state struct cache_state *state = cache_state_new(trace, 10);
    cr_assert(cache_state_advance(state));
    cr_expect_eq(state->seen_count, 2);
    cr_expect_eq(state->seen[0].flags, CACHE_TOO_LARGE);
    cr_expect_eq(state->seen[1].flags, 0);
    cr_expect(decide(state, 1, 0, NULL));
    cr_expect_not(cache_state_advance(state));
    cr_expect_eq(state->misses, 3);
    cr_expect_eq(state->byte_misses, 32);
}

Test(cache_state, counts_a_miss_that_is_not_admitted_each_time)
{
    cache_auto_trace struct cache_trace *trace = trace_of("AAA", NULL);
    cache_auto_state struct cache_state *state = cache_state_new(trace, 1);
    while (cache_state_advance(state))
        cr_assert(decide(state, 0, 0, NULL));
    cr_expect_eq(state->misses, 3);
    cr_expect_eq(state->used, 0);
}

Test(cache_state, lets_victims_go_without_admission)
{
    cache_auto_trace struct cache_trace *trace = trace_of("ABA", NULL);
    cache_auto_state struct cache_state *state = cache_state_new(trace, 2);
    cr_assert(cache_state_advance(state));
    cr_assert(decide(state, 1, 0, NULL));
    cr_assert(cache_state_advance(state));
    cr_assert(decide(state, 0, 1, (uint64_t[]){0}));
    cr_expect_eq(state->used, 0);
    cr_assert(cache_state_advance(state)); /* A again: gone */
    check_invariants(state);
}

/* A of 4, B of 5, C of 6 bytes; A and B are resident in 10 bytes, C is asked. */
Test(cache_state, refuses_the_impossible_and_changes_nothing)
{
    const uint64_t a_a[] = {0, 0}, a_c[] = {0, 2}, a_b[] = {0, 1}, unknown[] = {1, 3},
                   wrapped[] = {(uint64_t)1 << 32};
    const struct {
        uint32_t admit;
        size_t count;
        const uint64_t *victims;
    } refused[] = {
        {2, 2, a_b},          /* admit is no truth value */
        {UINT32_MAX, 2, a_b}, /* neither */
        {1, 0, NULL},         /* does not fit: 1 is left of 10 */
        {1, 1, a_b},          /* does not fit: A's 4 and 1 are 5 */
        {1, 2, a_a},          /* A twice */
        {1, 2, a_c},          /* the one that is asked is not resident */
        {0, 2, unknown},      /* never seen: 3 is no object */
        {0, 1, wrapped},      /* 2^32 is not 0 */
    };
    cache_auto_trace struct cache_trace *trace =
        trace_of("ABCB", (const uint32_t[]){4, 5, 6});
    cache_auto_state struct cache_state *state = cache_state_new(trace, 10);
    for (int i = 0; i < 2; i++) {
        cr_assert(cache_state_advance(state));
        cr_assert(decide(state, 1, 0, NULL));
    }
    cr_assert(cache_state_advance(state));
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        cr_expect_not(decide(state, refused[i].admit, refused[i].count, refused[i].victims),
                      "%zu", i);
        check_invariants(state);
        cr_expect_eq(state->used, 9);
        cr_expect_eq(state->decisions, 2);
    }
    cr_expect(decide(state, 1, 1, a_b + 1)); /* B's 5 and 1 are enough for C */
    cr_expect_eq(state->used, 10);
    check_invariants(state);
}

static uint64_t hostile_id(struct task_rng *rng, const struct cache_state *state)
{
    uint64_t id = task_rng_below(rng, state->trace->objects);
    switch (task_rng_below(rng, 12)) {
    case 0:
        return task_rng_next(rng);
    case 1:
        return state->trace->objects - 1 + task_rng_below(rng, 3);
    case 2:
        return id;
    default: /* one that is resident */
        while (state->used > 0 && !state->is_resident[id])
            id = (id + 1) % state->trace->objects;
        return id;
    }
}

/* Mostly nonsense; now and then it is possible. */
static void attack(struct cache_state *state, struct task_rng *rng)
{
    enum { VICTIMS = 12 };
    uint64_t victims[VICTIMS];
    size_t count = task_rng_below(rng, VICTIMS);
    uint64_t used = state->used, misses = state->misses;
    for (size_t i = 0; i < count; i++)
        victims[i] = hostile_id(rng, state);
    if (count > 1 && task_rng_chance(rng, .2))
        victims[count - 1] = victims[0];
    uint32_t admit = task_rng_chance(rng, .8) ? (uint32_t)task_rng_below(rng, 2)
                                              : (uint32_t)task_rng_next(rng);
    if (!decide(state, admit, count, victims))
        cr_assert_eq(state->used, used);
    cr_assert_eq(state->misses, misses);
    check_invariants(state);
}

Test(cache_state, holds_its_invariants_under_hostile_decisions)
{
    struct task_rng rng;
    task_generate_rng(&job, "attack", 0, &rng);
    for (enum cache_kind kind = 0; kind < CACHE_KINDS; kind++) {
        cache_auto_trace struct cache_trace *trace = cache_draw(&job, kind, 7, 1500);
        cache_auto_state struct cache_state *state =
            cache_state_new(trace, trace->footprint / 20);
        uint64_t refusals = 0;
        while (cache_state_advance(state)) {
            for (int tries = 0; state->is_waiting && tries < 4; tries++)
                attack(state, &rng);
            refusals += state->is_waiting;
            if (state->is_waiting)
                cr_assert(decide(state, 0, 0, NULL));
        }
        cr_expect_gt(refusals, 100);
        cr_expect_gt(state->admitted, 50);
    }
}

/* An entry that decides as LRU does, until it is lost after so many decisions. */
static void play_lru_until(struct cache_state *state, uint64_t lost_at)
{
    struct cache_sim *lru =
        cache_sim_new(state->trace, state->capacity, cache_policy_find("lru"));
    uint64_t *victims = task_alloc(state->trace->objects, sizeof *victims);
    while (cache_state_advance(state) && state->decisions < lost_at) {
        for (size_t i = 0; i < state->seen_count; i++)
            if (state->seen[i].flags & CACHE_HIT)
                lru->policy->hit(lru, (uint32_t)state->seen[i].id, 0);
        lru->victim_count = 0;
        cr_assert(lru->policy->miss(lru, state->trace->object[state->at], 0));
        for (uint32_t i = 0; i < lru->victim_count; i++)
            victims[i] = lru->victims[i];
        cr_assert(decide(state, 1, lru->victim_count, victims));
    }
    free(victims);
    cache_sim_free(lru);
}

/* What LRU has left, LRU takes over: the end must be LRU's misses exactly, wherever the
 * entry was lost. */
Test(cache_state, goes_on_as_lru_from_what_an_entry_left)
{
    struct task_error err = TASK_ERROR_INIT;
    for (enum cache_kind kind = 0; kind < CACHE_KINDS; kind++) {
        cache_auto_trace struct cache_trace *trace = cache_draw(&job, kind, 8, 5000);
        const uint64_t capacity = trace->footprint / 20;
        for (uint64_t lost_at = 0; lost_at < 1200; lost_at += 171) {
            cache_auto_state struct cache_state *state = cache_state_new(trace, capacity);
            play_lru_until(state, lost_at);
            cr_assert(cache_drive_trivial(state, &err), "%s", err.message);
            cr_expect_eq(state->misses, cache_sim_misses(trace, capacity, "lru"));
            check_invariants(state);
        }
    }
}

Test(cache_state, gives_the_same_misses_as_the_loop_for_every_policy)
{
    struct task_error err = TASK_ERROR_INIT;
    for (enum cache_kind kind = 0; kind < CACHE_KINDS; kind++) {
        cache_auto_trace struct cache_trace *trace = cache_draw(&job, kind, 9, 20000);
        const uint64_t capacity = trace->footprint / 15;
        for (size_t i = 0; cache_policy_at(i); i++) {
            cache_auto_state struct cache_state *state = cache_state_new(trace, capacity);
            const struct cache_policy *policy = cache_policy_at(i);
            cr_assert(cache_drive(state, policy, &err), "%s", err.message);
            cr_expect_eq(state->misses, cache_sim_misses(trace, capacity, policy->name),
                         "%s", policy->name);
            check_invariants(state);
        }
    }
}

/* The items' mean is the raw value; LRU's are all 0. */
Test(cache_state, judges_windows_whose_mean_is_the_raw_value)
{
    struct task_error err = TASK_ERROR_INIT;
    cache_auto_trace struct cache_trace *trace = cache_draw(&job, CACHE_KV, 3, 10000);
    struct cache_case instance = {.name = "kv-3", .trace = trace, .capacity = 50};
    cache_auto_state struct cache_state *lru = cache_state_new(trace, 50);
    cache_auto_state struct cache_state *other = cache_state_new(trace, 50);
    cr_assert(cache_drive(lru, cache_policy_find("lru"), &err));
    cr_assert(cache_drive(other, cache_policy_find("s3-fifo"), &err));
    memcpy(instance.lru_windows, lru->window_misses, sizeof instance.lru_windows);
    instance.lru_misses = lru->misses;
    instance.bound_misses = lru->misses - 400;
    struct task_verdict verdict = {0};
    cache_judge(&instance, other, &verdict);
    double sum = 0;
    for (size_t i = 0; i < verdict.item_count; i++)
        sum += verdict.items[i].value;
    cr_expect_eq(verdict.item_count, CACHE_WINDOWS);
    cr_expect_float_eq(sum / CACHE_WINDOWS, verdict.raw, 1e-12);
    cr_expect_float_eq(verdict.raw, ((double)lru->misses - (double)other->misses) / 400,
                       1e-12);
    cr_expect_str_eq(verdict.items[7].id, "kv-3:07");
    task_verdict_release(&verdict);
    cache_judge(&instance, lru, &verdict);
    for (size_t i = 0; i < verdict.item_count; i++)
        cr_expect_eq(verdict.items[i].value, 0);
    task_verdict_release(&verdict);
}
