#include "guest.h"

#include "limit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    const char *key, *value;
} GUEST_ENVIRONMENT[] = {
    {"PATH", "/usr/local/bin:/usr/bin:/bin"},
    {"HOME", "/tmp"},
    {"TMPDIR", "/tmp"},
    {"LANG", "C.UTF-8"},
    /* One processor is granted. Thread pools that spin on more than that lose minutes. */
    {"OMP_NUM_THREADS", "1"},
    {"OPENBLAS_NUM_THREADS", "1"},
    {"MKL_NUM_THREADS", "1"},
    {"GOMAXPROCS", "1"},
    {"OMP_WAIT_POLICY", "passive"},
    {"PYTHONDONTWRITEBYTECODE", "1"},
};

static const uint64_t KIB = 1024;
static const uint64_t MIB = 1024 * 1024;

bool guest_fail(const struct sb_error *problem, struct pod_error *err)
{
    return pod_fail(err, problem->fault == SB_INTERNAL ? POD_BUG : POD_HOST, "sandbox: %s",
                    problem->message);
}

void guest_init(struct guest *guest, const struct guest_options *options)
{
    memset(guest, 0, sizeof *guest);
    sb_spec_init(&guest->spec);
    guest->spec.mounts = guest->mounts;
    guest->spec.cpu = options->cpu;
    guest->spec.waived = options->waived;
    guest->spec.policy = options->policy;
    guest->spec.ground = options->ground;
    guest->spec.uid_slot = options->slot;
    size_t count = sizeof GUEST_ENVIRONMENT / sizeof GUEST_ENVIRONMENT[0];
    for (size_t i = 0; i < count; i++)
        guest_env(guest, GUEST_ENVIRONMENT[i].key, GUEST_ENVIRONMENT[i].value);
}

void guest_release(struct guest *guest)
{
    pod_names_release(&guest->env);
    free(guest->argv);
    free(guest->envp);
    sb_result_release(&guest->result);
}

void guest_env(struct guest *guest, const char *key, const char *value)
{
    pod_names_add_take(&guest->env, pod_strf("%s=%s", key, value));
}

static struct sb_mount *add_mount(struct guest *guest, enum sb_mount_kind kind,
                                  const char *source, const char *target)
{
    struct sb_mount *mount = &guest->mounts[guest->spec.mount_count++];
    mount->kind = kind;
    mount->source = source;
    mount->target = target;
    return mount;
}

void guest_bind(struct guest *guest, const char *source, const char *target)
{
    add_mount(guest, SB_MOUNT_BIND, source, target);
}

bool guest_kits_add(struct guest_kits *kits, const struct place *place, const char *task,
                    struct pod_error *err)
{
    pod_auto_free char *kit = place_task_kit(place, task);
    if (kit == NULL)
        return true;
    if (kits->count == GUEST_KITS)
        return pod_fail(err, POD_ENTRY,
                        "more than %d of its tasks have a kit: hand in "
                        "several entries",
                        GUEST_KITS);
    kits->sources[kits->count] = pod_steal(&kit);
    kits->targets[kits->count++] = pod_strf("/podium/kit/%s", task);
    return true;
}

void guest_kits_release(struct guest_kits *kits)
{
    for (size_t i = 0; i < kits->count; i++) {
        free(kits->sources[i]);
        free(kits->targets[i]);
    }
    kits->count = 0;
}

void guest_bind_kits(struct guest *guest, const struct guest_kits *kits)
{
    guest_env(guest, "PODIUM_KIT", "/podium/kit");
    for (size_t i = 0; i < kits->count; i++)
        guest_bind(guest, kits->sources[i], kits->targets[i]);
}

void guest_folder(struct guest *guest, const char *source, const char *target,
                  const struct pod_tree_caps *caps)
{
    struct sb_mount *mount =
        add_mount(guest, source ? SB_MOUNT_COPY : SB_MOUNT_TMPFS, source, target);
    /* Twice what is allowed, so that going over is seen when collecting and gets its own
     * verdict, instead of a write error that the entry may report as anything. */
    mount->size_bytes = 2 * caps->bytes;
    mount->inodes = 2 * caps->files + 16;
    mount->is_kept = true;
}

void guest_limits(struct guest *guest, const struct task_limits *limits,
                  const struct guest_options *options)
{
    struct sb_limits *to = &guest->spec.command.limits;
    const struct limit_times times = limit_times(limits, options->cpu_limit_s);
    to->cpu_ns = times.cpu_ns;
    to->wall_ns = times.wall_ns;
    to->memory_bytes = (uint64_t)limits->memory_mib * MIB;
    to->processes = (uint64_t)limits->processes;
    to->file_bytes = 2 * (uint64_t)limits->output_mib * MIB; /* see guest_folder */
    for (int stream = 1; stream <= 2; stream++)
        guest->spec.command.streams[stream].cap_bytes = (uint64_t)limits->log_kib * KIB;
}

/* A NULL-terminated view of names, for exec. */
static const char **as_vector(const struct pod_names *names)
{
    const char **vector = pod_alloc(names->count + 1, sizeof *vector);
    for (size_t i = 0; i < names->count; i++)
        vector[i] = names->items[i];
    return vector;
}

void guest_order(struct guest *guest, const struct pod_names *command, const char *cwd,
                 int log_fd)
{
    free(guest->argv);
    free(guest->envp);
    guest->argv = as_vector(command);
    guest->envp = as_vector(&guest->env);
    guest->spec.command.argv = guest->argv;
    guest->spec.command.env = guest->envp;
    guest->spec.command.cwd = cwd;
    for (int stream = 1; stream <= 2; stream++) {
        guest->spec.command.streams[stream].kind = SB_STREAM_CAPTURE;
        guest->spec.command.streams[stream].fd = log_fd;
    }
}

bool guest_run_to(struct guest *guest, const struct pod_names *command, const char *cwd,
                  int log_fd, struct pod_error *err)
{
    guest_order(guest, command, cwd, log_fd);
    struct sb_error problem = {SB_OK, ""};
    bool done = guest->worker ? sb_worker_run(guest->worker, &guest->spec.command,
                                              &guest->result, &problem)
                              : sb_run(&guest->spec, &guest->result, &problem);
    return done || guest_fail(&problem, err);
}

bool guest_run(struct guest *guest, const struct pod_names *command, const char *cwd,
               const char *log, struct pod_error *err)
{
    /* O_APPEND: output and error are two pipes into one file. */
    pod_auto_fd int log_fd =
        open(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    if (log_fd < 0)
        return pod_fail_errno(err, POD_HOST, "cannot create '%s'", log);
    return guest_run_to(guest, command, cwd, log_fd, err);
}

enum guest_collected guest_collect(struct guest *guest, const char *dest,
                                   const struct pod_tree_caps *caps, char why[512],
                                   struct pod_error *err)
{
    int kept = -1;
    for (size_t i = 0; i < guest->result.kept_count; i++)
        if (guest->result.kept_fds[i] >= 0)
            kept = guest->result.kept_fds[i];
    const struct sb_collect_caps sandbox_caps = {caps->bytes, caps->files, caps->depth};
    struct sb_error problem = {SB_OK, ""};
    if (sb_collect(kept, dest, &sandbox_caps, &problem))
        return GUEST_COLLECTED;
    (void)snprintf(why, 512, "%s", problem.message);
    if (problem.fault == SB_OVER)
        return GUEST_TOO_MUCH;
    if (problem.fault == SB_SPEC)
        return GUEST_NOT_ALLOWED;
    pod_fail(err, POD_HOST, "collecting '%s': %s", dest, problem.message);
    return GUEST_FAILED;
}
