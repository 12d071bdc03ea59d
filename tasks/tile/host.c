#include "host.h"

#include "sdk/buf.h"
#include "sdk/file.h"

#include <jansson.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#ifndef TILE_NEST_FLAGS
#define TILE_NEST_FLAGS "unknown"
#endif

/* What follows "key<blanks>: " in a file of such lines, or its first line when key is "".
 */
static json_t *fact(const char *path, const char *key)
{
    char line[256];
    json_t *found = NULL;
    FILE *file = fopen(path, "re");

    while (file && !found && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        const char *value = *key ? strchr(line, ':') : line;
        if (value && strncmp(line, key, strlen(key)) == 0)
            found = json_string(*key ? value + strspn(value, ": \t") : value);
    }
    if (file)
        (void)fclose(file); /* only read */
    return found ? found : json_string("unknown");
}

static const char *scheduler_name(void)
{
    switch (sched_getscheduler(0)) {
    case SCHED_FIFO:
        return "SCHED_FIFO";
    case SCHED_RR:
        return "SCHED_RR";
    default:
        return "SCHED_OTHER";
    }
}

static json_t *utc_now(void)
{
    char text[32];
    struct tm tm;
    const time_t now = time(NULL);

    if (!gmtime_r(&now, &tm) || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        return json_string("unknown");
    return json_string(text);
}

static void put_machine(json_t *host, const struct host_run *run)
{
    char cache[64];
    struct utsname name;

    json_object_set_new(host, "cpu_model", fact("/proc/cpuinfo", "model name"));
    (void)snprintf(cache, sizeof cache, "%ld, %ld, %ld", sysconf(_SC_LEVEL1_DCACHE_SIZE),
                   sysconf(_SC_LEVEL2_CACHE_SIZE), sysconf(_SC_LEVEL3_CACHE_SIZE));
    json_object_set_new(host, "cache_bytes", json_string(cache));
    json_object_set_new(host, "processors", json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
    json_object_set_new(host, "kernel",
                        json_string(uname(&name) ? "unknown" : name.release));
    json_object_set_new(host, "governor",
                        fact("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", ""));
    json_object_set_new(host, "perf_event_paranoid",
                        fact("/proc/sys/kernel/perf_event_paranoid", ""));
    json_object_set_new(host, "compiler", json_string(__VERSION__));
    json_object_set_new(host, "flags", json_string(TILE_NEST_FLAGS));
    json_object_set_new(host, "scheduler", json_string(scheduler_name()));
    json_object_set_new(host, "core", json_integer(run->core));
    json_object_set_new(host, "huge_pages", json_boolean(run->has_huge_pages));
}

static int by_value(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

/* Mean, 90th percentile (of what is bad: 10th for tau) and worst of one figure. */
static void put_spread(json_t *repeat, const char *name, double *values, int n, bool is_tau)
{
    double sum = 0;

    qsort(values, (size_t)n, sizeof values[0], by_value);
    for (int i = 0; i < n; i++)
        sum += values[i];
    json_object_set_new(repeat, name,
                        json_pack("{s:f,s:f,s:f}", "mean", sum / n, is_tau ? "p10" : "p90",
                                  values[is_tau ? n / 10 : n * 9 / 10],
                                  is_tau ? "min" : "max", values[is_tau ? 0 : n - 1]));
}

static json_t *repeat_statistics(const struct host_run *run)
{
    json_t *repeat = json_object();
    double *values = task_alloc((size_t)run->kept + 1, sizeof *values);

    for (int i = 0; i < run->kept; i++)
        values[i] = run->noise[i].tau;
    put_spread(repeat, "tau_between_halves", values, run->kept, true);
    for (int i = 0; i < run->kept; i++)
        values[i] = run->noise[i].best_gap;
    put_spread(repeat, "best_gap", values, run->kept, false);
    for (int i = 0; i < run->kept; i++)
        values[i] = run->noise[i].regret[0];
    put_spread(repeat, "other_halfs_best_costs", values, run->kept, false);
    for (int i = 0; i < run->kept; i++)
        values[i] = run->noise[i].regret[1];
    put_spread(repeat, "other_halfs_best_5_cost", values, run->kept, false);
    free(values);
    return repeat;
}

bool host_write(const char *path, const struct host_run *run, struct task_error *err)
{
    json_t *host = json_object();

    json_object_set_new(host, "schema", json_string("podium.tile.host/1"));
    json_object_set_new(host, "sha256", json_string(run->sha256));
    json_object_set_new(host, "measured_at", utc_now());
    put_machine(host, run);
    json_object_set_new(host, "passes", json_integer(run->passes));
    json_object_set_new(host, "rounds_per_half", json_integer(run->rounds));
    json_object_set_new(host, "seconds", json_real(run->seconds));
    json_object_set_new(host, "kernels_drawn", json_integer(run->drawn));
    json_object_set_new(host, "kernels_repeated", json_integer(run->repeated));
    json_object_set_new(host, "kernels_kept", json_integer(run->kept));
    json_object_set_new(host, "repeat", repeat_statistics(run));

    char *text = json_dumps(host, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    json_decref(host);
    if (!text)
        return task_fail(err, TASK_HOST, "\"%s\": a fact about this machine is no text",
                         path);
    task_auto_free char *line = task_strf("%s\n", text);
    free(text);
    return task_file_write(path, line, strlen(line), err);
}
