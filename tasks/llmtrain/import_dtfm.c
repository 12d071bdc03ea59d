/* import_dtfm of import.h: delays and bandwidths between regions as DT-FM measured them,
 * dtfm.csv (from,to,delay_ms,bandwidth_gbps; delays are round trips), and where which hosts
 * are, pods.csv (region,chip,hosts). */
#include "import.h"

#include "sdk/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CSV_BYTES = 1 << 20, CELLS = 4 };

/* Regions by name, in the order of pods.csv. The names point into its text. */
struct regions {
    const char *names[INSTANCE_REGIONS];
    int count;
};

struct table {
    const char *file, *header;
    int cells;
    bool (*row)(char **cells, struct regions *regions, struct instance *instance,
                struct task_error *err);
};

static int find_region(const struct regions *regions, const char *name)
{
    for (int r = 0; r < regions->count; r++) {
        if (strcmp(regions->names[r], name) == 0)
            return r;
    }
    return -1;
}

static bool parse_number(const char *text, double low, double high, double *number,
                         struct task_error *err)
{
    char *end = NULL;
    errno = 0;
    *number = strtod(text, &end);
    if (end == text || *end != '\0' || errno != 0 || !(*number >= low && *number <= high))
        return task_fail(err, TASK_PACKAGE, "\"%.40s\" is no number from %g to %g", text,
                         low, high);
    return true;
}

static bool add_pod(char **cells, struct regions *regions, struct instance *instance,
                    struct task_error *err)
{
    const struct import_chip chip = {.name = cells[1]};
    int region = find_region(regions, cells[0]);
    double hosts;
    if (!parse_number(cells[2], 1, 1 << 16, &hosts, err))
        return false;
    if (hosts != (int)hosts)
        return task_fail(err, TASK_PACKAGE, "\"%.40s\" hosts is no whole number", cells[2]);
    if (region < 0) {
        region = regions->count;
        if (!import_regions(instance, region + 1, err))
            return false;
        regions->names[regions->count++] = cells[0];
    }
    return import_hosts(instance, region, &chip, (int)hosts, err);
}

/* Pairs of regions without pods are left out. */
static bool add_pair(char **cells, struct regions *regions, struct instance *instance,
                     struct task_error *err)
{
    const int a = find_region(regions, cells[0]), b = find_region(regions, cells[1]);
    double delay_ms, gbps;
    if (!parse_number(cells[2], 0, 1e5, &delay_ms, err) ||
        !parse_number(cells[3], 1e-6, 1e6, &gbps, err))
        return false;
    if (a < 0 || b < 0)
        return true;
    instance->latency[a][b] = instance->latency[b][a] = delay_ms / 2 / 1e3;
    instance->bandwidth[a][b] = instance->bandwidth[b][a] = gbps * 1e9 / 8;
    return true;
}

static bool read_row(const struct table *table, char *line, struct regions *regions,
                     struct instance *instance, struct task_error *err)
{
    char *cells[CELLS] = {NULL};
    int count = 0;
    while (line && count < CELLS)
        cells[count++] = strsep(&line, ",");
    if (line || count != table->cells)
        return task_fail(err, TASK_PACKAGE, "a row is %s", table->header);
    return table->row(cells, regions, instance, err);
}

static bool read_table(const struct table *table, char *text, struct regions *regions,
                       struct instance *instance, struct task_error *err)
{
    int number = 0;
    for (char *line; (line = strsep(&text, "\n"));) {
        line[strcspn(line, "\r")] = '\0';
        number++;
        if (number == 1 && strcmp(line, table->header) != 0)
            return task_fail(err, TASK_PACKAGE, "%s: the header is not %s", table->file,
                             table->header);
        if (number > 1 && *line && !read_row(table, line, regions, instance, err))
            return task_wrap(err, "%s:%d", table->file, number);
    }
    return true;
}

static bool load(const char *folder, const char *name, struct task_buf *bytes,
                 struct task_error *err)
{
    task_auto_free char *path = task_strf("%s/%s", folder, name);
    return task_file_read(path, CSV_BYTES, bytes, err);
}

static bool has_all_pairs(const struct regions *regions, const struct instance *instance,
                          struct task_error *err)
{
    for (int a = 0; a < regions->count; a++) {
        for (int b = 0; b < a; b++) {
            if (instance->bandwidth[a][b] == 0)
                return task_fail(err, TASK_PACKAGE, "dtfm.csv has no row for %s and %s",
                                 regions->names[b], regions->names[a]);
        }
    }
    return regions->count > 0 || task_fail(err, TASK_PACKAGE, "pods.csv has no pods");
}

bool import_dtfm(const char *folder, struct instance *instance, struct task_error *err)
{
    static const struct table pods = {"pods.csv", "region,chip,hosts", 3, add_pod};
    static const struct table pairs = {"dtfm.csv", "from,to,delay_ms,bandwidth_gbps", 4,
                                       add_pair};
    task_auto_buf struct task_buf pod_text = TASK_BUF_INIT;
    task_auto_buf struct task_buf pair_text = TASK_BUF_INIT;
    struct regions regions = {.count = 0};
    return load(folder, pods.file, &pod_text, err) &&
           load(folder, pairs.file, &pair_text, err) &&
           read_table(&pods, pod_text.data, &regions, instance, err) &&
           read_table(&pairs, pair_text.data, &regions, instance, err) &&
           has_all_pairs(&regions, instance, err);
}
