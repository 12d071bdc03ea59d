/* libFuzzer harness of the reader and the evaluator of training plans.
 *
 * From the top of the source tree:
 *
 *   clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
 *     -D_GNU_SOURCE -Itasks tests/fuzz/fuzz_llmtrain.c tasks/sdk/?*.c \
 *     $(ls tasks/llmtrain/?*.c | grep -v main.c) -lz -ljansson -lm -o /tmp/fuzz_llmtrain
 *   mkdir -p /tmp/corpus && cp tests/fuzz/llmtrain/?* /tmp/corpus
 *   /tmp/fuzz_llmtrain -max_total_time=180 -max_len=4096 /tmp/corpus
 *
 * Held: nothing crashes or leaks; what is refused is the entry's fault, with a message of
 * one printable line; what is taken has a finite time, fits, and reads back as the same
 * plan after it was printed.
 */
#include "llmtrain/evaluate.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool is_true)
{
    if (!is_true)
        abort();
}

/* Two pods in two regions, and a model of twelve small layers. */
static const struct instance *fleet(void)
{
    static struct instance instance = {.name = "fleet",
                                       .model = {12, 256, 4, 4, 1024, 1000, 128, true},
                                       .batch = 16,
                                       .grad_bytes = 2,
                                       .chip_count = 1,
                                       .pods = {{0, 0, 2}, {1, 0, 2}},
                                       .pod_count = 2,
                                       .region_count = 2};
    for (int i = 0; i < 4; i++) {
        instance.bandwidth[i / 2][i % 2] = 1e9;
        instance.latency[i / 2][i % 2] = .1;
    }
    instance.chips[0] = (struct chip){.name = "c",
                                      .host = 8,
                                      .peak = 1e12,
                                      .mem = 1e9,
                                      .hbm = 1e11,
                                      .emax = .5,
                                      .eb = 1,
                                      .ib = 1e9,
                                      .nic = 1e9,
                                      .sys = 1};
    return &instance;
}

static void check_error(const struct task_error *err)
{
    require(err->fault == TASK_ENTRY && err->message[0] != '\0');
    for (const char *at = err->message; *at; at++)
        require(*at >= ' ' && *at <= '~');
}

static void check_round_trip(const struct plan *plan)
{
    struct plan again;
    struct task_error err = TASK_ERROR_INIT;
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    plan_print(plan, &text);
    require(plan_parse(text.data, text.length, &again, &err));
    require(memcmp(plan, &again, sizeof again) == 0);
}

/* A sanitizer makes a long simulation slow, and shows nothing in it that a short one lacks.
 */
static bool is_short(const struct plan *plan)
{
    double operations = 0;
    for (int g = 0; g < plan->group_count; g++)
        operations += 2.0 * plan->groups[g].stage_count * plan->groups[g].microbatches *
                      plan->groups[g].virtual;
    return operations < 20000 || operations > PLAN_OPERATIONS;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct task_error err = TASK_ERROR_INIT;
    struct plan plan;
    struct evaluation evaluation;
    if (!plan_parse((const char *)data, size, &plan, &err)) {
        check_error(&err);
        return 0;
    }
    check_round_trip(&plan);
    if (!is_short(&plan))
        return 0;
    if (!evaluate(fleet(), &plan, &evaluation, &err)) {
        check_error(&err);
        return 0;
    }
    require(isfinite(evaluation.step_s) && evaluation.step_s > 0);
    for (int g = 0; g < plan.group_count; g++)
        for (int i = 0; i < plan.groups[g].stage_count; i++)
            require(evaluation.stages[g][i].memory_bytes <=
                    evaluation.stages[g][i].limit_bytes);
    return 0;
}
