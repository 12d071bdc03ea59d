/* podium_entry.h: the way from train/ and test/ to submission.csv. Link with -lz.
 *
 *     static void score(const struct podium_graph *g, double *cost, void *ctx);
 *     podium_train(learn, ctx)     visits every graph of train/, runtimes filled in
 *     podium_predict(score, ctx)   visits every graph of test/, writes submission.csv
 *
 * `score` puts one number into cost[] for each configuration, smaller = faster; equal
 * numbers are listed in index order. A visited graph lives only during the call. Folders
 * come from PODIUM_INPUT and PODIUM_OUTPUT.
 *
 * Failure: podium_train returns false and podium_predict returns 1 (a status for main),
 * after one line on standard error that says why.
 *
 * SPDX-License-Identifier: MIT. Copy it, change it, ship it with your entry. */
#ifndef PODIUM_ENTRY_H
#define PODIUM_ENTRY_H

#include "podium_npz.h"
#include <dirent.h>
#include <math.h>

typedef void podium_visit_fn(const struct podium_graph *g, void *ctx);
typedef void podium_score_fn(const struct podium_graph *g, double *cost, void *ctx);

__attribute__((format(printf, 3, 4))) static inline bool
podium_path(char *path, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(path, size, format, args);
    va_end(args);
    return n >= 0 && (size_t)n < size;
}

static inline int podium_is_npz(const struct dirent *e)
{
    size_t n = strlen(e->d_name);
    return n > 4 && strcmp(e->d_name + n - 4, ".npz") == 0;
}

/* Loads <input>/<part>/<name>.npz. */
static inline bool podium_load_part(const char *part, const char *name,
                                    struct podium_graph *g, struct podium_why *why)
{
    char path[4096];
    const char *input = getenv("PODIUM_INPUT");
    if (!input || !podium_path(path, sizeof path, "%s/%s/%s.npz", input, part, name))
        return podium_fail(why, "PODIUM_INPUT is not set, or a name is too long");
    if (!podium_graph_load(path, g, why))
        return false;
    if (podium_path(g->name, sizeof g->name, "%s", name))
        return true;
    podium_graph_free(g);
    return podium_fail(why, "%s: name too long", path);
}

static inline bool podium_train(podium_visit_fn *visit, void *ctx)
{
    char folder[4096];
    const char *input = getenv("PODIUM_INPUT");
    struct dirent **found = NULL;
    struct podium_why why;
    int n = input && podium_path(folder, sizeof folder, "%s/train", input)
                ? scandir(folder, &found, podium_is_npz, alphasort)
                : -1;
    bool ok = n > 0 || podium_fail(&why, "PODIUM_INPUT/train: no training graphs found");
    for (int k = 0; k < n; k++) {
        struct podium_graph g;
        found[k]->d_name[strlen(found[k]->d_name) - 4] = '\0';
        if (ok && (ok = podium_load_part("train", found[k]->d_name, &g, &why))) {
            visit(&g, ctx);
            podium_graph_free(&g);
        }
        free(found[k]);
    }
    free(found);
    if (!ok)
        fprintf(stderr, "%s\n", why.text);
    return ok;
}

struct podium_place {
    double cost;
    size_t config;
};

static inline int podium_by_cost(const void *a, const void *b)
{
    const struct podium_place *x = a, *y = b;
    if (x->cost != y->cost)
        return x->cost < y->cost ? -1 : 1;
    return (x->config > y->config) - (x->config < y->config);
}

/* Writes `<id>,<best>;<next>;...`; the collection is the part of the id before the name. */
static inline bool podium_write_row(FILE *csv, const char *id, const double *cost, size_t n)
{
    struct podium_place *place = malloc((n + 1) * sizeof *place);
    if (!place)
        return false;
    bool ok = true;
    for (size_t c = 0; c < n; c++) {
        place[c] = (struct podium_place){cost[c], c};
        ok = ok && !isnan(cost[c]);
    }
    qsort(place, n, sizeof *place, podium_by_cost);
    ok = ok && fprintf(csv, "%s,", id) > 0;
    for (size_t c = 0; ok && c < n; c++)
        ok = fprintf(csv, c ? ";%zu" : "%zu", place[c].config) > 0;
    free(place);
    return ok && fputc('\n', csv) != EOF;
}

static inline bool podium_predict_one(FILE *csv, const char *id, podium_score_fn *score,
                                      void *ctx, struct podium_why *why)
{
    const char *colon = strrchr(id, ':');
    struct podium_graph g;
    if (!podium_load_part("test", colon ? colon + 1 : id, &g, why))
        return false;
    double *cost = calloc(g.configs + 1, sizeof *cost);
    if (cost)
        score(&g, cost, ctx);
    bool ok = cost && podium_write_row(csv, id, cost, g.configs);
    free(cost);
    podium_graph_free(&g);
    return ok ? true
              : podium_fail(why, "%s: a cost is NaN, or the row cannot be written", id);
}

/* sample_submission.csv names every test graph with its collection. */
static inline bool podium_predict_all(FILE *sample, FILE *csv, podium_score_fn *score,
                                      void *ctx, struct podium_why *why)
{
    char *line = NULL;
    size_t room = 0;
    bool ok = getline(&line, &room, sample) > 0 ||
              podium_fail(why, "sample_submission.csv: is empty");
    ok = ok && (fputs("ID,TopConfigs\n", csv) != EOF ||
                podium_fail(why, "submission.csv: cannot be written"));
    while (ok && getline(&line, &room, sample) > 0) {
        line[strcspn(line, ",\r\n")] = '\0';
        if (line[0])
            ok = podium_predict_one(csv, line, score, ctx, why);
    }
    free(line);
    return ok;
}

static inline int podium_predict(podium_score_fn *score, void *ctx)
{
    const char *input = getenv("PODIUM_INPUT"), *output = getenv("PODIUM_OUTPUT");
    char from[4096], to[4096];
    struct podium_why why;
    FILE *sample = NULL, *csv = NULL;
    bool ok = input && output &&
              podium_path(from, sizeof from, "%s/sample_submission.csv", input) &&
              podium_path(to, sizeof to, "%s/submission.csv", output);
    ok = ok || podium_fail(&why, "PODIUM_INPUT and PODIUM_OUTPUT must name folders");
    ok = ok && ((sample = fopen(from, "r")) || podium_fail(&why, "%s: cannot open", from));
    ok = ok && ((csv = fopen(to, "w")) || podium_fail(&why, "%s: cannot create", to));
    ok = ok && podium_predict_all(sample, csv, score, ctx, &why);
    if (sample)
        (void)fclose(sample);
    if (csv && fclose(csv) != 0 && ok)
        ok = podium_fail(&why, "%s: cannot be written", to);
    if (!ok)
        fprintf(stderr, "%s\n", why.text);
    return ok ? 0 : 1;
}

#endif
