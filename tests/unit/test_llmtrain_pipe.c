#include "llmtrain/pipe.h"

#include <criterion/criterion.h>
#include <math.h>

TestSuite(llmtrain_pipe, .timeout = 20);

static struct pipe equal(int stages, int chunks, int microbatches, double forward,
                         double backward)
{
    struct pipe pipe = {.stages = stages, .chunks = chunks, .microbatches = microbatches};
    for (int i = 0; i < stages; i++) {
        pipe.forward[i] = forward;
        pipe.backward[i] = backward;
    }
    return pipe;
}

Test(llmtrain_pipe, equal_stages_take_m_and_p_less_1_turns)
{
    /* Narayanan et al.: the bubble of 1F1B is p - 1 turns of forward and backward. */
    for (int p = 1; p <= 7; p++) {
        for (int m = 1; m <= 9; m++) {
            struct pipe pipe = equal(p, 1, m, 1, 2);
            cr_assert_float_eq(pipe_run(&pipe), 3.0 * (m + p - 1), 1e-9, "p %d m %d", p, m);
        }
    }
}

Test(llmtrain_pipe, interleaving_divides_the_bubble_by_the_chunks)
{
    for (int p = 2; p <= 5; p++) {
        for (int v = 2; v <= 4; v++) {
            for (int rounds = 1; rounds <= 3; rounds++) {
                const int m = rounds * p;
                struct pipe pipe = equal(p, v, m, 1, 2);
                cr_assert_float_eq(pipe_run(&pipe), 3.0 * (m * v + p - 1), 1e-9,
                                   "p %d v %d m %d", p, v, m);
            }
        }
    }
}

Test(llmtrain_pipe, messages_come_after_their_delay)
{
    /* Two stages, two micro-batches, a hop of 1:
     * stage 0: F0 0-1, F1 1-2, ....., B0 6-8, B1 9-11
     * stage 1: F0 2-3, B0 3-5, F1 5-6, B1 6-8 */
    struct pipe pipe = equal(2, 1, 2, 1, 2);
    pipe.delay[0] = 1;
    cr_assert_float_eq(pipe_run(&pipe), 11, 1e-12);
    cr_assert_float_eq(pipe.finish[0], 11, 1e-12);
    cr_assert_float_eq(pipe.finish[1], 8, 1e-12);
}

Test(llmtrain_pipe, a_link_carries_one_message_at_a_time_and_each_way_by_itself)
{
    /* Forward passes of 1, backward passes of 0; a message arrives after 3, and the link is
     * free again after 5:
     * stage 0: F0 0-1, F1 1-2, B0 at 8, F2 8-9, B1 at 13, B2 at 18
     * there:   1-4, 6-9 (made at 2), 11-14 (made at 9)
     * stage 1: F0 4-5, B0, F1 9-10, B1, F2 14-15, B2
     * back:    5-8, 10-13, 15-18 */
    struct pipe pipe = equal(2, 1, 3, 1, 0);
    pipe.delay[0] = 3;
    pipe.busy[0] = 5;
    cr_assert_float_eq(pipe_run(&pipe), 18, 1e-12);
    cr_assert_float_eq(pipe.finish[1], 15, 1e-12);
}

Test(llmtrain_pipe, the_slowest_stage_sets_the_pace)
{
    /* Stage 1 of 3 works 3 a micro-batch, the others nearly nothing: it never waits once
     * the first input is there (.001), and its last output needs .002 to get home. */
    struct pipe pipe = equal(3, 1, 20, .001, .002);
    pipe.forward[1] = 1;
    pipe.backward[1] = 2;
    cr_assert_float_eq(pipe_run(&pipe), .001 + 60 + .003 + .002, .01);
}

Test(llmtrain_pipe, a_wrapping_hop_delays_only_interleaved_pipelines)
{
    struct pipe plain = equal(2, 1, 4, 1, 2), again = equal(2, 2, 4, 1, 2);
    const double before = pipe_run(&again);
    plain.delay[1] = again.delay[1] = 5;
    cr_assert_float_eq(pipe_run(&plain), 15, 1e-12);
    cr_assert_gt(pipe_run(&again), before + 4);
}
