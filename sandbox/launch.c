#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "error.h"
#include "filter.h"
#include "io.h"
#include "landlock.h"
#include "spec.h"

enum { STACK_BYTES = 256 << 10 };

/* A layer is missing: that is an error, unless it was waived by name. */
static bool miss(struct sb__run *run, enum sb_layer layer, const char *why,
                 struct sb_error *err)
{
    if (!(run->spec->waived & layer))
        return sb__fail(err, SB_HOST, "layer %s: %s; waive it by name to run without it",
                        sb_layer_name(layer), why);
    run->plan.layers &= ~(unsigned)layer;
    sb__note(run->result, "no %s layer", sb_layer_name(layer));
    return true;
}

static bool want(const struct sb__run *run, enum sb_layer layer)
{
    return run->plan.layers & layer;
}

static bool prepare_landlock(struct sb__run *run, struct sb_error *err)
{
    int abi = sb__landlock_abi();
    run->plan.landlock_abi = abi;
    if (!want(run, SB_LAYER_LANDLOCK))
        return true;
    if (abi == 0)
        return miss(run, SB_LAYER_LANDLOCK, "this kernel has none", err);
    if (abi < 6)
        sb__note(run->result, "landlock abi %d: no scopes%s", abi,
                 abi < 4 ? ", no net" : "");
    return true;
}

static bool prepare_seccomp(struct sb__run *run, struct sb_error *err)
{
    struct sb_error inner = {0};
    if (!want(run, SB_LAYER_SECCOMP))
        return true;
    if (!run->spec->policy)
        run->own_policy = sb_policy_load(NULL, &inner);
    run->policy = run->spec->policy ? run->spec->policy : run->own_policy;
    if (run->policy && sb__notify_init(&run->notify, &inner)) {
        run->plan.filter = run->policy->program;
        return true;
    }
    if (inner.fault == SB_HOST)
        return miss(run, SB_LAYER_SECCOMP, inner.message, err);
    return sb__fail(err, inner.fault, "%s", inner.message);
}

static void note_next_best(struct sb__run *run)
{
    sb__note(run->result, "memory by RLIMIT_DATA and sampling");
    sb__note(run->result, "tasks by RLIMIT_NPROC");
    sb__note(run->result, "cpu by sampling and RLIMIT_CPU");
}

static bool prepare_cgroup(struct sb__run *run, struct sb_error *err)
{
    const struct sb_limits *limits = &run->spec->command.limits;
    struct sb_error inner = {0};
    bool is_wanted = want(run, SB_LAYER_CGROUP);
    if (is_wanted && sb__cgroup_open(&run->cgroup, limits, &inner)) {
        if (run->cgroup.notes[0])
            sb__note(run->result, "%s", run->cgroup.notes);
        return true;
    }
    if (is_wanted && !miss(run, SB_LAYER_CGROUP, inner.message, err))
        return false;
    sb__cgroup_open_none(&run->cgroup, limits);
    if (want(run, SB_LAYER_RLIMITS))
        note_next_best(run);
    return true;
}

static bool prepare_layers(struct sb__run *run, struct sb_error *err)
{
    run->plan.layers = SB_LAYER_ALL & ~run->spec->disabled;
    for (unsigned bit = 1; bit & SB_LAYER_ALL; bit <<= 1)
        if (run->spec->disabled & bit)
            sb__note(run->result, "no %s layer", sb_layer_name(bit));
    return prepare_landlock(run, err) && prepare_seccomp(run, err) &&
           prepare_cgroup(run, err);
}

/* The guest's end of a stream; the caller's own descriptor is never given away, because
 * the plan closes what it holds. */
static bool prepare_stream(struct sb__run *run, int i, struct sb_error *err)
{
    const struct sb_stream *stream = &run->spec->command.streams[i];
    int *end = &run->plan.stream_fds[i];
    int ends[2];
    switch (stream->kind) {
    case SB_STREAM_NULL:
        *end = open("/dev/null", O_RDWR | O_CLOEXEC);
        break;
    case SB_STREAM_FD:
        *end = fcntl(stream->fd, F_DUPFD_CLOEXEC, 3);
        break;
    case SB_STREAM_CAPTURE:
        if (pipe2(ends, O_CLOEXEC) != 0)
            break;
        run->capture[i] = ends[0];
        *end = ends[1];
        if (fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0)
            sb__close(end);
        break;
    }
    return *end >= 0 || sb__fail_errno(err, SB_HOST, "cannot prepare stream %d", i);
}

