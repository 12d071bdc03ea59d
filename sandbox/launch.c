#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "landlock.h"
#include "ground.h"
#include "spec.h"

enum { STACK_BYTES = 256 << 10 };

static void note(struct sb_worker *worker, const char *text)
{
    sb__note(worker->notes, sizeof worker->notes, "%s", text);
}

/* A layer is missing: that is an error, unless it was waived by name. */
static bool miss(struct sb_worker *worker, enum sb_layer layer, const char *why,
                 struct sb_error *err)
{
    if (!(worker->spec->waived & layer))
        return sb__fail(err, SB_HOST, "layer %s: %s; waive it by name to run without it",
                        sb_layer_name(layer), why);
    worker->plan.arena->layers &= ~(unsigned)layer;
    sb__note(worker->notes, sizeof worker->notes, "no %s layer", sb_layer_name(layer));
    return true;
}

static bool want(const struct sb_worker *worker, enum sb_layer layer)
{
    return worker->plan.arena->layers & layer;
}

static bool prepare_landlock(struct sb_worker *worker, struct sb_error *err)
{
    int abi = sb__landlock_abi();
    worker->plan.landlock_abi = abi;
    if (!want(worker, SB_LAYER_LANDLOCK))
        return true;
    if (abi == 0)
        return miss(worker, SB_LAYER_LANDLOCK, "this kernel has none", err);
    if (abi < 6)
        sb__note(worker->notes, sizeof worker->notes, "landlock abi %d: no scopes%s", abi,
                 abi < 4 ? ", no net" : "");
    return true;
}

static bool prepare_seccomp(struct sb_worker *worker, struct sb_error *err)
{
    struct sb_error inner = {0};
    if (!want(worker, SB_LAYER_SECCOMP))
        return true;
    if (!worker->spec->policy)
        worker->own_policy = sb_policy_load(NULL, &inner);
    worker->policy = worker->spec->policy ? worker->spec->policy : worker->own_policy;
    if (worker->policy && sb__notify_init(&worker->notify, &inner)) {
        worker->plan.filter = worker->policy->program;
        return true;
    }
    if (inner.fault == SB_HOST)
        return miss(worker, SB_LAYER_SECCOMP, inner.message, err);
    return sb__fail(err, inner.fault, "%s", inner.message);
}

static void note_next_best(struct sb_worker *worker)
{
    if (want(worker, SB_LAYER_CGROUP) || !want(worker, SB_LAYER_RLIMITS))
        return;
    note(worker, "memory by RLIMIT_DATA and sampling");
    note(worker, "tasks by RLIMIT_NPROC");
    note(worker, "cpu by sampling and RLIMIT_CPU");
}

static bool prepare_layers(struct sb_worker *worker, struct sb_error *err)
{
    worker->plan.arena->layers = SB_LAYER_ALL & ~worker->spec->disabled;
    for (unsigned bit = 1; bit & SB_LAYER_ALL; bit <<= 1)
        if (worker->spec->disabled & bit)
            sb__note(worker->notes, sizeof worker->notes, "no %s layer",
                     sb_layer_name(bit));
    return prepare_landlock(worker, err) && prepare_seccomp(worker, err);
}

