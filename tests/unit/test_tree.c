#include "base/fs.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(tree, .timeout = 20);

/* openat that the linker hands over to us, see src.cmake: what is opened by the name
 * swapped was a file when it was looked at, and is a FIFO now. */
static const char *swapped;
static const char *vanishing; /* the same, and is gone now */

int __real_openat(int fd, const char *name, int flags, ...);
int __wrap_openat(int fd, const char *name, int flags, ...);

int __wrap_openat(int fd, const char *name, int flags, ...)
{
    if (swapped && strcmp(name, swapped) == 0) {
        swapped = NULL;
        cr_assert_eq(unlinkat(fd, name, 0), 0);
        cr_assert_eq(mkfifoat(fd, name, 0600), 0);
    }
    if (vanishing && strcmp(name, vanishing) == 0) {
        vanishing = NULL;
        cr_assert_eq(unlinkat(fd, name, 0), 0);
    }
    return __real_openat(fd, name, flags, 0600);
}

static const struct pod_tree_caps wide = {.bytes = 1 << 20, .files = 100, .depth = 8};

static int status_of(int (*work)(void))
{
    pid_t child = fork();
    if (child == 0)
        _exit(work());
    int status = 0;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        cr_skip_test("no right to do that here");
    return WEXITSTATUS(status);
}

static unsigned mode_of(const char *path)
{
    struct stat st;
    cr_assert_eq(lstat(path, &st), 0, "%s", path);
    return st.st_mode & 07777;
}

static void make_source(void)
{
    fixture_write("from/run", "#!/bin/sh\n");
    fixture_write("from/data/deep/x", "12345");
    fixture_write("from/.hidden", "");
    cr_assert_eq(chmod("from/run", 04510), 0);
    cr_assert_eq(chmod("from/.hidden", 0600), 0);
    cr_assert_eq(chmod("from/data", 0700), 0);
    cr_assert_eq(mkdir("from/empty", 0700), 0);
}

Test(tree, a_copy_can_be_read_by_another_uid)
{
    char *folder = fixture_enter();
    make_source();
    cr_assert_eq(symlink("from", "link"), 0);
    umask(077);
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(pod_tree_copy("link", "to", &wide, &err), "%s", err.message);
    static const struct {
        const char *path;
        unsigned mode;
    } table[] = {
        {"to", 0755},       {"to/run", 0755},       {"to/.hidden", 0644},
        {"to/data", 0755},  {"to/data/deep", 0755}, {"to/data/deep/x", 0644},
        {"to/empty", 0755},
    };
    for (size_t i = 0; i < COUNT(table); i++)
        cr_assert_eq(mode_of(table[i].path), table[i].mode, "%s", table[i].path);
    pod_auto_buf struct pod_buf bytes = POD_BUF_INIT;
    cr_assert(pod_file_read("to/data/deep/x", 5, &bytes, &err), "%s", err.message);
    cr_assert_str_eq(bytes.data, "12345");
    fixture_leave_take(folder);
}

Test(tree, caps_hold_to_the_byte_and_a_failed_copy_leaves_nothing)
{
    /* the source has 6 items below it, 15 bytes, and x lies at depth 3 */
    static const struct {
        struct pod_tree_caps caps;
        const char *message;
    } table[] = {
        {{.bytes = 15, .files = 6, .depth = 3}, NULL},
        {{.bytes = 14, .files = 6, .depth = 3}, "more than 14 bytes, at \"run\""},
        {{.bytes = 15, .files = 5, .depth = 3},
         "more than 5 files and folders, at \"run\""},
        {{.bytes = 15, .files = 6, .depth = 2},
         "\"data/deep/x\" lies deeper than 2 folders"},
        {{.bytes = 0, .files = 0, .depth = 0}, "\".hidden\" lies deeper than 0 folders"},
    };
    char *folder = fixture_enter();
    make_source();
    for (size_t i = 0; i < COUNT(table); i++) {
        struct pod_error err = POD_ERROR_INIT;
        bool is_done = pod_tree_copy("from", "to", &table[i].caps, &err);
        cr_assert_eq(is_done, table[i].message == NULL, "row %zu: %s", i, err.message);
        if (is_done) {
            cr_assert(pod_dir_remove("to", &err));
            continue;
        }
        cr_assert_eq(err.fault, POD_ENTRY);
        cr_assert_str_eq(err.message, table[i].message);
        cr_assert_not(pod_path_exists("to"), "row %zu", i);
    }
    fixture_leave_take(folder);
}

