#include "launch_bench.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "policy.h"

enum { MAX_ARGS = 64 };

extern char **environ;

int launch_spawn(const char *const *argv, int out)
{
    /* argv is read only; posix_spawn's type is older than const. */
    union {
        const char *const *in;
        char *const *out;
    } args = {.in = argv};
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int status;
    if (out < 0) {
        if (posix_spawnp(&pid, argv[0], NULL, NULL, args.out, environ) != 0)
            return -1;
    } else {
        bool is_ready = posix_spawn_file_actions_init(&actions) == 0 &&
                        posix_spawn_file_actions_adddup2(&actions, out, 1) == 0;
        bool is_there =
            is_ready && posix_spawnp(&pid, argv[0], &actions, NULL, args.out, environ) == 0;
        (void)posix_spawn_file_actions_destroy(&actions);
        if (!is_there)
            return -1;
    }
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            launch_die("cannot wait for '%s': %s", argv[0], strerror(errno));
    return status;
}

static bool run_bare(struct launch_bench *bench, const struct launch_way *way)
{
    const char *argv[] = {bench->tiny, NULL};
    (void)way;
    return launch_spawn(argv, -1) == 0;
}

static bool is_good_end(bool is_done, struct sb_result *result, const struct sb_error *err)
{
    if (!is_done)
        launch_die("%s", err->message);
    bool is_good = result->end == SB_END_EXIT && result->exit_code == 0;
    sb_result_release(result);
    return is_good;
}

static bool run_once(struct launch_bench *bench, const struct launch_way *way)
{
    struct sb_result result;
    struct sb_error err;
    (void)way;
    return is_good_end(sb_run(&bench->spec, &result, &err), &result, &err);
}

/* Without what a caller keeps: each run makes all anew. */
static bool run_once_alone(struct launch_bench *bench, const struct launch_way *way)
{
    struct sb_result result;
    struct sb_error err;
    struct sb_spec spec = bench->spec;
    (void)way;
    spec.ground = NULL;
    return is_good_end(sb_run(&spec, &result, &err), &result, &err);
}

/* With no more in /proc than processes: what the covers of the rest cost. */
static bool run_once_pids(struct launch_bench *bench, const struct launch_way *way)
{
    struct sb_result result;
    struct sb_error err;
    struct sb_spec spec = bench->spec;
    (void)way;
    spec.proc = SB_PROC_PIDS;
    return is_good_end(sb_run(&spec, &result, &err), &result, &err);
}

static bool run_worker(struct launch_bench *bench, const struct launch_way *way)
{
    struct sb_result result;
    struct sb_error err;
    (void)way;
    return is_good_end(sb_worker_run(bench->worker, &bench->spec.command, &result, &err),
                       &result, &err);
}

/* The program of the default policy as bubblewrap reads it. Without a listener the kernel
 * answers a refused call with ENOSYS, so it refuses as much. */
static int filter_fd(const struct launch_bench *bench)
{
    const struct sock_fprog *program = &bench->policy->program;
    size_t size = program->len * sizeof *program->filter;
    int fd = memfd_create("filter", 0);
    if (fd < 0 || write(fd, program->filter, size) != (ssize_t)size ||
        lseek(fd, 0, SEEK_SET) != 0)
        launch_die("cannot make a file of the filter: %s", strerror(errno));
    return fd;
}

