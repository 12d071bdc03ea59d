/* Policies and bounds of the task cache: textbook strings, small cases by hand, and the
 * optimum by trying everything. The plain implementations that they are compared with on
 * whole traces are in tests/cases/cache/naive.py. */
#include "cache/bits.h"
#include "cache/bound.h"
#include "cache/draw.h"
#include "cache/sim.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(cache_policy, .timeout = 60);

static const struct task_program program = {.id = "cache", .version = "1"};
static const struct task_generate job = {&program, "public", "00", ""};

static struct cache_trace *trace_of(const uint64_t *keys, const uint32_t *sizes,
                                    uint32_t count)
{
    struct cache_raw *raw = task_alloc(count, sizeof *raw);
    for (uint32_t i = 0; i < count; i++)
        raw[i] = (struct cache_raw){keys[i], 0, sizes ? sizes[keys[i]] : 1};
    struct cache_trace *trace =
        cache_trace_new(&(const struct cache_source){raw, count, CACHE_CDN, sizes == NULL});
    free(raw);
    return trace;
}

static struct cache_trace *trace_of_digits(const char *digits)
{
    uint64_t keys[64];
    uint32_t count = (uint32_t)strlen(digits);
    for (uint32_t i = 0; i < count; i++)
        keys[i] = (uint64_t)(digits[i] - '0');
    return trace_of(keys, NULL, count);
}

/* Silberschatz, Galvin, Gagne, Operating System Concepts, Page replacement: 3 frames, FIFO
 * 15 faults, LRU 12. Belady, Nelson, Shedler, CACM 1969, the anomaly: 3 frames 9 faults,
 * 4 frames 10. The textbook's optimum must admit (9 faults); with bypass it has 8, which
 * trying everything says in Python, and below. */
