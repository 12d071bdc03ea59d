#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "podbox.h"

static char folder[64];
static const struct sb_collect_caps roomy = {1 << 20, 100, 8};

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static void set_up(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/podbox-collect-XXXXXX");
    cr_assert(mkdtemp(folder));
    cr_assert(chdir(folder) == 0);
    cr_assert(mkdir("out", 0755) == 0);
}

static void tear_down(void)
{
    cr_assert(chdir("/") == 0);
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

TestSuite(podbox_collect, .timeout = 20, .init = set_up, .fini = tear_down);

static void put(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_CREAT | O_WRONLY, mode);
    cr_assert(fd >= 0, "%s", path);
    cr_assert(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    cr_assert(fchmod(fd, mode) == 0 && close(fd) == 0);
}

static bool collect(const struct sb_collect_caps *caps, struct sb_error *err)
{
    int fd = open("out", O_RDONLY | O_DIRECTORY);
    *err = (struct sb_error){0};
    bool is_done = sb_collect(fd, "dest", caps, err);
    close(fd);
    return is_done;
}

Test(podbox_collect, regular_files_and_folders_arrive_with_plain_modes)
{
    struct sb_error err;
    struct stat st;
    char text[16] = "";
    put("out/a.csv", "ID,x\n", 0600);
    cr_assert(mkdir("out/d", 0700) == 0);
    put("out/d/run", "#!/bin/sh\n", 04711);
    put("out/-rf\n", "odd", 0644);
    cr_assert(collect(&roomy, &err), "%s", err.message);
    int fd = open("dest/a.csv", O_RDONLY);
    cr_assert(read(fd, text, sizeof text - 1) == 5 && strcmp(text, "ID,x\n") == 0);
    close(fd);
    cr_expect(stat("dest/a.csv", &st) == 0 && (st.st_mode & 07777) == 0644);
    cr_expect(stat("dest/d/run", &st) == 0 && (st.st_mode & 07777) == 0755);
    cr_expect(stat("dest/d", &st) == 0 && (st.st_mode & 07777) == 0755);
    cr_expect(stat("dest/-rf\n", &st) == 0 && st.st_size == 3);
}

static void make_link(void)
{
    cr_assert(symlink("/etc/passwd", "out/x") == 0);
}

static void make_folder_link(void)
{
    cr_assert(symlink("/etc", "out/x") == 0);
}

static void make_fifo(void)
{
    cr_assert(mkfifo("out/x", 0644) == 0);
}

static void make_socket(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "out/x"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    cr_assert(bind(fd, (struct sockaddr *)&name, sizeof name) == 0);
    close(fd);
}

static void make_deep(void)
{
    static const char deep[] = "out/x/x/x/x/x/x/x/x/x";
    for (size_t length = 5; length <= strlen(deep); length += 2) {
        char path[sizeof deep];
        (void)snprintf(path, sizeof path, "%.*s", (int)length, deep);
        cr_assert(mkdir(path, 0755) == 0);
    }
}

static void make_sparse(void)
{
    int fd = open("out/x", O_CREAT | O_WRONLY, 0644);
    cr_assert(ftruncate(fd, (off_t)1 << 33) == 0);
    close(fd);
}

static void make_many(void)
{
    char path[32];
    for (int i = 0; i < 101; i++) {
        (void)snprintf(path, sizeof path, "out/%d", i);
        put(path, "", 0644);
    }
}

static void make_escape_name(void)
{
    cr_assert(symlink("x", "out/\033[2J'") == 0);
}

Test(podbox_collect, what_is_not_allowed_ends_the_copy_with_a_reason)
{
    static const struct {
        void (*make)(void);
        enum sb_fault fault;
        const char *message;
    } cases[] = {
        {make_link, SB_SPEC, "'x' is a symbolic link"},
        {make_folder_link, SB_SPEC, "'x' is a symbolic link"},
        {make_fifo, SB_SPEC, "'x' is a FIFO"},
        {make_socket, SB_SPEC, "'x' is a socket"},
        {make_escape_name, SB_SPEC, "'?[2J?' is a symbolic link"},
        {make_deep, SB_OVER, "'x/x/x/x/x/x/x/x/x' lies deeper than allowed"},
        {make_sparse, SB_OVER, "'x' makes more bytes than allowed"},
        {make_many, SB_OVER, "is one file more than allowed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sb_error err;
        cases[i].make();
        cr_expect(!collect(&roomy, &err));
        cr_expect(err.fault == cases[i].fault, "case %zu: %d", i, err.fault);
        cr_expect(strstr(err.message, cases[i].message), "case %zu: %s", i, err.message);
        nftw("out", remove_one, 16, FTW_DEPTH | FTW_PHYS);
        nftw("dest", remove_one, 16, FTW_DEPTH | FTW_PHYS);
        cr_assert(mkdir("out", 0755) == 0);
    }
}

Test(podbox_collect, a_device_is_refused_and_never_read)
{
    struct sb_error err;
    if (mknod("out/x", S_IFCHR | 0666, makedev(1, 5)) != 0)
        cr_skip_test("only root makes devices");
    cr_expect(!collect(&roomy, &err));
    cr_expect(strstr(err.message, "'x' is a device"), "%s", err.message);
}

Test(podbox_collect, exactly_the_caps_pass_and_a_folder_that_exists_does_not)
{
    static const struct sb_collect_caps exact = {5, 1, 0};
    struct sb_error err;
    put("out/a", "12345", 0644);
    cr_expect(collect(&exact, &err), "%s", err.message);
    cr_expect(!collect(&exact, &err) && err.fault == SB_HOST);
    cr_expect(strstr(err.message, "cannot make 'dest'"), "%s", err.message);
}

/* Root may read everything: what a guest locks is locked only for an ordinary uid. */
static int collect_locked(mode_t mode, const char *dest)
{
    static const struct sb_error none = {0};
    struct sb_error err = none;
    if (geteuid() == 0 &&
        (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0))
        return 77;
    if (mkdir("open/out", 0700) != 0)
        return 78;
    int fd = open("open/out", O_RDONLY | O_DIRECTORY);
    if (fd < 0 || fchmod(fd, mode) != 0)
        return 79;
    if (sb_collect(fd, dest, &roomy, &err))
        return SB_OK;
    if (err.fault == SB_SPEC &&
        strcmp(err.message, "the output folder is not readable") != 0)
        return 80;
    return (int)err.fault;
}

Test(podbox_collect, a_folder_that_the_guest_locked_is_its_own_fault)
{
    static const struct {
        mode_t mode;
        const char *dest;
        int fault;
    } cases[] = {
        {0, "open/dest", SB_SPEC},      {0400, "open/dest", SB_SPEC},
        {0100, "open/dest", SB_SPEC},   {0500, "open/dest", SB_OK},
        {0, "open/none/dest", SB_HOST}, {0500, "open/none/dest", SB_HOST},
    };
    cr_assert(chmod(".", 0755) == 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = 0;
        cr_assert(mkdir("open", 0777) == 0 && chmod("open", 0777) == 0);
        pid_t child = fork();
        if (child == 0)
            _exit(collect_locked(cases[i].mode, cases[i].dest));
        cr_assert(waitpid(child, &status, 0) == child && WIFEXITED(status));
        if (WEXITSTATUS(status) == 77)
            cr_skip_test("no right to become an ordinary uid");
        cr_expect(WEXITSTATUS(status) == cases[i].fault, "case %zu: %d", i,
                  WEXITSTATUS(status));
        nftw("open", remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
}
