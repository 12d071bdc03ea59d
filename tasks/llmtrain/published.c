#include "published.h"

#include "draw.h"
#include "memory.h"
#include "pipe.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What the layouts that were searched may fill of a chip, the optimiser's bytes for a
 * parameter and its share of bandwidth, and what overlap hides of tensor traffic. */
static const double FILL = .94, OPTIMIZER_BYTES = 28, OPTIMIZER_SHARE = .8, HIDDEN = .5;

const struct published_set published_sets[] = {
#define SET(id, figures, layout, source) {#id, figures, layout, source},
#include "published.def"
#undef SET
};
const int published_set_count = sizeof published_sets / sizeof published_sets[0];

enum { A100, H100 };
const struct published published_runs[] = {
#define X(set, run, chip, layers, hidden, heads, kv_heads, ffn, gated, vocab, seq, chips,  \
          batch, tp, stages, virtual, microbatch, recompute, sequence_split, overlap,      \
          split_optimizer, figure, unit)                                                   \
    {#set,                                                                                 \
     run,                                                                                  \
     chip == H100,                                                                         \
     {layers, hidden, heads, kv_heads, ffn, vocab, seq, gated},                            \
     chips,                                                                                \
     batch,                                                                                \
     tp,                                                                                   \
     stages,                                                                               \
     virtual,                                                                              \
     microbatch,                                                                           \
     RECOMPUTE_##recompute,                                                                \
     sequence_split,                                                                       \
     OVERLAP_##overlap,                                                                    \
     split_optimizer,                                                                      \
     figure,                                                                               \
     PUBLISHED_##unit},
#include "published.def"
#undef X
};
const int published_run_count = sizeof published_runs / sizeof published_runs[0];

/* The catalogue's chip; on A100 these runs did not fuse attention. */
static struct chip chip_of(const struct published *run)
{
    struct chip chip = *draw_chip(run->is_h100 ? "H100" : "A100-80");
    if (!run->is_h100)
        chip.fa = 0;
    return chip;
}

static int replicas(const struct published *run)
{
    return run->chips / (run->tp * run->stages);
}

/* Micro-batches of a pipeline; not whole where the batch does not divide. */
static double microbatches(const struct published *run)
{
    return (double)run->batch / replicas(run) / run->microbatch;
}

static void fill_pipe(const struct published *run, const struct work *work,
                      struct pipe *pipe)
{
    const struct layer_cost cost = cost_layer(work);
    const double seen = run->overlap == OVERLAP_ALL ? 1 - HIDDEN : 1;
    const double forward = cost.forward + seen * cost.forward_traffic;
    double backward = cost.backward + seen * cost.backward_traffic;
    if (run->recompute == RECOMPUTE_FULL)
        backward += forward;
    else if (run->recompute == RECOMPUTE_SELECTIVE && work->chip->fa <= 0)
        backward += cost.attention;
    const double layers = (double)run->model.layers / (run->stages * run->virtual);
    const double message =
        2.0 * run->microbatch * run->model.seq * run->model.hidden / run->tp;
    for (int i = 0; i < run->stages; i++) {
        pipe->forward[i] = layers * forward;
        pipe->backward[i] = layers * backward;
        pipe->busy[i] = message / work->chip->nic;
        pipe->delay[i] = run->stages > 1 ? work->chip->na + pipe->busy[i] : 0;
    }
    const double logits = cost_logits(work) / run->virtual;
    pipe->forward[run->stages - 1] += logits;
    pipe->backward[run->stages - 1] += 2 * logits;
}

/* Parameters of a chip: its layers and the embedding. */
static double parameters(const struct published *run)
{
    return (run->model.layers * cost_layer_parameters(&run->model) / run->stages +
            cost_embedding_parameters(&run->model)) /
           run->tp;
}

/* A split optimiser scatters gradients of 4 bytes and gathers weights of 2. */
static double sum_time(const struct published *run, const struct chip *chip)
{
    const int n = replicas(run);
    return cost_ring(n, parameters(run) * (run->has_split_optimizer ? 3 : 2), chip->nic,
                     chip->na * log2(n > 1 ? n : 2));
}

static double step_time(const struct published *run)
{
    const struct chip chip = chip_of(run);
    const struct work work = {&chip, &run->model, run->tp, run->microbatch,
                              run->has_sequence_split};
    struct pipe pipe = {.stages = run->stages,
                        .chunks = run->virtual,
                        .microbatches = (int)(microbatches(run) + .5)};
    if (pipe.microbatches < 1)
        pipe.microbatches = 1;
    fill_pipe(run, &work, &pipe);
    const double pipeline = pipe_run(&pipe);
    double sum = sum_time(run, &chip);
    if (run->overlap != OVERLAP_NONE)
        sum = fmax(0, sum - pipe.backward[0] * run->virtual);
    const double optimizer = parameters(run) * OPTIMIZER_BYTES /
                             (run->has_split_optimizer ? replicas(run) : 1) /
                             (chip.hbm * OPTIMIZER_SHARE);
    return pipeline + sum + optimizer;
}

