#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "podbox.h"
#include "spec.h"

TestSuite(podbox_run, .timeout = 60);

static const char *const do_nothing[] = {"/bin/true", NULL};

/* With what this machine has: as an ordinary user mostly no cgroup. */
static void start_spec(struct sb_spec *spec, const char *const *argv)
{
    sb_spec_init(spec);
    spec->command.argv = argv;
    spec->waived = (unsigned)SB_LAYER_ALL & ~sb_doctor(NULL);
}

static void doze(void)
{
    struct timespec t = {.tv_nsec = 2000000};
    nanosleep(&t, NULL);
}

static const struct sb_mount bad_mounts[] = {
    {.kind = SB_MOUNT_BIND, .source = "/usr", .target = "relative"},
    {.kind = SB_MOUNT_BIND, .source = "/usr", .target = "/a/../b"},
    {.kind = SB_MOUNT_BIND, .source = "/usr", .target = "/"},
    {.kind = SB_MOUNT_BIND, .source = "/usr", .target = "/a/"},
    {.kind = SB_MOUNT_BIND, .target = "/a"},
    {.kind = SB_MOUNT_TMPFS, .target = "/a"},
    {.kind = SB_MOUNT_BIND, .source = "/usr", .target = "/a", .is_kept = true},
    {.kind = SB_MOUNT_BIND, .source = "/nonexistent", .target = "/a"},
};

static const char *const bad_mount_messages[] = {
    "'relative' is not a plain absolute path",
    "'/a/../b' is not a plain",
    "'/' is not a plain",
    "'/a/' is not a plain",
    "'/a' has no source",
    "'/a' needs size_bytes and inodes",
    "'/a': a bind cannot be kept",
    "source '/nonexistent': No such file",
};

Test(podbox_run, a_mount_that_cannot_be_is_refused_before_anything_starts)
{
    for (size_t i = 0; i < sizeof bad_mounts / sizeof *bad_mounts; i++) {
        struct sb_spec spec;
        struct sb_result result;
        struct sb_error err;
        start_spec(&spec, do_nothing);
        spec.mounts = &bad_mounts[i];
        spec.mount_count = 1;
        cr_assert(!sb_run(&spec, &result, &err), "case %zu", i);
        cr_expect(err.fault == SB_SPEC, "case %zu: %d", i, err.fault);
        cr_expect(strstr(err.message, bad_mount_messages[i]), "case %zu: %s", i,
                  err.message);
    }
}

static void no_command(struct sb_spec *spec)
{
    static const char *const none[] = {NULL};
    spec->command.argv = none;
}

static void bad_cwd(struct sb_spec *spec)
{
    spec->command.cwd = "tmp";
}

static void no_such_cwd(struct sb_spec *spec)
{
    spec->command.cwd = "/nonexistent";
}

static void bad_fd(struct sb_spec *spec)
{
    spec->command.streams[1] = (struct sb_stream){.kind = SB_STREAM_FD, .fd = 4000};
}

static void low_guest_fd(struct sb_spec *spec)
{
    static const struct sb_pass_fd pass = {0, 2};
    spec->command.pass_fds = &pass;
    spec->command.pass_fd_count = 1;
}

static void waive_root(struct sb_spec *spec)
{
    spec->waived |= SB_LAYER_ROOT;
}

static void disable_unwaived(struct sb_spec *spec)
{
    spec->disabled = SB_LAYER_SECCOMP;
}