Test(cache_policy, faults_as_often_as_the_textbooks_say)
{
    static const char book[] = "70120304230321201701", anomaly[] = "123412512345";
    const struct {
        const char *digits, *policy;
        uint64_t capacity, misses;
    } cases[] = {
        {book, "belady", 3, 8},  {book, "fifo", 3, 15},    {book, "lru", 3, 12},
        {anomaly, "fifo", 3, 9}, {anomaly, "fifo", 4, 10}, {anomaly, "lru", 3, 10},
        {anomaly, "lru", 4, 8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cache_auto_trace struct cache_trace *trace = trace_of_digits(cases[i].digits);
        cr_expect_eq(cache_sim_misses(trace, cases[i].capacity, cases[i].policy),
                     cases[i].misses, "%zu", i);
    }
}

/* By hand, 3 frames. 1 2 3 enter; 1 is visited by its hit. 4: the hand spares 1, takes 2.
 * The hand stands at 3. 1 is a hit; 2 is a miss and takes 3, unvisited, and the hand moves
 * to 4. 3 is a miss and takes 4. 1 is a hit: misses are 1 2 3 4 2 3. */
Test(cache_policy, sieve_keeps_its_hand_where_it_stopped)
{
    cache_auto_trace struct cache_trace *trace = trace_of_digits("123141231");
    cr_expect_eq(cache_sim_misses(trace, 3, "sieve"), 6);
}

/* By hand, capacity 10: small is 1. 0 is asked three times, so it has two hits. 1 to 9
 * enter; 10 does not fit: small holds 10, over 1; 0 moves to main, 1 leaves and is a ghost.
 * Asked again, 1 is a miss and enters main. 0 is still a hit. So is 1. */
Test(cache_policy, s3_fifo_moves_what_was_hit_and_remembers_what_left)
{
    const uint64_t keys[] = {0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 0, 1};
    cache_auto_trace struct cache_trace *trace =
        trace_of(keys, NULL, sizeof keys / sizeof keys[0]);
    struct cache_sim *sim = cache_sim_new(trace, 10, cache_policy_find("s3-fifo"));
    cache_sim_run(sim, 0, trace->requests);
    cr_expect_eq(sim->misses, 12);
    cr_expect_eq(sim->queue[1].used, 2); /* 0 and 1 */
    cache_sim_free(sim);
}

/* By hand, capacity 10, sizes 4 8 2 by key. 0 has priority 1/4; 1 needs 8: evicts 0,
 * inflation 1/4, priority 1/4 + 1/8. 2 enters with 1/4 + 1/2. 0 evicts 1 (3/8), and has 3/8
 * + 1/4 = 5/8. 1 evicts 0 (5/8 against 2's 3/4). 2 is a hit. Misses 0 1 2 0 1. */
Test(cache_policy, gdsf_weighs_hits_against_size)
{
    const uint64_t keys[] = {0, 1, 2, 0, 1, 2};
    const uint32_t sizes[] = {4, 8, 2};
    cache_auto_trace struct cache_trace *trace = trace_of(keys, sizes, 6);
    cr_expect_eq(cache_sim_misses(trace, 10, "gdsf"), 5);
}

/* Sets of residents, as bits, and the fewest misses with which each can be reached. */
enum { OBJECTS = 7, SETS = 1 << OBJECTS, NEVER = 1 << 20 };

struct sets {
    uint64_t size[SETS], best[SETS];
};

/* After a miss the newcomer may stay, and any may leave; what does not fit may not be. */
static void try_all(struct sets *sets, uint32_t from, uint32_t asked, uint64_t capacity,
                    uint64_t *then)
{
    uint32_t most = from | asked;
    uint64_t cost = sets->best[from] + !(from & asked);
    for (uint32_t set = 0; set < SETS; set++) {
        if ((set & most) == set && sets->size[set] <= capacity && cost < then[set])
            then[set] = cost;
    }
}

/* The fewest misses of all policies that may bypass: every set of residents is tried. */
static uint64_t optimum(const struct cache_trace *trace, uint64_t capacity)
{
    struct sets sets = {.best = {0}};
    uint64_t then[SETS], least = NEVER;
    cr_assert_leq(trace->objects, OBJECTS);
    for (uint32_t set = 0; set < SETS; set++) {
        sets.best[set] = set == 0 ? 0 : NEVER;
        for (uint32_t i = 0; i < trace->objects; i++)
            sets.size[set] += set >> i & 1 ? trace->size[i] : 0;
    }
    for (uint32_t at = 0; at < trace->requests; at++) {
        for (uint32_t set = 0; set < SETS; set++)
            then[set] = NEVER;
        for (uint32_t set = 0; set < SETS; set++)
            try_all(&sets, set, 1u << trace->object[at], capacity, then);
        memcpy(sets.best, then, sizeof then);
    }
    for (uint32_t set = 0; set < SETS; set++)
        least = sets.best[set] < least ? sets.best[set] : least;
    return least;
}

static struct cache_trace *small_trace(struct task_rng *rng, bool is_unit)
{
    uint64_t keys[60];
    uint32_t sizes[7], count = 10 + (uint32_t)task_rng_below(rng, 50);
    for (uint32_t i = 0; i < 7; i++)
        sizes[i] = 1 + (uint32_t)task_rng_below(rng, 9);
    for (uint32_t i = 0; i < count; i++)
        keys[i] = task_rng_below(rng, 7);
    return trace_of(keys, is_unit ? NULL : sizes, count);
}

Test(cache_policy, belady_is_the_optimum_of_everything_tried)
{
    struct task_rng rng;
    task_generate_rng(&job, "small", 0, &rng);
    for (int i = 0; i < 300; i++) {
        cache_auto_trace struct cache_trace *trace = small_trace(&rng, true);
        uint64_t capacity = 1 + task_rng_below(&rng, 6);
        cr_assert_eq(cache_sim_misses(trace, capacity, "belady"), optimum(trace, capacity));
        cr_assert_eq(cache_bound_misses(trace, capacity), optimum(trace, capacity));
        cr_assert_leq(cache_pfoo_misses(trace, capacity), optimum(trace, capacity));
    }
    cache_auto_trace struct cache_trace *book = trace_of_digits("70120304230321201701");
    cr_expect_eq(cache_sim_misses(book, 3, "belady"), optimum(book, 3));
}

Test(cache_policy, no_policy_passes_the_bound_with_sizes)
{
    struct task_rng rng;
    uint64_t sum = 0, bound_sum = 0;
    task_generate_rng(&job, "small", 1, &rng);
    for (int i = 0; i < 300; i++) {
        cache_auto_trace struct cache_trace *trace = small_trace(&rng, false);
        uint64_t capacity = 1 + task_rng_below(&rng, 30), best = optimum(trace, capacity);
        cr_assert_leq(cache_bound_misses(trace, capacity), best);
        for (size_t k = 0; cache_policy_at(k); k++)
            cr_assert_geq(cache_sim_misses(trace, capacity, cache_policy_at(k)->name),
                          best);
        sum += best;
        bound_sum += cache_bound_misses(trace, capacity);
    }
    cr_expect_gt((double)bound_sum, .7 * (double)sum); /* and it is no empty bound */
}

/* By hand: 0 1 0 1, sizes 3 and 2, capacity 2 x 4 requests = 8 of room. 0 never fits and
 * its hit is not counted; 1 waits 2 requests x 2 bytes = 4: one hit. With capacity 3 both
 * fit: room 12, costs 4 and 6 are 10: two hits. With sizes of 1 and capacity 1, room 4 is
 * taken to the last by costs 2 and 2. */
Test(cache_policy, pfoo_takes_the_cheapest_hits)
{
    cache_auto_trace struct cache_trace *trace =
        trace_of((const uint64_t[]){0, 1, 0, 1}, (const uint32_t[]){3, 2}, 4);
    cr_expect_eq(cache_pfoo_misses(trace, 2), 3);
    cr_expect_eq(cache_pfoo_misses(trace, 3), 2);
    cr_expect_eq(cache_pfoo_misses(trace, 1), 4);
    cache_auto_trace struct cache_trace *unit = trace_of_digits("0101");
    cr_expect_eq(cache_pfoo_misses(unit, 1), 2);
}

Test(cache_policy, bits_know_their_largest)
{
    enum { COUNT = 300000 };
    static uint8_t is_in[COUNT];
    struct task_rng rng;
    struct cache_bits *bits = cache_bits_new(COUNT);
    uint32_t largest = 0, members = 0;
    task_generate_rng(&job, "bits", 0, &rng);
    for (int i = 0; i < 200000; i++) {
        uint32_t number = (uint32_t)task_rng_below(&rng, i % 3 ? COUNT : 200);
        bool adds = task_rng_chance(&rng, .4);
        cr_assert_eq(cache_bits_has(bits, number), is_in[number]);
        if (adds)
            cache_bits_add(bits, number);
        else
            cache_bits_remove(bits, number);
        members += (uint32_t)adds - is_in[number];
        is_in[number] = adds;
        largest = adds && number > largest ? number : largest;
        while (largest > 0 && !is_in[largest])
            largest--;
        if (members > 0)
            cr_assert_eq(cache_bits_largest(bits), largest);
    }
    cache_bits_free(bits);
}

Test(cache_policy, next_requests_lead_from_each_to_the_same_object)
{
    cache_auto_trace struct cache_trace *trace = trace_of_digits("12131");
    uint32_t *next = cache_trace_next(trace);
    cr_expect_eq(memcmp(next, (const uint32_t[]){2, 5, 4, 5, 5}, 5 * sizeof *next), 0);
    free(next);
}

/* README.md states these; a change of the generator must not lose them. */
Test(cache_policy, drawn_traces_have_their_kind)
{
    for (enum cache_kind kind = 0; kind < CACHE_KINDS; kind++) {
        cache_auto_trace struct cache_trace *trace = cache_draw(&job, kind, 0, 50000);
        cr_expect_eq(trace->requests, 50000);
        cr_expect_eq(trace->is_unit, kind != CACHE_CDN);
        cr_expect_gt(trace->objects, 5000);
        uint32_t seen = 0;
        for (uint32_t i = 0; i < trace->requests; i++) {
            cr_assert_leq(trace->object[i], seen);
            seen += trace->object[i] == seen;
        }
        cr_expect_eq(seen, trace->objects);
    }
}
