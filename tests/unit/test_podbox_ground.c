#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "podbox.h"

TestSuite(podbox_ground, .timeout = 60);

static const char *const tell[] = {"/usr/bin/readlink", "/proc/self/ns/net", NULL};

static void start(struct sb_spec *spec, struct sb_ground **ground)
{
    struct sb_error err;
    if (geteuid() != 0)
        cr_skip_test("only root has a ground");
    sb_spec_init(spec);
    spec->command.argv = tell;
    spec->waived = (unsigned)SB_LAYER_ALL & ~sb_doctor(NULL);
    *ground = sb_ground_new(&err);
    cr_assert_not_null(*ground, "%s", err.message);
}

static void own_network(char name[64])
{
    ssize_t n = readlink("/proc/thread-self/ns/net", name, 63);
    cr_assert_gt(n, 0);
    name[n] = '\0';
}

/* What the guest says its network is called. */
static void guest_network(struct sb_spec *spec, char name[64])
{
    struct sb_result result;
    struct sb_error err;
    int out = memfd_create("out", MFD_CLOEXEC);
    spec->command.streams[1] = (struct sb_stream){SB_STREAM_CAPTURE, out, 63, true};
    cr_assert(sb_run(spec, &result, &err), "%s", err.message);
    cr_assert(result.end == SB_END_EXIT && result.exit_code == 0);
    sb_result_release(&result);
    ssize_t n = pread(out, name, 63, 0);
    cr_assert_gt(n, 0);
    name[n] = '\0';
    name[strcspn(name, "\n")] = '\0';
    close(out);
}

Test(podbox_ground, one_run_after_another_is_in_the_network_that_is_kept)
{
    struct sb_spec spec;
    struct sb_ground *ground;
    char own[64], first[64], second[64], other[64];
    start(&spec, &ground);
    own_network(own);
    spec.ground = ground;
    guest_network(&spec, first);
    guest_network(&spec, second);
    spec.ground = NULL;
    guest_network(&spec, other);
    sb_ground_free(ground);
    cr_expect_str_eq(first, second);
    cr_expect_str_neq(first, own);
    cr_expect_str_neq(first, other);
    cr_expect_str_neq(other, own);
}

Test(podbox_ground, one_at_a_time)
{
    struct sb_spec spec;
    struct sb_ground *ground;
    struct sb_result result;
    struct sb_error err, late;
    char name[64];
    start(&spec, &ground);
    spec.ground = ground;
    struct sb_worker *worker = sb_worker_new(&spec, &err);
    cr_assert_not_null(worker, "%s", err.message);
    cr_expect(!sb_run(&spec, &result, &err));
    cr_expect_eq(err.fault, SB_SPEC);
    cr_expect_str_eq(err.message, "ground: another worker or run has it");
    cr_expect_null(sb_worker_new(&spec, &err));
    cr_assert(sb_worker_free(worker, &late), "%s", late.message);
    guest_network(&spec, name);
    sb_ground_free(ground);
}

/* Also when nothing could be started. */
Test(podbox_ground, the_caller_stays_where_it_was)
{
    static const struct sb_mount bad = {
        .kind = SB_MOUNT_BIND, .source = "/nonexistent", .target = "/a"};
    struct sb_spec spec;
    struct sb_ground *ground;
    struct sb_result result;
    struct sb_error err;
    char before[64], after[64], name[64];
    own_network(before);
    start(&spec, &ground);
    own_network(after);
    cr_expect_str_eq(after, before);
    spec.ground = ground;
    guest_network(&spec, name);
    own_network(after);
    cr_expect_str_eq(after, before);
    spec.mounts = &bad;
    spec.mount_count = 1;
    cr_expect(!sb_run(&spec, &result, &err));
    own_network(after);
    cr_expect_str_eq(after, before);
    spec.mount_count = 0;
    guest_network(&spec, name); /* it was given back */
    sb_ground_free(ground);
}

Test(podbox_ground, an_ordinary_user_is_told_that_only_root_can)
{
    struct sb_error err;
    if (geteuid() == 0)
        cr_assert_eq(setresuid(65534, 65534, 65534), 0);
    cr_expect_null(sb_ground_new(&err));
    cr_expect_eq(err.fault, SB_HOST);
    cr_expect_not_null(strstr(err.message, "only root can"), "%s", err.message);
}

/* Names, modes, links and what is attached where and how, as the guest sees it. */
static const char *const look[] = {"/bin/sh", "-c",
                                   "umask 0; find / -xdev -printf '%y %m %p %l\\n' | sort;"
                                   "cut -d' ' -f4-6 /proc/self/mountinfo | sort;"
                                   "cat /etc/passwd /etc/group; echo end",
                                   NULL};

enum { TEXT_BYTES = 32768 };

