#include "package.h"

#include "bound.h"
#include "outcome.h"
#include "table.h"
#include "workload.h"

#include "sdk/buf.h"
#include "sdk/channel.h"
#include "sdk/file.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char schema[] = "podium.llmserve/1";
static const char readme[] =
    "Schedule a large-language-model engine, iteration by iteration, so that as many\n"
    "requests as possible meet their latency target. The requests come over the channel,\n"
    "one run after the other; there are no files to read. The task's README.md has the\n"
    "messages and the rules.\n";

enum { REQUESTS_MAX = TASK_RECORDS_MAX };
static const uint64_t time_max_us = (uint64_t)1 << 50;

/* Columns of requests.csv; the run is the first. */
enum column { ARRIVAL, APP, KIND, PROMPT, OUTPUT, TTFT, TPOT, TIMEOUT, COLUMNS };
static const char *const names[COLUMNS] = {
    "arrival_us", "app", "kind", "prompt", "output", "ttft_us", "tpot_us", "timeout_us"};

void package_release(struct package *p)
{
    for (size_t i = 0; i < RUNS; i++)
        free(p->runs[i].requests);
    *p = (struct package){0};
}

/* Writing. */

static double trivial_mean(const struct package *p)
{
    struct outcome outcome = {.runs = 0};
    for (size_t i = 0; i < RUNS; i++)
        outcome_play(&outcome, policy_chunked_fcfs, &p->engine.spec, &p->runs[i]);
    double mean = outcome_mean(&outcome);
    outcome_release(&outcome);
    return mean;
}

static double bound_mean(const struct package *p)
{
    double sum = 0;
    for (size_t i = 0; i < RUNS; i++)
        sum += bound_attainment(&p->engine.spec, &p->runs[i]);
    return sum / RUNS;
}

static void put_requests(const struct package *p, struct task_buf *out)
{
    task_buf_printf(out, "run");
    for (size_t c = 0; c < COLUMNS; c++)
        task_buf_printf(out, ",%s", names[c]);
    task_buf_printf(out, "\n");
    for (size_t k = 0; k < RUNS; k++)
        for (size_t i = 0; i < p->runs[k].count; i++) {
            const struct request *r = &p->runs[k].requests[i];
            task_buf_printf(out, "%zu,%llu,%u,%u,%u,%u,%u,%u,%llu\n", k,
                            (unsigned long long)r->arrival_us, r->app, r->kind, r->prompt,
                            r->output, r->ttft_us, r->tpot_us,
                            (unsigned long long)r->timeout_us);
        }
}

/* By hand: 17 digits bring a double back, and jansson's form could change. */
static void put_reference(const struct package *p, struct task_buf *out)
{
    task_buf_printf(out, "{\"schema\":\"%s\",\"name\":\"%s\",\"engine\":\"%s\",", schema,
                    p->name, p->engine.name);
    task_buf_printf(out, "\"m0\":%.17g,\"m1\":%.17g,", p->m0, p->m1);
    for (size_t k = 0; k < RUNS; k++)
        task_buf_printf(out, "%s%.17g", k ? "," : "\"loads\":[", p->runs[k].load);
    task_buf_printf(out, "]}\n");
}

static bool write_file(const char *folder, const char *name, const struct task_buf *text,
                       struct task_error *err)
{
    task_auto_free char *path = task_strf("%s/%s", folder, name);
    return task_file_write(path, text->data, text->length, err);
}

bool package_write(struct package *p, const char *out, struct task_error *err)
{
    task_auto_free char *in = task_strf("%s/%s/in", out, p->name);
    task_auto_free char *ref = task_strf("%s/%s/ref", out, p->name);
    task_auto_buf struct task_buf words = TASK_BUF_INIT, reference = TASK_BUF_INIT,
                                  requests = TASK_BUF_INIT;
    p->m0 = trivial_mean(p);
    p->m1 = bound_mean(p);
    if (p->m1 <= p->m0)
        return task_fail(err, TASK_PACKAGE,
                         "case \"%s\" separates nobody: the bound is %g and the trivial "
                         "policy reaches %g",
                         p->name, p->m1, p->m0);
    task_buf_append(&words, readme, strlen(readme));
    put_reference(p, &reference);
    put_requests(p, &requests);
    return task_dir_make(in, err) && task_dir_make(ref, err) &&
           write_file(in, "README.txt", &words, err) &&
           write_file(ref, "reference.json", &reference, err) &&
           write_file(ref, "requests.csv", &requests, err);
}

/* Loading. */

