#include "slurm_config.h"

#include "base/json.h"

#include <stdlib.h>
#include <string.h>

enum { CAP_BYTES = 65536, MAX_EXTRA = 64, MAX_TEXT = 256 };

static const char schema[] = "podium.slurm/1";

#define TEXT(key, member)                                                                  \
    {                                                                                      \
        key, POD_FIELD_STRING, offsetof(struct slurm_config, member), false, 1, MAX_TEXT   \
    }
#define NUMBER(key, member, min, max)                                                      \
    {                                                                                      \
        key, POD_FIELD_INT, offsetof(struct slurm_config, member), false, min, max         \
    }

/* Keys, bounds: 0 is never within them, so that it can stand for "not given". */
static const struct pod_field fields[] = {
    TEXT("partition", partition),
    NUMBER("time_limit_minutes", time_limit_minutes, 1, 525600),
    NUMBER("cpus", cpus, 1, 1024),
    NUMBER("memory_mib", memory_mib, 1, 16777216),
    {"exclusive", POD_FIELD_BOOL, offsetof(struct slurm_config, is_exclusive), false, 0, 0},
    {"extra", POD_FIELD_NAMES, offsetof(struct slurm_config, extra), false, 0, MAX_EXTRA},
    NUMBER("max_array", max_array, 1, 1000000),
    NUMBER("rounds", rounds, 1, 100),
    NUMBER("poll_ms", poll_ms, 100, 600000),
    NUMBER("call_timeout_s", call_timeout_s, 1, 600),
    NUMBER("patience_minutes", patience_minutes, 1, 10080),
    {.key = NULL},
};

static const struct {
    size_t offset;
    int64_t value;
} DEFAULTS[] = {
    {offsetof(struct slurm_config, cpus), 1},
    /* Fits below Slurm's own default of MaxArraySize, 1001. */
    {offsetof(struct slurm_config, max_array), 1000},
    {offsetof(struct slurm_config, rounds), 4},
    {offsetof(struct slurm_config, poll_ms), 1000},
    {offsetof(struct slurm_config, call_timeout_s), 60},
    {offsetof(struct slurm_config, patience_minutes), 60},
};

/* What podium sets itself, and what would make sbatch wait or do something else. */
static const char *const OURS[] = {
    "--array",  "--chdir",    "--export",     "--job-name", "--open-mode",
    "--output", "--parsable", "--test-only",  "--wait",     "--wrap",
    "--error",  "--requeue",  "--no-requeue", "--help",     "--version",
};

/* sbatch takes any unambiguous beginning of a name, as getopt_long does. */
static bool is_ours(const char *option)
{
    size_t length = strcspn(option, "=");
    for (size_t i = 0; i < sizeof OURS / sizeof OURS[0]; i++)
        if (strncmp(option, OURS[i], length) == 0)
            return true;
    return false;
}

static bool check_extra(const struct slurm_config *config, const char *name,
                        struct pod_error *err)
{
    for (size_t i = 0; i < config->extra.count; i++) {
        const char *option = config->extra.items[i];
        pod_auto_free char *shown = pod_str_shown(option, 60);
        if (strncmp(option, "--", 2) != 0 || option[2] == '\0' || option[2] == '=')
            return pod_fail(err, POD_USAGE,
                            "%s: .extra[%zu]: \"%s\" is no long option such as "
                            "--qos=normal",
                            name, i, shown);
        if (is_ours(option))
            return pod_fail(err, POD_USAGE, "%s: .extra[%zu]: \"%s\" is set by podium",
                            name, i, shown);
    }
    return true;
}

static void set_defaults(struct slurm_config *config)
{
    for (size_t i = 0; i < sizeof DEFAULTS / sizeof DEFAULTS[0]; i++) {
        int64_t value = 0;
        char *at = (char *)config + DEFAULTS[i].offset;
        memcpy(&value, at, sizeof value);
        if (value == 0)
            memcpy(at, &DEFAULTS[i].value, sizeof value);
    }
}

bool slurm_config_load(struct slurm_config *config, const char *path, struct pod_error *err)
{
    memset(config, 0, sizeof *config);
    if (path == NULL) {
        set_defaults(config);
        return true;
    }
    pod_auto_free char *name = pod_str_shown(path, 400);
    const struct pod_json_place root = {name, "", POD_USAGE};
    pod_auto_json json_t *value = pod_json_load(path, name, CAP_BYTES, POD_USAGE, err);
    if (value == NULL || !pod_json_schema(value, name, schema, POD_USAGE, err) ||
        !pod_json_fill(value, &root, fields, config, err) ||
        !check_extra(config, name, err))
        return false;
    set_defaults(config);
    return true;
}

void slurm_config_release(struct slurm_config *config)
{
    free(config->partition);
    pod_names_release(&config->extra);
    memset(config, 0, sizeof *config);
}