static void run_for_text(struct sb_spec *spec, const char *const *argv,
                         char text[TEXT_BYTES])
{
    struct sb_result result;
    struct sb_error err;
    int out = memfd_create("out", MFD_CLOEXEC);
    spec->command.argv = argv;
    for (int i = 1; i < 3; i++)
        spec->command.streams[i] = (struct sb_stream){.kind = SB_STREAM_FD, .fd = out};
    cr_assert(sb_run(spec, &result, &err), "%s", err.message);
    cr_assert(result.end == SB_END_EXIT && result.exit_code == 0, "%d", result.exit_code);
    sb_result_release(&result);
    ssize_t n = pread(out, text, TEXT_BYTES - 1, 0);
    cr_assert_gt(n, 0);
    text[n] = '\0';
    close(out);
    spec->command.streams[1] = spec->command.streams[2] = spec->command.streams[0];
}

/* With the ground the guest sees what it sees without one. */
static void expect_same_view(struct sb_spec *spec, struct sb_ground *ground,
                             const char *what)
{
    static char with[TEXT_BYTES], without[TEXT_BYTES];
    spec->ground = NULL;
    run_for_text(spec, look, without);
    spec->ground = ground;
    run_for_text(spec, look, with);
    size_t same = 0;
    while (with[same] && with[same] == without[same])
        same++;
    cr_expect_eq(with[same], without[same], "%s: '%.80s', without '%.80s'", what,
                 with + same, without + same);
    cr_expect(strstr(with, "\nend\n"));
}

/* A folder to be bound: a file, and a folder "deep" that the host's /usr has not. */
static void make_source(char path[32])
{
    char name[64];
    (void)snprintf(path, 32, "/tmp/podbox-ground-XXXXXX");
    cr_assert_not_null(mkdtemp(path));
    cr_assert_eq(chmod(path, 0755), 0);
    (void)snprintf(name, sizeof name, "%s/deep", path);
    cr_assert(mkdir(name, 0755) == 0 && chmod(name, 0755) == 0);
    (void)snprintf(name, sizeof name, "%s/file", path);
    int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    cr_assert(fd >= 0 && fchmod(fd, 0644) == 0 && write(fd, "text\n", 5) == 5);
    close(fd);
}

static void remove_source(const char *path)
{
    char name[64];
    (void)snprintf(name, sizeof name, "%s/deep", path);
    cr_expect_eq(rmdir(name), 0);
    (void)snprintf(name, sizeof name, "%s/file", path);
    cr_expect_eq(unlink(name), 0);
    cr_expect_eq(rmdir(path), 0);
}

static void set_mounts(struct sb_spec *spec, const struct sb_mount *mounts, size_t count)
{
    spec->mounts = mounts;
    spec->mount_count = count;
}

/* The caller's umask is not the guest's. */
Test(podbox_ground, the_root_is_as_without_a_ground)
{
    struct sb_spec spec;
    struct sb_ground *ground;
    char source[32], file[64];
    start(&spec, &ground);
    make_source(source);
    (void)snprintf(file, sizeof file, "%s/file", source);
    const struct sb_mount mounts[] = {
        {SB_MOUNT_BIND, source, "/a/folder", 0, 0, false},
        {SB_MOUNT_BIND, file, "/a/file", 0, 0, false},
        {SB_MOUNT_TMPFS, NULL, "/b/empty", 1 << 20, 100, false},
        {SB_MOUNT_BIND, file, "/b/empty/in/file", 0, 0, false},
        {SB_MOUNT_COPY, source, "/c", 1 << 20, 100, false},
        {SB_MOUNT_BIND, source, "/usr", 0, 0, false},
        {SB_MOUNT_BIND, source, "/usr/deep", 0, 0, false},
    };
    umask(077);
    set_mounts(&spec, mounts, 5);
    expect_same_view(&spec, ground, "mounts");
    spec.proc = SB_PROC_PIDS;
    expect_same_view(&spec, ground, "pids only");
    set_mounts(&spec, mounts, 0);
    expect_same_view(&spec, ground, "no mount");
    sb_ground_free(ground);
    remove_source(source);
}

/* Where the guest's own mount covers what the ground has. */
Test(podbox_ground, a_place_beneath_a_mount_is_looked_for_in_that)
{
    struct sb_spec spec;
    struct sb_ground *ground;
    char source[32];
    static char text[TEXT_BYTES];
    start(&spec, &ground);
    make_source(source);
    const struct sb_mount mounts[] = {
        {SB_MOUNT_BIND, source, "/usr/share", 0, 0, false},
        {SB_MOUNT_BIND, source, "/usr/share/deep", 0, 0, false},
    };
    static const char *const list[] = {"/bin/cat", "/usr/share/deep/file", NULL};
    set_mounts(&spec, mounts, 2);
    spec.ground = ground;
    run_for_text(&spec, list, text);
    cr_expect_str_eq(text, "text\n");
    sb_ground_free(ground);
    remove_source(source);
}