static void *map(size_t size, int flags)
{
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
                    flags | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

/* Untouched pages of the arena and the stack cost nothing. */
static bool prepare_memory(struct sb_worker *worker, struct sb_error *err)
{
    struct sb__plan *plan = &worker->plan;
    size_t kept = 0;
    for (size_t i = 0; i < worker->spec->mount_count; i++)
        kept += worker->spec->mounts[i].is_kept;
    worker->kept = calloc(kept + 1, sizeof *worker->kept);
    worker->kept_size = kept;
    plan->stack_size = STACK_BYTES;
    plan->stack = map(STACK_BYTES, MAP_PRIVATE | MAP_STACK);
    plan->arena = map(SB__ARENA_BYTES, MAP_SHARED);
    return (worker->kept && plan->stack && plan->arena) ||
           sb__fail(err, SB_HOST, "out of memory");
}

static bool prepare_descriptors(struct sb_worker *worker, struct sb_error *err)
{
    int wall = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    int tick = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    worker->epoll = epoll_create1(EPOLL_CLOEXEC);
    worker->null = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool is_done = wall >= 0 && tick >= 0 && worker->epoll >= 0 && worker->null >= 0;
    if (!is_done)
        sb__fail_errno(err, SB_HOST, "cannot prepare the worker");
    if (worker->epoll < 0) {
        sb__close(&wall);
        sb__close(&tick);
        return false;
    }
    bool has_wall = sb__watch(worker, AT_WALL, wall, err);
    return sb__watch(worker, AT_TICK, tick, err) && has_wall && is_done;
}

bool sb__launch_prepare(struct sb_worker *worker, struct sb_error *err)
{
    struct sb__plan *plan = &worker->plan;
    plan->spec = worker->spec;
    plan->is_root = worker->is_root;
    if (!prepare_memory(worker, err) || !prepare_descriptors(worker, err) ||
        !sb__root_plan(&plan->root, worker->spec, err) || !prepare_layers(worker, err))
        return false;
    worker->is_single_use = !plan->root.is_renewable;
    return true;
}

static bool make_socket(struct sb_worker *worker, struct sb_error *err)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return sb__fail_errno(err, SB_HOST, "cannot make a socket pair");
    worker->plan.sock = pair[1];
    if (!sb__watch(worker, AT_SOCK, pair[0], err))
        return false;
    if (fcntl(pair[0], F_SETFL, O_NONBLOCK) != 0)
        return sb__fail_errno(err, SB_HOST, "cannot prepare a socket");
    if (worker->plan.parent < 0)
        worker->plan.parent = pidfd_open(getpid(), 0);
    return worker->plan.parent >= 0 ||
           sb__fail_errno(err, SB_HOST, "cannot open a pidfd of this process");
}

/* No exit signal: the caller gets no SIGCHLD, and its own wait for any child, or its
 * ignoring of children, does not take the init away. */
static bool clone_init(struct sb_worker *worker, struct sb_error *err)
{
    int pidfd = -1;
    struct clone_args args = {
        .flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS |
                 CLONE_PIDFD,
        .pidfd = (uint64_t)(uintptr_t)&pidfd,
    };
    if (worker->cgroup.birth >= 0) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (uint64_t)worker->cgroup.birth;
    }
    const struct sb_ground *ground = worker->plan.ground;
    int home = -1;
    if (ground && !sb__ground_enter(ground, &home, err))
        return false;
    long pid = syscall(SYS_clone3, &args, sizeof args);
    if (pid == 0)
        sb__child_main(&worker->plan);
    if (pid < 0)
        sb__fail_errno(err, SB_HOST, "layer namespaces: cannot clone");
    bool is_home = !ground || sb__ground_leave(&home, err);
    if (pid < 0)
        return false;
    worker->init = (pid_t)pid;
    worker->stage = SB__SETUP;
    sb__close(&worker->plan.sock); /* or the init's death would not end the socket */
    return sb__watch(worker, AT_PIDFD, pidfd, err) && is_home;
}

static bool write_map(const char *folder, const char *file, unsigned host_id,
                      struct sb_error *err)
{
    char path[64], text[64];
    if (snprintf(path, sizeof path, "%s/%s", folder, file) < 0 ||
        snprintf(text, sizeof text, "%d %u 1\n", SB__GUEST_ID, host_id) < 0)
        return sb__fail(err, SB_INTERNAL, "cannot print a map");
    return sb__write_file(AT_FDCWD, path, text) ||
           sb__fail_errno(err, SB_HOST,
                          "cannot map host id %u (%s); is uid_base in the range of this "
                          "user namespace",
                          host_id, file);
}

