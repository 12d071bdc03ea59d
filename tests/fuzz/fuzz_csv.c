/* libFuzzer harness of the submission reader. Built as fuzz_npz.c says, with this file,
 * then
 *
 *   cp -r tests/fuzz/csv corpus
 *   ./fuzz -max_len=4096 -max_total_time=180 corpus
 *
 * Held: a value is finite and at most 1; what strict mode takes, lenient mode takes with
 * the same value; a rejection has a message.
 */
#include "sdk/submission.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CONFIGS = 70 };

static struct task_reference *reference(void)
{
    static struct task_reference ref = {.m0 = 0, .m1 = 1};
    if (ref.count > 0)
        return &ref;
    static int64_t runtime[CONFIGS], ones[CONFIGS];
    for (int i = 0; i < CONFIGS; i++) {
        runtime[i] = 1 + 37 * i % 64;
        ones[i] = 1;
    }
    const struct task_labels tile = {runtime, ones, 6, false};
    const struct task_labels small = {runtime, NULL, 3, false};
    const struct task_labels large = {runtime, NULL, CONFIGS, true};
    struct task_error err = TASK_ERROR_INIT;
    if (!task_reference_add(&ref, "t:s", "a", &tile, &err) ||
        !task_reference_add(&ref, "l:r", "b", &small, &err) ||
        !task_reference_add(&ref, "l:r", "c", &large, &err) ||
        !task_reference_index(&ref, &err))
        __builtin_trap();
    return &ref;
}

static void measure(const struct task_graph *graph, const uint32_t *list, size_t count,
                    double *value)
{
    if (graph->rule == TASK_LIST_TOP) {
        value[0] = 2 - task_slowdown(graph, task_best_of(graph, list, count));
        return;
    }
    struct task_kendall kendall;
    value[0] = 0;
    if (count == 0)
        return;
    if (count != graph->configs)
        __builtin_trap();
    task_order_count(&graph->order, list, &kendall);
    if (kendall.concordant + kendall.discordant + kendall.ties_y != kendall.pairs)
        __builtin_trap();
    value[0] = task_tau_b(&kendall);
}

static void score(const uint8_t *data, size_t size, bool is_lenient,
                  struct task_verdict *verdict)
{
    static const struct task_metric metric = {.unit = "", .values = 1, .measure = measure};
    static const char *const others[] = {"t:o"};
    const struct task_score job = {
        .is_lenient = is_lenient, .others = others, .other_count = 1, .verdict = verdict};
    task_submission_measure((const char *)data, size, reference(), &metric, &job);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct task_verdict strict = {0}, lenient = {0};
    score(data, size, false, &strict);
    score(data, size, true, &lenient);
    if (!strict.is_rejected && (lenient.is_rejected || lenient.raw != strict.raw))
        __builtin_trap();
    if (!lenient.is_rejected && (!isfinite(lenient.raw) || lenient.raw > 1))
        __builtin_trap();
    if (strict.is_rejected && strict.message.length == 0)
        __builtin_trap();
    task_verdict_release(&strict);
    task_verdict_release(&lenient);
    return 0;
}
