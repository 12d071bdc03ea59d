#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "caps.h"
#include "error.h"
#include "io.h"
#include "landlock.h"
#include "spec.h"

/* What the init holds lies above every number that a guest may have. */
enum { OWN_BASE = SB__MAX_GUEST_FD + 1, MAX_OWN = 2 * SB__MAX_OPS + 16 };

/* Descriptors of the caller stay open in nobody's sandbox: a pipe of another run would
 * never end. Closes all but what the plan holds. */
static bool close_others(struct sb__init *init)
{
    struct sb__plan *plan = init->plan;
    int own[MAX_OWN] = {plan->sock, plan->parent, plan->root.tree};
    size_t count = 3;
    for (size_t i = 0; i < plan->root.count; i++)
        own[count++] = plan->root.ops[i].fd;
    for (unsigned from = 0;;) {
        unsigned next = ~0u;
        for (size_t i = 0; i < count; i++)
            if (own[i] >= 0 && (unsigned)own[i] >= from && (unsigned)own[i] < next)
                next = (unsigned)own[i];
        if (next > from && close_range(from, next == ~0u ? next : next - 1, 0) != 0)
            return sb__fail_errno(&init->error, SB_HOST, "cannot close descriptors");
        if (next == ~0u)
            return true;
        from = next + 1;
    }
}

/* getppid is 0 here for a parent outside the pid namespace, so the supervisor's pidfd says
 * whether it died before the death signal was set. A change of uid clears that signal,
 * hence this comes after it as well. */
static bool follow_parent(struct sb__init *init)
{
    struct pollfd parent = {.fd = init->plan->parent, .events = POLLIN};
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return sb__fail_errno(&init->error, SB_HOST, "cannot follow the supervisor");
    if (poll(&parent, 1, 0) > 0)
        _exit(1); /* nobody is left to tell */
    return true;
}

/* Unless it was born in one that is kept. Not by clone: the supervisor writes the maps and
 * makes the cgroup meanwhile. A task of its own for this, beside the assembly of the root,
 * was tried and gained nothing. */
static bool make_network(struct sb__init *init)
{
    return init->plan->ground || unshare(CLONE_NEWNET) == 0 ||
           sb__fail_errno(&init->error, SB_HOST, "layer namespaces: no network namespace");
}

static size_t await(struct sb__init *init, enum sb__order_kind kind, int *fds, size_t size)
{
    char order = 0;
    size_t count = size;
    ssize_t n = sb__receive_fds(init->plan->sock, &order, 1, fds, &count);
    if (n != 1 || order != (char)kind)
        _exit(1); /* the supervisor gave up or is gone */
    return count;
}

/* The maps are written then. */
static bool wait_for_go(struct sb__init *init)
{
    (void)await(init, SB__ORDER_GO, NULL, 0); /* nothing comes with it */
    return true;
}

/* Version 1 is joined by writing to the files that come with the order; in version 2 this
 * process was born in its group. */
static bool join_cgroup(struct sb__init *init)
{
    int join[SB__CGROUP_PARTS];
    if (init->has_joined)
        return true;
    init->has_joined = true;
    size_t count = await(init, SB__ORDER_JOIN, join, SB__CGROUP_PARTS);
    init->birth_cpu_ns = count > 0 ? sb__cpu_ns() : 0;
    bool has_joined = sb__cgroup_join(join, count);
    if (!has_joined)
        sb__fail_errno(&init->error, SB_HOST, "cannot join the cgroup");
    for (size_t i = 0; i < count; i++)
        sb__close(&join[i]);
    return has_joined;
}

/* The supervisor makes the group while the root is assembled, but what is copied into the
 * root must be in the group's account. */
static bool join_before_copies(struct sb__init *init)
{
    const struct sb__root *root = &init->plan->root;
    for (size_t i = 0; i < root->count; i++)
        if (root->ops[i].kind == SB__OP_COPY)
            return join_cgroup(init);
    return true;
}

/* Ignored signals survive exec; the caller's must not become the guest's. */
static bool reset_signals(struct sb__init *init)
{
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigset_t none;
    for (int sig = 1; sig < NSIG; sig++)
        (void)sigaction(sig, &plain, NULL); /* fails for KILL, STOP and libc's own */
    sigemptyset(&none);
    return sigprocmask(SIG_SETMASK, &none, NULL) == 0 ||
           sb__fail_errno(&init->error, SB_HOST, "cannot reset signals");
}

static bool open_sources(struct sb__init *init)
{
    return sb__root_open_sources(&init->plan->root, &init->error);
}

static bool become_guest(struct sb__init *init)
{
    /* Rootless the kernel forbids setgroups, and the user's own groups stay. */
    if (init->plan->is_root && syscall(SYS_setgroups, 0, NULL) != 0)
        return sb__fail_errno(&init->error, SB_HOST, "cannot leave the groups");
    /* Bare calls: libc's would signal the threads that the supervisor has and we have not.
     */
    if (syscall(SYS_setresgid, SB__GUEST_ID, SB__GUEST_ID, SB__GUEST_ID) != 0 ||
        syscall(SYS_setresuid, SB__GUEST_ID, SB__GUEST_ID, SB__GUEST_ID) != 0)
        return sb__fail_errno(&init->error, SB_HOST, "cannot become the guest's uid");
    /* The guest has the same uid: it must not trace this process or read its memory. */
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return sb__fail_errno(&init->error, SB_HOST, "cannot hide the init's memory");
    umask(022);
    return true;
}

