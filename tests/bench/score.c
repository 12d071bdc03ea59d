/* Times the scoring of a whole contest's CSV, and Kendall's tau of 10^6 pairs.
 *
 *   score make FOLDER         a seeded contest: submission.csv, ids.txt and labels.npz,
 *                             and tau.npz
 *   score csv FOLDER ROUNDS   microseconds of parsing and scoring (median), the score
 *   score tau FOLDER ROUNDS   microseconds of tau-b of 10^6 pairs (median), tau-b
 *
 * Times are the processor's, because a busy machine interrupts long jobs more than short
 * ones. score_scipy.py does the same in Python, run_score.sh runs both in turn. The contest
 * has 844 tile kernels with log-uniform numbers of configurations up to 10,000, of which
 * five are listed, and 50 layout graphs of 1000 (two of 1001) configurations.
 */
#include "sdk/exact.h"
#include "sdk/file.h"
#include "sdk/npz.h"
#include "sdk/submission.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { GRAPHS = 894, TILES = 844, PAIRS = 1000000, CAP = 1 << 30 };

static const struct {
    const char *name;
    int graphs;
} collections[] = {{"tile:xla", TILES},
                   {"layout:xla:default", 8},
                   {"layout:xla:random", 8},
                   {"layout:nlp:default", 17},
                   {"layout:nlp:random", 17}};

static void die(const struct task_error *err)
{
    (void)fprintf(stderr, "score: %s\n", err->message);
    exit(3);
}

struct rated {
    double score;
    uint32_t index;
};

static int compare_rated(const void *a, const void *b)
{
    const struct rated *left = a, *right = b;
    return (left->score > right->score) - (left->score < right->score);
}

/* Runtimes of a graph, and a row that ranks them by runtimes with noise. */
static void make_row(struct task_rng *rng, int64_t *runtime, size_t configs, size_t listed,
                     struct task_buf *csv)
{
    struct rated *rated = task_alloc(configs, sizeof *rated);
    for (size_t i = 0; i < configs; i++) {
        runtime[i] = (int64_t)(20e6 * task_exp(.3 * task_rng_normal(rng))) / 1000 * 1000;
        double noise = task_exp(.2 * task_rng_normal(rng));
        rated[i] = (struct rated){(double)runtime[i] * noise, (uint32_t)i};
    }
    qsort(rated, configs, sizeof *rated, compare_rated);
    for (size_t i = 0; i < listed && i < configs; i++)
        task_buf_printf(csv, "%c%u", i ? ';' : ',', rated[i].index);
    task_buf_printf(csv, "\n");
    free(rated);
}

static void write_text(const char *folder, const char *name, const struct task_buf *text)
{
    struct task_error err = TASK_ERROR_INIT;
    task_auto_free char *path = task_strf("%s/%s", folder, name);
    if (!task_file_write(path, text->data, text->length, &err))
        die(&err);
}

static void write_npz(const char *folder, const char *name, const struct task_array *arrays,
                      size_t count)
{
    struct task_error err = TASK_ERROR_INIT;
    task_auto_free char *path = task_strf("%s/%s", folder, name);
    if (!task_npz_write(path, arrays, count, &err))
        die(&err);
}

static size_t draw_configs(struct task_rng *rng, int graph)
{
    if (graph >= TILES)
        return graph == TILES || graph == TILES + 16 ? 1001 : 1000;
    return (size_t)task_exp(task_rng_range(rng, task_log(4), task_log(10000)));
}

/* runtime holds all graphs' runtimes one after another, offset where each begins. */
static void make_contest(const char *folder, struct task_rng *rng)
{
    task_auto_buf struct task_buf csv = TASK_BUF_INIT, ids = TASK_BUF_INIT;
    int64_t *all = NULL;
    size_t offsets[GRAPHS + 1] = {0};
    int graph = 0;
    task_buf_printf(&csv, "ID,TopConfigs\n");
    for (size_t c = 0; c < sizeof collections / sizeof collections[0]; c++) {
        for (int i = 0; i < collections[c].graphs; i++, graph++) {
            char name[33];
            task_rng_name(rng, name);
            size_t configs = draw_configs(rng, graph);
            offsets[graph + 1] = offsets[graph] + configs;
            all = task_grow(all, offsets[graph + 1], sizeof *all);
            task_buf_printf(&ids, "%s:%s\n", collections[c].name, name);
            task_buf_printf(&csv, "%s:%s", collections[c].name, name);
            make_row(rng, all + offsets[graph], configs, graph < TILES ? 5 : configs, &csv);
        }
    }
    struct task_array arrays[2];
    const size_t shapes[2] = {offsets[GRAPHS], GRAPHS + 1};
    task_array_init(&arrays[0], "runtime", TASK_I8, 1, &shapes[0]);
    task_array_init(&arrays[1], "offset", TASK_I8, 1, &shapes[1]);
    memcpy(arrays[0].data, all, shapes[0] * sizeof *all);
    for (size_t i = 0; i <= GRAPHS; i++)
        task_array_i8(&arrays[1])[i] = (int64_t)offsets[i];
    write_npz(folder, "labels.npz", arrays, 2);
    write_text(folder, "submission.csv", &csv);
    write_text(folder, "ids.txt", &ids);
    task_array_release(&arrays[0]);
    task_array_release(&arrays[1]);
    free(all);
}

