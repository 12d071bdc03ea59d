/* Archives made by tests/cases/archive/make.py, through the sandbox as intake does it. */
#include "base/buf.h"
#include "base/fs.h"
#include "engine/archive.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *folder;
static struct place place;
static const struct guest_options options = {.cpu = -1, .waived = SB_LAYER_CGROUP};

static void enter(void)
{
    struct pod_error err = POD_ERROR_INIT;
    folder = fixture_enter();
    cr_assert(place_init(&place, NULL, "work", &err), "%s", err.message);
}

static void leave(void)
{
    place_release(&place);
    fixture_leave_take(folder);
}

TestSuite(archive, .init = enter, .fini = leave, .timeout = 100);

static void make(const char *names)
{
    pod_auto_free char *command =
        pod_strf("exec python3 -W ignore %s/tests/cases/archive/make.py %s",
                 PODIUM_SOURCE_DIR, names);
    pid_t pid = fork();
    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    int status = -1;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert_eq(status, 0, "%s", command);
}

static bool unpack(const char *name, struct archive_cost *cost, struct pod_error *err)
{
    return archive_unpack(
        &(struct archive_job){
            .place = &place, .options = &options, .source = name, .dest = "dest"},
        cost, err);
}

static void remove_dest(void)
{
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(pod_dir_remove("dest", &err), "%s", err.message);
}

static void check_content(const char *name)
{
    pod_auto_buf struct pod_buf data = POD_BUF_INIT;
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(pod_file_read("dest/lib/deep/data.bin", 1 << 20, &data, &err), "%s: %s", name,
              err.message);
    cr_assert_eq(data.length, 10240u, "%s", name);
    for (size_t i = 0; i < data.length; i++)
        cr_assert_eq((unsigned char)data.data[i], i & 255, "%s: byte %zu", name, i);
    struct stat st;
    cr_assert_eq(stat("dest/entry.json", &st), 0, "%s", name);
    cr_assert_eq(st.st_mode & 07777, 0644u, "%s", name);
    cr_assert_eq(stat("dest/run.sh", &st), 0, "%s", name);
    cr_assert_eq(st.st_mode & 07777, 0755u, "%s", name);
}

Test(archive, each_format_gives_the_files_that_went_in)
{
    static const char *const names[] = {
        "good-ustar.tar",     "good-pax.tar",    "good-gnu.tar",    "good.tar.gz",
        "good.tar.bz2",       "good.tar.xz",     "good.tar.zst",    "good-xz9.tar.xz",
        "good-folder.tar.gz", "good-dot.tar.gz", "good-long.tar",   "good-utf8.tar",
        "good-nested.tar",    "good-mode.tar",   "good-sparse.tar", "zeros-12m.tar.gz",
        "good.zip",           "good-stored.zip", "good-folder.zip", "good-comment.zip",
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        struct pod_error err = POD_ERROR_INIT;
        make(names[i]);
        cr_assert(unpack(names[i], NULL, &err), "%s: %s", names[i], err.message);
        check_content(names[i]);
        remove_dest();
    }
}

/* submission "lib/": lib/entry.json, lib/lib/deep/data.bin. */
Test(archive, a_top_folder_is_dropped_even_if_something_in_it_has_its_name)
{
    struct pod_error err = POD_ERROR_INIT;
    make("good-same-name.tar.gz");
    cr_assert(unpack("good-same-name.tar.gz", NULL, &err), "%s", err.message);
    check_content("good-same-name.tar.gz");
}

Test(archive, modes_are_plain_and_holes_are_zeros)
{
    struct pod_error err = POD_ERROR_INIT;
    struct stat st;
    make("good-mode.tar good-sparse.tar");
    cr_assert(unpack("good-mode.tar", NULL, &err), "%s", err.message);
    cr_assert_eq(stat("dest/su", &st), 0);
    cr_assert_eq(st.st_mode & 07777, 0755u);
    cr_assert_eq(stat("dest/none", &st), 0);
    cr_assert_eq(st.st_mode & 07777, 0644u);
    remove_dest();
    cr_assert(unpack("good-sparse.tar", NULL, &err), "%s", err.message);
    pod_auto_buf struct pod_buf data = POD_BUF_INIT;
    cr_assert(pod_file_read("dest/holes", 1 << 21, &data, &err), "%s", err.message);
    cr_assert_eq(data.length, 1u << 20);
    cr_assert_eq(data.data[524287], 0);
    cr_assert_eq(data.data[524288], 'x');
    cr_assert_eq(data.data[524799], 'x');
    cr_assert_eq(data.data[524800], 0);
}

