#include "llmtrain/cost.h"
#include "llmtrain/draw.h"
#include "llmtrain/evaluate.h"
#include "llmtrain/memory.h"
#include "llmtrain/sync.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

TestSuite(llmtrain_cost, .timeout = 20);

static void near(double found, double expected, const char *what)
{
    cr_assert(fabs(found - expected) <= 1e-12 * fabs(expected), "%s: %.17g, expected %.17g",
              what, found, expected);
}

static const struct model gpt3 = {96, 12288, 96, 96, 49152, 51200, 2048, false};

/* ---- products, rings ---- */

Test(llmtrain_cost, a_product_is_the_4_norm_of_computing_and_moving_and_a_start)
{
    /* 10 x 10 x 10: 2000 flop at 8000/3 flop/s and a quarter of it (m0 halves .5): 3 s.
     * 600 bytes at 300 bytes/s and half of it: 4 s. (3^4 + 4^4)^(1/4) and 1 s to start. */
    const struct chip chip = {
        .peak = 8000. / 3, .emax = .5, .m0 = 10, .hbm = 300, .eb = .5, .t0 = 1};
    near(cost_product(&chip, 10, 10, 10), 5.284572294953817, "product");
}

Test(llmtrain_cost, a_ring_sends_everything_nearly_twice)
{
    near(cost_ring(4, 100, 50, 1), 1 + 2 * 3 / 4. * 2, "four members");
    near(cost_ring(2, 100, 50, 0), 2, "two members");
    cr_assert_eq(cost_ring(1, 100, 50, 1), 0);
    cr_assert_eq(cost_ring(0, 100, 50, 1), 0);
}

/* ---- sizes ---- */

Test(llmtrain_cost, parameters_are_those_that_are_published)
{
    /* Llama 2 7B has 6738415616 and Llama 3 70B 70553706496, both with an embedding of its
     * own for the output, which is shared here; and two norms a layer and one at the end,
     * where four vectors a layer are counted here. */
    const struct model llama2 = {32, 4096, 32, 32, 11008, 32000, 4096, true};
    const struct model llama3 = {80, 8192, 64, 8, 28672, 128256, 4096, true};
    near(cost_parameters(&llama2), 6738415616. - 32000. * 4096 + (32 * 2 - 1) * 4096.,
         "Llama 2 7B");
    near(cost_parameters(&llama3), 70553706496. - 128256. * 8192 + (80 * 2 - 1) * 8192.,
         "Llama 3 70B");
}