Test(podbox_ground, each_spec_has_its_own_places)
{
    static const struct sb_mount first = {SB_MOUNT_TMPFS, NULL, "/first", 4096, 9, false};
    static const struct sb_mount other = {SB_MOUNT_TMPFS, NULL, "/other", 4096, 9, false};
    const struct sb_mount both[] = {first, other};
    struct sb_spec spec;
    struct sb_ground *ground;
    start(&spec, &ground);
    set_mounts(&spec, &first, 1);
    expect_same_view(&spec, ground, "first");
    set_mounts(&spec, &other, 1);
    expect_same_view(&spec, ground, "other");
    set_mounts(&spec, both, 2);
    expect_same_view(&spec, ground, "both");
    set_mounts(&spec, &first, 1);
    expect_same_view(&spec, ground, "first again");
    set_mounts(&spec, NULL, 0);
    expect_same_view(&spec, ground, "none");
    sb_ground_free(ground);
}

Test(podbox_ground, a_source_may_be_a_file_where_the_last_one_was_a_folder)
{
    struct sb_spec spec;
    struct sb_ground *ground;
    char source[32], file[64];
    start(&spec, &ground);
    make_source(source);
    (void)snprintf(file, sizeof file, "%s/file", source);
    const struct sb_mount folder = {SB_MOUNT_BIND, source, "/a", 0, 0, false};
    const struct sb_mount of_file = {SB_MOUNT_BIND, file, "/a", 0, 0, false};
    set_mounts(&spec, &folder, 1);
    expect_same_view(&spec, ground, "folder");
    set_mounts(&spec, &of_file, 1);
    expect_same_view(&spec, ground, "file");
    set_mounts(&spec, &folder, 1);
    expect_same_view(&spec, ground, "folder again");
    sb_ground_free(ground);
    remove_source(source);
}

/* Landlock would say so before the file system can. */
Test(podbox_ground, nothing_of_a_run_reaches_the_next)
{
    static const char *const leave[] = {
        "/bin/sh", "-c",
        "for f in /a /etc/a /dev/a /var/empty/a /usr/a; do"
        "  (echo a >>$f) 2>&1 | grep -q 'Read-only file system' || echo $f; done;"
        "chmod 777 / /etc /var/empty 2>/dev/null && echo chmod;"
        "echo a >/tmp/a; echo a >/dev/shm/a; echo end",
        NULL};
    static const char *const find[] = {
        "/bin/sh", "-c", "find / /tmp /dev/shm -xdev -name a; echo end", NULL};
    static char text[TEXT_BYTES];
    struct sb_spec spec;
    struct sb_ground *ground;
    start(&spec, &ground);
    spec.ground = ground;
    spec.waived |= SB_LAYER_LANDLOCK;
    spec.disabled = SB_LAYER_LANDLOCK;
    run_for_text(&spec, leave, text);
    cr_expect_str_eq(text, "end\n");
    run_for_text(&spec, find, text);
    cr_expect_str_eq(text, "end\n");
    expect_same_view(&spec, ground, "after");
    sb_ground_free(ground);
}

static off_t kept_size(const struct sb_result *result, size_t i, const char *name)
{
    struct stat st;
    return fstatat(result->kept_fds[i], name, &st, 0) == 0 ? st.st_size : -1;
}

Test(podbox_ground, what_is_kept_and_what_is_copied_is_the_runs_own)
{
    static const char *const fill[] = {
        "/bin/sh", "-c", "echo >>/copy/file; echo a >/out/a; ls /out /copy | wc -l", NULL};
    struct sb_spec spec;
    struct sb_ground *ground;
    struct sb_result result;
    struct sb_error err;
    char source[32];
    start(&spec, &ground);
    make_source(source);
    const struct sb_mount mounts[] = {
        {SB_MOUNT_TMPFS, NULL, "/out", 1 << 20, 100, true},
        {SB_MOUNT_COPY, source, "/copy", 1 << 20, 100, true},
    };
    set_mounts(&spec, mounts, 2);
    spec.ground = ground;
    spec.command.argv = fill;
    for (int i = 0; i < 2; i++) {
        cr_assert(sb_run(&spec, &result, &err), "%s", err.message);
        cr_assert_eq(result.kept_count, 2);
        cr_expect_eq(kept_size(&result, 0, "a"), 2);
        cr_expect_eq(kept_size(&result, 1, "file"), 6);
        sb_result_release(&result);
    }
    sb_ground_free(ground);
    remove_source(source);
}

