#include "launch.h"

#include "base/fs.h"
#include "limit.h"
#include "outcome.h"

#include <stdlib.h>
#include <string.h>

enum { OUTPUT_DEPTH = 8 };

static struct pod_tree_caps output_caps(const struct task_limits *limits)
{
    struct pod_tree_caps caps = {
        .bytes = (uint64_t)limits->output_mib << 20,
        .files = (uint64_t)limits->output_files,
        .depth = OUTPUT_DEPTH,
    };
    return caps;
}

/* What the entry left, into RUN/out. Too much of it is OLE whatever the exit status says:
 * a writer that ran into the wall has no better way to tell. */
static bool collect(struct guest *guest, const struct launch_job *job,
                    struct case_result *result, struct pod_error *err)
{
    pod_auto_free char *out = pod_path_join(job->run, "out");
    const struct pod_tree_caps caps = output_caps(&job->set->task.limits);
    char why[512] = "";
    switch (guest_collect(guest, out, &caps, why, err)) {
    case GUEST_COLLECTED:
        return true;
    case GUEST_TOO_MUCH:
        result->verdict = VERDICT_OLE;
        break;
    case GUEST_NOT_ALLOWED:
        if (result->verdict != VERDICT_OK)
            return true;
        result->verdict = VERDICT_WA;
        break;
    case GUEST_FAILED:
        return false;
    }
    free(result->message);
    result->message = pod_strf("output: %s", why);
    return true;
}

void launch_bind(struct guest *guest, const struct launch_job *job,
                 const struct launch_folders *folders)
{
    const struct task *task = &job->set->task;
    guest_env(guest, "PODIUM_TASK", task->id);
    guest_env(guest, "PODIUM_INPUT", "/podium/in");
    guest_env(guest, "PODIUM_SDK", "/podium/sdk");
    guest_bind(guest, job->staged, "/entry");
    guest_bind(guest, folders->input, "/podium/in");
    guest_bind(guest, job->place->sdk, "/podium/sdk");
    guest_bind_kits(guest, &folders->kits);
    if (job->options->shows_reference) {
        guest_env(guest, "PODIUM_REFERENCE", "/podium/ref");
        guest_bind(guest, folders->reference, "/podium/ref");
    }
    guest_limits(guest, &task->limits, job->options);
}

void launch_folders_init(struct launch_folders *folders, const struct launch_job *job)
{
    folders->input = pod_path_join(job->one->folder, "in");
    folders->reference = pod_path_join(job->one->folder, "ref");
    memset(&folders->kits, 0, sizeof folders->kits);
    struct pod_error none = POD_ERROR_INIT;
    (void)guest_kits_add(&folders->kits, job->place, job->set->task.id,
                         &none); /* one fits */
}

void launch_folders_release(struct launch_folders *folders)
{
    free(folders->input);
    free(folders->reference);
    guest_kits_release(&folders->kits);
}

struct sb_limits launch_stop_late(struct guest *guest)
{
    struct sb_limits *given = &guest->spec.command.limits;
    const struct sb_limits told = *given;
    const struct limit_times own = {told.cpu_ns, told.wall_ns};
    const struct limit_times stops = limit_stops(&own);
    given->cpu_ns = stops.cpu_ns;
    given->wall_ns = stops.wall_ns;
    return told;
}

static bool run_guest(struct guest *guest, const struct launch_job *job,
                      const struct pod_names *command, struct case_result *result,
                      struct pod_error *err)
{
    pod_auto_free char *log = pod_path_join(job->run, "log");
    const struct sb_limits told = launch_stop_late(guest);
    if (!guest_run(guest, command, "/entry", log, err))
        return false;
    outcome_judge(&guest->result, &told, result);
    return guest->result.end != SB_END_EXIT || collect(guest, job, result, err);
}

bool launch_case(const struct launch_job *job, const struct pod_names *command,
                 struct case_result *result, struct pod_error *err)
{
    const struct pod_tree_caps caps = output_caps(&job->set->task.limits);
    struct launch_folders folders;
    struct guest guest;
    launch_folders_init(&folders, job);
    guest_init(&guest, job->options);
    guest_env(&guest, "PODIUM_OUTPUT", "/podium/out");
    guest_folder(&guest, NULL, "/podium/out", &caps);
    launch_bind(&guest, job, &folders);
    bool done = run_guest(&guest, job, command, result, err);
    guest_release(&guest);
    launch_folders_release(&folders);
    return done;
}
