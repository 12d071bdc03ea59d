/* Makes a contest of the size of the real one: 616 teams, 10,507 files of predictions, 894
 * graphs in five collections.
 *
 *   volume_make cases WORK SEED          WORK/cases/TASK/import-volume
 *   volume_make entries FOLDER TEAMS ENTRIES SEED
 *                                        FOLDER/NUMBER/{entry.json,submission.csv} and
 *                                        FOLDER/received.json
 *
 * Both draw the same graphs from the seed. 844 tile kernels have log-uniform numbers of
 * configurations up to 10,000, of which a row lists five; 50 layout graphs have 1000 (two
 * of them 1001). Each team has a skill, each entry of it ranks by runtimes with noise of
 * that size. Arrivals: two thirds over eleven weeks, a third within the last two days, some
 * of them too late; a few teams hand in much, most hand in little.
 */
#include "sdk/exact.h"
#include "sdk/file.h"
#include "sdk/npz.h"
#include "sdk/rng.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { GRAPHS = 894, TILES = 844, LAYOUT_CONFIGS = 1000, TOP = 5, MAX_ENTRIES = 100000 };

static const struct {
    const char *task, *name, *folder;
    int graphs;
    double m0;
} collections[] = {{"tile", "tile:xla", "tile-xla", TILES, 0.6},
                   {"layout", "layout:xla:default", "layout-xla-default", 8, 0},
                   {"layout", "layout:xla:random", "layout-xla-random", 8, 0},
                   {"layout", "layout:nlp:default", "layout-nlp-default", 17, 0},
                   {"layout", "layout:nlp:random", "layout-nlp-random", 17, 0}};

enum { COLLECTIONS = sizeof collections / sizeof collections[0] };

static const int64_t START_MS = 1693267200000;    /* 2023-08-29T00:00:00Z */
static const int64_t DEADLINE_MS = 1700308800000; /* 2023-11-18T12:00:00Z */
static const int64_t DAY_MS = 86400000;

struct graph {
    char name[33];
    size_t configs;
    int64_t *runtime;
};

static void check(bool is_done, const struct task_error *err)
{
    if (is_done)
        return;
    (void)fprintf(stderr, "volume_make: %s\n", err->message);
    exit(3);
}

static void start(struct task_rng *rng, const char *seed, const char *purpose,
                  uint64_t index)
{
    const struct task_stream stream = {seed, "volume", "1", "public", purpose, index};
    task_rng_init(rng, &stream);
}

static bool has_extra_config(int graph)
{
    return graph == TILES || graph == TILES + 16;
}

static void draw_graphs(struct graph *graphs, const char *seed)
{
    struct task_rng rng;
    start(&rng, seed, "graphs", 0);
    for (int g = 0; g < GRAPHS; g++) {
        double drawn = task_exp(task_rng_range(&rng, task_log(4), task_log(10000)));
        task_rng_name(&rng, graphs[g].name);
        graphs[g].configs =
            g < TILES ? (size_t)drawn : LAYOUT_CONFIGS + (size_t)has_extra_config(g);
        graphs[g].runtime = task_alloc(graphs[g].configs, sizeof *graphs[g].runtime);
        for (size_t c = 0; c < graphs[g].configs; c++)
            graphs[g].runtime[c] =
                (int64_t)(20e6 * task_exp(.3 * task_rng_normal(&rng))) / 1000 * 1000;
    }
}

static void write_text(const char *folder, const char *name, const struct task_buf *text)
{
    struct task_error err = TASK_ERROR_INIT;
    task_auto_free char *path = task_strf("%s/%s", folder, name);
    check(task_file_write(path, text->data, text->length, &err), &err);
}

/* Cases. */

static void write_labels(const char *ref, const struct graph *graphs, int count,
                         bool has_normalizer)
{
    struct task_error err = TASK_ERROR_INIT;
    struct task_array arrays[2];
    size_t shape[1] = {0}, at = 0;
    for (int g = 0; g < count; g++)
        shape[0] += graphs[g].configs;
    task_array_init(&arrays[0], "config_runtime", TASK_I8, 1, shape);
    task_array_init(&arrays[1], "config_runtime_normalizers", TASK_I8, 1, shape);
    for (int g = 0; g < count; g++)
        for (size_t c = 0; c < graphs[g].configs; c++, at++) {
            task_array_i8(&arrays[0])[at] = graphs[g].runtime[c];
            task_array_i8(&arrays[1])[at] = 1000000;
        }
    task_auto_free char *path = task_strf("%s/labels.npz", ref);
    check(task_npz_write(path, arrays, has_normalizer ? 2 : 1, &err), &err);
    task_array_release(&arrays[0]);
    task_array_release(&arrays[1]);
}

