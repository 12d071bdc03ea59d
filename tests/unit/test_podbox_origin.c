#include <criterion/criterion.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "origin.h"

TestSuite(podbox_origin, .timeout = 60);

/* Where the dynamic linker says that a function of libc is. */
Test(podbox_origin, a_function_is_found_in_its_library_as_the_linker_knows_it)
{
    Dl_info info;
    void *function = dlsym(RTLD_DEFAULT, "unshare");
    cr_assert(function && dladdr(function, &info) != 0);
    struct sb_refused refused = {.pc = (uint64_t)(uintptr_t)function};
    sb__origin(getpid(), &refused);
    cr_assert_str_eq(refused.module, strrchr(info.dli_fname, '/') + 1);
    cr_assert_eq(refused.module_offset,
                 (uint64_t)((const char *)function - (const char *)info.dli_fbase));
}

static void expect_of_file(const char *name, const char *expected)
{
    char path[256], folder[] = "/tmp/podbox-origin-XXXXXX";
    cr_assert(mkdtemp(folder) && snprintf(path, sizeof path, "%s/%s", folder, name) > 0);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    cr_assert(fd >= 0 && ftruncate(fd, 8192) == 0 && unlink(path) == 0 &&
              rmdir(folder) == 0);
    char *at = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 4096);
    cr_assert(at != MAP_FAILED);
    struct sb_refused refused = {.pc = (uint64_t)(uintptr_t)at + 5};
    sb__origin(getpid(), &refused);
    cr_expect_str_eq(refused.module, expected);
    cr_expect_eq(refused.module_offset, 4096 + 5);
    cr_assert(munmap(at, 4096) == 0 && close(fd) == 0);
}

Test(podbox_origin, a_deleted_file_keeps_its_name_and_odd_bytes_become_question_marks)
{
    expect_of_file("plain", "plain");
    expect_of_file("a b", "a b");
    expect_of_file("x (deleted)", "x (deleted)");
    expect_of_file("\x1b[2J\xff", "?[2J?");
    expect_of_file("two\nlines", "two\\012lines"); /* as the kernel writes it */
    expect_of_file("0123456789012345678901234567890123456789012345678901234567890123456789",
                   "012345678901234567890123456789012345678901234567890123456789012");
}

Test(podbox_origin, memory_without_a_file_and_addresses_without_memory)
{
    struct sb_refused refused = {.module = "left", .module_offset = 1};
    sb__origin(getpid(), &refused);
    cr_expect_str_eq(refused.module, "");
    cr_expect_eq(refused.module_offset, 0);
    char *at = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert(at != MAP_FAILED);
    refused.pc = (uint64_t)(uintptr_t)at + 7;
    sb__origin(getpid(), &refused);
    cr_expect_str_eq(refused.module, "[anon]");
    sb__origin(0x7ffffff0, &refused); /* no such task */
    cr_expect_str_eq(refused.module, "");
}

Test(podbox_origin, a_refused_call_of_a_guest_tells_the_library_that_made_it)
{
    static const char *const argv[] = {"/usr/bin/unshare", "--user", "/bin/true", NULL};
    Dl_info info;
    struct sb_spec spec;
    struct sb_result result;
    struct sb_error err;
    void *function = dlsym(RTLD_DEFAULT, "unshare");
    cr_assert(function && dladdr(function, &info) != 0);
    sb_spec_init(&spec);
    spec.command.argv = argv;
    spec.waived = (unsigned)SB_LAYER_ALL & ~sb_doctor(NULL);
    cr_assert(sb_run(&spec, &result, &err), "%s", err.message);
    cr_expect_eq(result.end, SB_END_CALL);
    cr_expect_str_eq(result.refused.name, "unshare");
    cr_expect_str_eq(result.refused.module, strrchr(info.dli_fname, '/') + 1);
    uint64_t start = (uint64_t)((const char *)function - (const char *)info.dli_fbase);
    cr_expect(result.refused.module_offset > start &&
                  result.refused.module_offset < start + 64,
              "%llx", (unsigned long long)result.refused.module_offset);
    cr_expect(result.refused.pc % 4096 == result.refused.module_offset % 4096);
    sb_result_release(&result);
}
