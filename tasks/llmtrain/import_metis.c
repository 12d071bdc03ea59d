/* import_metis of import.h: `hostfile`, a line for each host (IP slots=N, or IP N), and
 * clusterfile.json, what each IP is. */
#include "import.h"

#include "sdk/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOSTFILE_BYTES = 1 << 20 };

/* Metis's README has bytes/s where its sample has GB/s: nothing is slower than 1 MB/s or
 * faster than 1e6 GB/s. */
static double bytes_a_second(double given)
{
    return given < 1e6 ? given * 1e9 : given;
}

/* "IP slots=8" or "IP 8"; cuts the line after the IP. */
static bool split_line(char *line, int *slots, struct task_error *err)
{
    char *rest = line + strcspn(line, " \t");
    char *number = rest + strspn(rest, " \t");
    char *end = NULL;
    if (strncmp(number, "slots=", 6) == 0)
        number += 6;
    errno = 0;
    const long found = strtol(number, &end, 10);
    if (end == number || errno != 0 || end[strspn(end, " \t\r")] != '\0' || found < 1 ||
        found > CHIP_HOST)
        return task_fail(err, TASK_PACKAGE, "\"%.60s\" is not: IP slots=N", line);
    *rest = '\0';
    *slots = (int)found;
    return true;
}

static bool add_host(const json_t *cluster, char *line, struct instance *instance,
                     struct task_error *err)
{
    const struct doc doc = {TASK_PACKAGE, err};
    const struct doc_range rate = {1e-3, 1e15}, size = {1, 1e6};
    struct import_chip chip = {0};
    if (!split_line(line, &chip.host, err))
        return false;
    const json_t *node = json_object_get(cluster, line);
    if (!node)
        return task_fail(err, TASK_PACKAGE, "clusterfile.json has no \"%.60s\"", line);
    if (!(chip.name = doc_text(&doc, node, "instance_type", INSTANCE_NAME)) ||
        !doc_number(&doc, node, "memory", size, &chip.mem) ||
        !doc_number(&doc, node, "intra_bandwidth", rate, &chip.ib) ||
        !doc_number(&doc, node, "inter_bandwidth", rate, &chip.nic))
        return task_wrap(err, "clusterfile.json: \"%.60s\"", line);
    chip.mem *= 1e9;
    chip.ib = bytes_a_second(chip.ib);
    chip.nic = bytes_a_second(chip.nic) / chip.host;
    return import_hosts(instance, 0, &chip, 1, err);
}

bool import_metis(const char *folder, struct instance *instance, struct task_error *err)
{
    task_auto_free char *path = task_strf("%s/hostfile", folder);
    task_auto_buf struct task_buf bytes = TASK_BUF_INIT;
    if (!import_regions(instance, 1, err) ||
        !task_file_read(path, HOSTFILE_BYTES, &bytes, err))
        return false;
    doc_auto json_t *cluster = import_json(folder, "clusterfile.json", err);
    char *rest = cluster ? bytes.data : NULL;
    for (char *line; rest && (line = strsep(&rest, "\n"));) {
        if (line[strspn(line, " \t\r")] != '\0' && !add_host(cluster, line, instance, err))
            return task_wrap(err, "hostfile");
    }
    if (cluster && instance->pod_count == 0)
        return task_fail(err, TASK_PACKAGE, "hostfile names no hosts");
    return cluster != NULL;
}
