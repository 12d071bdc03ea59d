#include "launch_bench.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TASKS = 200, WALL_MS = 500 };

static long field(const char *text, const char *name)
{
    const char *line = strstr(text, name);
    return line ? strtol(line + strlen(name), NULL, 10) : -1;
}

/* By its status, not by the owner of its folder, which is root if it is not dumpable. The
 * init has the guest's uid as well; it is a child of the supervisor, as no guest is. */
static bool is_guest(int proc, const char *pid, pid_t supervisor)
{
    char path[300], text[1024];
    if (snprintf(path, sizeof path, "%s/status", pid) < 0)
        launch_die("cannot print a path");
    int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        (void)close(fd);        /* read only */
    text[n > 0 ? n : 0] = '\0'; /* it may have gone away meanwhile */
    return field(text, "\nUid:") == LAUNCH_UID_BASE && field(text, "\nPPid:") != supervisor;
}

static size_t count_guests(pid_t supervisor)
{
    DIR *proc = opendir("/proc");
    struct dirent *entry;
    size_t count = 0;
    if (!proc)
        launch_die("cannot read /proc: %s", strerror(errno));
    while ((entry = readdir(proc)))
        if (isdigit((unsigned char)entry->d_name[0]) &&
            is_guest(dirfd(proc), entry->d_name, supervisor))
            count++;
    (void)closedir(proc); /* read only */
    return count;
}

/* A process beside that looks how many tasks the bomb has, ahead of them all on the
 * processors. It ends when it has seen as many as may be, or is killed. */
static pid_t start_watch(atomic_size_t *seen)
{
    pid_t supervisor = getpid(), pid = fork();
    if (pid < 0)
        launch_die("cannot fork: %s", strerror(errno));
    if (pid > 0)
        return pid;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        _exit(1);
    (void)setpriority(PRIO_PROCESS, 0, -20); /* as an ordinary user it may see fewer */
    while (atomic_load(seen) < TASKS) {
        size_t count = count_guests(supervisor);
        if (count > atomic_load(seen))
            atomic_store(seen, count);
    }
    _exit(0);
}

static void end_watch(pid_t pid)
{
    int status;
    if (kill(pid, SIGKILL) != 0 || waitpid(pid, &status, 0) != pid)
        launch_die("the watch was not there");
}

struct bomb {
    double death_ms; /* from the limit to the return of the run */
    size_t seen, survivors;
};

static bool run_once(const struct launch_bench *bench, const struct sb_command *command,
                     struct sb_result *result, struct sb_error *err)
{
    struct sb_spec spec = bench->spec;
    spec.command = *command;
    return sb_run(&spec, result, err);
}

static bool run_worker(const struct launch_bench *bench, const struct sb_command *command,
                       struct sb_result *result, struct sb_error *err)
{
    return sb_worker_run(bench->worker, command, result, err);
}

static const struct how {
    const char *name;
    bool (*run)(const struct launch_bench *bench, const struct sb_command *command,
                struct sb_result *result, struct sb_error *err);
} ways[] = {{"one-shot", run_once}, {"worker", run_worker}};

/* The wall limit counts from just before exec, and the first thing that the bomb does is to
 * tell the time: so the figure is too small by what an exec takes. */
static void explode(const struct launch_bench *bench, const struct how *how, int ends[2],
                    struct bomb *bomb)
{
    static const char *const argv[] = {"/box/tiny", "bomb", NULL};
    struct sb_command command;
    struct sb_result result;
    struct sb_error err;
    int64_t start_ns = 0;
    sb_command_init(&command);
    command.argv = argv;
    command.limits.cpu_ns = 0;
    command.limits.processes = TASKS;
    command.limits.wall_ns = WALL_MS * (uint64_t)1000000;
    command.streams[1] = (struct sb_stream){.kind = SB_STREAM_FD, .fd = ends[1]};
    if (!how->run(bench, &command, &result, &err))
        launch_die("%s", err.message);
    uint64_t end_ns = launch_now_ns();
    bomb->survivors = count_guests(getpid());
    if (result.end != SB_END_WALL ||
        read(ends[0], &start_ns, sizeof start_ns) != sizeof start_ns)
        launch_die("the bomb ended by %s", sb_end_name(result.end));
    bomb->death_ms = ((double)end_ns - (double)start_ns) / 1e6 - WALL_MS;
    sb_result_release(&result);
}

static void explode_watched(const struct launch_bench *bench, const struct how *how,
                            struct bomb *bomb)
{
    int ends[2];
    atomic_size_t *seen =
        mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (seen == MAP_FAILED || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        launch_die("cannot make a pipe or memory: %s", strerror(errno));
    pid_t watch = start_watch(seen);
    explode(bench, how, ends, bomb);
    end_watch(watch);
    bomb->seen = atomic_load(seen);
    if (munmap(seen, sizeof *seen) != 0 || close(ends[0]) != 0 || close(ends[1]) != 0)
        launch_die("cannot close a pipe");
}

static void measure_how(const struct launch_bench *bench, const struct how *how,
                        size_t rounds)
{
    double *death_ms = calloc(rounds, sizeof *death_ms);
    size_t fewest = SIZE_MAX, survivors = 0;
    if (!death_ms)
        launch_die("out of memory");
    for (size_t r = 0; r < rounds; r++) {
        struct bomb bomb;
        explode_watched(bench, how, &bomb);
        death_ms[r] = bomb.death_ms;
        fewest = bomb.seen < fewest ? bomb.seen : fewest;
        survivors += bomb.survivors;
    }
    printf("  %-10s %6zu %10.1f %10.1f %14zu %10zu\n", how->name, rounds,
           launch_quantile(death_ms, rounds, .5), launch_quantile(death_ms, rounds, 1),
           fewest, survivors);
    free(death_ms);
}

void launch_measure_bomb(struct launch_bench *bench, size_t rounds)
{
    struct sb_error err;
    if (geteuid() != 0) {
        puts("  skipped: as an ordinary user the guest has no uid of its own");
        return;
    }
    bench->worker = sb_worker_new(&bench->spec, &err);
    if (!bench->worker)
        launch_die("%s", err.message);
    printf("  %-10s %6s %10s %10s %14s %10s\n", "way", "bombs", "median ms", "worst ms",
           "tasks at least", "survivors");
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        measure_how(bench, &ways[i], rounds);
    if (!sb_worker_free(bench->worker, &err))
        launch_die("%s", err.message);
}
