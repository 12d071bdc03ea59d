#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "podbox.h"

TestSuite(podbox_worker, .timeout = 60);

/* A worker and one command of it, "sh -c script", whose output goes to a file in memory. */
struct fixture {
    struct sb_spec spec;
    struct sb_worker *worker;
    struct sb_command command;
    struct sb_result result;
    struct sb_error err;
    const char *argv[4];
    int out;
    char text[4096];
};

static void fixture_init(struct fixture *f)
{
    sb_spec_init(&f->spec);
    f->spec.waived = (unsigned)SB_LAYER_ALL & ~sb_doctor(NULL);
    sb_command_init(&f->command);
    f->out = memfd_create("out", MFD_CLOEXEC);
    f->command.streams[1] = (struct sb_stream){SB_STREAM_CAPTURE, f->out, 4000, true};
    f->worker = NULL;
}

static void fixture_release(struct fixture *f)
{
    cr_expect(sb_worker_free(f->worker, &f->err), "%s", f->err.message);
    close(f->out);
}

static bool start(struct fixture *f, const char *script)
{
    f->argv[0] = "/bin/sh";
    f->argv[1] = "-c";
    f->argv[2] = script;
    f->argv[3] = NULL;
    f->command.argv = f->argv;
    cr_assert(ftruncate(f->out, 0) == 0 && lseek(f->out, 0, SEEK_SET) == 0);
    return sb_worker_start(f->worker, &f->command, &f->result, &f->err);
}

static void read_output(struct fixture *f)
{
    ssize_t n = pread(f->out, f->text, sizeof f->text - 1, 0);
    cr_assert(n >= 0);
    f->text[n] = '\0';
}

/* To its end; the output is in text then. */
static enum sb_end run(struct fixture *f, const char *script)
{
    enum sb_progress progress = SB_RUNNING;
    if (!f->worker)
        f->worker = sb_worker_new(&f->spec, &f->err);
    cr_assert(f->worker, "%s", f->err.message);
    cr_assert(start(f, script), "%s", f->err.message);
    while (progress == SB_RUNNING) {
        struct pollfd ready = {.fd = sb_worker_fd(f->worker), .events = POLLIN};
        cr_assert(poll(&ready, 1, 30000) == 1);
        progress = sb_worker_step(f->worker, &f->err);
    }
    cr_assert(progress == SB_ENDED, "%s", f->err.message);
    read_output(f);
    sb_result_release(&f->result);
    return f->result.end;
}

Test(podbox_worker, many_commands_run_in_one_worker)
{
    struct fixture f;
    fixture_init(&f);
    for (int i = 0; i < 50; i++) {
        char script[32];
        (void)snprintf(script, sizeof script, "echo run %d; exit %d", i, i % 7);
        cr_assert(run(&f, script) == SB_END_EXIT && f.result.exit_code == i % 7);
        (void)snprintf(script, sizeof script, "run %d\n", i);
        cr_expect(strcmp(f.text, script) == 0, "%s", f.text);
    }
    fixture_release(&f);
}

/* What a command sees of those before it: the first of a fresh worker says what nothing
 * looks like. */
Test(podbox_worker, nothing_passes_from_one_command_to_the_next)
{
    static const char look[] =
        "echo pid $$; (:) ; sh -c 'echo $$'; ls -lAn /tmp /dev/shm | cut -c1-40;"
        "touch /tmp/n /dev/shm/n; stat -c '%n %i %a' /tmp /dev/shm /tmp/n /dev/shm/n;"
        "umask; ulimit -a; cat /proc/self/cgroup | cut -c1-60; "
        "set -- /proc/[0-9]*; echo $#;"
        "ls -l /proc/self/fd | grep -c -- '->'";
    static const char *const marks[] = {
        "echo secret > /tmp/a; echo secret > /dev/shm/b",
        "chmod 700 /tmp; touch -d 2001-01-01 /tmp /dev/shm",
        "touch /tmp/a /tmp/b; rm /tmp/a /tmp/b",
        "mkdir -p /tmp/d/e/f; chmod 0 /tmp/d",
        "sleep 1000 & sleep 1000 & sleep 0.01",
        "for i in 1 2 3 4 5 6 7 8 9; do (:); done",
        "setsid sleep 1000 & umask 0; ulimit -n 20; cd /usr",
    };
    struct fixture fresh, used;
    fixture_init(&fresh);
    fixture_init(&used);
    cr_assert(run(&fresh, look) == SB_END_EXIT);
    cr_assert(strstr(fresh.text, "pid 2\n") == fresh.text, "%s", fresh.text);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        run(&used, marks[i]);
        cr_assert(run(&used, look) == SB_END_EXIT);
        cr_expect(strcmp(used.text, fresh.text) == 0, "after \"%s\":\n%s\nnot\n%s",
                  marks[i], used.text, fresh.text);
    }
    fixture_release(&fresh);
    fixture_release(&used);
}

