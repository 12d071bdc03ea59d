/* The task `layout`: rank layout configurations of whole programs. README.md is its data
 * sheet. */
#include "config.h"
#include "cost.h"
#include "draw.h"
#include "machine.h"
#include "pack.h"

#include "sdk/exact.h"
#include "sdk/submission.h"
#include "sdk/tpugraphs.h"

#include <stdlib.h>

static const char readme[] =
    "Rank the layout configurations of each program in test/, the fastest first.\n"
    "\n"
    "train/*.npz   programs with config_runtime in nanoseconds\n"
    "test/*.npz    programs whose config_runtime is 0: to be predicted\n"
    "sample_submission.csv   the form of the answer: write submission.csv like it\n"
    "\n"
    "Arrays, as in TpuGraphs: node_feat (n,140) f4, node_opcode (n,) i4, edge_index (m,2)\n"
    "i4 (consumer, producer), node_config_feat (c,nc,18) f4, node_config_ids (nc,) i4,\n"
    "node_splits i8, config_runtime (c,) i8. A row of node_config_feat is the layout of "
    "the\n"
    "output, of operand 0 and of operand 1, six places each, minor to major; -1 fills up,\n"
    "and six times -1 leaves the layout to the compiler.\n";

/* The four collections. conv:random and conv:default have the same programs, and so have
 * xf:random and xf:default, as xla and nlp have in the 2023 data. */
static const struct collection {
    const char *name;
    const char *family_name;
    enum lay_family family;
    double share; /* of the slots that a configuration changes */
} collections[] = {
    {"layout:conv:random", "conv", LAY_CONV, .35},
    {"layout:conv:default", "conv", LAY_CONV, .12},
    {"layout:xf:random", "xf", LAY_XF, .35},
    {"layout:xf:default", "xf", LAY_XF, .12},
};

/* Train, test and shifted graphs of a collection, and their blocks by family. */
enum part { TRAIN, TEST, SHIFTED, PARTS };

static const int graphs_public[PARTS] = {36, 14, 0};
static const int graphs_hidden[PARTS] = {36, 20, 8};
static const struct lay_blocks blocks[PARTS][2] = {
    [TRAIN] = {{3, 8}, {1, 3}},
    [TEST] = {{3, 8}, {1, 3}},
    [SHIFTED] = {{16, 60}, {8, 30}},
};

enum { CONFIGS = 96 };
static const double noise_sigma = .004;

/* A fixed cost, as a multiple of the default configuration's: it sets how far apart the
 * best and the worst are (about 300 %, 100 % or 20 %) and changes no ranking. */
static const double fixed_shares[] = {0, 1, 10};

/* What is being generated. */
struct making {
    const struct task_generate *job;
    const struct collection *collection;
    struct lay_machine machine;
    struct task_case *target;
    struct task_rng configs; /* of the graph in hand: configurations, noise, shuffle */
    double tau_sum;          /* of the noiseless model over test graphs */
    int tau_count;
};

/* A stream of a graph: part and number make the index, so that parts never share one. */
static void graph_rng(const struct making *m, const char *purpose, enum part part, int i,
                      struct task_rng *rng)
{
    task_generate_rng(m->job, purpose, (uint64_t)part * 1000000 + (uint64_t)i, rng);
}

/* Times of all configurations: seconds without noise, and whole nanoseconds with. */
struct times {
    double exact[CONFIGS];
    int64_t runtime[CONFIGS];
};

static double fixed_seconds(const struct making *m, const struct lay_graph *graph,
                            struct task_rng *rng)
{
    enum { SHARES = sizeof fixed_shares / sizeof fixed_shares[0] };
    struct lay_choice *usual = task_alloc(graph->configurable, sizeof *usual);
    lay_config_default(graph, usual);
    double seconds = lay_cost(graph, &m->machine, usual);
    free(usual);
    return seconds * fixed_shares[task_rng_below(rng, SHARES)];
}

static void time_configs(const struct making *m, const struct lay_graph *graph,
                         const struct lay_choice *choices, struct task_rng *rng,
                         struct times *times)
{
    double fixed = fixed_seconds(m, graph, rng);
    for (size_t i = 0; i < CONFIGS; i++) {
        double seconds = lay_cost(graph, &m->machine, choices + i * graph->configurable);
        double noisy = seconds * task_exp(noise_sigma * task_rng_normal(rng));
        times->exact[i] = seconds;
        times->runtime[i] = (int64_t)((fixed + noisy) * 1e9 + .5);
    }
}

/* part and i say which graph it is. */
static bool store(struct making *m, enum part part, int i,
                  const struct lay_packing *packing, struct task_error *err)
{
    char test_name[33];
    struct task_rng name_rng;
    struct task_array arrays[LAY_ARRAYS];
    task_auto_free char *train_name = task_strf("%s-%03d", m->collection->family_name, i);
    graph_rng(m, m->collection->family_name, part, i, &name_rng);
    task_rng_name(&name_rng, test_name);
    const struct task_sample sample = {.name = part == TRAIN ? train_name : test_name,
                                       .is_shifted = part == SHIFTED,
                                       .rng = &m->configs};
    lay_pack(packing, arrays);
    bool is_stored = part == TRAIN
                         ? task_case_train(m->target, &sample, arrays, LAY_ARRAYS, err)
                         : task_case_test(m->target, &sample, arrays, LAY_ARRAYS, err);
    for (size_t k = 0; k < LAY_ARRAYS; k++)
        task_array_release(&arrays[k]);
    return is_stored;
}

