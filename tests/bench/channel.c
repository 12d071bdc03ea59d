/* What a step of a dialogue costs: an observation of 64 bytes, a decision of 8.
 *
 *   channel_bench PROGRAMS SCRIPTS KIT ROUNDS STEPS
 *
 * Every way once a round, so that all meet the same machine; a way's ratio is the median of
 * its rounds' ratios to the first one, a bare ping-pong of read and write over two pipes by
 * two processes on one processor. "judged" is as the judge runs it: each side in a sandbox
 * of its own with all limits. Both sides on one processor but where it says "free".
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "podbox.h"

enum { MAX_ROUNDS = 1000, UID_BASE = 0x7e100000 };

enum entry { BARE, C_FRAMES, PYTHON_FRAMES, PYTHON_TEXT };

static const struct way {
    const char *name;
    enum entry entry;
    bool is_judged, is_free;
} ways[] = {
    {"bare pipes", BARE, false, false},
    {"C, frames", C_FRAMES, false, false},
    {"C, frames, judged", C_FRAMES, true, false},
    {"Python, frames, judged", PYTHON_FRAMES, true, false},
    {"Python, text, judged", PYTHON_TEXT, true, false},
    {"bare pipes, free", BARE, false, true},
    {"C, frames, free", C_FRAMES, false, true},
    {"Python, text, free", PYTHON_TEXT, false, true},
};
enum { WAYS = sizeof ways / sizeof ways[0] };

struct bench {
    char *programs, *scripts, *kit, *steps;
    int cpu;
};

static void die(const char *what)
{
    (void)fprintf(stderr, "channel: %s\n", what);
    exit(3);
}

struct commands {
    char *peer[4], *entry[4]; /* as execv wants them, which writes to none */
    char paths[3][4096];
};

static char *path(char *to, const char *folder, const char *name)
{
    int n = snprintf(to, 4096, "%s/%s", folder, name);
    if (n < 0 || n >= 4096)
        die("a path is too long");
    return to;
}

/* Inside of a sandbox the folders lie elsewhere. */
static void set_commands(const struct bench *bench, const struct way *way,
                         struct commands *to)
{
    const char *programs = way->is_judged ? "/programs" : bench->programs;
    const char *scripts = way->is_judged ? "/scripts" : bench->scripts;
    static char forms[][5] = {"bare", "bin", "bin", "text"};
    memset(to, 0, sizeof *to);
    to->peer[0] = path(to->paths[0], programs, "channel_peer");
    to->peer[1] = bench->steps;
    to->peer[2] = forms[way->entry];
    to->entry[0] = path(to->paths[1], programs, "channel_entry");
    to->entry[1] = forms[way->entry];
    if (way->entry < PYTHON_FRAMES)
        return;
    static char python[] = "/usr/bin/python3";
    to->entry[0] = python;
    to->entry[1] = path(to->paths[2], scripts, "channel_entry.py");
    to->entry[2] = forms[way->entry];
}

/* As two plain processes. */

static void pin(int cpu)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0)
        die("cannot pin to a processor");
}

static pid_t start(const struct bench *bench, const struct way *way, char *const *argv,
                   const int fds[3])
{
    pid_t pid = fork();
    if (pid < 0)
        die("cannot fork");
    if (pid > 0)
        return pid;
    if (!way->is_free)
        pin(bench->cpu);
    for (int i = 0; i < 3; i++)
        if (fds[i] >= 0 && dup2(fds[i], i == 2 ? 3 : i) < 0)
            _exit(126);
    close_range(4, ~0u, 0);
    if (setenv("PYTHONPATH", bench->kit, 1) == 0)
        execv(argv[0], argv);
    _exit(127);
}

static bool run_plain(const struct bench *bench, const struct way *way,
                      const struct commands *commands, int out)
{
    int to[2], from[2], status[2] = {-1, -1};
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
        die("cannot make pipes");
    /* Far above what dup2 takes, so that nothing is overwritten. */
    pid_t entry = start(bench, way, commands->entry, (const int[]){to[0], from[1], -1});
    pid_t peer = start(bench, way, commands->peer, (const int[]){from[0], to[1], out});
    for (int i = 0; i < 2; i++) {
        close(to[i]);
        close(from[i]);
    }
    return waitpid(peer, &status[0], 0) == peer && waitpid(entry, &status[1], 0) == entry &&
           status[0] == 0 && status[1] == 0;
}

/* As the judge. */

