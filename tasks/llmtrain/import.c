#include "import.h"

#include "draw.h"
#include "package.h"
#include "sdk/file.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { DOCUMENT_BYTES = 64 << 20, CASE_NAME = 24 };

static const struct format {
    const char *name;
    bool (*fill)(const char *folder, struct instance *instance, struct task_error *err);
} formats[] = {
    {"metis", import_metis},
    {"sailor", import_sailor},
    {"dtfm", import_dtfm},
};
enum { FORMATS = sizeof formats / sizeof formats[0] };

static const struct alias {
    const char *name, *catalogue;
    double peak, mem, hbm;
} aliases[] = {
#define X(name, catalogue, peak, mem, hbm) {name, catalogue, peak, mem, hbm},
#include "alias.def"
#undef X
};
enum { ALIASES = sizeof aliases / sizeof aliases[0] };

json_t *import_json(const char *folder, const char *name, struct task_error *err)
{
    const struct doc doc = {TASK_PACKAGE, err};
    task_auto_free char *path = task_strf("%s/%s", folder, name);
    task_auto_buf struct task_buf bytes = TASK_BUF_INIT;
    if (!task_file_read(path, DOCUMENT_BYTES, &bytes, err))
        return NULL;
    json_t *root = doc_parse(&doc, bytes.length ? bytes.data : "", bytes.length);
    if (!root)
        (void)task_wrap(err, "\"%s\"", path);
    return root;
}

/* ---- chips ---- */

static void set_if(double *value, double given)
{
    if (given > 0)
        *value = given;
}

static bool find_chip(const char *name, struct chip *chip)
{
    const struct chip *known = draw_chip(name);
    const struct alias *alias = NULL;
    for (int i = 0; !known && i < ALIASES; i++) {
        if (strcasecmp(aliases[i].name, name) == 0)
            alias = &aliases[i];
    }
    if (alias)
        known = draw_chip(alias->catalogue);
    if (!known)
        return false;
    *chip = *known;
    if (alias) {
        set_if(&chip->peak, alias->peak);
        set_if(&chip->mem, alias->mem);
        set_if(&chip->hbm, alias->hbm);
    }
    return true;
}

static bool is_same_chip(const struct chip *a, const struct chip *b)
{
#define X(key, low, high) &&a->key == b->key
    return a->host == b->host
#include "chip_field.def"
        ;
#undef X
}

/* "A100", and for another one of that name "A100.2". */
static void name_chip(const struct instance *instance, const char *name, struct chip *chip)
{
    int same = 0;
    for (int i = 0; i < instance->chip_count; i++) {
        const char *other = instance->chips[i].name;
        const size_t length = strlen(name);
        same += strncmp(other, name, length) == 0 &&
                (other[length] == '\0' || other[length] == '.');
    }
    (void)snprintf(chip->name, sizeof chip->name, same ? "%.40s.%d" : "%.40s", name,
                   same + 1); /* 40 and ten digits fit */
}

/* The index of the chip, which is added if it is new; -1 on failure. */
static int add_chip(struct instance *instance, const struct import_chip *given,
                    struct task_error *err)
{
    struct chip chip;
    if (!find_chip(given->name, &chip)) {
        (void)task_fail(err, TASK_PACKAGE,
                        "chip \"%.40s\" is in neither chip.def nor alias.def", given->name);
        return -1;
    }
    chip.host = given->host > 0 ? given->host : chip.host;
    set_if(&chip.mem, given->mem);
    set_if(&chip.ib, given->ib);
    set_if(&chip.nic, given->nic);
    for (int i = 0; i < instance->chip_count; i++) {
        if (is_same_chip(&instance->chips[i], &chip))
            return i;
    }
    if (instance->chip_count == INSTANCE_CHIPS) {
        (void)task_fail(err, TASK_PACKAGE, "more than %d kinds of chips", INSTANCE_CHIPS);
        return -1;
    }
    name_chip(instance, given->name, &chip);
    instance->chips[instance->chip_count] = chip;
    return instance->chip_count++;
}

