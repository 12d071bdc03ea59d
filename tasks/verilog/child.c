#include "child.h"

#include "sdk/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail for this clock */
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool limit(int resource, uint64_t value)
{
    const struct rlimit both = {value, value};
    return setrlimit(resource, &both) == 0;
}

/* The signal at the soft limit is SIGXCPU, which a program may outlive: the hard one is not
 * far. */
static bool set_limits(const struct vlog_limits *limits)
{
    const struct rlimit cpu = {limits->cpu_s, limits->cpu_s + 1};
    return setrlimit(RLIMIT_CPU, &cpu) == 0 && limit(RLIMIT_FSIZE, limits->file_bytes) &&
           limit(RLIMIT_AS, limits->memory_bytes) && limit(RLIMIT_CORE, 0);
}

static bool redirect(int fd, const char *path, int flags)
{
    int opened = open(path, flags | O_CLOEXEC, 0600);
    return opened >= 0 && dup2(opened, fd) == fd;
}

/* In the child: never returns. Whatever fails goes to the pipe as an errno. */
static _Noreturn void become(const char *const *argv, const char *folder,
                             const struct vlog_limits *limits, int pipe_fd)
{
    static const char *const environment[] = {"TMP=.", "LC_ALL=C", NULL};
    sigset_t none;
    (void)sigemptyset(&none);
    /* First: 3 is where the scorer writes its verdict, and shall be the pipe here. */
    if (dup2(pipe_fd, 3) != 3)
        _exit(127);
    bool done =
        setpgid(0, 0) == 0 && chdir(folder) == 0 && redirect(0, "/dev/null", O_RDONLY) &&
        redirect(1, "log", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND) && dup2(1, 2) == 2 &&
        fcntl(3, F_SETFD, FD_CLOEXEC) == 0 && close_range(4, UINT32_MAX, 0) == 0 &&
        set_limits(limits) && sigprocmask(SIG_SETMASK, &none, NULL) == 0;
    /* execve takes char *const * for history's sake and does not write to it. */
    if (done)
        (void)execve(argv[0], (char *const *)(uintptr_t)argv,
                     (char *const *)(uintptr_t)environment);
    int problem = errno;
    (void)!write(3, &problem, sizeof problem); /* nobody is left to tell */
    _exit(127);
}

/* 0, or the errno that kept the program from starting: the pipe closes when it starts. */
static int read_problem(int pipe_fd)
{
    int problem = 0;
    ssize_t got = 0;
    do
        got = read(pipe_fd, &problem, sizeof problem);
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof problem ? problem : 0;
}

/* Waits until the child has ended, or kills it. SIGCHLD is blocked. */
static bool wait_for(pid_t pid, unsigned wall_ms, struct vlog_end *end,
                     struct task_error *err)
{
    sigset_t child;
    struct rusage usage;
    int status = 0;
    pid_t ended = 0;
    int64_t deadline = now_ms() + wall_ms;
    (void)sigemptyset(&child);
    (void)sigaddset(&child, SIGCHLD);
    while ((ended = wait4(pid, &status, end->is_late ? 0 : WNOHANG, &usage)) == 0) {
        int64_t left = deadline - now_ms();
        const struct timespec time = {left / 1000, left % 1000 * 1000000};
        if (left > 0) {
            (void)sigtimedwait(&child, NULL, &time); /* looked at again in any case */
            continue;
        }
        end->is_late = true;
        (void)kill(-pid, SIGKILL); /* it is there until it is waited for */
    }
    if (ended < 0)
        return task_fail_errno(err, TASK_HOST, "cannot wait for a program");
    end->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    end->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    end->cpu_s = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                 (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
    return true;
}

static bool run_blocked(const char *const *argv, const char *folder,
                        const struct vlog_limits *limits, struct vlog_end *end,
                        struct task_error *err)
{
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return task_fail_errno(err, TASK_HOST, "cannot make a pipe");
    task_auto_fd int from = ends[0];
    pid_t pid = fork();
    if (pid == 0)
        become(argv, folder, limits, ends[1]);
    (void)close(ends[1]);
    if (pid < 0)
        return task_fail_errno(err, TASK_HOST, "cannot start \"%s\"", argv[0]);
    (void)setpgid(pid, pid); /* the child does it too; whoever is first */
    int problem = read_problem(from);
    bool done = wait_for(pid, limits->wall_ms, end, err);
    (void)kill(-pid, SIGKILL); /* what it left behind, if anything */
    errno = problem;
    return done && (problem == 0 ||
                    task_fail_errno(err, TASK_HOST, "cannot start \"%s\"", argv[0]));
}

bool vlog_child_run(const char *const *argv, const char *folder,
                    const struct vlog_limits *limits, struct vlog_end *end,
                    struct task_error *err)
{
    sigset_t child, before;
    *end = (struct vlog_end){.signal = 0};
    (void)sigemptyset(&child);
    (void)sigaddset(&child, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &child, &before) != 0)
        return task_fail_errno(err, TASK_HOST, "cannot block a signal");
    bool done = run_blocked(argv, folder, limits, end, err);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return done;
}
