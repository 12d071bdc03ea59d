#include "base/crypto.h"
#include "base/buf.h"
#include "base/fs.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

TestSuite(crypto, .timeout = 20);

/* openat that the linker hands over to us, see src.cmake: what is opened by the name
 * swapped was a file when it was looked at, and is a FIFO now. */
static const char *swapped;

int __real_openat(int fd, const char *name, int flags, ...);
int __wrap_openat(int fd, const char *name, int flags, ...);

int __wrap_openat(int fd, const char *name, int flags, ...)
{
    if (swapped && strcmp(name, swapped) == 0) {
        swapped = NULL;
        cr_assert_eq(unlinkat(fd, name, 0), 0);
        cr_assert_eq(mkfifoat(fd, name, 0600), 0);
    }
    return __real_openat(fd, name, flags, 0600);
}

/* b2sum of GNU coreutils 9.1: printf TEXT | b2sum -l 256 */
static const struct {
    const char *text, *hex;
} vectors[] = {
    {"", "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"},
    {"abc", "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"},
    {"The quick brown fox jumps over the lazy dog",
     "01718cec35cd3d796dd00020e0bfecb473ad23457d063b75eff29c0ffa2e58a9"},
};

/* head -c 1000000 /dev/zero | b2sum -l 256 */
static const char million_zeros[] =
    "0cbf381956ec0d36533b813283c85bc12142a0512ae86f59e0d4342af99010b6";

Test(crypto, digests_are_those_of_b2sum)
{
    char *folder = fixture_enter();
    for (size_t i = 0; i < COUNT(vectors); i++) {
        struct pod_error err = POD_ERROR_INIT;
        struct pod_digest digest =
            pod_digest_bytes(vectors[i].text, strlen(vectors[i].text));
        cr_assert_str_eq(digest.hex, vectors[i].hex);
        fixture_write("f", vectors[i].text);
        memset(&digest, 0, sizeof digest);
        cr_assert(pod_digest_file("f", &digest, &err), "%s", err.message);
        cr_assert_str_eq(digest.hex, vectors[i].hex);
    }
    fixture_write("zeros", "");
    cr_assert_eq(truncate("zeros", 1000000), 0);
    struct pod_error err = POD_ERROR_INIT;
    struct pod_digest digest;
    cr_assert(pod_digest_file("zeros", &digest, &err), "%s", err.message);
    cr_assert_str_eq(digest.hex, million_zeros);
    cr_assert_not(pod_digest_file("none", &digest, &err));
    cr_assert_str_eq(err.message, "cannot open \"none\": No such file or directory");
    fixture_leave_take(folder);
}

static struct pod_digest of_fields(const char *a, const char *b)
{
    struct pod_hash *hash = pod_hash_new();
    pod_hash_text(hash, a);
    pod_hash_text(hash, b);
    return pod_hash_finish_take(hash);
}

/* python3 -c "import hashlib
 * f = lambda b: len(b).to_bytes(8, 'little') + b
 * print(hashlib.blake2b(f(b'ab') + f(b'c'), digest_size=32).hexdigest())" */