static void make_pairs(const char *folder, struct task_rng *rng)
{
    struct task_array arrays[2];
    const size_t shape[1] = {PAIRS};
    task_array_init(&arrays[0], "x", TASK_F8, 1, shape);
    task_array_init(&arrays[1], "y", TASK_I8, 1, shape);
    double *x = arrays[0].data;
    for (size_t i = 0; i < PAIRS; i++) {
        int64_t y = task_rng_between(rng, 1000000, 1000000000);
        task_array_i8(&arrays[1])[i] = y;
        x[i] = (double)y * task_exp(.3 * task_rng_normal(rng));
    }
    write_npz(folder, "tau.npz", arrays, 2);
    task_array_release(&arrays[0]);
    task_array_release(&arrays[1]);
}

static void read_array(const char *folder, const char *name, const char *key,
                       struct task_array *array)
{
    struct task_error err = TASK_ERROR_INIT;
    task_auto_free char *path = task_strf("%s/%s", folder, name);
    task_auto_npz struct task_npz *npz = task_npz_open(path, &err);
    if (!npz || !task_npz_read(npz, key, array, &err))
        die(&err);
}

/* Tile graphs get normalizers: the first configuration's runtime, like the real ones. */
static void load_reference(const char *folder, struct task_reference *ref)
{
    struct task_error err = TASK_ERROR_INIT;
    task_auto_array struct task_array runtime = {0}, offset = {0};
    task_auto_buf struct task_buf ids = TASK_BUF_INIT;
    task_auto_free char *path = task_strf("%s/ids.txt", folder);
    read_array(folder, "labels.npz", "runtime", &runtime);
    read_array(folder, "labels.npz", "offset", &offset);
    if (!task_file_read(path, CAP, &ids, &err))
        die(&err);
    char *line = ids.data;
    for (size_t i = 0; i < GRAPHS; i++) {
        size_t start = (size_t)task_array_i8(&offset)[i];
        size_t configs = (size_t)task_array_i8(&offset)[i + 1] - start;
        task_auto_free int64_t *normalizer = task_alloc(configs, sizeof *normalizer);
        for (size_t k = 0; k < configs; k++)
            normalizer[k] = task_array_i8(&runtime)[start];
        const struct task_labels labels = {task_array_i8(&runtime) + start,
                                           i < TILES ? normalizer : NULL, configs, false};
        char *end = strchr(line, '\n'), *name = memrchr(line, ':', (size_t)(end - line));
        *end = *name = '\0';
        if (!task_reference_add(ref, line, name + 1, &labels, &err))
            die(&err);
        line = end + 1;
    }
    ref->m1 = 1;
    if (!task_reference_index(ref, &err))
        die(&err);
}

static void measure(const struct task_graph *graph, const uint32_t *list, size_t count,
                    double *value)
{
    if (graph->rule == TASK_LIST_TOP) {
        size_t places = count < TASK_TOP ? count : TASK_TOP;
        value[0] = 2 - task_slowdown(graph, task_best_of(graph, list, places));
        return;
    }
    struct task_kendall kendall;
    task_order_count(&graph->order, list, &kendall);
    value[0] = task_tau_b(&kendall);
}

static const struct task_metric metric = {.unit = "2023", .values = 1, .measure = measure};

static double now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* cannot fail with this clock */
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int compare_doubles(const void *a, const void *b)
{
    const double *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static double median(double *times, size_t count)
{
    qsort(times, count, sizeof *times, compare_doubles);
    return times[count / 2];
}

static void time_csv(const char *folder, size_t rounds)
{
    struct task_error err = TASK_ERROR_INIT;
    struct task_reference ref = {0};
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    task_auto_free char *path = task_strf("%s/submission.csv", folder);
    load_reference(folder, &ref);
    if (!task_file_read(path, CAP, &text, &err))
        die(&err);
    task_auto_free double *times = task_alloc(rounds, sizeof *times);
    double raw = 0;
    for (size_t i = 0; i < rounds; i++) {
        struct task_verdict verdict = {0};
        const struct task_score job = {.verdict = &verdict};
        double start = now_us();
        task_submission_measure(text.data, text.length, &ref, &metric, &job);
        raw = verdict.raw;
        task_verdict_release(&verdict);
        times[i] = now_us() - start;
    }
    printf("%.1f %.12f\n", median(times, rounds), raw);
    task_reference_release(&ref);
}

static void time_tau(const char *folder, size_t rounds)
{
    task_auto_array struct task_array x = {0}, y = {0};
    read_array(folder, "tau.npz", "x", &x);
    read_array(folder, "tau.npz", "y", &y);
    task_auto_free double *times = task_alloc(rounds, sizeof *times);
    struct task_kendall kendall;
    for (size_t i = 0; i < rounds; i++) {
        double start = now_us();
        task_kendall_count_scores(x.data, y.data, PAIRS, &kendall);
        times[i] = now_us() - start;
    }
    printf("%.1f %.12f\n", median(times, rounds), task_tau_b(&kendall));
}

int main(int argc, char **argv)
{
    struct task_error err = TASK_ERROR_INIT;
    int64_t rounds = 1;
    if (argc == 4 && !task_parse_integer(argv[3], 1, 100000, &rounds, &err))
        die(&err);
    if (argc == 3 && strcmp(argv[1], "make") == 0) {
        struct task_rng rng;
        task_rng_init(&rng, &(struct task_stream){"", "bench", "1", "", "contest", 0});
        make_contest(argv[2], &rng);
        make_pairs(argv[2], &rng);
    } else if (argc == 4 && strcmp(argv[1], "csv") == 0) {
        time_csv(argv[2], (size_t)rounds);
    } else if (argc == 4 && strcmp(argv[1], "tau") == 0) {
        time_tau(argv[2], (size_t)rounds);
    } else {
        (void)fputs("usage: score make FOLDER | csv FOLDER ROUNDS | tau FOLDER ROUNDS\n",
                    stderr);
        return 2;
    }
    return 0;
}
