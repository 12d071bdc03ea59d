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
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "guest.h"
#include "io.h"
#include "landlock.h"
#include "spec.h"

/* The init at work. */
struct init {
    struct sb__plan *plan;
    int ruleset;
    uint64_t go_cpu_ns; /* used before the go: the supervisor has read that itself */
    struct sb_error error;
};

static bool say(int sock, const struct sb__report *report, int fd)
{
    return sb__send(sock, report, sizeof *report, fd);
}

/* getppid is 0 here for a parent outside the pid namespace, so the supervisor's pidfd says
 * whether it died before the death signal was set. A change of uid clears that signal,
 * hence this comes after it as well. */
static bool follow_parent(struct init *init)
{
    struct pollfd parent = {.fd = init->plan->parent, .events = POLLIN};
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return sb__fail_errno(&init->error, SB_HOST, "cannot follow the supervisor");
    if (poll(&parent, 1, 0) > 0)
        _exit(1); /* nobody is left to tell */
    return true;
}

static bool wait_for_go(struct init *init)
{
    char go;
    ssize_t n;
    do
        n = read(init->plan->sock, &go, 1);
    while (n < 0 && errno == EINTR);
    if (n != 1)
        _exit(1); /* the supervisor gave up or is gone */
    if (init->plan->layers & SB_LAYER_CGROUP)
        init->go_cpu_ns = sb__cpu_ns();
    return true;
}

/* Ignored signals survive exec; the caller's must not become the guest's. */
static bool reset_signals(struct init *init)
{
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigset_t none;
    for (int sig = 1; sig < NSIG; sig++)
        (void)sigaction(sig, &plain, NULL); /* fails for KILL, STOP and libc's own */
    sigemptyset(&none);
    return sigprocmask(SIG_SETMASK, &none, NULL) == 0 ||
           sb__fail_errno(&init->error, SB_HOST, "cannot reset signals");
}

static bool open_sources(struct init *init)
{
    return sb__root_open_sources(&init->plan->root, &init->error);
}

static bool become_guest(struct init *init)
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
 * is in, and that is the run's own only now. */
static bool name_itself(struct init *init)
{
    const char *hostname = init->plan->spec->hostname;
    if (unshare(CLONE_NEWCGROUP) != 0)
        return sb__fail_errno(&init->error, SB_HOST, "cannot make a cgroup namespace");
    if (sethostname(hostname, strlen(hostname)) != 0 || setdomainname("", 0) != 0)
        return sb__fail_errno(&init->error, SB_HOST, "cannot set the host name");
    return true;
}

/* No user namespace can be made inside, whatever the filter lets pass. */
static bool forbid_namespaces(struct init *init)
{
    (void)init;
    (void)sb__write_file(AT_FDCWD, "/proc/sys/user/max_user_namespaces", "0");
    return true; /* a second lock: /proc/sys may be read-only in a container */
}

static bool enter_root(struct init *init)
{
    struct sb__root *root = &init->plan->root;
    struct sb__report kept = {.kind = SB__REPORT_KEPT};
    if (!sb__root_enter(root, &init->error))
        return false;
    for (size_t i = 0; i < root->count; i++)
        if (root->ops[i].is_kept && !say(init->plan->sock, &kept, root->ops[i].fd))
            return sb__fail_errno(&init->error, SB_HOST, "cannot hand over '%s'",
                                  root->ops[i].target);
    sb__root_release(root);
    return true;
}

static bool make_ruleset(struct init *init)
{
    const struct sb__plan *plan = init->plan;
    const char *writable[SB__MAX_OPS];
    size_t count;
    if (!(plan->layers & SB_LAYER_LANDLOCK))
        return true;
    count = sb__root_writable(&plan->root, writable, SB__MAX_OPS);
    init->ruleset = sb__landlock_ruleset(plan->landlock_abi, writable, count);
    return init->ruleset >= 0 ||
           sb__fail_errno(&init->error, SB_HOST, "cannot make the landlock ruleset");
}

static int highest_guest_fd(const struct sb_spec *spec)
{
    int highest = 2;
    for (size_t i = 0; i < spec->command.pass_fd_count; i++)
        if (spec->command.pass_fds[i].guest_fd > highest)
            highest = spec->command.pass_fds[i].guest_fd;
    return highest;
}

static bool is_guest_fd(const struct sb_spec *spec, int fd)
{
    for (size_t i = 0; i < spec->command.pass_fd_count; i++)
        if (spec->command.pass_fds[i].guest_fd == fd)
            return true;
    return fd < 3;
}

