/* podium's unpacker: the archive on descriptor 0 into the current folder, within caps.
 *
 * usage: _unpack BYTES FILES DEPTH
 * It is meant to be run in the sandbox, by engine/archive.c, with nothing to write to but
 * an empty folder. Exit 0: done. 43: refused, with one line for the participant on standard
 * output. 44: this host failed, with one line. Anything else: the archive got the better of
 * libarchive or hit a limit.
 */
#include "unpack.h"

#include "base/buf.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum {
    EXIT_REFUSED = 43,
    EXIT_HOST = 44,
    /* xz -9 has a window of 64 MiB. Bigger ones are there for bombs, and for archives that
     * can do without. */
    HEAP_BYTES = 96 << 20,
};

/* A sanitizer's shadow would count as heap. */
static void limit_heap(void)
{
#ifndef __SANITIZE_ADDRESS__
    const struct rlimit limit = {HEAP_BYTES, HEAP_BYTES};
    (void)setrlimit(RLIMIT_DATA, &limit); /* the sandbox has a limit of its own */
#endif
}

/* Looking for leaks takes ptrace, which the sandbox refuses; 1 is a status with a meaning.
 */
#ifdef __SANITIZE_ADDRESS__
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0:exitcode=99";
}
#endif

static bool read_number(const char *text, uint64_t *number)
{
    char *end = NULL;
    errno = 0;
    *number = strtoull(text, &end, 10);
    return errno == 0 && end != text && *end == '\0';
}

static bool read_caps(int argc, char **argv, struct unpack_caps *caps)
{
    uint64_t depth = 0;
    if (argc != 4 || !read_number(argv[1], &caps->bytes) ||
        !read_number(argv[2], &caps->files) || !read_number(argv[3], &depth) ||
        caps->bytes > INT64_MAX || depth > 1024)
        return false;
    caps->depth = (unsigned)depth;
    return true;
}

int main(int argc, char **argv)
{
    struct unpack_caps caps = {0, 0, 0};
    if (!read_caps(argc, argv, &caps)) {
        puts("usage: _unpack BYTES FILES DEPTH");
        return EXIT_HOST;
    }
    limit_heap();
    umask(022);
    /* libarchive gives names by the locale. */
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        puts("this host has no locale C.UTF-8");
        return EXIT_HOST;
    }
    struct pod_error err = POD_ERROR_INIT;
    if (unpack_archive(0, &caps, &err))
        return 0;
    pod_auto_free char *line = pod_str_shown(err.message, 900);
    puts(line);
    return err.fault == POD_ENTRY ? EXIT_REFUSED : EXIT_HOST;
}
