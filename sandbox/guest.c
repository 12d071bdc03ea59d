#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "caps.h"
#include "error.h"
#include "io.h"
#include "landlock.h"
#include "rlimits.h"

static bool has(const struct sb__guest *guest, enum sb_layer layer)
{
    return guest->init->plan->arena->layers & layer;
}

static bool limit(struct sb__guest *guest)
{
    const char *name = "";
    if (!has(guest, SB_LAYER_RLIMITS))
        return true;
    if (sb__rlimits_set(&guest->command->limits, has(guest, SB_LAYER_CGROUP), &name))
        return true;
    return sb__fail_errno(&guest->error, SB_HOST, "cannot set rlimit '%s'", name);
}

static bool pin(struct sb__guest *guest)
{
    cpu_set_t cpus;
    int cpu = guest->init->plan->spec->cpu;
    if (cpu < 0)
        return true;
    CPU_ZERO(&cpus);
    CPU_SET((size_t)cpu, &cpus);
    return sched_setaffinity(0, sizeof cpus, &cpus) == 0 ||
           sb__fail_errno(&guest->error, SB_SPEC, "cannot pin to processor %d", cpu);
}

static bool restrict_self(struct sb__guest *guest)
{
    if (has(guest, SB_LAYER_CAPS) && !sb__caps_drop())
        return sb__fail_errno(&guest->error, SB_HOST, "cannot drop capabilities");
    if (has(guest, SB_LAYER_LANDLOCK) && !sb__landlock_restrict(guest->init->ruleset))
        return sb__fail_errno(&guest->error, SB_HOST, "cannot restrict by landlock");
    return true;
}

/* After this only what the policy allows works: execve and exit_group at least. */
static bool filter(struct sb__guest *guest)
{
    if (!has(guest, SB_LAYER_SECCOMP))
        return true;
    guest->listener =
        (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                     &guest->init->plan->filter);
    return guest->listener >= 0 ||
           sb__fail_errno(&guest->error, SB_HOST, "cannot load the seccomp filter");
}

static const char *path_of(const struct sb_command *command)
{
    for (const char *const *e = command->env; *e; e++)
        if (strncmp(*e, "PATH=", 5) == 0)
            return *e + 5;
    return "/usr/local/bin:/usr/bin:/bin";
}

/* argv and env are read only; execve's type is older than const. */
static void execute(const struct sb_command *command, const char *path)
{
    union {
        const char *const *in;
        char *const *out;
    } argv = {.in = command->argv}, env = {.in = command->env};
    execve(path, argv.out, env.out);
}

/* Leaves the errno of the most telling failure, as a shell does: found but not executable
 * before not found. */
static int search(const struct sb_command *command)
{
    const char *name = command->argv[0];
    int worst = ENOENT;
    for (const char *dir = path_of(command); dir;) {
        char path[4096];
        const char *end = strchr(dir, ':');
        int length = (int)(end ? (size_t)(end - dir) : strlen(dir));
        int n = snprintf(path, sizeof path, "%.*s/%s", length, dir, name);
        if (n > 0 && (size_t)n < sizeof path && length > 0) {
            execute(command, path);
            worst = errno == ENOENT || errno == ENOTDIR ? worst : errno;
        }
        dir = end ? end + 1 : NULL;
    }
    return worst;
}

static int exec_guest(const struct sb_command *command)
{
    if (!strchr(command->argv[0], '/'))
        return search(command);
    execute(command, command->argv[0]);
    return errno;
}

static int guest_main(void *arg)
{
    struct sb__guest *guest = arg;
    const struct sb_command *command = guest->command;
    if (setsid() < 0)
        sb__fail_errno(&guest->error, SB_HOST, "cannot start a session");
    else if (chdir(command->cwd) != 0)
        sb__fail_errno(&guest->error, SB_SPEC, "cwd '%s'", command->cwd);
    else if (pin(guest) && limit(guest) && restrict_self(guest)) {
        guest->cpu_ns = sb__cpu_ns();
        guest->start_ns = sb__now_ns();
        if (filter(guest))
            guest->exec_errno = exec_guest(command);
    }
    /* Not a return: clone's wrapper would call exit, which a policy need not allow. */
    syscall(SYS_exit_group, 1);
    return 1;
}

static int target_of(const struct sb_command *command, size_t i)
{
    return i < 3 ? (int)i : command->pass_fds[i - 3].guest_fd;
}

/* The first free numbers are 0, 1 and 2, so that streams mostly come where they belong. */
static bool keep_in_place(const struct sb__guest *guest)
{
    for (size_t i = 0; i < guest->init->run_fd_count; i++) {
        int fd = guest->init->run_fds[i];
        if (fd != target_of(guest->command, i) || fcntl(fd, F_SETFD, 0) != 0)
            return false;
    }
    return true;
}

/* All go above the highest number first: a target may be where another one is. */
static bool place_descriptors(const struct sb__guest *guest)
{
    int moved[SB__MAX_RUN_FDS];
    size_t count = guest->init->run_fd_count;
    if (keep_in_place(guest))
        return true;
    for (size_t i = 0; i < count; i++) {
        moved[i] = fcntl(guest->init->run_fds[i], F_DUPFD_CLOEXEC, SB__MAX_GUEST_FD + 1);
        if (moved[i] < 0)
            return false;
    }
    if (close_range(0, SB__MAX_GUEST_FD, 0) != 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        int target = target_of(guest->command, i);
        if (dup2(moved[i], target) != target || close(moved[i]) != 0)
            return false;
    }
    return true;
}

/* Every guest is pid 2: how many tasks an earlier one had is not told to the next. */
static void restart_pids(const struct sb__init *init)
{
    (void)!pwrite(init->last_pid, "1", 1, 0); /* not there in some containers */
}

/* An exec leaves the frames of the guest before on the stack, and AddressSanitizer takes
 * them for live ones. */
static void forget_frames(const struct sb__plan *plan)
{
#ifdef __SANITIZE_ADDRESS__
    __asan_unpoison_memory_region(plan->stack, plan->stack_size);
#else
    (void)plan;
#endif
}

bool sb__guest_start(struct sb__guest *guest)
{
    const struct sb__plan *plan = guest->init->plan;
    char *top = plan->stack + plan->stack_size;
    guest->listener = -1;
    if (guest->init->run_fd_count != 3 + guest->command->pass_fd_count)
        return sb__fail(&guest->error, SB_HOST, "%zu of %zu descriptors came",
                        guest->init->run_fd_count, 3 + guest->command->pass_fd_count);
    if (!place_descriptors(guest))
        return sb__fail_errno(&guest->error, SB_HOST, "cannot lay out descriptors");
    restart_pids(guest->init);
    forget_frames(plan);
    guest->pid =
        clone(guest_main, top, CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, guest);
    if (guest->pid < 0)
        return sb__fail_errno(&guest->error, SB_HOST, "cannot start the guest's task");
    if (guest->error.fault == SB_OK && guest->start_ns == 0)
        return sb__fail(&guest->error, SB_HOST,
                        "the guest's task was killed in its set-up");
    return guest->error.fault == SB_OK;
}