static bool write_maps(struct sb_worker *worker, struct sb_error *err)
{
    char folder[32], path[64];
    unsigned own = worker->spec->uid_base + worker->spec->uid_slot;
    unsigned uid = worker->is_root ? own : geteuid();
    unsigned gid = worker->is_root ? own : getegid();
    if (snprintf(folder, sizeof folder, "/proc/%d", (int)worker->init) < 0 ||
        snprintf(path, sizeof path, "%s/setgroups", folder) < 0)
        return sb__fail(err, SB_INTERNAL, "cannot print a path");
    if (!worker->is_root && !sb__write_file(AT_FDCWD, path, "deny"))
        return sb__fail_errno(err, SB_HOST, "cannot write '%s'", path);
    return write_map(folder, "uid_map", uid, err) && write_map(folder, "gid_map", gid, err);
}

/* What runs here is the first to die when the host is out of memory. The guest inherits
 * the score; the init is small, and its death is judged by the oom count all the same. */
static void prefer_as_victim(const struct sb_worker *worker)
{
    char path[64];
    if (snprintf(path, sizeof path, "/proc/%d/oom_score_adj", (int)worker->init) > 0)
        (void)sb__write_file(AT_FDCWD, path, "1000");
}

/* Version 1, or none if that is waived. */
static bool find_cgroup(struct sb_worker *worker, const char *why_not_v2,
                        struct sb_error *err)
{
    struct sb_error inner = {0};
    char why[400];
    if (sb__cgroup_open_v1(&worker->cgroup, &inner))
        return true;
    if (snprintf(why, sizeof why, "no usable cgroup: v2: %.180s; v1: %.180s", why_not_v2,
                 inner.message) < 0)
        why[0] = '\0';
    sb__cgroup_open_none(&worker->cgroup);
    return miss(worker, SB_LAYER_CGROUP, why, err);
}

/* What a ground has of the root need not be opened. */
static bool open_root(struct sb_worker *worker, struct sb_error *err)
{
    struct sb__root *root = &worker->plan.root;
    struct sb_ground *ground = worker->plan.ground;
    sb__root_release(root);
    if (!worker->is_root)
        return true;
    return sb__root_open_as_root(root, false, err) &&
           (!ground || sb__ground_lay(ground, root, err)) &&
           (root->tree >= 0 || sb__root_open_as_root(root, true, err));
}

/* One that a ground has ready, or one of version 2. */
static bool has_early_cgroup(struct sb_worker *worker, struct sb_error *no_v2)
{
    struct sb_ground *ground = worker->plan.ground;
    return (ground && sb__ground_take_cgroup(ground, &worker->cgroup)) ||
           sb__cgroup_open_v2(&worker->cgroup, no_v2);
}

/* In version 2 the init is born in its group. That of version 1, which it joins itself, is
 * made while it assembles its root. */
bool sb__launch(struct sb_worker *worker, struct sb_error *err)
{
    struct sb_error no_v2 = {0};
    bool needs_group = !worker->has_cgroup && want(worker, SB_LAYER_CGROUP);
    if (!open_root(worker, err))
        return false;
    if (needs_group && has_early_cgroup(worker, &no_v2))
        needs_group = false;
    if (!make_socket(worker, err) || !clone_init(worker, err) || !write_maps(worker, err))
        return false;
    prefer_as_victim(worker); /* before GO: then the init hides, and its files are root's */
    if (!sb__order_send(worker, SB__ORDER_GO, NULL, 0, err))
        return false;
    if (needs_group && !find_cgroup(worker, no_v2.message, err))
        return false;
    if (!worker->has_cgroup)
        note_next_best(worker);
    worker->has_cgroup = true;
    sb__cgroup_born(&worker->cgroup, worker->init);
    return true;
}

bool sb__launch_join(struct sb_worker *worker, struct sb_error *err)
{
    const int *join = worker->cgroup.join;
    return sb__order_send(worker, SB__ORDER_JOIN, join, join[0] >= 0 ? SB__CGROUP_PARTS : 0,
                          err);
}