static void write_case(const char *work, size_t c, const struct graph *graphs)
{
    struct task_error err = TASK_ERROR_INIT;
    task_auto_free char *folder = task_strf("%s/cases/%s/import-volume/%s", work,
                                            collections[c].task, collections[c].folder);
    task_auto_free char *in = task_strf("%s/in", folder);
    task_auto_free char *ref = task_strf("%s/ref", folder);
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    check(task_dir_make(in, &err) && task_dir_make(ref, &err), &err);
    task_buf_printf(&text,
                    "{\"schema\":\"podium.reference/1\",\"collection\":\"%s\",\"m0\":%g,"
                    "\"m1\":1.0,\"graphs\":[",
                    collections[c].name, collections[c].m0 + 1e-9);
    for (int g = 0; g < collections[c].graphs; g++)
        task_buf_printf(&text, "%s{\"name\":\"%s\",\"configs\":%zu,\"shifted\":false}",
                        g ? "," : "", graphs[g].name, graphs[g].configs);
    task_buf_printf(&text, "]}\n");
    write_text(ref, "reference.json", &text);
    write_labels(ref, graphs, collections[c].graphs, c == 0);
}

static int make_cases(const char *work, const char *seed)
{
    struct graph graphs[GRAPHS];
    int at = 0;
    draw_graphs(graphs, seed);
    for (size_t c = 0; c < COLLECTIONS; c++) {
        write_case(work, c, &graphs[at]);
        at += collections[c].graphs;
    }
    return 0;
}

/* Entries. */

struct rated {
    double score;
    uint32_t index;
};

static int compare_rated(const void *a, const void *b)
{
    const struct rated *left = a, *right = b;
    return (left->score > right->score) - (left->score < right->score);
}

static void add_number(struct task_buf *csv, char before, uint32_t number)
{
    char text[16];
    char *at = text + sizeof text;
    do
        *--at = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    *--at = before;
    task_buf_append(csv, at, (size_t)(text + sizeof text - at));
}

/* Tile: the best of a few that are drawn, as good as the team is. */
static void add_tile(struct task_rng *rng, const struct graph *graph, double noise,
                     struct task_buf *csv)
{
    struct rated drawn[8 * TOP];
    for (size_t i = 0; i < 8 * TOP; i++) {
        uint32_t index = (uint32_t)task_rng_below(rng, graph->configs);
        drawn[i] = (struct rated){
            (double)graph->runtime[index] * (1 + noise * task_rng_uniform(rng)), index};
    }
    qsort(drawn, 8 * TOP, sizeof *drawn, compare_rated);
    for (size_t i = 0, listed = 0; i < 8 * TOP && listed < TOP; i++)
        if (i == 0 || drawn[i].index != drawn[i - 1].index)
            add_number(csv, listed++ ? ';' : ',', drawn[i].index);
}

static void add_layout(struct task_rng *rng, const struct graph *graph, double noise,
                       struct task_buf *csv)
{
    struct rated rated[LAYOUT_CONFIGS + 1];
    for (size_t i = 0; i < graph->configs; i++)
        rated[i] = (struct rated){
            (double)graph->runtime[i] * (1 + noise * task_rng_uniform(rng)), (uint32_t)i};
    qsort(rated, graph->configs, sizeof *rated, compare_rated);
    for (size_t i = 0; i < graph->configs; i++)
        add_number(csv, i ? ';' : ',', rated[i].index);
}