Test(podbox_worker, counters_are_those_of_the_command)
{
    struct fixture f;
    fixture_init(&f);
    run(&f, "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done;"
            "head -c 60000000 /dev/zero > /tmp/big");
    uint64_t busy_ns = f.result.cpu_ns;
    cr_expect(f.result.end == SB_END_EXIT && f.result.exit_code == 0);
    if (f.result.layers & SB_LAYER_CGROUP)
        cr_expect(f.result.peak_memory_bytes > 60000000);
    run(&f, ":");
    cr_expect(f.result.cpu_ns < busy_ns / 4, "%llu of %llu ns",
              (unsigned long long)f.result.cpu_ns, (unsigned long long)busy_ns);
    if (f.result.layers & SB_LAYER_CGROUP)
        cr_expect(f.result.peak_memory_bytes < 30000000, "%llu",
                  (unsigned long long)f.result.peak_memory_bytes);
    fixture_release(&f);
}

/* Version 1 knows the split by ticks only, so that a short run has none of its own. */
Test(podbox_worker, user_and_system_time_are_parts_of_the_whole_in_every_run)
{
    static const char *const scripts[] = {
        "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done",
        "head -c 40000000 /dev/zero > /dev/null",
        ":",
    };
    struct fixture f;
    fixture_init(&f);
    for (int i = 0; i < 60; i++) {
        run(&f, scripts[i % 3]);
        cr_assert(f.result.cpu_user_ns + f.result.cpu_system_ns == f.result.cpu_ns &&
                      f.result.cpu_user_ns <= f.result.cpu_ns,
                  "run %d: %llu + %llu of %llu ns", i,
                  (unsigned long long)f.result.cpu_user_ns,
                  (unsigned long long)f.result.cpu_system_ns,
                  (unsigned long long)f.result.cpu_ns);
    }
    fixture_release(&f);
}

/* Every way to be ended by us, each time with a proper run after it. */
Test(podbox_worker, a_worker_goes_on_after_a_command_that_was_ended)
{
    static const struct {
        const char *script;
        enum sb_end end;
        unsigned needed;
    } cases[] = {
        {"while :; do :; done", SB_END_CPU, 0},
        {"sleep 1000", SB_END_WALL, 0},
        {"head -c 5000 /dev/zero", SB_END_OUTPUT, 0},
        {"exec head -c 3000000 /dev/zero > /tmp/f", SB_END_FILE_SIZE, SB_LAYER_RLIMITS},
        {"kill -9 $$", SB_END_SIGNAL, 0},
        {"exec unshare -m true", SB_END_CALL, SB_LAYER_SECCOMP},
        {"for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 5 & done; exit 1", SB_END_PROCESSES,
         SB_LAYER_CGROUP},
        {"exec sort -S 200M /dev/zero", SB_END_MEMORY, SB_LAYER_CGROUP},
    };
    struct fixture f;
    fixture_init(&f);
    f.command.limits.cpu_ns = 200000000;
    f.command.limits.memory_bytes = 50000000;
    f.command.limits.file_bytes = 1000000;
    f.command.limits.processes = 8;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].needed & f.spec.waived)
            continue;
        f.command.limits.wall_ns = cases[i].end == SB_END_WALL ? 50000000 : 20000000000;
        enum sb_end end = run(&f, cases[i].script);
        cr_expect(end == cases[i].end, "\"%s\": %s", cases[i].script, sb_end_name(end));
        f.command.limits.wall_ns = 20000000000;
        cr_expect(run(&f, "echo fine") == SB_END_EXIT && strcmp(f.text, "fine\n") == 0,
                  "after \"%s\"", cases[i].script);
    }
    fixture_release(&f);
}

Test(podbox_worker, limits_are_set_for_each_command_anew)
{
    static const uint64_t limits[] = {64, 200, 32, 400, 64};
    struct fixture f;
    fixture_init(&f);
    if (f.spec.waived & SB_LAYER_CGROUP)
        cr_skip_test("no cgroup here");
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        f.command.limits.memory_bytes = limits[i] << 20;
        f.spec.tmp_bytes = (uint64_t)1 << 30;
        enum sb_end end = run(&f, "head -c 100000000 /dev/zero > /tmp/f; echo $?");
        enum sb_end expected = limits[i] < 100 ? SB_END_MEMORY : SB_END_EXIT;
        cr_expect(end == expected, "%zu: %s", i, sb_end_name(end));
    }
    fixture_release(&f);
}