/* The cgroup namespace is made here, not by clone: its root is the cgroup that the maker
 * is in, and that is the worker's own only now. */
static bool name_itself(struct sb__init *init)
{
    const char *hostname = init->plan->spec->hostname;
    if (unshare(CLONE_NEWCGROUP) != 0)
        return sb__fail_errno(&init->error, SB_HOST, "cannot make a cgroup namespace");
    if (sethostname(hostname, strlen(hostname)) != 0 || setdomainname("", 0) != 0)
        return sb__fail_errno(&init->error, SB_HOST, "cannot set the host name");
    return true;
}

/* No user namespace can be made inside, whatever the filter lets pass. The host's /proc is
 * still there, and ns_last_pid is always that of the writer's own namespace. */
static bool set_sysctls(struct sb__init *init)
{
    (void)sb__write_file(AT_FDCWD, "/proc/sys/user/max_user_namespaces", "0");
    init->last_pid = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
    return true; /* /proc/sys may be read-only in a container */
}

static bool hand_over_kept(struct sb__init *init)
{
    const struct sb__root *root = &init->plan->root;
    struct sb__report kept = {.kind = SB__REPORT_KEPT};
    for (size_t i = 0; i < root->count; i++)
        if (root->ops[i].is_kept &&
            !sb__send(init->plan->sock, &kept, sizeof kept, root->ops[i].folder))
            return sb__fail_errno(&init->error, SB_HOST, "cannot hand over '%s'",
                                  root->ops[i].target);
    return true;
}

static bool enter_root(struct sb__init *init)
{
    return sb__root_enter(&init->plan->root, &init->error) && hand_over_kept(init);
}

static bool make_ruleset(struct sb__init *init)
{
    const struct sb__plan *plan = init->plan;
    const char *writable[SB__MAX_OPS];
    size_t count;
    if (!(plan->arena->layers & SB_LAYER_LANDLOCK))
        return true;
    sb__close(&init->ruleset);
    count = sb__root_writable(&plan->root, writable, SB__MAX_OPS);
    init->ruleset = sb__landlock_ruleset(plan->landlock_abi, writable, count);
    return init->ruleset >= 0 ||
           sb__fail_errno(&init->error, SB_HOST, "cannot make the landlock ruleset");
}

/* Both stay when a program is executed, and dropping them once spares it each run. */
static bool drop_for_good(struct sb__init *init)
{
    return !(init->plan->arena->layers & SB_LAYER_CAPS) || sb__caps_bound() ||
           sb__fail_errno(&init->error, SB_HOST, "cannot bound the capabilities");
}

static bool move_up(int *fd)
{
    int moved = *fd < 0 || *fd >= OWN_BASE ? *fd : fcntl(*fd, F_DUPFD_CLOEXEC, OWN_BASE);
    bool is_done = *fd < 0 || moved >= 0;
    if (moved != *fd)
        sb__close(fd);
    *fd = moved;
    return is_done;
}

/* The guest shares the table until its exec, and gets the numbers below. */
static bool lay_out(struct sb__init *init)
{
    struct sb__root *root = &init->plan->root;
    bool is_done = move_up(&init->plan->sock) && move_up(&init->plan->parent) &&
                   move_up(&init->ruleset) && move_up(&init->last_pid);
    for (size_t i = 0; i < root->count; i++)
        is_done = is_done && move_up(&root->ops[i].fd) && move_up(&root->ops[i].folder);
    is_done = is_done && close_range(0, OWN_BASE - 1, 0) == 0;
    return is_done || sb__fail_errno(&init->error, SB_HOST, "cannot lay out descriptors");
}

static bool run_steps(struct sb__init *init, bool (*const *steps)(struct sb__init *))
{
    for (; *steps; steps++)
        if (!(*steps)(init))
            return false;
    return true;
}

/* Order matters: sources before the uid changes, the cgroup before its namespace. */
bool sb__setup(struct sb__init *init)
{
    static bool (*const steps[])(struct sb__init *) = {
        close_others, follow_parent, make_network,  reset_signals, wait_for_go,
        open_sources, become_guest,  follow_parent, set_sysctls,   join_before_copies,
        enter_root,   make_ruleset,  join_cgroup,   name_itself,   drop_for_good,
        lay_out,      NULL,
    };
    return run_steps(init, steps);
}

static bool renew_root(struct sb__init *init)
{
    return sb__root_renew(&init->plan->root, &init->error) && hand_over_kept(init);
}

bool sb__setup_again(struct sb__init *init)
{
    static bool (*const steps[])(struct sb__init *) = {renew_root, make_ruleset, lay_out,
                                                       NULL};
    return run_steps(init, steps);
}