Test(tree, a_folder_that_is_excepted_is_neither_copied_nor_counted)
{
    char *folder = fixture_enter();
    make_source();
    fixture_write("from/data/work/big", "not to be copied: more than 15 bytes");
    struct stat st;
    cr_assert_eq(stat("from/data/work", &st), 0);
    struct pod_tree_caps caps = {.bytes = 15,
                                 .files = 6,
                                 .depth = 3,
                                 .except_dev = st.st_dev,
                                 .except_ino = st.st_ino};
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(pod_tree_copy("from", "to", &caps, &err), "%s", err.message);
    cr_assert(pod_path_exists("to/data/deep/x"));
    cr_assert_not(pod_path_exists("to/data/work"));
    caps.except_dev++; /* the same number on another file system is another folder */
    cr_assert_not(pod_tree_copy("from", "other", &caps, &err));
    fixture_leave_take(folder);
}

static void make_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    cr_assert_gt(snprintf(address.sun_path, sizeof address.sun_path, "%s", path), 0);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
}

Test(tree, only_files_and_folders_are_copied)
{
    static const char *const messages[] = {
        "\"d/x\" is a link: only files and folders may be",
        "\"d/x\" is a FIFO: only files and folders may be",
        "\"d/x\" is a socket: only files and folders may be",
    };
    char *folder = fixture_enter();
    for (size_t i = 0; i < COUNT(messages); i++) {
        cr_assert(pod_dir_make("from/d", &(struct pod_error)POD_ERROR_INIT));
        if (i == 0)
            cr_assert_eq(symlink("/etc/passwd", "from/d/x"), 0);
        else if (i == 1)
            cr_assert_eq(mkfifo("from/d/x", 0600), 0);
        else
            make_socket("from/d/x");
        struct pod_error err = POD_ERROR_INIT;
        cr_assert_not(pod_tree_copy("from", "to", &wide, &err));
        cr_assert_eq(err.fault, POD_ENTRY);
        cr_assert_str_eq(err.message, messages[i]);
        cr_assert_not(pod_path_exists("to"));
        cr_assert(pod_dir_remove("from", &err));
    }
    fixture_leave_take(folder);
}

Test(tree, a_file_that_becomes_a_fifo_before_it_is_opened_is_not_copied)
{
    char *folder = fixture_enter();
    fixture_write("from/d/x", "12345");
    struct pod_error err = POD_ERROR_INIT;
    swapped = "x";
    cr_assert_not(pod_tree_copy("from", "to", &wide, &err));
    cr_assert_eq(err.fault, POD_ENTRY);
    cr_assert_str_eq(err.message, "\"d/x\" became a FIFO while it was copied");
    cr_assert_not(pod_path_exists("to"));
    fixture_leave_take(folder);
}

Test(tree, a_file_of_holes_is_as_large_as_it_says)
{
    char *folder = fixture_enter();
    fixture_write("from/x", "");
    cr_assert_eq(truncate("from/x", (off_t)1 << 40), 0);
    struct pod_error err = POD_ERROR_INIT;
    cr_assert_not(pod_tree_copy("from", "to", &wide, &err));
    cr_assert_str_eq(err.message, "more than 1048576 bytes, at \"x\"");
    fixture_leave_take(folder);
}

Test(tree, a_copy_never_lands_on_what_is_there)
{
    char *folder = fixture_enter();
    fixture_write("from/x", "new");
    fixture_write("to/y", "mine");
    struct pod_error err = POD_ERROR_INIT;
    cr_assert_not(pod_tree_copy("from", "to", &wide, &err));
    cr_assert_eq(err.fault, POD_HOST);
    cr_assert_str_eq(err.message, "cannot make the folder \"to\": File exists");
    cr_assert(pod_path_exists("to/y"), "what was there is gone");
    err = (struct pod_error)POD_ERROR_INIT;
    fixture_leave_take(folder);
}