Test(llmtrain_cost, parameters_are_those_of_the_sc_2021_table)
{
    /* Table 1 of the paper, billions; it counts position embeddings and biases too. */
    static const struct {
        int layers, hidden;
        double billions;
    } rows[] = {{24, 2304, 1.7},     {30, 3072, 3.6},    {36, 4096, 7.5},
                {40, 6144, 18.4},    {48, 8192, 39.1},   {60, 10240, 76.1},
                {80, 12288, 145.6},  {96, 16384, 310.1}, {105, 20480, 529.6},
                {128, 25600, 1008.0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const int h = rows[i].hidden;
        const struct model model = {rows[i].layers, h, 16, 16, 4 * h, 51200, 2048, false};
        const double found = cost_parameters(&model) / 1e9;
        cr_assert(fabs(found - rows[i].billions) < .05 + .003 * rows[i].billions,
                  "%g billion, published %g", found, rows[i].billions);
    }
}

Test(llmtrain_cost, flops_are_those_of_the_sc_2021_formula_without_recomputation)
{
    /* The paper's 96 B s l h^2 (1 + s / 6h + V / 16lh) has four forward passes of the
     * layers, one of them done again, and three of the logits; without the fourth it is
     * 72 B s l h^2 (1 + s / 6h + V / 12lh). */
    const double b = 1536, s = 2048, l = 96, h = 12288, v = 51200;
    near(cost_flops(&gpt3, b),
         72 * b * s * l * h * h * (1 + s / (6 * h) + v / (12 * l * h)), "flops");
}

/* ---- memory ---- */

Test(llmtrain_cost, activations_are_those_of_the_table_of_korthikanti)
{
    /* Table 2 of the paper, bytes of a layer: sbh (34 + 5as/h), with tensor parallelism
     * sbh (10 + 24/t + 5as/ht), with sequence parallelism too sbh/t (34 + 5as/h),
     * selective 34 sbh/t, full 2sbh. */
    const struct chip unfused = {.fa = 0}, fused = {.fa = .5};
    const double b = 4, sbh = 2048. * b * 12288, scores = 5. * 96 * 2048 / 12288;
    struct work work = {&unfused, &gpt3, 1, b, false};
    near(memory_activation(&work, RECOMPUTE_NONE), sbh * (34 + scores), "one chip");
    work.tp = 8;
    near(memory_activation(&work, RECOMPUTE_NONE), sbh * (10 + 24 / 8. + scores / 8), "tp");
    near(memory_activation(&work, RECOMPUTE_FULL), 2 * sbh, "full");
    work.has_sequence_split = true;
    near(memory_activation(&work, RECOMPUTE_NONE), sbh / 8 * (34 + scores), "sp");
    near(memory_activation(&work, RECOMPUTE_SELECTIVE), sbh / 8 * 34, "selective");
    near(memory_activation(&work, RECOMPUTE_FULL), 2 * sbh / 8, "full, sp");
    work.chip = &fused;
    near(memory_activation(&work, RECOMPUTE_NONE), sbh / 8 * 34, "fused");
}

/* Two pods of four hosts of one chip, two layers, in two regions or one. */
static struct instance tiny(int regions)
{
    struct instance instance = {.name = "tiny",
                                .model = {2, 64, 4, 4, 256, 1000, 128, false},
                                .batch = 8,
                                .grad_bytes = 2,
                                .chip_count = 1,
                                .pod_count = 2,
                                .region_count = regions};
    instance.chips[0] = (struct chip){.name = "c",
                                      .host = 1,
                                      .peak = 1e12,
                                      .mem = 1e9,
                                      .hbm = 1e12,
                                      .emax = .5,
                                      .eb = 1,
                                      .fa = .5,
                                      .ib = 1e9,
                                      .nic = 1e6,
                                      .na = 1e-3,
                                      .sys = 1};
    instance.pods[0] = (struct pod){0, 0, 4};
    instance.pods[1] = (struct pod){regions - 1, 0, 4};
    for (int i = 0; i < regions; i++) {
        for (int j = 0; j < regions; j++) {
            instance.bandwidth[i][j] = i == j ? 1e12 : 1e5;
            instance.latency[i][j] = i == j ? 1e-4 : .25;
        }
    }
    return instance;
}

/* count pipelines of one stage on the pod. */
static struct group on_pod(int pod, int count, int microbatches)
{
    struct group group = {.count = count,
                          .microbatch = 1,
                          .microbatches = microbatches,
                          .virtual = 1,
                          .stage_count = 1};
    group.stages[0] = (struct stage){.pod = pod, .tp = 1, .layers = 2};
    return group;
}

Test(llmtrain_cost, optimiser_state_is_divided_by_the_replicas_in_the_pod)
{
    const struct instance instance = tiny(1);
    struct plan plan = {.zero1 = true, .group_count = 2};
    struct evaluation zero1, plain;
    struct task_error err = TASK_ERROR_INIT;
    plan.groups[0] = on_pod(0, 4, 1);
    plan.groups[1] = on_pod(1, 1, 4);
    cr_assert(evaluate(&instance, &plan, &zero1, &err), "%s", err.message);
    plan.zero1 = false;
    cr_assert(evaluate(&instance, &plan, &plain, &err), "%s", err.message);
    /* 12 bytes a parameter, of which a chip of pod 0 keeps a quarter. */
    const double state = 12 * cost_parameters(&instance.model);
    near(plain.stages[0][0].memory_bytes - zero1.stages[0][0].memory_bytes, .75 * state,
         "four replicas");
    cr_assert_eq(plain.stages[1][0].memory_bytes, zero1.stages[1][0].memory_bytes);
    /* Pod 1 has all of it to do: 28 bytes a parameter. */
    near(zero1.optimizer_s, 28 * cost_parameters(&instance.model) / 1e12, "optimiser");
}

Test(llmtrain_cost, memory_of_a_stage_is_the_sum_of_its_parts)
{
    struct instance instance = tiny(1);
    struct plan plan = {.zero1 = true, .group_count = 1};
    struct evaluation evaluation;
    struct task_error err = TASK_ERROR_INIT;
    instance.grad_bytes = 4;
    plan.groups[0] = on_pod(0, 1, 8);
    cr_assert(evaluate(&instance, &plan, &evaluation, &err), "%s", err.message);
    /* 2 layers of 12 h^2 + 4 h, vocabulary once; 2 + 4 + 12 bytes each; 34 sbh of each
     * layer for one micro-batch; 6 bytes a logit. */
    const double parameters = 2 * (12. * 64 * 64 + 4 * 64) + 1000 * 64;
    near(evaluation.stages[0][0].memory_bytes,
         18 * parameters + 2 * 34 * 128. * 64 + 6 * 128. * 1000, "memory");
    near(evaluation.stages[0][0].limit_bytes, .92e9, "limit");
}

Test(llmtrain_cost, a_plan_that_does_not_fit_is_told_where_and_by_how_much)
{
    struct instance instance = tiny(1);
    struct plan plan = {.zero1 = true, .group_count = 1};
    struct evaluation evaluation;
    struct task_error err = TASK_ERROR_INIT;
    instance.chips[0].mem = 4.2e6;
    plan.groups[0] = on_pod(0, 1, 8);
    cr_assert_not(evaluate(&instance, &plan, &evaluation, &err));
    cr_assert_eq(err.fault, TASK_ENTRY);
    cr_assert(strstr(err.message, "groups[0]: stages[0]: out of memory: needs"), "%s",
              err.message);
}

/* ---- sums of gradients ---- */

static double gradient_bytes(const struct instance *instance)
{
    return 2 * cost_parameters(&instance->model);
}

/* Both groups on their pods, all layers ready after 1 s. */
static double summed(const struct instance *instance, int count0, int count1)
{
    struct plan plan = {.group_count = 2};
    struct holding holding;
    double ready[MODEL_LAYERS] = {1, 1};
    plan.groups[0] = on_pod(0, count0, 1);
    plan.groups[1] = on_pod(1, count1, 1);
    if (count1 == 0)
        plan.group_count = 1;
    holding_fill(&holding, &plan);
    return sync_run(instance, &holding, ready);
}

Test(llmtrain_cost, nothing_is_summed_where_there_is_one_replica)
{
    const struct instance instance = tiny(1);
    near(summed(&instance, 1, 0), 1, "one replica");
}

Test(llmtrain_cost, replicas_of_a_pod_sum_on_a_ring_of_its_network)
{
    /* Three replicas in three hosts: 2 na ceil(log2 3) and 4/3 of the bytes at nic. */
    struct instance instance = tiny(1);
    near(summed(&instance, 3, 0), 1 + 4e-3 + 4 / 3. * gradient_bytes(&instance) / 1e6,
         "three hosts");
    /* In one host the fast network does it. */
    instance.chips[0].host = 4;
    near(summed(&instance, 3, 0), 1 + 4e-3 + 4 / 3. * gradient_bytes(&instance) / 1e9,
         "one host");
}

Test(llmtrain_cost, pods_of_a_region_sum_through_the_narrower_way_out)
{
    /* One replica here, three there: rings first, then the bytes once (2 (n - 1) / n of
     * them with n = 2) at the one replica's nic. */
    const struct instance instance = tiny(1);
    const double bytes = gradient_bytes(&instance);
    near(summed(&instance, 1, 3), 1 + 4e-3 + 4 / 3. * bytes / 1e6 + bytes / 1e6,
         "two pods");
}

Test(llmtrain_cost, regions_sum_on_a_ring_of_wide_links_with_two_latencies_a_hop)
{
    /* The link is narrower than the way out: 1e5; 2 (n - 1) latencies of .25 s. */
    const struct instance instance = tiny(2);
    near(summed(&instance, 1, 1), 1 + gradient_bytes(&instance) / 1e5 + .5, "two regions");
}

Test(llmtrain_cost, a_link_is_busy_with_one_interval_after_the_other)
{
    const struct instance instance = tiny(2);
    struct plan plan = {.group_count = 2};
    struct holding holding;
    /* Layer 1 first, as backward passes go; it takes a second. */
    double ready[MODEL_LAYERS] = {1.5, 1};
    plan.groups[0] = on_pod(0, 1, 1);
    plan.groups[1] = on_pod(1, 1, 1);
    holding_fill(&holding, &plan);
    /* Both halves one after the other, the last one's latency at the end. */
    near(sync_run(&instance, &holding, ready), 1 + gradient_bytes(&instance) / 1e5 + .5,
         "two intervals");
}

/* ---- TPU v4 against PaLM ---- */

Test(llmtrain_cost, palm_on_tpu_v4_comes_near_its_published_utilisation)
{
    /* PaLM 540B on 6144 chips, 46.2 % published; 12-fold model parallelism, micro-batches
     * of 4, parallel blocks (half of the all-reduces), .75 of the forward pass done again.
     * 47.6 % with the gathers of weights exposed, 51.0 % without (TASKS-ONLINE 5.1.6). */
    const struct model palm = {118, 18432, 48, 1, 73728, 256000, 2048, true};
    const struct work work = {draw_chip("TPUv4"), &palm, 12, 4, true};
    const struct layer_cost cost = cost_layer(&work);
    const double weights = cost_parameters(&palm) * 2;
    const double gather = 3 * weights / 12 / (6 * work.chip->nic);
    const double step = 118 * (cost.forward * 1.75 + cost.backward) +
                        3 * cost_logits(&work) + 118 * cost.forward_traffic / 2 * 3 +
                        cost_ring(2, weights / 3072, 6e9, 1e-3);
    const double flops = cost_flops(&palm, 2048) / 6144 / work.chip->peak;
    cr_assert_float_eq(100 * flops / step, 51.0, .05);
    cr_assert_float_eq(100 * flops / (step + gather), 47.6, .05);
}