static void read_kept(int folder, char text[64])
{
    int fd = openat(folder, "name", O_RDONLY);
    ssize_t n = fd < 0 ? -1 : read(fd, text, 63);
    text[n < 0 ? 0 : n] = '\0';
    if (fd >= 0)
        close(fd);
}

Test(podbox_worker, a_kept_folder_is_of_one_command_and_outlives_the_next)
{
    static const struct sb_mount out = {.kind = SB_MOUNT_TMPFS,
                                        .target = "/out",
                                        .size_bytes = 1 << 20,
                                        .inodes = 64,
                                        .is_kept = true};
    struct fixture f;
    struct sb_result results[3];
    char text[64];
    fixture_init(&f);
    f.spec.mounts = &out;
    f.spec.mount_count = 1;
    f.worker = sb_worker_new(&f.spec, &f.err);
    cr_assert(f.worker, "%s", f.err.message);
    static const char *const argv[3][4] = {
        {"sh", "-c", "echo one > /out/name", NULL},
        {"sh", "-c", "ls /out > /tmp/l; test ! -s /tmp/l", NULL},
        {"sh", "-c", "echo three > /out/name; while :; do :; done", NULL}};
    f.command.limits.cpu_ns = 100000000;
    for (int i = 0; i < 3; i++) {
        f.command.argv = argv[i];
        cr_assert(sb_worker_run(f.worker, &f.command, &results[i], &f.err), "%s",
                  f.err.message);
        cr_assert(results[i].kept_count == 1);
    }
    cr_expect(results[1].end == SB_END_EXIT && results[1].exit_code == 0);
    cr_expect(results[2].end == SB_END_CPU);
    read_kept(results[0].kept_fds[0], text);
    cr_expect(strcmp(text, "one\n") == 0, "'%s'", text);
    read_kept(results[2].kept_fds[0], text);
    cr_expect(strcmp(text, "three\n") == 0, "'%s'", text);
    for (int i = 0; i < 3; i++)
        sb_result_release(&results[i]);
    fixture_release(&f);
}

/* One waits for what the other writes, so both must be under way at once. */
Test(podbox_worker, two_workers_run_in_one_poll_loop)
{
    struct fixture f[2];
    int ends[2];
    bool is_over[2] = {false, false};
    cr_assert(pipe2(ends, O_CLOEXEC) == 0);
    for (int i = 0; i < 2; i++) {
        fixture_init(&f[i]);
        f[i].spec.uid_slot = (unsigned)i;
        f[i].worker = sb_worker_new(&f[i].spec, &f[i].err);
        cr_assert(f[i].worker, "%s", f[i].err.message);
    }
    f[0].command.streams[0] = (struct sb_stream){.kind = SB_STREAM_FD, .fd = ends[0]};
    f[1].command.streams[1] = (struct sb_stream){.kind = SB_STREAM_FD, .fd = ends[1]};
    cr_assert(start(&f[0], "read word; echo got $word"));
    cr_assert(start(&f[1], "sleep 0.05; echo hello"));
    close(ends[0]);
    close(ends[1]);
    while (!is_over[0] || !is_over[1]) {
        struct pollfd ready[2];
        for (int i = 0; i < 2; i++)
            ready[i] = (struct pollfd){.fd = is_over[i] ? -1 : sb_worker_fd(f[i].worker),
                                       .events = POLLIN};
        cr_assert(poll(ready, 2, 30000) > 0);
        for (int i = 0; i < 2; i++)
            if (ready[i].revents)
                is_over[i] = sb_worker_step(f[i].worker, &f[i].err) != SB_RUNNING;
    }
    read_output(&f[0]);
    cr_expect(strcmp(f[0].text, "got hello\n") == 0, "'%s'", f[0].text);
    for (int i = 0; i < 2; i++) {
        cr_expect(f[i].result.end == SB_END_EXIT && f[i].result.exit_code == 0);
        sb_result_release(&f[i].result);
        fixture_release(&f[i]);
    }
}

Test(podbox_worker, a_command_is_stopped_by_its_caller)
{
    struct fixture f;
    enum sb_progress progress = SB_RUNNING;
    struct sb_result other;
    fixture_init(&f);
    run(&f, ":");
    cr_assert(start(&f, "sleep 1000"));
    cr_expect(!sb_worker_start(f.worker, &f.command, &other, &f.err));
    cr_expect(strstr(f.err.message, "still runs"), "%s", f.err.message);
    sb_worker_stop(f.worker);
    while (progress == SB_RUNNING)
        progress = sb_worker_step(f.worker, &f.err);
    cr_expect(progress == SB_ENDED && f.result.end == SB_END_STOPPED);
    cr_expect(run(&f, "echo on") == SB_END_EXIT && strcmp(f.text, "on\n") == 0);
    cr_assert(start(&f, "sleep 1000"));
    fixture_release(&f); /* also while it runs */
}