static double figure_of(const struct published *run, double step_s)
{
    const struct model *model = &run->model;
    const double s = model->seq, l = model->layers, h = model->hidden, v = model->vocab;
    if (run->unit == PUBLISHED_FULL) /* the formula of the SC 2021 paper */
        return 96 * run->batch * s * l * h * h * (1 + s / (6 * h) + v / (16 * l * h)) /
               step_s / run->chips / 1e12;
    const double flops = cost_flops(model, run->batch) / step_s / run->chips;
    return run->unit == PUBLISHED_MODEL ? flops / 1e12 : 100 * flops / chip_of(run).peak;
}

static bool fits(const struct published *run)
{
    const struct chip chip = chip_of(run);
    const struct work work = {&chip, &run->model, run->tp, run->microbatch,
                              run->has_sequence_split};
    const double p = run->stages, m = (int)(microbatches(run) + .5);
    const double in_flight = run->virtual == 1 ? fmin(m, p)
                                               : p * (1 + (p - 1) / (p * run->virtual));
    const double state =
        parameters(run) * (run->has_split_optimizer ? 6 + 12.0 / replicas(run) : 18);
    return state + memory_activation(&work, run->recompute) * run->model.layers / p *
                       in_flight <=
           FILL * chip.mem;
}

static bool is_layout(const struct published *run)
{
    const int pipeline = run->tp * run->stages;
    if (run->chips % pipeline != 0 || run->chips < pipeline ||
        run->model.layers % (run->stages * run->virtual) != 0)
        return false;
    const double m = microbatches(run);
    if (m < 1 || m != floor(m) || (run->virtual > 1 && run->stages == 1))
        return false;
    return (run->virtual == 1 || (int)m % run->stages == 0) && fits(run);
}

/* The better of `best` and what this layout gives. */
static double try_layout(const struct published *run, double best)
{
    if (!is_layout(run))
        return best;
    return fmax(best, figure_of(run, step_time(run)));
}

static double try_microbatches(struct published run, double best)
{
    const bool is_open = run.microbatch == 0;
    for (int b = 1; b <= 8; b *= 2) {
        run.microbatch = is_open ? b : run.microbatch;
        best = try_layout(&run, best);
    }
    return best;
}

double published_figure(const struct published *run)
{
    static const int stages[] = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48};
    struct published open = *run;
    double best = 0;
    if (run->stages > 0 && run->virtual > 0 && run->microbatch > 0)
        return figure_of(run, step_time(run));
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
        open.stages = run->stages > 0 ? run->stages : stages[i];
        for (int v = 1; v <= 24; v++) {
            open.virtual = run->virtual > 0 ? run->virtual : v;
            best = try_microbatches(open, best);
        }
    }
    return best;
}

int published_error(const char *set, double *mean, double *largest)
{
    int count = 0;
    *mean = *largest = 0;
    for (int i = 0; i < published_run_count; i++) {
        const struct published *run = &published_runs[i];
        if (set && strcmp(set, run->set) != 0)
            continue;
        const double error = fabs(published_figure(run) / run->figure - 1);
        *mean += error;
        *largest = fmax(*largest, error);
        count++;
    }
    *mean /= count > 0 ? count : 1;
    return count;
}

static void print_error(const char *set)
{
    double mean, largest;
    const int count = published_error(set, &mean, &largest);
    printf("%-8s %2d runs: mean error %4.1f %%, largest %4.1f %%\n", set ? set : "all",
           count, 100 * mean, 100 * largest);
}

bool published_print(int argc, char **argv, struct task_error *err)
{
    static const char *const units[] = {"TFLOP/s", "TFLOP/s", "% MFU"};
    if (argc != 1)
        return task_fail(err, TASK_USAGE, "usage: llmtrain %s", argv[0]);
    for (int i = 0; i < published_run_count; i++) {
        const struct published *run = &published_runs[i];
        const double figure = published_figure(run);
        printf("%-8s %-14s %5d %s: published %5.1f, model %5.1f %s, %+5.1f %%\n", run->set,
               run->run, run->chips, run->is_h100 ? "H100" : "A100", run->figure, figure,
               units[run->unit], 100 * (figure / run->figure - 1));
    }
    for (int i = 0; i < published_set_count; i++) {
        const struct published_set *set = &published_sets[i];
        print_error(set->id);
        printf("         figures %s, layout %s: %s\n", set->figures, set->layout,
               set->source);
    }
    print_error(NULL);
    return fflush(stdout) == 0 || task_fail_errno(err, TASK_HOST, "cannot print");
}