static const char *const environment[] = {"PATH=/usr/bin:/bin", "PYTHONPATH=/kit",
                                          "PYTHONDONTWRITEBYTECODE=1", NULL};

static void set_spec(struct sb_spec *spec, const struct bench *bench,
                     const struct sb_mount *mounts, unsigned slot)
{
    sb_spec_init(spec);
    spec->mounts = mounts;
    spec->mount_count = 3;
    spec->cpu = bench->cpu;
    spec->waived = (unsigned)SB_LAYER_ALL & ~sb_doctor(NULL);
    spec->uid_base = UID_BASE;
    spec->uid_slot = slot;
    spec->command.env = environment;
    spec->command.cwd = "/tmp";
    spec->command.limits.cpu_ns = 600000000000u;
    spec->command.limits.wall_ns = 600000000000u;
    spec->command.limits.memory_bytes = 1u << 30;
    spec->command.limits.processes = 64;
}

static bool run_judged(const struct bench *bench, const struct commands *commands, int out)
{
    const struct sb_mount mounts[] = {
        {.kind = SB_MOUNT_BIND, .source = bench->programs, .target = "/programs"},
        {.kind = SB_MOUNT_BIND, .source = bench->scripts, .target = "/scripts"},
        {.kind = SB_MOUNT_BIND, .source = bench->kit, .target = "/kit"}};
    const struct sb_pass_fd pass = {out, 3};
    struct sb_spec specs[2];
    struct sb_result results[2];
    struct sb_talk_result talk;
    struct sb_talk_side sides[2];
    struct sb_error err;
    bool is_done = true;
    for (unsigned side = SB_ENTRY; side <= SB_PEER; side++) {
        set_spec(&specs[side], bench, mounts, side);
        specs[side].command.argv =
            (const char *const *)(side == SB_PEER ? commands->peer : commands->entry);
        specs[side].command.pass_fds = &pass;
        specs[side].command.pass_fd_count = side == SB_PEER;
        struct sb_worker *worker = sb_worker_new(&specs[side], &err);
        if (!worker)
            die(err.message);
        sides[side] = (struct sb_talk_side){worker, &specs[side].command, &results[side],
                                            10000000000u};
    }
    if (!sb_talk_run(sides, SB_WIRE_PIPES, &talk, &err))
        die(err.message);
    for (int side = SB_ENTRY; side <= SB_PEER; side++) {
        is_done =
            is_done && results[side].end == SB_END_EXIT && results[side].exit_code == 0;
        sb_result_release(&results[side]);
        if (!sb_worker_free(sides[side].worker, &err))
            die(err.message);
    }
    return is_done;
}

/* ns a step. */
static double measure(const struct bench *bench, const struct way *way)
{
    struct commands commands;
    char said[32] = "";
    int out = memfd_create("median", 0); /* the peer may have it as 3 already */
    if (out < 0)
        die("cannot make a memory file");
    set_commands(bench, way, &commands);
    bool is_done = way->is_judged ? run_judged(bench, &commands, out)
                                  : run_plain(bench, way, &commands, out);
    if (!is_done || pread(out, said, sizeof said - 1, 0) <= 0)
        die(way->name);
    close(out);
    return strtod(said, NULL);
}

static int compare(const void *a, const void *b)
{
    const double *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare);
    return values[count / 2];
}

int main(int argc, char **argv)
{
    static double ns[WAYS][MAX_ROUNDS], ratios[WAYS][MAX_ROUNDS];
    if (argc != 6)
        die("use: channel_bench PROGRAMS SCRIPTS KIT ROUNDS STEPS");
    const struct bench bench = {argv[1], argv[2], argv[3], argv[5],
                                (int)sysconf(_SC_NPROCESSORS_ONLN) - 1};
    size_t rounds = strtoul(argv[4], NULL, 10);
    if (rounds < 1 || rounds > MAX_ROUNDS)
        die("1 to 1000 rounds");
    for (size_t r = 0; r < rounds; r++)
        for (size_t w = 0; w < WAYS; w++) {
            ns[w][r] = measure(&bench, &ways[w]);
            ratios[w][r] = ns[w][r] / ns[0][r];
        }
    printf("  %-24s %10s %10s\n", "way", "median ns", "to bare");
    for (size_t w = 0; w < WAYS; w++)
        printf("  %-24s %10.0f %10.2f\n", ways[w].name, median(ns[w], rounds),
               median(ratios[w], rounds));
    return fflush(stdout) == 0 ? 0 : 3;
}