static bool move_up(int *fd, int base)
{
    int moved = fcntl(*fd, F_DUPFD_CLOEXEC, base);
    *fd = moved;
    return moved >= 0;
}

/* All sources go above the highest target first: a target may be another's source. */
static bool lay_out(struct init *init)
{
    const struct sb_spec *spec = init->plan->spec;
    int base = highest_guest_fd(spec) + 1;
    int sources[3 + 16];
    bool is_done = move_up(&init->plan->sock, base) &&
                   (init->ruleset < 0 || move_up(&init->ruleset, base));
    for (size_t i = 0; i < 3 + spec->command.pass_fd_count; i++) {
        sources[i] = i < 3 ? init->plan->stream_fds[i] : spec->command.pass_fds[i - 3].fd;
        is_done = is_done && move_up(&sources[i], base);
    }
    is_done = is_done && close_range((unsigned)base, ~0u, CLOSE_RANGE_CLOEXEC) == 0;
    for (size_t i = 0; i < 3 + spec->command.pass_fd_count; i++) {
        int target = i < 3 ? (int)i : spec->command.pass_fds[i - 3].guest_fd;
        is_done = is_done && dup2(sources[i], target) == target;
    }
    for (int fd = 3; fd < base; fd++)
        if (!is_guest_fd(spec, fd))
            (void)close(fd); /* most are not open */
    return is_done || sb__fail_errno(&init->error, SB_HOST, "cannot lay out descriptors");
}

/* Order matters: sources before the uid changes, the root before the descriptors go. */
static bool (*const steps[])(struct init *) = {
    follow_parent, wait_for_go,   reset_signals, open_sources,
    become_guest,  follow_parent, name_itself,   forbid_namespaces,
    enter_root,    make_ruleset,  lay_out,
};

/* The guest's stream shows what a shell would: the participant reads the log. */
static void tell_guest_stream(const struct sb_spec *spec, int number)
{
    dprintf(2, "podbox: cannot execute '%s': %s\n", spec->command.argv[0],
            sb__errno_text(number));
}

static bool report_start(struct init *init, const struct sb__guest *guest)
{
    struct sb__report report = {.kind = SB__REPORT_STARTED, .at_ns = guest->start_ns};
    report.setup_ns = sb__cpu_ns() - init->go_cpu_ns + guest->cpu_ns;
    if (guest->exec_errno) {
        report.kind = SB__REPORT_NOT_EXECUTED;
        report.status = guest->exec_errno;
        tell_guest_stream(init->plan->spec, guest->exec_errno);
    }
    return say(init->plan->sock, &report, guest->exec_errno ? -1 : guest->listener);
}

/* The guest's end is reported before the rest is killed: that may take a while. The init
 * kills and reaps all itself, so that its own resource usage covers every task, and stays
 * until it is killed: the counters are read while only its own work has to be subtracted.
 */
static void reap(const struct init *init, int sock, const struct sb__guest *guest)
{
    struct sb__report report = {.kind = SB__REPORT_ENDED};
    int status = 0;
    pid_t pid;
    while ((pid = waitpid(-1, &status, __WALL)) != guest->pid)
        if (pid < 0 && errno != EINTR)
            break;
    report.at_ns = sb__now_ns();
    report.status = status;
    (void)say(sock, &report, -1); /* if nobody listens, the death signal is on its way */
    (void)kill(-1, SIGKILL);
    while (waitpid(-1, &status, __WALL) > 0 || errno == EINTR)
        ;
    report.kind = SB__REPORT_REAPED;
    report.setup_ns = sb__cpu_ns() - init->go_cpu_ns + guest->cpu_ns;
    (void)say(sock, &report, -1);
    for (;;)
        pause();
}

void sb__child_main(struct sb__plan *plan)
{
    struct init init = {.plan = plan, .ruleset = -1};
    struct sb__guest guest = {.plan = plan};
    bool is_ready = true;
    for (size_t i = 0; is_ready && i < sizeof steps / sizeof *steps; i++)
        is_ready = steps[i](&init);
    guest.ruleset = init.ruleset;
    if (!is_ready || !sb__guest_start(&guest)) {
        struct sb__report failed = {.kind = SB__REPORT_FAILED};
        failed.error = is_ready ? guest.error : init.error;
        (void)say(plan->sock, &failed, -1); /* its absence is an error as well */
        _exit(1);
    }
    if (!report_start(&init, &guest) || guest.exec_errno)
        _exit(1);
    /* The guest's pipes must not stay open here, or no reader sees their end. */
    if (dup2(plan->sock, 0) != 0 || close_range(1, ~0u, 0) != 0)
        _exit(1);
    reap(&init, 0, &guest);
    _exit(0);
}
