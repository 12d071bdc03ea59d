#include "base/fs.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(fs, .timeout = 20);

/* Calls that the linker hands over to us, see src.cmake. */
static bool leaves_errno;
static int empty_writes;

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
ssize_t __real_write(int fd, const void *bytes, size_t length);
ssize_t __wrap_write(int fd, const void *bytes, size_t length);

char *__wrap_strdup(const char *text)
{
    char *copy = __real_strdup(text);
    if (leaves_errno)
        errno = ENOMEM;
    return copy;
}

ssize_t __wrap_write(int fd, const void *bytes, size_t length)
{
    if (empty_writes == 0)
        return __real_write(fd, bytes, length);
    empty_writes--;
    return 0;
}

/* malloc that was refused by brk and helped by mmap succeeds and leaves ENOMEM. */
Test(fs, a_call_that_succeeds_and_leaves_errno_does_not_spoil_a_list)
{
    char *folder = fixture_enter();
    fixture_write("a", "");
    fixture_write("b", "");
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    leaves_errno = true;
    bool is_listed = pod_dir_list(".", &names, &err);
    leaves_errno = false;
    cr_assert(is_listed, "%s", err.message);
    cr_assert_eq(names.count, 2);
    fixture_leave_take(folder);
}

Test(fs, a_device_that_takes_no_byte_is_an_error)
{
    char *folder = fixture_enter();
    struct pod_error err = POD_ERROR_INIT;
    empty_writes = 3;
    bool is_written = pod_file_write("f", "x", 1, &err);
    empty_writes = 0;
    cr_assert_not(is_written);
    cr_assert_str_eq(err.message, "cannot write \"f\": Input/output error");
    fixture_leave_take(folder);
}

Test(fs, paths_are_joined)
{
    static const struct {
        const char *a, *b, *joined;
    } table[] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"", "b", "b"},        {"a", "/b", "/b"},
        {"a", "", "a"},    {"/", "b", "/b"},   {"a/b", "c", "a/b/c"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        pod_auto_free char *joined = pod_path_join(table[i].a, table[i].b);
        cr_assert_str_eq(joined, table[i].joined);
    }
}