/* FIPS 180-4's examples: one block, no byte, and a million times "a". */
Test(crypto, sha256_is_that_of_the_standard)
{
    char *folder = fixture_enter();
    struct pod_error err = POD_ERROR_INIT;
    struct pod_digest digest;
    pod_auto_buf struct pod_buf million = POD_BUF_INIT;
    for (unsigned i = 0; i < 1000000; i++)
        pod_buf_puts(&million, "a");
    const char *const cases[][2] = {
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {million.data, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        fixture_write("f", cases[i][0]);
        cr_assert(pod_sha256_file("f", &digest, &err), "%s", err.message);
        cr_assert_str_eq(digest.hex, cases[i][1]);
        digest = pod_sha256_bytes(cases[i][0], strlen(cases[i][0]));
        cr_assert_str_eq(digest.hex, cases[i][1]);
    }
    cr_assert_not(pod_sha256_file("none", &digest, &err));
    fixture_leave_take(folder);
}

Test(crypto, fields_go_in_with_their_length)
{
    struct pod_digest digest = of_fields("ab", "c");
    cr_assert_str_eq(digest.hex,
                     "20263e794775e4edf2b306c0f306af9e50175c831c857604b481e847f790bf95");
    struct pod_digest other = of_fields("a", "bc");
    cr_assert_str_neq(digest.hex, other.hex);
}

static struct pod_digest of_tree(void)
{
    struct pod_error err = POD_ERROR_INIT;
    struct pod_digest digest;
    cr_assert(pod_digest_tree("tree", &digest, &err), "%s", err.message);
    return digest;
}

static void make_tree(void)
{
    fixture_write("tree/a/x", "1\n");
    fixture_write("tree/a-b", "abc");
    cr_assert_eq(chmod("tree/a-b", 0755), 0);
    cr_assert_eq(chmod("tree/a/x", 0644), 0);
}

/* python3 -c "import hashlib
 * b2 = lambda b: hashlib.blake2b(b, digest_size=32).hexdigest()
 * f = lambda t: len(t).to_bytes(8, 'little') + t.encode()
 * print(b2(f('a') + f('folder') + f('a/x') + f('file') + f(b2(b'1\n'))
 *          + f('a-b') + f('executable') + f(b2(b'abc'))))" */
static const char tree_hex[] =
    "ef00274ac2374fccf87504ec4d467e44377c37c461a99b431f28d6ed1d8fb49b";

Test(crypto, a_folder_has_the_digest_of_its_names_kinds_and_contents)
{
    char *folder = fixture_enter();
    make_tree();
    struct pod_digest digest = of_tree();
    cr_assert_str_eq(digest.hex, tree_hex);
    /* what does not count */
    cr_assert_eq(utime("tree/a/x", &(struct utimbuf){1, 2}), 0);
    cr_assert_eq(chmod("tree/a/x", 0600), 0);
    cr_assert_eq(chmod("tree/a-b", 0511), 0);
    cr_assert_eq(chmod("tree/a", 0700), 0);
    digest = of_tree();
    cr_assert_str_eq(digest.hex, tree_hex);
    fixture_leave_take(folder);
}

static void change_tree(int which)
{
    switch (which) {
    case 0:
        cr_assert_eq(chmod("tree/a-b", 0644), 0);
        break;
    case 1:
        fixture_write("tree/a/x", "2\n");
        break;
    case 2:
        cr_assert_eq(rename("tree/a/x", "tree/a/y"), 0);
        break;
    case 3:
        cr_assert_eq(rename("tree/a/x", "tree/x"), 0);
        break;
    case 4:
        cr_assert_eq(mkdir("tree/empty", 0755), 0);
        break;
    default:
        fixture_write("tree/empty", "");
        break;
    }
}

Test(crypto, any_change_that_counts_changes_the_digest)
{
    enum { CHANGES = 6 };
    struct pod_digest seen[CHANGES + 1];
    char *folder = fixture_enter();
    for (int i = 0; i <= CHANGES; i++) {
        make_tree();
        if (i > 0)
            change_tree(i - 1);
        seen[i] = of_tree();
        for (int j = 0; j < i; j++)
            cr_assert_str_neq(seen[i].hex, seen[j].hex, "changes %d and %d", i, j);
        cr_assert(pod_dir_remove("tree", &(struct pod_error)POD_ERROR_INIT));
    }
    fixture_leave_take(folder);
}

Test(crypto, a_link_or_a_fifo_in_a_folder_is_the_entrys_fault)
{
    char *folder = fixture_enter();
    make_tree();
    cr_assert_eq(symlink("x", "tree/a/link"), 0);
    struct pod_error err = POD_ERROR_INIT;
    struct pod_digest digest;
    cr_assert_not(pod_digest_tree("tree", &digest, &err));
    cr_assert_eq(err.fault, POD_ENTRY);
    cr_assert_str_eq(err.message, "\"a/link\" is neither a file nor a folder");
    cr_assert_eq(unlink("tree/a/link"), 0);
    cr_assert_eq(mkfifo("tree/a/fifo", 0600), 0);
    err = (struct pod_error)POD_ERROR_INIT;
    cr_assert_not(pod_digest_tree("tree", &digest, &err));
    cr_assert_eq(err.fault, POD_ENTRY);
    fixture_leave_take(folder);
}

Test(crypto, a_file_that_becomes_a_fifo_before_it_is_opened_has_no_digest)
{
    char *folder = fixture_enter();
    make_tree();
    struct pod_error err = POD_ERROR_INIT;
    struct pod_digest digest;
    swapped = "x";
    cr_assert_not(pod_digest_tree("tree", &digest, &err));
    cr_assert_eq(err.fault, POD_ENTRY);
    cr_assert_str_eq(err.message, "\"a/x\" is neither a file nor a folder");
    fixture_leave_take(folder);
}