static const char *fill_in(const struct launch_bench *bench, const char *arg, int filter)
{
    static char bind[4200], number[16];
    if (snprintf(bind, sizeof bind, "%s:/box", bench->folder) < 0 ||
        snprintf(number, sizeof number, "%d", filter) < 0)
        launch_die("cannot print");
    const struct {
        const char *name, *value;
    } values[] = {{"@podbox", bench->podbox},
                  {"@folder", bench->folder},
                  {"@tiny", bench->tiny},
                  {"@bind", bind},
                  {"@filter", number}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (strcmp(arg, values[i].name) == 0)
            return values[i].value;
    return arg;
}

static bool run_tool(struct launch_bench *bench, const struct launch_way *way)
{
    const char *argv[MAX_ARGS] = {NULL};
    int filter = -1;
    for (size_t i = 0; way->argv[i] && i + 1 < MAX_ARGS; i++) {
        if (strcmp(way->argv[i], "@filter") == 0)
            filter = filter_fd(bench);
        argv[i] = fill_in(bench, way->argv[i], filter);
    }
    int status = launch_spawn(argv, -1);
    if (filter >= 0 && close(filter) != 0)
        launch_die("cannot close a file");
    return status == 0;
}

/* The cgroup is waived for ordinary users; where there is one it is used. */
static const char *const podbox_argv[] = {"@podbox", "--waive", "cgroup",    "--bind",
                                          "@bind",   "--",      "/box/tiny", NULL};

/* As near as it gets: no limits, no cgroup, no Landlock; the same filter. */
static const char *const bwrap_argv[] = {"bwrap",
                                         "--unshare-all",
                                         "--die-with-parent",
                                         "--new-session",
                                         "--cap-drop",
                                         "ALL",
                                         "--ro-bind",
                                         "/usr",
                                         "/usr",
                                         "--symlink",
                                         "usr/bin",
                                         "/bin",
                                         "--symlink",
                                         "usr/sbin",
                                         "/sbin",
                                         "--symlink",
                                         "usr/lib",
                                         "/lib",
                                         "--symlink",
                                         "usr/lib64",
                                         "/lib64",
                                         "--ro-bind",
                                         "@folder",
                                         "/box",
                                         "--proc",
                                         "/proc",
                                         "--dev",
                                         "/dev",
                                         "--tmpfs",
                                         "/tmp",
                                         "--chdir",
                                         "/tmp",
                                         "--hostname",
                                         "podbox",
                                         "--uid",
                                         "1000",
                                         "--gid",
                                         "1000",
                                         "--clearenv",
                                         "--seccomp",
                                         "@filter",
                                         "--",
                                         "/box/tiny",
                                         NULL};

static const char *const nsjail_argv[] = {"nsjail", "-Mo", "-Q",   "-R", "/usr",      "-R",
                                          "@bind",  "-T",  "/tmp", "--", "/box/tiny", NULL};

static const char *const firejail_argv[] = {"firejail",        "--quiet",
                                            "--noprofile",     "--net=none",
                                            "--private-dev",   "--private-tmp",
                                            "--caps.drop=all", "--nonewprivs",
                                            "--seccomp",       "--",
                                            "@tiny",           NULL};

/* isolate is not among them: Debian 12 has none, and its boxes are made beforehand. */
const struct launch_way launch_ways[] = {
    {"bare posix_spawn", 1, NULL, run_bare},
    {"podbox worker", 1, NULL, run_worker},
    {"podbox one-shot", 1, NULL, run_once},
    {"one-shot, pids only", 1, NULL, run_once_pids},
    {"one-shot, no ground", 5, NULL, run_once_alone},
    {"tool podbox", 1, podbox_argv, run_tool},
    {"tool bwrap", 1, bwrap_argv, run_tool},
    {"tool nsjail", 10, nsjail_argv, run_tool},
    {"tool firejail", 10, firejail_argv, run_tool},
};
const size_t launch_way_count = sizeof launch_ways / sizeof *launch_ways;

static bool is_in_path(const char *name)
{
    const char *path = getenv("PATH");
    for (const char *dir = path ? path : "/usr/bin"; dir;) {
        char file[4096];
        const char *end = strchrnul(dir, ':');
        int n = snprintf(file, sizeof file, "%.*s/%s", (int)(end - dir), dir, name);
        if (n > 0 && (size_t)n < sizeof file && access(file, X_OK) == 0)
            return true;
        dir = *end ? end + 1 : NULL;
    }
    return false;
}

/* Tools that are not ours may be missing, or refuse to run here. */
const char *launch_try(struct launch_bench *bench, const struct launch_way *way)
{
    bool is_ours = !way->argv || way->argv[0][0] == '@';
    if (!is_ours && !is_in_path(way->argv[0]))
        return "not installed";
    if (way->run(bench, way))
        return NULL;
    if (is_ours)
        launch_die("%s: the program did not end with 0", way->name);
    return "does not start the program here";
}