Test(tree, removal_never_follows_a_link)
{
    char *folder = fixture_enter();
    fixture_write("kept/x", "");
    fixture_write("gone/file", "");
    cr_assert_eq(symlink("../kept", "gone/link"), 0);
    cr_assert_eq(symlink("kept", "link"), 0);
    cr_assert_eq(mkfifo("gone/fifo", 0600), 0);
    static const char *const paths[] = {"gone", "link/", "none", "none/below"};
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct pod_error err = POD_ERROR_INIT;
        cr_assert(pod_dir_remove(paths[i], &err), "%s", err.message);
    }
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    cr_assert(pod_dir_list(".", &names, &(struct pod_error)POD_ERROR_INIT));
    cr_assert_eq(names.count, 1);
    cr_assert(pod_path_exists("kept/x"));
    fixture_leave_take(folder);
}

struct locked_case {
    const char *path; /* gets the mode */
    mode_t mode;
    rlim_t limit; /* of open descriptors, 0: none */
    const char *source;
    const char *dest;
    enum pod_fault fault;
    const char *message;
};

/* Root may read everything: the check needs an ordinary uid. A folder is listed by who may
 * search it, too. Of 5 descriptors 3 are the standard ones and 2 the roots of both sides,
 * so that none is left for a listing. */
static const struct locked_case locked[] = {
    {"from/data/x", 0, 0, "from", "to", POD_ENTRY,
     "cannot read \"data/x\": Permission denied"},
    {"from/data", 0, 0, "from", "to", POD_ENTRY, "cannot read \"data\": Permission denied"},
    {"from/data", 0400, 0, "from", "to", POD_ENTRY,
     "cannot read \"data\": Permission denied"},
    {"from", 0, 0, "from", "to", POD_ENTRY, "cannot read \"from\": Permission denied"},
    {"from", 0400, 0, "from", "to", POD_ENTRY, "cannot read \".\": Permission denied"},
    {"from", 0700, 0, "none", "to", POD_ENTRY,
     "cannot read \"none\": No such file or directory"},
    {"from", 0700, 3, "from", "to", POD_HOST, "cannot read \"from\": Too many open files"},
    {"from", 0700, 5, "from", "to", POD_HOST, "cannot read \".\": Too many open files"},
    {"shut", 0500, 0, "from", "shut/to", POD_HOST,
     "cannot make the folder \"shut/to\": Permission denied"},
};

static const struct locked_case *locked_row;

static bool limit_descriptors(rlim_t limit)
{
    closefrom(3);
    return limit == 0 || setrlimit(RLIMIT_NOFILE, &(struct rlimit){limit, limit}) == 0;
}

static int copy_locked(void)
{
    if (geteuid() == 0 &&
        (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0))
        return 77;
    fixture_write("open/from/data/x", "");
    if (chdir("open") != 0 || mkdir("shut", 0700) != 0 ||
        chmod(locked_row->path, locked_row->mode) != 0 ||
        !limit_descriptors(locked_row->limit))
        return 1;
    struct pod_error err = POD_ERROR_INIT;
    if (pod_tree_copy(locked_row->source, locked_row->dest, &wide, &err))
        return 2;
    if (err.fault != locked_row->fault)
        return 3;
    if (strcmp(err.message, locked_row->message) != 0)
        return fprintf(stderr, "%s\n", err.message) > 0 ? 4 : 5;
    return pod_path_exists(locked_row->dest) ? 6 : 0;
}

Test(tree, what_cannot_be_read_is_the_entrys_fault_and_what_cannot_be_written_the_hosts)
{
    char *folder = fixture_enter();
    cr_assert_eq(chmod(".", 0755), 0);
    for (size_t i = 0; i < COUNT(locked); i++) {
        cr_assert_eq(mkdir("open", 0777), 0);
        cr_assert_eq(chmod("open", 0777), 0);
        locked_row = &locked[i];
        int step = status_of(copy_locked);
        cr_assert_eq(step, 0, "row %zu: step %d", i, step);
        cr_assert(pod_dir_remove("open", &(struct pod_error)POD_ERROR_INIT));
    }
    fixture_leave_take(folder);
}

Test(tree, a_file_that_vanishes_before_it_is_opened_is_the_entrys_fault)
{
    char *folder = fixture_enter();
    fixture_write("from/d/x", "12345");
    struct pod_error err = POD_ERROR_INIT;
    vanishing = "x";
    cr_assert_not(pod_tree_copy("from", "to", &wide, &err));
    cr_assert_eq(err.fault, POD_ENTRY);
    cr_assert_str_eq(err.message, "cannot read \"d/x\": No such file or directory");
    cr_assert_not(pod_path_exists("to"));
    fixture_leave_take(folder);
}