Test(podbox_worker, a_command_that_cannot_be_leaves_the_worker_usable)
{
    struct fixture f;
    size_t size = (size_t)3 << 20;
    char *large = malloc(size);
    fixture_init(&f);
    run(&f, ":");
    f.command.cwd = "/nonexistent";
    struct sb_result result;
    cr_expect(!sb_worker_run(f.worker, &f.command, &result, &f.err));
    cr_expect(f.err.fault == SB_SPEC && strstr(f.err.message, "cwd '/nonexistent'"), "%s",
              f.err.message);
    f.command.cwd = "/tmp";
    cr_expect(run(&f, "echo 1") == SB_END_EXIT);
    memset(large, 'x', size - 1);
    large[size - 1] = '\0';
    cr_expect(!start(&f, large));
    cr_expect(f.err.fault == SB_SPEC && strstr(f.err.message, "are larger than"), "%s",
              f.err.message);
    cr_expect(run(&f, "echo 2") == SB_END_EXIT && strcmp(f.text, "2\n") == 0);
    free(large);
    fixture_release(&f);
}

Test(podbox_worker, descriptors_arrive_at_their_numbers_and_no_other_does)
{
    struct fixture f;
    int ends[2][2];
    fixture_init(&f);
    cr_assert(pipe(ends[0]) == 0 && pipe(ends[1]) == 0); /* inheritable on purpose */
    cr_assert(write(ends[0][1], "a\n", 2) == 2 && write(ends[1][1], "b\n", 2) == 2);
    const struct sb_pass_fd pass[] = {{ends[0][0], 7}, {ends[1][0], 3}};
    f.command.pass_fds = pass;
    f.command.pass_fd_count = 2;
    for (int i = 0; i < 2; i++) { /* 4 is the folder that is listed */
        run(&f, "read a <&7; read b <&3; echo $a $b; cd /proc/self/fd; echo *");
        cr_expect(strcmp(f.text, i == 0 ? "a b\n0 1 2 3 4 7\n" : "c c\n0 1 2 3 4 7\n") == 0,
                  "%s", f.text);
        for (int k = 0; k < 2; k++)
            cr_assert(write(ends[k][1], "c\n", 2) == 2);
    }
    for (int k = 0; k < 2; k++)
        cr_assert(close(ends[k][0]) == 0 && close(ends[k][1]) == 0);
    fixture_release(&f);
}

/* The init is our only child. */
static pid_t find_init(void)
{
    char path[64], text[64] = "";
    (void)snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    int fd = open(path, O_RDONLY);
    cr_assert(fd >= 0 && read(fd, text, sizeof text - 1) > 0);
    close(fd);
    char *end;
    long pid = strtol(text, &end, 10);
    cr_assert(pid > 1 && strcmp(end, " ") == 0, "'%s'", text);
    return (pid_t)pid;
}

Test(podbox_worker, an_idle_sandbox_that_was_killed_is_made_anew)
{
    struct fixture f;
    fixture_init(&f);
    run(&f, ":");
    cr_assert(kill(find_init(), SIGKILL) == 0);
    struct pollfd ready = {.fd = sb_worker_fd(f.worker), .events = POLLIN};
    cr_assert(poll(&ready, 1, 30000) == 1);
    cr_expect(run(&f, "echo again") == SB_END_EXIT && strcmp(f.text, "again\n") == 0);
    fixture_release(&f);
}

Test(podbox_worker, a_sandbox_killed_under_a_command_is_no_fault_of_the_guest)
{
    struct fixture f;
    enum sb_progress progress = SB_RUNNING;
    fixture_init(&f);
    run(&f, ":");
    cr_assert(start(&f, "sleep 1000"));
    cr_assert(kill(find_init(), SIGKILL) == 0);
    while (progress == SB_RUNNING)
        progress = sb_worker_step(f.worker, &f.err);
    cr_expect(progress == SB_FAILED && f.err.fault == SB_HOST);
    cr_expect(strstr(f.err.message, "killed from outside"), "%s", f.err.message);
    cr_expect(run(&f, "echo again") == SB_END_EXIT && strcmp(f.text, "again\n") == 0);
    fixture_release(&f);
}