static bool load_values(struct package *p, json_t *root)
{
    const char *found = NULL, *engine = NULL, *name = NULL;
    json_t *loads = NULL;
    if (json_unpack(root, "{s:s, s:s, s:s, s:F, s:F, s:o !}", "schema", &found, "name",
                    &name, "engine", &engine, "m0", &p->m0, "m1", &p->m1, "loads",
                    &loads) != 0 ||
        strcmp(found, schema) != 0 || json_array_size(loads) != RUNS ||
        engine_find(engine) < 0 || !(p->m1 > p->m0) || strlen(name) >= sizeof p->name)
        return false;
    memcpy(p->name, name, strlen(name) + 1);
    engine_get((size_t)engine_find(engine), &p->engine);
    for (size_t k = 0; k < RUNS; k++) {
        const json_t *load = json_array_get(loads, k);
        if (!json_is_number(load))
            return false;
        p->runs[k].load = json_number_value(load);
    }
    return true;
}

static bool load_reference(struct package *p, const char *path, struct task_error *err)
{
    json_error_t problem;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &problem);
    if (!root)
        return task_fail(err, TASK_PACKAGE, "\"%s\": %s", path, problem.text);
    bool is_good = load_values(p, root);
    json_decref(root);
    return is_good ||
           task_fail(err, TASK_PACKAGE, "\"%s\" is no reference of this task", path);
}

static bool read_request(const struct table *t, const struct engine_spec *spec,
                         struct request *r, struct task_error *err)
{
    const uint64_t max[COLUMNS] = {[ARRIVAL] = time_max_us,
                                   [APP] = UINT32_MAX,
                                   [KIND] = REQUEST_KINDS - 1,
                                   [PROMPT] = workload_prompt_max(spec),
                                   [OUTPUT] = workload_output_max(spec),
                                   [TTFT] = UINT32_MAX,
                                   [TPOT] = UINT32_MAX,
                                   [TIMEOUT] = time_max_us};
    uint64_t v[COLUMNS];
    for (size_t c = 0; c < COLUMNS; c++)
        if (!table_integer(t, c + 1, max[c], &v[c], err))
            return false;
    if (v[PROMPT] == 0 || v[OUTPUT] == 0)
        return table_fail(t, err, "a request without tokens");
    *r = (struct request){.arrival_us = v[ARRIVAL],
                          .timeout_us = v[TIMEOUT],
                          .app = (uint32_t)v[APP],
                          .kind = (uint32_t)v[KIND],
                          .prompt = (uint32_t)v[PROMPT],
                          .output = (uint32_t)v[OUTPUT],
                          .ttft_us = (uint32_t)v[TTFT],
                          .tpot_us = (uint32_t)v[TPOT]};
    return true;
}

static bool add_request(const struct table *t, struct run *run, const struct request *r,
                        struct task_error *err)
{
    if (run->count == REQUESTS_MAX)
        return table_fail(t, err, "more than %d requests in a run", REQUESTS_MAX);
    if (run->count > 0 && run->requests[run->count - 1].arrival_us > r->arrival_us)
        return table_fail(t, err, "arrivals are not in order");
    run->requests = task_grow(run->requests, run->count + 1, sizeof *run->requests);
    run->requests[run->count++] = *r;
    return true;
}

static bool check_columns(const struct table *t, struct task_error *err)
{
    bool is_same = t->columns == COLUMNS + 1 && strcmp(t->names[0], "run") == 0;
    for (size_t c = 0; is_same && c < COLUMNS; c++)
        is_same = strcmp(t->names[c + 1], names[c]) == 0;
    return is_same || table_fail(t, err, "other columns than a case has");
}

static bool load_requests(struct package *p, const char *path, struct task_error *err)
{
    table_auto struct table t = {0};
    if (!table_open(&t, path, err) || !check_columns(&t, err))
        return false;
    while (table_next(&t, err)) {
        uint64_t run = 0;
        struct request r;
        if (!table_integer(&t, 0, RUNS - 1, &run, err) ||
            !read_request(&t, &p->engine.spec, &r, err) ||
            !add_request(&t, &p->runs[run], &r, err))
            return false;
    }
    for (size_t k = 0; err->fault == TASK_OK && k < RUNS; k++)
        if (p->runs[k].count == 0)
            (void)task_fail(err, TASK_PACKAGE, "\"%s\": run %zu has no requests", path, k);
    return err->fault == TASK_OK;
}

bool package_load(const char *case_dir, struct package *p, struct task_error *err)
{
    task_auto_free char *reference = task_strf("%s/ref/reference.json", case_dir);
    task_auto_free char *requests = task_strf("%s/ref/requests.csv", case_dir);
    *p = (struct package){0};
    return load_reference(p, reference, err) && load_requests(p, requests, err);
}
