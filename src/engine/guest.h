/* guest.h - what every command in the sandbox gets: environment, folders, limits, log.
 *
 * Calling sequence: guest_init, add to it, guest_run, read the result, collect its kept
 * folder, guest_release. The environment is built from nothing: a token of the organizer's
 * never reaches an entry.
 */
#ifndef ENGINE_GUEST_H
#define ENGINE_GUEST_H

#include "base/buf.h"
#include "base/error.h"
#include "base/fs.h"
#include "model/task.h"
#include "place.h"
#include "podbox.h"

/* How this host may run sandboxes, and test-only overrides. */
struct guest_options {
    int cpu;                        /* pin to this processor; -1: not */
    unsigned slot;                  /* which private uid, and so which worker */
    unsigned waived;                /* sandbox layers that may be missing */
    const struct sb_policy *policy; /* NULL: the sandbox's own, read for each run */
    const char *policy_file;        /* where it came from; NULL: the sandbox's own */
    /* Kept from launch to launch, one for each set of mounts: of entries, of scorers and of
     * environments.
     * NULL: everything is made for each launch anew. */
    struct sb_ground *ground, *scorer_ground, *peer_ground;
    double cpu_limit_s;   /* test only, > 0: instead of the task's; wall is one more */
    bool shows_reference; /* test only: the case's ref/ appears as PODIUM_REFERENCE */
};

enum { GUEST_KITS = 20, GUEST_MOUNTS = GUEST_KITS + 6 };

struct guest {
    struct sb_spec spec;
    struct sb_mount mounts[GUEST_MOUNTS];
    struct sb_pass_fd verdict_fd;
    struct pod_names env;
    const char **argv, **envp; /* of the command; owned, what they point to is not */
    struct sb_result result;
    struct sb_worker *worker; /* runs it, of this spec; NULL: each run has its sandbox */
};

/* The sandbox's fault as ours: POD_BUG or POD_HOST. Always false. */
bool guest_fail(const struct sb_error *problem, struct pod_error *err);

void guest_init(struct guest *guest, const struct guest_options *options);
void guest_release(struct guest *guest);

void guest_env(struct guest *guest, const char *key, const char *value);
void guest_bind(struct guest *guest, const char *source, const char *target);

/* Kits of tasks, as PODIUM_KIT/TASK: what the author of a task gives to entries of it.
 * Starts zeroed; the mounts borrow from it. */
struct guest_kits {
    char *sources[GUEST_KITS], *targets[GUEST_KITS];
    size_t count;
};

/* Nothing where the task has none. False: GUEST_KITS are there, POD_ENTRY. */
bool guest_kits_add(struct guest_kits *kits, const struct place *place, const char *task,
                    struct pod_error *err);
void guest_kits_release(struct guest_kits *kits);
void guest_bind_kits(struct guest *guest, const struct guest_kits *kits);

/* A writable folder that is kept for guest_collect; source NULL: empty. One a guest. */
void guest_folder(struct guest *guest, const char *source, const char *target,
                  const struct pod_tree_caps *caps);

/* Limits of a task, with the overrides of options. */
void guest_limits(struct guest *guest, const struct task_limits *limits,
                  const struct guest_options *options);

/* Runs command in cwd, output and error captured to the file log (capped, cut, never
 * fatal). False: the harness failed, POD_HOST. The facts are in guest->result. */
bool guest_run(struct guest *guest, const struct pod_names *command, const char *cwd,
               const char *log, struct pod_error *err);

/* Sets the command of guest->spec: what is run, where, and log_fd, an open file that is
 * written at its end, for what it says. command and the guest's environment are borrowed
 * until the run. */
void guest_order(struct guest *guest, const struct pod_names *command, const char *cwd,
                 int log_fd);

/* Order and run. */
bool guest_run_to(struct guest *guest, const struct pod_names *command, const char *cwd,
                  int log_fd, struct pod_error *err);

enum guest_collected { GUEST_COLLECTED, GUEST_TOO_MUCH, GUEST_NOT_ALLOWED, GUEST_FAILED };

/* Copies the kept folder to the new folder dest. Too much or not allowed: why[] says so,
 * for the participant. GUEST_FAILED: the host's fault, err is set. */
enum guest_collected guest_collect(struct guest *guest, const char *dest,
                                   const struct pod_tree_caps *caps, char why[512],
                                   struct pod_error *err);

#endif