static void add_bound(struct making *m, const struct times *times)
{
    struct task_kendall kendall;
    task_kendall_count_scores(times->exact, times->runtime, CONFIGS, &kendall);
    m->tau_sum += task_tau_b(&kendall);
    m->tau_count++;
}

static bool make_graph(struct making *m, enum part part, int i, struct task_error *err)
{
    struct task_rng graph_stream;
    struct times times;
    graph_rng(m, m->collection->family == LAY_CONV ? "conv graph" : "xf graph", part, i,
              &graph_stream);
    graph_rng(m, m->collection->name, part, i, &m->configs);

    struct lay_graph graph = {0};
    lay_draw(&graph, m->collection->family, blocks[part][m->collection->family],
             &graph_stream);
    struct lay_choice *choices = task_alloc(CONFIGS * graph.configurable, sizeof *choices);
    for (size_t c = 0; c < CONFIGS; c++)
        lay_config_draw(&graph, m->collection->share, &m->configs,
                        choices + c * graph.configurable);
    time_configs(m, &graph, choices, &m->configs, &times);
    if (part != TRAIN)
        add_bound(m, &times);

    const struct lay_packing packing = {&graph, choices, times.runtime, CONFIGS};
    bool is_stored = store(m, part, i, &packing, err);
    free(choices);
    lay_graph_release(&graph);
    return is_stored;
}

/* m0 is 0, the expectation of any order that knows nothing. */
static bool make_collection(const struct task_generate *job,
                            const struct collection *collection, struct task_error *err)
{
    const int *graphs = job->split[0] == 'h' ? graphs_hidden : graphs_public;
    struct making m = {.job = job, .collection = collection};
    struct task_rng machine_stream;
    task_generate_rng(job, "machine", 0, &machine_stream);
    lay_machine_draw(&m.machine, &machine_stream);
    task_auto_case struct task_case *target =
        task_case_new(job->out, collection->name, err);
    m.target = target;
    for (enum part part = TRAIN; target && part < PARTS; part++) {
        for (int i = 0; i < graphs[part]; i++) {
            if (!make_graph(&m, part, i, err))
                return false;
        }
    }
    const struct task_case_end end = {0, m.tau_sum / m.tau_count, readme};
    return target && task_case_finish(target, &end, err);
}

static bool generate(const struct task_generate *job, struct task_error *err)
{
    for (size_t i = 0; i < sizeof collections / sizeof collections[0]; i++) {
        if (!make_collection(job, &collections[i], err))
            return false;
    }
    return true;
}

static const char *const keys[] = {
    "node_feat",        "node_opcode",  "edge_index",     "node_config_ids",
    "node_config_feat", "?node_splits", "config_runtime", NULL};
static const struct task_tpugraphs parts[] = {
    {"layout/xla/random", "layout:xla:random", keys, 0, 1, readme},
    {"layout/xla/default", "layout:xla:default", keys, 0, 1, readme},
    {"layout/nlp/random", "layout:nlp:random", keys, 0, 1, readme},
    {"layout/nlp/default", "layout:nlp:default", keys, 0, 1, readme},
};

static bool import(const struct task_import *job, struct task_error *err)
{
    return task_tpugraphs_import_all(job, parts, sizeof parts / sizeof parts[0], err);
}

/* value: tau-b, then the field's other numbers, min of the first K over min of all, less 1.
 */
static void measure(const struct task_graph *graph, const uint32_t *list, size_t count,
                    double *value)
{
    static const size_t places[] = {1, 10, 100};
    value[0] = 0;
    if (count > 0) {
        struct task_kendall kendall;
        task_order_count(&graph->order, list, &kendall);
        value[0] = task_tau_b(&kendall);
    }
    for (size_t i = 0; i < 3; i++) {
        size_t taken = count == 0 ? 1 : count < places[i] ? count : places[i];
        value[1 + i] = task_slowdown(graph, task_best_of(graph, list, taken)) - 1;
    }
}

static const struct task_metric metric = {
    .unit = "mean Kendall tau-b",
    .values = 4,
    .names = {"", "top_1_error", "top_10_error", "top_100_error"},
    .measure = measure,
};

static bool score(const struct task_score *job, struct task_error *err)
{
    return task_submission_score(job, &metric, err);
}

int main(int argc, char **argv)
{
    static const struct task_program program = {.id = "layout",
                                                .version = "1",
                                                .generate = generate,
                                                .import = import,
                                                .prepare = task_reference_prepare,
                                                .score = score};
    return task_main(&program, argc, argv);
}