static void write_csv(const char *folder, const struct graph *graphs, struct task_rng *rng,
                      double noise)
{
    task_auto_buf struct task_buf csv = TASK_BUF_INIT;
    int g = 0;
    task_buf_printf(&csv, "ID,TopConfigs\n");
    for (size_t c = 0; c < COLLECTIONS; c++)
        for (int i = 0; i < collections[c].graphs; i++, g++) {
            task_buf_printf(&csv, "%s:%s", collections[c].name, graphs[g].name);
            if (g < TILES)
                add_tile(rng, &graphs[g], noise, &csv);
            else
                add_layout(rng, &graphs[g], noise, &csv);
            task_buf_append(&csv, "\n", 1);
        }
    write_text(folder, "submission.csv", &csv);
}

/* A third within two days, more and more of them towards the end, one in 200 too late. */
static int64_t draw_arrival(struct task_rng *rng)
{
    double share = task_rng_uniform(rng);
    double at = task_rng_uniform(rng);
    if (share < 1.0 / 200)
        return DEADLINE_MS + (int64_t)(at * (double)DAY_MS);
    if (share < 1.0 / 3)
        return DEADLINE_MS - 1 - (int64_t)(at * at * 2 * (double)DAY_MS);
    return START_MS + (int64_t)(at * (double)(DEADLINE_MS - 2 * DAY_MS - START_MS));
}

/* Few teams do much: the square of an even number. */
static size_t draw_team(struct task_rng *rng, size_t teams, size_t entry)
{
    double at = task_rng_uniform(rng);
    return entry < teams ? entry : (size_t)((double)teams * at * at);
}

static void print_instant(int64_t ms, char text[32])
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm utc;
    if (gmtime_r(&seconds, &utc) == NULL ||
        snprintf(text, 32, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900,
                 utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                 (int)(ms % 1000)) < 0)
        exit(3);
}

static void write_entry(const char *top, size_t entry, size_t team,
                        const struct graph *graphs, const char *seed)
{
    struct task_error err = TASK_ERROR_INIT;
    struct task_rng rng;
    task_auto_free char *folder = task_strf("%s/%05zu", top, entry);
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    check(task_dir_make(folder, &err), &err);
    task_buf_printf(&text,
                    "{\"schema\":\"podium.entry/1\",\"name\":\"entry %zu\",\"team\":\"Team "
                    "%03zu\",\"tasks\":{\"tile\":{\"output\":\".\"},\"layout\":{\"output\":"
                    "\".\"}}}\n",
                    entry, team);
    write_text(folder, "entry.json", &text);
    start(&rng, seed, "skill", team);
    double skill = .05 + 2 * task_rng_uniform(&rng);
    start(&rng, seed, "entry", entry);
    write_csv(folder, graphs, &rng, skill * (.5 + task_rng_uniform(&rng)));
}

static int make_entries(const char *top, size_t teams, size_t entries, const char *seed)
{
    struct graph graphs[GRAPHS];
    struct task_rng rng;
    task_auto_buf struct task_buf received = TASK_BUF_INIT;
    draw_graphs(graphs, seed);
    start(&rng, seed, "arrivals", 0);
    task_buf_printf(&received, "{\"schema\":\"podium.received/1\",\"entries\":{\n");
    for (size_t e = 0; e < entries; e++) {
        char instant[32];
        print_instant(draw_arrival(&rng), instant);
        write_entry(top, e, draw_team(&rng, teams, e), graphs, seed);
        task_buf_printf(&received, "\"%05zu\":{\"received_at\":\"%s\",\"seq\":%zu}%s\n", e,
                        instant, e + 1, e + 1 < entries ? "," : "}}");
    }
    write_text(top, "received.json", &received);
    return 0;
}

static size_t parse_count(const char *text)
{
    char *end = NULL;
    unsigned long value = strtoul(text, &end, 10);
    return *text >= '1' && *text <= '9' && *end == '\0' && value <= MAX_ENTRIES ? value : 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "cases") == 0)
        return make_cases(argv[2], argv[3]);
    if (argc == 6 && strcmp(argv[1], "entries") == 0 && parse_count(argv[3]) > 0 &&
        parse_count(argv[4]) >= parse_count(argv[3]))
        return make_entries(argv[2], parse_count(argv[3]), parse_count(argv[4]), argv[5]);
    (void)fputs("usage: volume_make cases WORK SEED | entries FOLDER TEAMS ENTRIES SEED\n",
                stderr);
    return 2;
}
