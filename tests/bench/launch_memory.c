#include "launch_bench.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_FAMILY = 16 };

/* A process's own memory: what would be free if it were not there (USS), and of that what
 * it has written to. */
struct memory {
    long own_kb, dirty_kb;
};

static char *read_text(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
    if (fd >= 0)
        (void)close(fd); /* read only */
    text[n > 0 ? n : 0] = '\0';
    return n > 0 ? text : NULL;
}

static long field(const char *text, const char *name)
{
    const char *line = strstr(text, name);
    return line ? strtol(line + strlen(name), NULL, 10) : -1;
}

static bool read_memory(const char *pid, struct memory *memory)
{
    char path[64], text[4096];
    if (snprintf(path, sizeof path, "/proc/%s/smaps_rollup", pid) < 0)
        launch_die("cannot print a path");
    if (!read_text(path, text, sizeof text))
        return false;
    memory->dirty_kb = field(text, "\nPrivate_Dirty:");
    memory->own_kb = memory->dirty_kb + field(text, "\nPrivate_Clean:");
    return true;
}

static void show(const char *what, const char *pid)
{
    struct memory memory;
    if (read_memory(pid, &memory))
        printf("  %-44s %8ld %8ld\n", what, memory.own_kb, memory.dirty_kb);
    else
        printf("  %-44s cannot be read: %s\n", what, strerror(errno));
}

struct family {
    char pids[MAX_FAMILY][16];
    size_t count;
};

/* Children of the process, and theirs: the processes of a sandbox. */
static void find_family(long parent, struct family *family)
{
    DIR *proc = opendir("/proc");
    struct dirent *entry;
    if (!proc)
        launch_die("cannot read /proc: %s", strerror(errno));
    while ((entry = readdir(proc))) {
        char path[300], text[1024];
        if (!isdigit((unsigned char)entry->d_name[0]))
            continue;
        if (snprintf(path, sizeof path, "/proc/%s/status", entry->d_name) < 0)
            launch_die("cannot print a path");
        if (!read_text(path, text, sizeof text) || field(text, "\nPPid:") != parent)
            continue;
        if (family->count == MAX_FAMILY)
            launch_die("too many processes");
        (void)snprintf(family->pids[family->count++], 16, "%.15s", entry->d_name);
        find_family(strtol(entry->d_name, NULL, 10), family);
    }
    (void)closedir(proc); /* read only */
}

static void show_family(const char *when)
{
    struct family family = {.count = 0};
    find_family(getpid(), &family);
    for (size_t i = 0; i < family.count; i++) {
        char path[64], name[64], what[192];
        if (snprintf(path, sizeof path, "/proc/%s/comm", family.pids[i]) < 0)
            launch_die("cannot print a path");
        if (!read_text(path, name, sizeof name))
            continue;
        name[strcspn(name, "\n")] = '\0';
        if (snprintf(what, sizeof what, "%s: process '%s'", when, name) < 0)
            launch_die("cannot print");
        show(what, family.pids[i]);
    }
}

static void step_until_end(struct sb_worker *worker, struct sb_result *result)
{
    struct sb_error err;
    enum sb_progress progress = SB_RUNNING;
    while (progress == SB_RUNNING) {
        struct pollfd due = {.fd = sb_worker_fd(worker), .events = POLLIN};
        if (poll(&due, 1, -1) < 0 && errno != EINTR)
            launch_die("cannot poll: %s", strerror(errno));
        progress = sb_worker_step(worker, &err);
    }
    if (progress != SB_ENDED)
        launch_die("%s", err.message);
    if (result->end != SB_END_EXIT || result->exit_code != 0)
        launch_die("the waiting program ended by %s", sb_end_name(result->end));
    sb_result_release(result);
}

/* Until the guest has said that it is there. */
static void step_until_told(struct sb_worker *worker, int told)
{
    struct sb_error err;
    struct pollfd due[2] = {{.fd = told, .events = POLLIN},
                            {.fd = sb_worker_fd(worker), .events = POLLIN}};
    while (!due[0].revents) {
        if (poll(due, 2, -1) < 0 && errno != EINTR)
            launch_die("cannot poll: %s", strerror(errno));
        if (due[1].revents && sb_worker_step(worker, &err) != SB_RUNNING)
            launch_die("the waiting program has ended: %s", err.message);
    }
}

/* The guest waits for the end of its input, which comes when all has been looked at. */
static void show_running(struct sb_worker *worker)
{
    static const char *const argv[] = {"/box/tiny", "wait", NULL};
    struct sb_command command;
    struct sb_result result;
    struct sb_error err;
    int input[2], told[2];
    if (pipe2(input, O_CLOEXEC) != 0 || pipe2(told, O_CLOEXEC) != 0)
        launch_die("cannot make a pipe: %s", strerror(errno));
    sb_command_init(&command);
    command.argv = argv;
    command.streams[0] = (struct sb_stream){.kind = SB_STREAM_FD, .fd = input[0]};
    command.streams[1] = (struct sb_stream){.kind = SB_STREAM_FD, .fd = told[1]};
    if (!sb_worker_start(worker, &command, &result, &err))
        launch_die("%s", err.message);
    step_until_told(worker, told[0]);
    show("supervisor during a run", "self");
    show_family("during a run");
    if (close(input[1]) != 0)
        launch_die("cannot close a pipe");
    step_until_end(worker, &result);
    if (close(input[0]) != 0 || close(told[0]) != 0 || close(told[1]) != 0)
        launch_die("cannot close a pipe");
}

static void run_often(const struct launch_bench *bench, struct sb_worker *worker,
                      size_t rounds)
{
    struct sb_result result;
    struct sb_error err;
    for (size_t r = 0; r < rounds; r++) {
        bool is_done = worker ? sb_worker_run(worker, &bench->spec.command, &result, &err)
                              : sb_run(&bench->spec, &result, &err);
        if (!is_done)
            launch_die("%s", err.message);
        sb_result_release(&result);
    }
}

void launch_measure_memory(struct launch_bench *bench, size_t rounds)
{
    struct sb_error err;
    printf("  %-44s %8s %8s   kB\n", "", "own", "dirty");
    show("supervisor with a policy", "self");
    run_often(bench, NULL, rounds);
    show("supervisor after one-shot runs", "self");
    struct sb_worker *worker = sb_worker_new(&bench->spec, &err);
    if (!worker)
        launch_die("%s", err.message);
    show("supervisor with a worker", "self");
    show_family("before a run");
    show_running(worker);
    run_often(bench, worker, rounds);
    show("supervisor after runs of the worker", "self");
    show_family("between runs");
    if (!sb_worker_free(worker, &err))
        launch_die("%s", err.message);
}