/* 1000 folders of 12 bytes a name: 13,000 bytes of path, 3 times PATH_MAX. The name sorts
 * before those that removal gives. */
static void make_deep(const char *top)
{
    cr_assert_eq(mkdir(top, 0700), 0);
    int fd = open(top, O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < 1000; i++) {
        cr_assert_eq(mkdirat(fd, "-deep-folder", 0700), 0);
        int below = openat(fd, "-deep-folder", O_RDONLY | O_DIRECTORY);
        cr_assert_geq(below, 0);
        close(fd);
        fd = below;
        int file = openat(fd, "file", O_WRONLY | O_CREAT, 0600);
        close(file);
    }
    close(fd);
}

Test(tree, a_tree_deeper_than_any_path_is_removed)
{
    char *folder = fixture_enter();
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &(struct rlimit){128, 128}), 0);
    make_deep("top");
    fixture_write("top/.removed-0/x", ""); /* a name that removal itself would take */
    fixture_write("top/.removed-1", "");
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(pod_dir_remove("top", &err), "%s", err.message);
    cr_assert_not(pod_path_exists("top"));
    fixture_leave_take(folder);
}

/* Root may read everything: the check needs an ordinary uid. */
static int remove_locked_tree(void)
{
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 77;
    if (mkdir("open/top", 0700) || mkdir("open/top/a", 0700) || mkdir("open/top/a/b", 0))
        return 1;
    if (chmod("open/top/a", 0500) || chmod("open/top", 0))
        return 2;
    struct pod_error err = POD_ERROR_INIT;
    return pod_dir_remove("open/top", &err) ? 0 : 3;
}

Test(tree, folders_without_any_permission_are_removed_by_their_owner)
{
    char *folder = fixture_enter();
    cr_assert_eq(chmod(".", 0755), 0);
    cr_assert_eq(mkdir("open", 0777), 0);
    cr_assert_eq(chmod("open", 0777), 0);
    int step = status_of(remove_locked_tree);
    cr_assert_eq(step, 0, "step %d", step);
    cr_assert_not(pod_path_exists("open/top"));
    fixture_leave_take(folder);
}

/* In a sticky folder of root others may not remove what is not theirs: EPERM, which POSIX
 * also says of folders. Its mode is such that nothing is tried but to open it as one. */
static int remove_what_is_not_ours(void)
{
    if (geteuid() != 0 || chmod("sticky", 01777) || chmod("sticky/kept", 0755) ||
        setgid(65534) != 0 || setuid(65534) != 0)
        return 77;
    struct pod_error err = POD_ERROR_INIT;
    if (pod_dir_remove("sticky", &err))
        return 1;
    bool is_said = strcmp(err.message, "cannot remove \"kept\" in \"sticky\": Operation "
                                       "not permitted") == 0;
    return is_said ? 0 : 2;
}

Test(tree, a_file_that_may_not_be_removed_is_not_taken_for_a_folder)
{
    char *folder = fixture_enter();
    cr_assert_eq(chmod(".", 0755), 0);
    fixture_write("sticky/kept", "");
    int step = status_of(remove_what_is_not_ours);
    fixture_leave_take(folder);
    cr_assert_eq(step, 0, "step %d", step);
}

static int remove_above_a_mount(void)
{
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
        mount("tmpfs", "top/mounted", "tmpfs", 0, "size=64k"))
        return 77;
    struct pod_error err = POD_ERROR_INIT;
    if (!pod_file_write("top/mounted/kept", "x", 1, &err))
        return 1;
    if (pod_dir_remove("top", &err))
        return 2;
    if (strcmp(err.message,
               "cannot remove \"mounted\" in \"top\": Invalid cross-device link") != 0)
        return 3;
    return access("top/mounted/kept", F_OK) == 0 ? 0 : 4;
}

Test(tree, removal_does_not_enter_another_file_system)
{
    char *folder = fixture_enter();
    cr_assert(pod_dir_make("top/mounted", &(struct pod_error)POD_ERROR_INIT));
    int step = status_of(remove_above_a_mount);
    fixture_leave_take(folder);
    cr_assert_eq(step, 0, "step %d", step);
}