static void run_in_worker(struct sb_worker *worker, const char *script, char text[64])
{
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};
    struct sb_command command;
    struct sb_result result;
    struct sb_error err;
    int out = memfd_create("out", MFD_CLOEXEC);
    sb_command_init(&command);
    command.argv = argv;
    command.streams[1] = (struct sb_stream){.kind = SB_STREAM_FD, .fd = out};
    cr_assert(sb_worker_run(worker, &command, &result, &err), "%s", err.message);
    sb_result_release(&result);
    ssize_t n = pread(out, text, 63, 0);
    cr_assert_geq(n, 0);
    text[n] = '\0';
    close(out);
}

/* A mount beneath a writable one cannot be made anew alone, so each run has a new init. */
Test(podbox_ground, a_worker_that_is_born_again_stands_on_it)
{
    static const struct sb_mount mounts[] = {
        {SB_MOUNT_TMPFS, NULL, "/a", 1 << 20, 100, false},
        {SB_MOUNT_BIND, "/usr/share", "/a/share", 0, 0, false},
    };
    struct sb_spec spec;
    struct sb_ground *ground;
    struct sb_error err;
    char text[64];
    start(&spec, &ground);
    set_mounts(&spec, mounts, 2);
    spec.ground = ground;
    struct sb_worker *worker = sb_worker_new(&spec, &err);
    cr_assert_not_null(worker, "%s", err.message);
    for (int i = 0; i < 3; i++) {
        run_in_worker(worker, "ls /a /tmp; echo >/a/left; echo >/tmp/left", text);
        cr_expect_str_eq(text, "/a:\nshare\n\n/tmp:\n");
    }
    cr_expect(sb_worker_free(worker, &err), "%s", err.message);
    sb_ground_free(ground);
}

Test(podbox_ground, a_source_that_the_guest_may_not_read_is_refused_as_ever)
{
    struct sb_spec spec;
    struct sb_ground *ground;
    struct sb_result result;
    struct sb_error err;
    char source[32];
    start(&spec, &ground);
    make_source(source);
    const struct sb_mount mount = {SB_MOUNT_BIND, source, "/a", 0, 0, false};
    set_mounts(&spec, &mount, 1);
    expect_same_view(&spec, ground, "readable");
    cr_assert_eq(chmod(source, 0700), 0);
    cr_expect(!sb_run(&spec, &result, &err));
    cr_expect_eq(err.fault, SB_SPEC);
    cr_expect_not_null(strstr(err.message, "has mode 0700"), "%s", err.message);
    cr_assert_eq(chmod(source, 0755), 0);
    expect_same_view(&spec, ground, "readable again");
    sb_ground_free(ground);
    remove_source(source);
}

/* The folder of a run's cgroup that this process holds open; false: none. */
static bool find_open_cgroup(char path[PATH_MAX])
{
    DIR *dir = opendir("/proc/self/fd");
    bool is_found = false;
    cr_assert_not_null(dir);
    for (struct dirent *e; !is_found && (e = readdir(dir));) {
        ssize_t n = readlinkat(dirfd(dir), e->d_name, path, PATH_MAX - 1);
        path[n > 0 ? n : 0] = '\0';
        char *name = strstr(path, "/podbox/run-");
        is_found = name && !strchr(name + strlen("/podbox/"), '/');
    }
    closedir(dir);
    return is_found;
}

/* That of the next run is made while the guest of this one runs. */
Test(podbox_ground, each_run_has_a_cgroup_of_its_own_and_none_is_left)
{
    static const char *const fill[] = {
        "/bin/sh", "-c", "head -c 64000000 /dev/zero >/tmp/a; echo end", NULL};
    static char text[TEXT_BYTES], first[PATH_MAX], second[PATH_MAX];
    struct sb_spec spec;
    struct sb_ground *ground;
    struct sb_result result;
    struct sb_error err;
    start(&spec, &ground);
    if (spec.waived & SB_LAYER_CGROUP)
        cr_skip_test("no cgroup works here");
    spec.ground = ground;
    run_for_text(&spec, fill, text);
    cr_assert(find_open_cgroup(first), "no cgroup is ready");
    spec.command.argv = tell;
    cr_assert(sb_run(&spec, &result, &err), "%s", err.message);
    cr_expect_lt(result.peak_memory_bytes, 32000000);
    cr_expect_eq(result.layers & SB_LAYER_CGROUP, SB_LAYER_CGROUP);
    sb_result_release(&result);
    cr_assert(find_open_cgroup(second), "no cgroup is ready");
    cr_expect_str_neq(first, second);
    cr_expect(access(first, F_OK) != 0 && errno == ENOENT, "'%s' is left", first);
    sb_ground_free(ground);
    cr_expect(access(second, F_OK) != 0 && errno == ENOENT, "'%s' is left", second);
}