static bool prepare_plan(struct sb__run *run, struct sb_error *err)
{
    struct sb__plan *plan = &run->plan;
    int pair[2];
    for (int i = 0; i < 3; i++)
        if (!prepare_stream(run, i, err))
            return false;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return sb__fail_errno(err, SB_HOST, "cannot make a socket pair");
    run->sock = pair[0];
    plan->sock = pair[1];
    plan->parent = pidfd_open(getpid(), 0);
    run->wall = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    run->tick = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    plan->stack_size = STACK_BYTES;
    void *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    plan->stack = stack == MAP_FAILED ? NULL : stack;
    if (plan->parent < 0 || run->wall < 0 || run->tick < 0 || !plan->stack)
        return sb__fail_errno(err, SB_HOST, "cannot prepare the run");
    plan->spec = run->spec;
    plan->is_root = run->is_root;
    return true;
}

static bool prepare_kept(struct sb__run *run, struct sb_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < run->spec->mount_count; i++)
        count += run->spec->mounts[i].is_kept;
    if (count == 0)
        return true;
    run->result->kept_fds = calloc(count, sizeof *run->result->kept_fds);
    if (!run->result->kept_fds)
        return sb__fail(err, SB_HOST, "out of memory");
    for (size_t i = 0; i < count; i++)
        run->result->kept_fds[i] = -1;
    run->result->kept_count = count;
    return true;
}

bool sb__launch_prepare(struct sb__run *run, struct sb_error *err)
{
    return prepare_kept(run, err) &&
           sb__root_plan(&run->plan.root, run->spec, run->is_root, err) &&
           prepare_plan(run, err) && prepare_layers(run, err);
}

/* No exit signal: the caller gets no SIGCHLD, and its own wait for any child, or its
 * ignoring of children, does not take the init away. */
static bool clone_init(struct sb__run *run, struct sb_error *err)
{
    struct clone_args args = {
        .flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC |
                 CLONE_NEWUTS | CLONE_PIDFD,
        .pidfd = (uint64_t)(uintptr_t)&run->pidfd,
    };
    long pid = syscall(SYS_clone3, &args, sizeof args);
    if (pid == 0)
        sb__child_main(&run->plan);
    if (pid < 0)
        return sb__fail_errno(err, SB_HOST, "layer namespaces: cannot clone");
    run->init = (pid_t)pid;
    sb__close(&run->plan.sock); /* or the init's death would not end the socket */
    for (int i = 0; i < 3; i++)
        sb__close(&run->plan.stream_fds[i]);
    return true;
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

static bool write_maps(struct sb__run *run, struct sb_error *err)
{
    char folder[32], path[64];
    unsigned own = run->spec->uid_base + run->spec->uid_slot;
    unsigned uid = run->is_root ? own : geteuid();
    unsigned gid = run->is_root ? own : getegid();
    if (snprintf(folder, sizeof folder, "/proc/%d", (int)run->init) < 0 ||
        snprintf(path, sizeof path, "%s/setgroups", folder) < 0)
        return sb__fail(err, SB_INTERNAL, "cannot print a path");
    if (!run->is_root && !sb__write_file(AT_FDCWD, path, "deny"))
        return sb__fail_errno(err, SB_HOST, "cannot write '%s'", path);
    return write_map(folder, "uid_map", uid, err) && write_map(folder, "gid_map", gid, err);
}

/* The guest's tasks are the first to die when memory is out, not the init: its children
 * inherit the score, and the init gets its own back when the guest runs. A second lock:
 * the init's death is judged by the oom count all the same. */
static void prefer_guest_as_victim(struct sb__run *run)
{
    char path[64];
    if (snprintf(path, sizeof path, "/proc/%d/oom_score_adj", (int)run->init) < 0)
        return;
    run->oom_adjust = open(path, O_RDWR | O_CLOEXEC);
    if (run->oom_adjust >= 0)
        (void)!pwrite(run->oom_adjust, "1000", 4, 0);
}

bool sb__launch(struct sb__run *run, struct sb_error *err)
{
    if (!clone_init(run, err) || !write_maps(run, err) ||
        !sb__cgroup_attach(&run->cgroup, run->init, err))
        return false;
    prefer_guest_as_victim(run);
    if (!sb__cgroup_read(&run->cgroup, &run->usage, err))
        return false;
    if (want(run, SB_LAYER_CGROUP))
        run->birth_ns = run->usage.cpu_ns;
    if (send(run->sock, "g", 1, MSG_NOSIGNAL) != 1)
        return sb__fail_errno(err, SB_HOST, "cannot start the init");
    return true;
}
