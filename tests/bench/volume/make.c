/* Makes a contest of the size of the real one: 616 teams, 10,507 files of predictions, 894
 * graphs in five collections.
 *
 *   volume_make cases WORK SEED          WORK/cases/TASK/import-volume
 *   volume_make entries FOLDER TEAMS ENTRIES SEED
 *                                        FOLDER/NUMBER/{entry.json,submission.csv} and
 *                                        FOLDER/received.json
 *
 * Both draw the same graphs from the seed. 844 tile kernels have log-uniform numbers of
 * configurations up to 10,000, of which a row lists five; 50 layout graphs have 1000 (two of
 * them 1001). Each team has a skill, each entry of it ranks by runtimes with noise of that
 * size. Arrivals: two thirds over eleven weeks, a third within the last two days, some of
 * them too late; a few teams hand in much, most hand in little.
 */
#include "sdk/exact.h"
#include "sdk/file.h"
#include "sdk/npz.h"
#include "sdk/reference.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { GRAPHS = 894, TILES = 844, LAYOUT_CONFIGS = 1000, TOP = 5 };

static const struct {
    const char *task, *name;
    int graphs;
    double m0, m1;
} collections[] = {{"tile", "tile:xla", TILES, 0.6, 1.0},
                   {"layout", "layout:xla:default", 8, 0.0, 1.0},
                   {"layout", "layout:xla:random", 8, 0.0, 1.0},
                   {"layout", "layout:nlp:default", 17, 0.0, 1.0},
                   {"layout", "layout:nlp:random", 17, 0.0, 1.0}};

enum { COLLECTIONS = sizeof collections / sizeof collections[0] };

static const int64_t START_S = 1693267200;  /* 2023-08-29T00:00:00Z */
static const int64_t LAST_S = 1700136000;   /* two days before */
static const int64_t DEADLINE_S = 1700308800; /* 2023-11-18T12:00:00Z */

struct graph {
    char name[33];
    size_t configs;
    int64_t *runtime;
};

static void die(const char *what)
{
    (void)fprintf(stderr, "volume_make: %s: %s\n", what, strerror(errno));
    exit(3);
}

static void draw_graphs(struct graph graphs[GRAPHS], const char *seed)
{
    struct task_error err = TASK_ERROR_INIT;
    struct task_rng rng;
    if (!task_rng_init(&rng, seed, "graphs", &err)) {
        (void)fprintf(stderr, "volume_make: %s\n", err.message);
        exit(2);
    }
    for (int g = 0; g < GRAPHS; g++) {
        task_rng_name(&rng, graphs[g].name);
        graphs[g].configs =
            g >= TILES ? LAYOUT_CONFIGS + (g == TILES || g == TILES + 16)
                       : (size_t)task_exp(task_rng_range(&rng, task_log(4), task_log(10000)));
        graphs[g].runtime = task_alloc(graphs[g].configs, sizeof *graphs[g].runtime);
        for (size_t c = 0; c < graphs[g].configs; c++)
            graphs[g].runtime[c] =
                (int64_t)(20e6 * task_exp(.3 * task_rng_normal(&rng))) / 1000 * 1000;
    }
}