Test(podbox_run, a_spec_that_cannot_be_honoured_is_refused_with_the_field)
{
    static const struct {
        void (*spoil)(struct sb_spec *spec);
        const char *message;
    } cases[] = {
        {no_command, "no command"},
        {bad_cwd, "cwd 'tmp' is not"},
        {no_such_cwd, "cwd '/nonexistent'"},
        {bad_fd, "streams[1]: descriptor 4000"},
        {low_guest_fd, "pass_fds[0]: guest_fd 2"},
        {waive_root, "cannot be waived"},
        {disable_unwaived, "must be waived too"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sb_spec spec;
        struct sb_result result;
        struct sb_error err;
        start_spec(&spec, do_nothing);
        cases[i].spoil(&spec);
        cr_assert(!sb_run(&spec, &result, &err), "case %zu", i);
        cr_expect(err.fault == SB_SPEC, "case %zu: %d", i, err.fault);
        cr_expect(strstr(err.message, cases[i].message), "case %zu: %s", i, err.message);
    }
}

Test(podbox_run, a_missing_layer_is_an_error_that_names_it_unless_waived)
{
    struct sb_spec spec;
    struct sb_result result;
    struct sb_error err;
    start_spec(&spec, do_nothing);
    if (!(spec.waived & SB_LAYER_CGROUP))
        cr_skip_test("every layer works here");
    spec.waived = 0;
    cr_assert(!sb_run(&spec, &result, &err));
    cr_expect(err.fault == SB_HOST && strstr(err.message, "layer cgroup"), "%s",
              err.message);
    spec.waived = SB_LAYER_CGROUP;
    cr_assert(sb_run(&spec, &result, &err), "%s", err.message);
    cr_expect(strstr(result.notes, "memory by RLIMIT_DATA"), "%s", result.notes);
    sb_result_release(&result);
}

static const struct sb_mount copy_of_a_file = {.kind = SB_MOUNT_COPY,
                                               .source = "/proc/self/status",
                                               .target = "/a",
                                               .size_bytes = 1,
                                               .inodes = 1};

/* The init fails at different points; its own words must arrive, and the worker be freed.
 */
Test(podbox_run, a_birth_that_fails_says_why)
{
    struct sb_spec spec;
    struct sb_result result;
    struct sb_error err;
    start_spec(&spec, do_nothing);
    spec.mounts = &copy_of_a_file;
    spec.mount_count = 1;
    for (int i = 0; i < 20; i++) {
        cr_assert(!sb_run(&spec, &result, &err));
        cr_expect(strstr(err.message, "mount '/a'"), "%s", err.message);
    }
    spec.mount_count = 0;
    spec.uid_base = UINT32_MAX; /* which is no uid */
    cr_assert(geteuid() != 0 || !sb_run(&spec, &result, &err));
    cr_expect(geteuid() != 0 || strstr(err.message, "cannot map host id 4294967295"), "%s",
              err.message);
}

Test(podbox_run, what_is_limited_by_the_next_best_means_is_named_in_every_result)
{
    static const char *const expected[] = {"no cgroup layer", "memory by RLIMIT_DATA",
                                           "tasks by RLIMIT_NPROC", "cpu by sampling"};
    struct sb_spec spec;
    struct sb_result results[3];
    struct sb_error err;
    start_spec(&spec, do_nothing);
    spec.waived |= SB_LAYER_CGROUP;
    spec.disabled = SB_LAYER_CGROUP;
    cr_assert(sb_run(&spec, &results[0], &err), "%s", err.message);
    struct sb_worker *worker = sb_worker_new(&spec, &err);
    cr_assert(worker, "%s", err.message);
    for (int i = 1; i < 3; i++)
        cr_assert(sb_worker_run(worker, &spec.command, &results[i], &err), "%s",
                  err.message);
    for (int i = 0; i < 3; i++)
        for (size_t k = 0; k < sizeof expected / sizeof *expected; k++)
            cr_expect(strstr(results[i].notes, expected[k]), "run %d: '%s'", i,
                      results[i].notes);
    cr_expect(strcmp(results[0].notes, results[1].notes) == 0);
    cr_expect(strcmp(results[1].notes, results[2].notes) == 0);
    cr_assert(sb_worker_free(worker, &err), "%s", err.message);
}

Test(podbox_run, what_cannot_be_executed_is_told_as_a_shell_tells_it)
{
    static const char *const names[] = {"/nonexistent", "nonexistent", "/etc/passwd"};
    static const int codes[] = {127, 127, 126};
    for (int i = 0; i < 3; i++) {
        const char *argv[] = {names[i], NULL};
        struct sb_spec spec;
        struct sb_result result;
        struct sb_error err;
        start_spec(&spec, argv);
        cr_assert(sb_run(&spec, &result, &err), "%s", err.message);
        cr_expect(result.end == SB_END_EXIT && result.exit_code == codes[i], "%s: %d",
                  names[i], result.exit_code);
        cr_expect(strstr(result.notes, "cannot execute"), "%s", result.notes);
        sb_result_release(&result);
    }
}

Test(podbox_run, mounts_streams_and_descriptors_arrive_as_asked)
{
    static const char script[] = "cat; echo more >&2; echo verdict >&7;"
                                 "echo kept > /keep/a; touch /copy/b; "
                                 "touch /in/x 2>&- || echo held; pwd";
    static const char *const argv[] = {"sh", "-c", script, NULL};
    static const struct sb_mount mounts[] = {
        {.kind = SB_MOUNT_BIND,
         .source = PODIUM_SOURCE_DIR "/sandbox/policy",
         .target = "/in"},
        {.kind = SB_MOUNT_TMPFS,
         .target = "/keep",
         .size_bytes = 65536,
         .inodes = 8,
         .is_kept = true},
        {.kind = SB_MOUNT_COPY,
         .source = PODIUM_SOURCE_DIR "/sandbox/policy",
         .target = "/copy",
         .size_bytes = 1 << 20,
         .inodes = 64,
         .is_kept = true},
    };
    int in = memfd_create("in", 0), out = memfd_create("out", 0), pipes[2];
    char text[256] = "", verdict[16] = "";
    struct sb_spec spec;
    struct sb_result result;
    struct sb_error err;
    start_spec(&spec, argv);
    cr_assert(pipe(pipes) == 0 && write(in, "input\n", 6) == 6 &&
              lseek(in, 0, SEEK_SET) == 0);
    struct sb_pass_fd pass = {pipes[1], 7};
    spec.mounts = mounts;
    spec.mount_count = 3;
    spec.command.cwd = "/copy";
    spec.command.pass_fds = &pass;
    spec.command.pass_fd_count = 1;
    spec.command.streams[0] = (struct sb_stream){.kind = SB_STREAM_FD, .fd = in};
    spec.command.streams[1] = (struct sb_stream){SB_STREAM_CAPTURE, out, 4096, true};
    spec.command.streams[2] = (struct sb_stream){SB_STREAM_CAPTURE, out, 2, false};
    cr_assert(sb_run(&spec, &result, &err), "%s", err.message);
    cr_assert(pread(out, text, sizeof text - 1, 0) > 0);
    cr_expect(strstr(text, "input\n") && strstr(text, "held\n/copy\n"), "%s", text);
    cr_expect(read(pipes[0], verdict, sizeof verdict - 1) == 8, "%s", verdict);
    cr_expect(strcmp(verdict, "verdict\n") == 0);
    cr_expect(result.stream_bytes[2] == 5 && result.is_stream_cut[2]);
    cr_expect(result.kept_count == 2);
    cr_expect(faccessat(result.kept_fds[0], "a", F_OK, 0) == 0);
    cr_expect(faccessat(result.kept_fds[1], "b", F_OK, 0) == 0);
    cr_expect(faccessat(result.kept_fds[1], "default.json", F_OK, 0) == 0);
    cr_expect(access(PODIUM_SOURCE_DIR "/sandbox/policy/b", F_OK) != 0);
    sb_result_release(&result);
}

Test(podbox_run, the_json_of_a_result_holds_every_fact)
{
    struct sb_result result = {
        .end = SB_END_CALL,
        .cpu_ns = 3,
        .refused_count = 2,
        .refused =
            {250, "keyctl", {0, UINT64_MAX}, true, 0x7f0000001002, "libx.so.1", 0x1002},
        .layers = SB_LAYER_CAPS | SB_LAYER_ROOT};
    json_t *object = sb_result_json(&result);
    char *text = json_dumps(object, JSON_COMPACT);
    cr_expect(strstr(text, "\"end\":\"call\""), "%s", text);
    cr_expect(strstr(text, "\"name\":\"keyctl\""), "%s", text);
    cr_expect(strstr(text, "\"0xffffffffffffffff\""), "%s", text);
    cr_expect(strstr(text, "\"pc\":\"0x7f0000001002\",\"module\":\"libx.so.1\","
                           "\"module_offset\":\"0x1002\""),
              "%s", text);
    cr_expect(strstr(text, "\"layers\":[\"root\",\"caps\"]"), "%s", text);
    free(text);
    json_decref(object);
}

static int tasks_of(uid_t uid)
{
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    struct stat st;
    int count = 0;
    while (dir && (entry = readdir(dir)))
        count += entry->d_name[0] > '0' && entry->d_name[0] <= '9' &&
                 fstatat(dirfd(dir), entry->d_name, &st, 0) == 0 && st.st_uid == uid;
    closedir(dir);
    return count;
}

static void await_tasks(uid_t uid, bool are_wanted)
{
    while ((tasks_of(uid) > 0) != are_wanted) /* the suite's timeout bounds this */
        doze();
}

/* At whatever point the supervisor dies: the steps before the start take some 5 ms. */
Test(podbox_run, nothing_survives_a_supervisor_that_is_killed)
{
    static const char *const argv[] = {"sh", "-c", "sleep 100 & sleep 100 & wait", NULL};
    struct sb_spec spec;
    struct sb_result result;
    struct sb_error err;
    if (geteuid() != 0)
        cr_skip_test("without a uid of its own the guest cannot be told from us");
    start_spec(&spec, argv);
    spec.uid_slot = 500000 + (unsigned)getpid() % 100000; /* nobody else's */
    for (int round = 0; round < 20; round++) {
        uid_t uid = spec.uid_base + spec.uid_slot;
        struct timespec delay = {.tv_nsec = round * 500000};
        pid_t pid = fork();
        if (pid == 0) {
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* or the suite's timeout */
            _exit(sb_run(&spec, &result, &err) ? 0 : 1);
        }
        if (round == 19)
            await_tasks(uid, true);
        else
            nanosleep(&delay, NULL);
        cr_assert(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
        await_tasks(uid, false);
    }
}

/* Only the planted group is looked for: a test beside this one kills supervisors on
 * purpose, and theirs come and go. A run that cannot remove its own group fails. */
Test(podbox_run, the_next_start_sweeps_the_cgroups_of_the_dead)
{
    static const char base[] = "/sys/fs/cgroup/memory/podbox", stale[] = "/run-dead";
    static const struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    char path[96];
    struct sb_spec spec;
    struct sb_result result;
    struct sb_error err;
    start_spec(&spec, do_nothing);
    if (geteuid() != 0 || access(base, F_OK) != 0)
        cr_skip_test("no version 1 hierarchy to write");
    (void)snprintf(path, sizeof path, "%s%s", base, stale);
    cr_assert(mkdir(path, 0755) == 0 || errno == EEXIST);
    cr_assert_eq(utimensat(AT_FDCWD, path, old, 0), 0, "%s", strerror(errno));
    cr_assert(sb_run(&spec, &result, &err), "%s", err.message);
    sb_result_release(&result);
    cr_expect(access(path, F_OK) != 0);
}