/* Nothing but what the test itself put there: no escape, no dest, no log. */
static void check_nothing_left(const char *name)
{
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(pod_dir_list(".", &names, &err), "%s", err.message);
    for (size_t i = 0; i < names.count; i++)
        cr_assert(strcmp(names.items[i], "work") == 0 || strcmp(names.items[i], name) == 0,
                  "%s left '%s'", name, names.items[i]);
}

static void check_refused(const char *name, const char *message)
{
    struct pod_error err = POD_ERROR_INIT;
    make(name);
    cr_assert_not(unpack(name, NULL, &err), "%s was taken", name);
    cr_assert_str_eq(err.message, message, "%s: %s", name, err.message);
    cr_assert_eq(err.fault, POD_ENTRY);
    check_nothing_left(name);
    cr_assert_eq(unlink(name), 0);
}

#define TOP "no entry.json at its top, nor in a single folder at its top"
#define NEITHER                                                                            \
    "is neither a tar, packed once at most by gzip, bzip2, xz or zstd, nor a zip"

Test(archive, a_bad_member_refuses_the_archive_and_is_named)
{
    static const char *const cases[][2] = {
        {"dotdot.tar", "member \"../esc\": has \"..\" in its path"},
        {"dotdot-deep.tar", "member \"a/../../esc\": has \"..\" in its path"},
        {"dotdot.zip", "member \"../esc\": has \"..\" in its path"},
        {"absolute.tar", "member \"/tmp/esc\": has an absolute path"},
        {"backslash.tar", "member \"..\\esc\": has a backslash in its name"},
        {"dot-inside.tar", "member \"a/./b\": has \".\" in its path"},
        {"empty-part.tar", "member \"a//b\": has an empty part in its path"},
        {"latin1.tar", "member \"caf\\xe9\": has a name that is not valid UTF-8"},
        {"newline.tar", "member \"a\\x0ab\": has a control character in its name"},
        {"override.tar", "member \"a\\xe2\\x80\\xaeb\": has a character in its name that "
                         "turns the direction of text"},
        {"zero-width.tar",
         "member \"a\\xe2\\x80\\x8bb\": has an invisible character in its name"},
        {"symlink.tar", "member \"l\": is a symbolic link"},
        {"symlink-inside.tar", "member \"l\": is a symbolic link"},
        {"symlink.zip", "member \"l\": is a symbolic link"},
        {"hardlink.tar", "member \"h\": is a hard link"},
        {"hardlink-out.tar", "member \"h\": is a hard link"},
        {"device.tar", "member \"d\": is a device"},
        {"fifo.tar", "member \"p\": is a FIFO"},
        {"twice.tar", "member \"run.sh\": is there twice"},
        {"twice.zip", "member \"run.sh\": is there twice"},
        {"file-then-folder.tar",
         "member \"d/e\": is a file and a folder, or lies below a file"},
        {"folder-then-file.tar", "member \"d\": is there twice"},
        {"encrypted.zip", "member \"entry.json\": is encrypted"},
        {"bzip2.zip", "member \"entry.json\": is compressed by a method that is not taken: "
                      "use deflate or none"},
        {"lzma.zip", "member \"entry.json\": is compressed by a method that is not taken: "
                     "use deflate or none"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        check_refused(cases[i][0], cases[i][1]);
}

Test(archive, an_archive_that_is_not_whole_or_not_an_entry_is_refused)
{
    static const char *const cases[][2] = {
        {"no-entry.tar", TOP},
        {"entry-too-low.tar", TOP},
        {"entry-folder.tar", TOP},
        {"entry-beside.tar", "entry.json is in \"sub\", but \"__MACOSX\" lies beside it: "
                             "pack that folder alone"},
        {"empty", "is empty"},
        {"text", NEITHER},
        {"text.gz", NEITHER},
        {"png", NEITHER},
        {"twice-packed.tar.gz.gz", NEITHER},
        {"no-end.tar", "is truncated: the end of the tar is missing"},
        {"cut.zip", "is truncated: a zip without its end record"},
        {"tail.tar", "something follows the end of the tar in it"},
        {"two-tars.tar", "something follows the end of the tar in it"},
        {"tail-zeros.tar.gz", "something follows the end of the tar in it"},
        {"tail.tar.gz", "7 bytes of something else follow its end"},
        {"tail.zip", "is damaged: its end record is not at its end"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        check_refused(cases[i][0], cases[i][1]);
}

/* A sanitizer's own memory and time are not ours. */
#ifdef __SANITIZE_ADDRESS__
static const bool is_measured = false;
enum { SHARE = 5 }; /* what runs here is the host's side, and it has seen all after a few */
#else
static const bool is_measured = true;
enum { SHARE = 1 };
#endif

static void check_bomb(const char *name, const char *message)
{
    struct pod_error err = POD_ERROR_INIT;
    struct archive_cost cost = {0};
    make(name);
    cr_assert_not(unpack(name, &cost, &err), "%s was taken", name);
    cr_assert_eq(err.fault, POD_ENTRY, "%s", err.message);
    cr_expect(strstr(err.message, message), "%s", err.message);
    printf("%-26s %6.1f ms %6.1f MB\n", name, (double)cost.wall_ns / 1e6,
           (double)cost.peak_memory_bytes / 1e6);
    if (is_measured) {
        cr_expect_lt(cost.wall_ns, 1000000000u, "%s", name);
        cr_expect_lt(cost.peak_memory_bytes, 64000000u, "%s", name);
    }
    check_nothing_left(name);
    cr_assert_eq(unlink(name), 0);
}

#define BOMB "unpacks to more than 100 times its size and 16 MiB: an archive bomb"

Test(archive, a_bomb_that_declares_itself_takes_no_second_and_no_64_mb)
{
    check_bomb("bomb-10g.tar.gz", "member \"z\": makes it more than 1073741824 bytes");
    check_bomb("bomb-10g.zip", "member \"z\": makes it more than 1073741824 bytes");
    check_bomb("bomb-900m.tar.gz", BOMB);
    check_bomb("bomb-overlap.zip", BOMB);
    check_bomb("bomb-liar.zip", "member \"z\": has more bytes than it declares");
    check_bomb("bomb-nested.zip", TOP);
    check_bomb("sparse.tar", BOMB);
    check_bomb("many.zip", "is one more than 20000 files and folders");
    check_bomb("deep.tar.gz", "lies too deep");
    check_bomb("deep-bomb.tar.gz", "has a path of more than 1024 bytes");
    check_bomb("long-path.tar.gz", "has a path of more than 1024 bytes");
    check_bomb("long-part.tar", "has a name of more than 255 bytes");
}

Test(archive, a_bomb_of_many_small_ones_takes_no_second_and_no_64_mb)
{
    check_bomb("bomb-piled.tar.gz", BOMB);
    check_bomb("bomb-piled.tar.bz2", BOMB);
    check_bomb("bomb-piled.tar.xz", BOMB);
    check_bomb("bomb-piled-xz9.tar.xz", BOMB);
    check_bomb("bomb-piled.tar.zst", BOMB);
    check_bomb("bomb-tail.tar.gz", "something follows the end of the tar in it");
    check_bomb("bomb-credit.tar.gz", BOMB);
    check_bomb("bomb-late.tar.xz", BOMB);
    check_bomb("many.tar.gz", "holds more than 20000 files and folders");
}

Test(archive, a_bomb_of_windows_or_of_nothing_takes_no_second_and_no_64_mb)
{
    check_bomb("bomb-window.tar.zst", "Frame requires too much memory");
    if (is_measured) /* it is the limit of the heap that says so */
        check_bomb("bomb-dictionary.tar.xz", "needs too much memory to unpack");
    check_bomb("bomb-nothing.tar.gz.gz", NEITHER);
    check_bomb("bomb-gzip-members.tar.gz", "the end of the tar is missing");
}

static void write_bytes(const char *path, const struct pod_buf *bytes, size_t length)
{
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(pod_file_write(path, bytes->data, length, &err), "%s", err.message);
}

static bool is_one_line(const char *text)
{
    return *text != '\0' && strpbrk(text, "\n\r\x1b") == NULL;
}

static void read_made(const char *name, struct pod_buf *bytes)
{
    struct pod_error err = POD_ERROR_INIT;
    make(name);
    cr_assert(pod_file_read(name, 1 << 20, bytes, &err), "%s", err.message);
    cr_assert_eq(unlink(name), 0);
}

/* So many bytes at its end are padding, without which it is whole. */
static void check_cuts(const char *name, size_t step, size_t padding)
{
    pod_auto_buf struct pod_buf bytes = POD_BUF_INIT;
    read_made(name, &bytes);
    for (size_t length = 0; length < bytes.length; length += step * SHARE) {
        struct pod_error err = POD_ERROR_INIT;
        write_bytes("cut", &bytes, length);
        bool is_taken = unpack("cut", NULL, &err);
        if (is_taken) {
            cr_assert_geq(length + padding, bytes.length, "%s cut to %zu", name, length);
            remove_dest();
            continue;
        }
        cr_assert_eq(err.fault, POD_ENTRY, "%s cut to %zu: %s", name, length, err.message);
        cr_assert(is_one_line(err.message), "%s", err.message);
        check_nothing_left("cut");
    }
}

/* The tar has 13312 bytes with the first block of its end, and 20480 with its padding. */
Test(archive, a_truncated_archive_is_refused_wherever_it_ends)
{
    check_cuts("good-ustar.tar", 100, 20480 - 13312);
    check_cuts("good.tar.gz", 10, 0);
    check_cuts("good.tar.bz2", 10, 0);
    check_cuts("good.tar.xz", 10, 0);
    check_cuts("good.tar.zst", 100, 0);
    check_cuts("good.zip", 10, 0);
}

static uint64_t next_random(uint64_t *state) /* xorshift64 */
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void check_flips(const char *name, unsigned count)
{
    pod_auto_buf struct pod_buf bytes = POD_BUF_INIT;
    read_made(name, &bytes);
    uint64_t state = 0x2023111700000001;
    for (unsigned i = 0; i < count / SHARE; i++) {
        size_t at = next_random(&state) % bytes.length;
        char before = bytes.data[at];
        bytes.data[at] ^= (char)(1 + next_random(&state) % 255);
        struct pod_error err = POD_ERROR_INIT;
        write_bytes("flip", &bytes, bytes.length);
        if (unpack("flip", NULL, &err)) {
            remove_dest();
        } else {
            cr_assert_eq(err.fault, POD_ENTRY, "%s, byte %zu: %s", name, at, err.message);
            cr_assert(is_one_line(err.message), "%s", err.message);
        }
        check_nothing_left("flip");
        bytes.data[at] = before;
    }
}

Test(archive, a_changed_byte_gives_an_entry_or_one_line)
{
    check_flips("good-gnu.tar", 200);
    check_flips("good.tar.gz", 100);
    check_flips("good.tar.bz2", 100);
    check_flips("good.tar.xz", 100);
    check_flips("good.tar.zst", 100);
    check_flips("good.zip", 200);
}

Test(archive, what_is_no_archive_file_is_refused_without_waiting)
{
    struct pod_error err = POD_ERROR_INIT;
    cr_assert_not(unpack("nowhere", NULL, &err));
    cr_assert_eq(err.fault, POD_USAGE);
    err = (struct pod_error)POD_ERROR_INIT;
    cr_assert_eq(mkfifo("fifo", 0600), 0);
    cr_assert_not(unpack("fifo", NULL, &err));
    cr_assert_str_eq(err.message, "is no regular file, expected an archive");
    err = (struct pod_error)POD_ERROR_INIT;
    cr_assert_eq(symlink("/etc/passwd", "link"), 0);
    cr_assert_not(unpack("link", NULL, &err));
    cr_assert_str_eq(err.message, "is a link, expected an archive");
    cr_assert_eq(err.fault, POD_ENTRY);
}

Test(archive, without_its_unpacker_the_host_is_at_fault)
{
    struct pod_error err = POD_ERROR_INIT;
    make("good.zip");
    free(place.programs);
    place.programs = pod_strdup(folder);
    cr_assert_eq(chmod(folder, 0755), 0);
    cr_assert_not(unpack("good.zip", NULL, &err));
    cr_assert_eq(err.fault, POD_HOST, "%s", err.message);
}

Test(archive, a_full_disk_is_the_hosts_fault_and_leaves_nothing)
{
    if (geteuid() != 0)
        cr_skip_test("needs root, for a file system of its own");
    struct pod_error err = POD_ERROR_INIT;
    make("zeros-12m.tar.gz");
    cr_assert_eq(unshare(CLONE_NEWNS), 0);
    cr_assert_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
    cr_assert_eq(mkdir("small", 0755), 0);
    cr_assert_eq(mount("tmpfs", "small", "tmpfs", 0, "size=1m"), 0);
    const struct archive_job job = {.place = &place,
                                    .options = &options,
                                    .source = "zeros-12m.tar.gz",
                                    .dest = "small/dest"};
    cr_assert_not(archive_unpack(&job, NULL, &err));
    cr_assert_eq(err.fault, POD_HOST);
    cr_assert(strstr(err.message, "No space left on device"), "%s", err.message);
    cr_assert(is_one_line(err.message), "%s", err.message);
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    struct pod_error ignored = POD_ERROR_INIT;
    cr_assert(pod_dir_list("small", &names, &ignored));
    cr_assert_eq(names.count, 0u);
    cr_assert_eq(umount("small"), 0);
}