Test(fs, a_file_is_replaced_as_a_whole)
{
    char *folder = fixture_enter();
    struct pod_error err = POD_ERROR_INIT;
    umask(022);
    cr_assert(pod_file_write("f", "first", 5, &err), "%s", err.message);
    cr_assert_eq(symlink("f", "link"), 0);
    cr_assert(pod_file_write("./f", "a\0b", 3, &err), "%s", err.message);
    pod_auto_buf struct pod_buf bytes = POD_BUF_INIT;
    pod_buf_puts(&bytes, "> ");
    cr_assert(pod_file_read("link", 3, &bytes, &err), "%s", err.message);
    cr_assert_eq(bytes.length, 5);
    cr_assert_eq(memcmp(bytes.data, "> a\0b", 6), 0);
    struct stat st;
    cr_assert_eq(stat("f", &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0644, "a web server reads the board");
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    cr_assert(pod_dir_list(".", &names, &err), "%s", err.message);
    cr_assert_eq(names.count, 2, "a temporary was left");
    cr_assert_str_eq(names.items[0], "f");
    fixture_leave_take(folder);
}

Test(fs, what_is_no_file_is_written_to_and_stays)
{
    struct pod_error err = POD_ERROR_INIT;
    struct stat status;
    char got[8] = "";
    char path[] = "/tmp/fs-fifo-XXXXXX";
    cr_assert_not_null(mkdtemp(path));
    pod_auto_free char *fifo = pod_path_join(path, "fifo");
    cr_assert_eq(mkfifo(fifo, 0600), 0);
    int reader = open(fifo, O_RDONLY | O_NONBLOCK);
    cr_assert_geq(reader, 0);
    cr_expect(pod_file_write(fifo, "bytes", 5, &err), "%s", err.message);
    cr_expect_eq(read(reader, got, sizeof got - 1), 5);
    cr_expect_str_eq(got, "bytes");
    cr_expect(stat(fifo, &status) == 0 && S_ISFIFO(status.st_mode));
    close(reader);
    cr_expect(unlink(fifo) == 0 && rmdir(path) == 0);
}

Test(fs, an_empty_file_is_an_empty_string)
{
    char *folder = fixture_enter();
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(pod_file_write("f", "", 0, &err), "%s", err.message);
    pod_auto_buf struct pod_buf bytes = POD_BUF_INIT;
    cr_assert(pod_file_read("f", 0, &bytes, &err), "%s", err.message);
    cr_assert_not_null(bytes.data);
    cr_assert_eq(bytes.length, 0);
    fixture_leave_take(folder);
}

Test(fs, what_cannot_be_read_is_said_without_waiting)
{
    static const struct {
        const char *path, *message;
    } table[] = {
        {"none", "cannot open \"none\": No such file or directory"},
        {"fifo", "\"fifo\" is not a regular file"},
        {"folder", "\"folder\" is not a regular file"},
        {"/dev/zero", "\"/dev/zero\" is not a regular file"},
        {"loop", "cannot open \"loop\": Too many levels of symbolic links"},
        {"five", "\"five\" is larger than 4 bytes"},
        /* its size says 0 */
        {"/proc/self/status", "\"/proc/self/status\" is larger than 4 bytes"},
    };
    char *folder = fixture_enter();
    cr_assert_eq(mkfifo("fifo", 0600), 0);
    cr_assert_eq(mkdir("folder", 0700), 0);
    cr_assert_eq(symlink("loop", "loop"), 0);
    fixture_write("five", "12345");
    for (size_t i = 0; i < COUNT(table); i++) {
        struct pod_error err = POD_ERROR_INIT;
        pod_auto_buf struct pod_buf bytes = POD_BUF_INIT;
        cr_assert_not(pod_file_read(table[i].path, 4, &bytes, &err), "%s", table[i].path);
        cr_assert_eq(err.fault, POD_HOST);
        cr_assert_str_eq(err.message, table[i].message);
    }
    fixture_leave_take(folder);
}

Test(fs, what_cannot_be_written_is_said)
{
    char *folder = fixture_enter();
    fixture_write("file", "x");
    cr_assert_eq(mkdir("folder", 0700), 0);
    struct pod_error err = POD_ERROR_INIT;
    cr_assert_not(pod_file_write("none/f", "x", 1, &err));
    cr_assert_eq(strncmp(err.message, "cannot create \"none/f.tmp-", 26), 0);
    err = (struct pod_error)POD_ERROR_INIT;
    cr_assert_not(pod_file_write("folder", "x", 1, &err));
    cr_assert_str_eq(err.message, "cannot write \"folder\": Is a directory");
    err = (struct pod_error)POD_ERROR_INIT;
    cr_assert_not(pod_dir_make("file/below", &err));
    cr_assert_str_eq(err.message, "cannot make the folder \"file\": File exists");
    err = (struct pod_error)POD_ERROR_INIT;
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    cr_assert_not(pod_dir_list("file", &names, &err));
    cr_assert_str_eq(err.message, "cannot open the folder \"file\": Not a directory");
    cr_assert(pod_dir_list(".", &names, &(struct pod_error)POD_ERROR_INIT));
    cr_assert_eq(names.count, 2, "a temporary was left");
    fixture_leave_take(folder);
}

Test(fs, folders_are_made_with_all_their_parents)
{
    char *folder = fixture_enter();
    static const char *const paths[] = {"a/b/c", "a/b/c", "a//d/", "e/"};
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct pod_error err = POD_ERROR_INIT;
        cr_assert(pod_dir_make(paths[i], &err), "%s", err.message);
        cr_assert(pod_path_is_dir(paths[i]), "%s", paths[i]);
    }
    pod_auto_free char *absolute = pod_path_join(folder, "x/y");
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(pod_dir_make(absolute, &err), "%s", err.message);
    pod_auto_free char *real = pod_path_real("x/../x/y", &err);
    pod_auto_free char *home = pod_path_real(".", &err);
    pod_auto_free char *expected = pod_path_join(home, "x/y");
    cr_assert_str_eq(real, expected);
    cr_assert_null(pod_path_real("none", &err));
    cr_assert_str_eq(err.message, "cannot resolve \"none\": No such file or directory");
    fixture_leave_take(folder);
}

/* In a child, as criterion's worker has threads and cannot unshare; 1 to 3 say which step
 * was wrong, 77 that this machine does not let us mount. */
static int write_to_full_disk(void)
{
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
        mount("tmpfs", "disk", "tmpfs", 0, "size=64k"))
        return 77;
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_free char *large = pod_alloc(1, 1 << 20);
    if (!pod_file_write("disk/f", "old", 3, &err))
        return 1;
    if (pod_file_write("disk/f", large, 1 << 20, &err) ||
        strcmp(err.message, "cannot write \"disk/f\": No space left on device") != 0)
        return 2;
    struct pod_error none = POD_ERROR_INIT;
    pod_auto_buf struct pod_buf bytes = POD_BUF_INIT;
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    bool is_kept = pod_file_read("disk/f", 3, &bytes, &none) &&
                   strcmp(bytes.data, "old") == 0 && pod_dir_list("disk", &names, &none) &&
                   names.count == 1;
    return is_kept ? 0 : 3;
}

Test(fs, a_full_disk_leaves_the_old_file_and_no_temporary)
{
    char *folder = fixture_enter();
    cr_assert_eq(mkdir("disk", 0700), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(write_to_full_disk());
    int status = 0;
    cr_assert_eq(waitpid(child, &status, 0), child);
    fixture_leave_take(folder);
    cr_assert(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        cr_skip_test("no right to mount");
    cr_assert_eq(WEXITSTATUS(status), 0, "step %d", WEXITSTATUS(status));
}