bool import_hosts(struct instance *instance, int region, const struct import_chip *chip,
                  int hosts, struct task_error *err)
{
    const int index = add_chip(instance, chip, err);
    if (index < 0)
        return false;
    for (int p = 0; p < instance->pod_count; p++) {
        struct pod *pod = &instance->pods[p];
        if (pod->region == region && pod->chip == index) {
            pod->hosts += hosts;
            return true;
        }
    }
    if (instance->pod_count == INSTANCE_PODS)
        return task_fail(err, TASK_PACKAGE, "more than %d pods", INSTANCE_PODS);
    instance->pods[instance->pod_count++] = (struct pod){region, index, hosts};
    return true;
}

bool import_regions(struct instance *instance, int count, struct task_error *err)
{
    if (count < 1 || count > INSTANCE_REGIONS)
        return task_fail(err, TASK_PACKAGE, "1 to %d regions, not %d", INSTANCE_REGIONS,
                         count);
    for (int r = instance->region_count; r < count; r++) {
        instance->bandwidth[r][r] = DRAW_REGION_BANDWIDTH;
        instance->latency[r][r] = DRAW_REGION_LATENCY;
    }
    instance->region_count = count;
    return true;
}

/* ---- cases ---- */

/* The folder's own name in the characters of a case. */
static void name_case(const char *format, const char *folder, char name[INSTANCE_NAME])
{
    size_t end = strlen(folder), begin;
    while (end > 1 && folder[end - 1] == '/')
        end--;
    for (begin = end; begin > 0 && folder[begin - 1] != '/';)
        begin--;
    const int length = (int)(end - begin < CASE_NAME ? end - begin : CASE_NAME);
    (void)snprintf(name, INSTANCE_NAME, "%s-%.*s", format, length, folder + begin);
    for (char *at = name; *at; at++) {
        *at = (char)tolower((unsigned char)*at);
        if (!isalnum((unsigned char)*at))
            *at = '-';
    }
}

static bool is_new(const char *out, const struct instance *instance, struct task_error *err)
{
    task_auto_free char *path = task_strf("%s/llmtrain-%s", out, instance->name);
    return !task_dir_exists(path) ||
           task_fail(err, TASK_PACKAGE, "another folder has made case \"%s\"",
                     instance->name);
}

static bool import_one(const struct format *format, const char *folder, const char *out,
                       struct task_error *err)
{
    struct instance instance = {.grad_bytes = 2};
    name_case(format->name, folder, instance.name);
    return (import_model(folder, &instance, err) && format->fill(folder, &instance, err) &&
            instance_check(&instance, TASK_PACKAGE, err) && is_new(out, &instance, err) &&
            package_write(out, &instance, format->name, err)) ||
           task_wrap(err, "import of \"%s\"", folder);
}

static bool has_model(const char *folder)
{
    task_auto_free char *path = task_strf("%s/config.json", folder);
    FILE *file = fopen(path, "r");
    return file && fclose(file) == 0;
}

static bool import_each(const struct format *format, const struct task_import *job,
                        struct task_error *err)
{
    task_auto_names struct task_names names = TASK_NAMES_INIT;
    size_t count = 0;
    if (!task_dir_list(job->source, "", &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        task_auto_free char *folder = task_strf("%s/%s", job->source, names.items[i]);
        if (!has_model(folder))
            continue;
        if (!import_one(format, folder, job->out, err))
            return false;
        count++;
    }
    return count > 0 ||
           task_fail(err, TASK_PACKAGE, "\"%s\" and the folders in it have no config.json",
                     job->source);
}

bool import_cases(const struct task_import *job, struct task_error *err)
{
    for (int i = 0; i < FORMATS; i++) {
        if (strcmp(formats[i].name, job->format) == 0)
            return has_model(job->source)
                       ? import_one(&formats[i], job->source, job->out, err)
                       : import_each(&formats[i], job, err);
    }
    return task_fail(err, TASK_USAGE, "format \"%s\" is none of metis, sailor, dtfm",
                     job->format);
}
