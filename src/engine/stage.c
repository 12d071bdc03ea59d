#include "stage.h"

#include "base/fs.h"
#include "outcome.h"

#include <stdlib.h>
#include <string.h>

enum { LOG_MAX = 1 << 20 };

/* The field's judges give compilers a minute or so and 2 GiB; C++ and Rust want more. */
static const struct task_limits BUILD_LIMITS = {
    .cpu_s = 300,
    .wall_s = 600,
    .memory_mib = 4096,
    .processes = 256,
    .output_mib = 1024,
    .output_files = 20000,
    .log_kib = 256,
};

static const struct pod_tree_caps BUILD_CAPS = {
    .bytes = (uint64_t)1 << 30,
    .files = 20000,
    .depth = 32,
};

/* "build: exit status 2: main.c:3:1: error: ...": the first line of the log that speaks of
 * an error, else the last one. The log is the build's alone: no case was seen. */
static char *describe(const char *message, const char *log)
{
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    struct pod_error ignored = POD_ERROR_INIT;
    const char *told = NULL;
    (void)pod_file_read(log, LOG_MAX, &text, &ignored); /* its words are a bonus */
    for (char *rest = text.data, *line; (line = strsep(&rest, "\n")) != NULL;) {
        if (line[0] != '\0')
            told = line;
        if (strstr(line, "error") != NULL)
            break;
    }
    if (told == NULL)
        return pod_strf("build: %s", message);
    pod_auto_free char *shown = pod_str_shown(told, 200);
    return pod_strf("build: %s: %s", message, shown);
}

/* True with staged->folder or staged->problem set. */
static bool take_build(struct staged *staged, struct guest *guest, const char *log,
                       struct pod_error *err)
{
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    outcome_judge(&guest->result, &guest->spec.command.limits, &result);
    if (result.verdict != VERDICT_OK) {
        staged->problem = describe(result.message, log);
        return true;
    }
    char why[512] = "";
    switch (guest_collect(guest, staged->folder, &BUILD_CAPS, why, err)) {
    case GUEST_COLLECTED:
        return true;
    case GUEST_FAILED:
        return false;
    case GUEST_TOO_MUCH:
    case GUEST_NOT_ALLOWED:
        break;
    }
    staged->problem = pod_strf("build: %s", why);
    return true;
}

static bool build(struct staged *staged, const struct place *place,
                  const struct unpacked *unpacked, const struct guest_options *options,
                  struct pod_error *err)
{
    pod_auto_free char *log = pod_path_join(unpacked->run, "build.log");
    struct guest_options own = *options;
    own.cpu_limit_s = 0;
    own.ground = NULL; /* it is for the mounts of cases */
    struct guest_kits kits = {.count = 0};
    bool done = true;
    for (size_t i = 0; done && i < unpacked->entry.task_count; i++)
        done = guest_kits_add(&kits, place, unpacked->entry.tasks[i].id, err);
    struct guest guest;
    guest_init(&guest, &own);
    guest_env(&guest, "PODIUM_SDK", "/podium/sdk");
    guest_bind(&guest, place->sdk, "/podium/sdk");
    guest_bind_kits(&guest, &kits);
    guest_folder(&guest, unpacked->folder, "/entry", &BUILD_CAPS);
    guest_limits(&guest, &BUILD_LIMITS, &own);
    done = done && guest_run(&guest, &unpacked->entry.build, "/entry", log, err) &&
           take_build(staged, &guest, log, err);
    guest_release(&guest);
    guest_kits_release(&kits);
    return done;
}

bool stage_entry(struct staged *staged, const struct place *place,
                 const struct unpacked *unpacked, const struct guest_options *options,
                 struct pod_error *err)
{
    memset(staged, 0, sizeof *staged);
    if (unpacked->entry.build.count == 0) {
        staged->folder = pod_strdup(unpacked->folder);
        return true;
    }
    staged->folder = pod_path_join(unpacked->run, "staged");
    return pod_dir_make(unpacked->run, err) && pod_dir_remove(staged->folder, err) &&
           build(staged, place, unpacked, options, err);
}

void staged_release(struct staged *staged)
{
    free(staged->folder);
    free(staged->problem);
    memset(staged, 0, sizeof *staged);
}
