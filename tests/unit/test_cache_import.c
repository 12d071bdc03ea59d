/* Importers of the task cache: each format as its publishers write it, and files that are
 * cut short or hostile. Expected requests are written by hand from the text. */
#include "cache/case.h"
#include "cache/import.h"

#include "sdk/file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(cache_import, .timeout = 60);

static struct cache_trace *import_bytes(const char *format, const char *bytes,
                                        size_t length, struct task_error *err)
{
    task_auto_buf struct task_buf file = TASK_BUF_INIT;
    task_buf_append(&file, bytes, length);
    return cache_import_trace(format, &file, err);
}

static const struct {
    const char *format;
    const char *bytes;
    size_t length; /* 0: strlen */
    uint32_t objects[6], sizes[6], gaps[6];
    uint32_t count;
} good[] = {
    {"columns", "1 0 68\n2 1 7454\n3 0 68\n", 0, {0, 1, 0}, {68, 7454}, {0, 1000, 1000}, 3},
    /* A header, commas, a fraction of a second, CRLF, an id that is a word, more columns,
     * no newline at the end, a size of 0 that counts as 1. */
    {"columns",
     "time,id,size\r\n1.5,/a,10\r\n1.75,/b,0,x,y\r\n2,/a,11",
     0,
     {0, 1, 0},
     {10, 1},
     {0, 250, 250},
     3},
    {"columns-unit", "# a comment\n\n1\t7\t10\n1\t8\t20\n", 0, {0, 1}, {1, 1}, {0, 0}, 2},
    /* A clock that goes back, and one that jumps 100 days. */
    {"columns",
     "9 a 1\n5 a 1\n6 b 2\n8640006 b 2\n",
     0,
     {0, 0, 1, 1},
     {1, 2},
     {0, 0, 1000, 4294967295},
     4},
    {"arc", "5 3 0 1\n6 1 0 2\n4 2 0 3\n", 0, {0, 1, 2, 1, 3, 0}, {1, 1, 1, 1}, {0}, 6},
    {"cache2k", "\0\0\0\1\1\0\0\0\0\0\0\1", 12, {0, 1, 0}, {1, 1}, {0}, 3},
    {"twitter",
     "0,nz:u:eeW511W3dcH3de3d15ec,22,304,0,get,0\n1,k,1,2,5,set,86400\n"
     "1,k,1,2,5,delete,0\n2,nz:u:eeW511W3dcH3de3d15ec,22,304,3,get,0\n",
     0,
     {0, 1, 0},
     {326, 3},
     {0, 1000, 1000},
     3},
    /* Version 1: sn, len, nSG, cmd, ver, lbn, ts. */
    {"vscsi",
     "....\0\20\0\0....\50\0.\1"
     "\7\0\0\0\0\0\0\1"
     "\0\0\0\0\0\0\0\0"
     "....\0\2\0\0....\52\0.\1"
     "\7\0\0\0\0\0\0\0"
     "\377\7\0\0\0\0\0\0",
     64,
     {0, 1},
     {4096, 512},
     {0, 2},
     2},
    /* Version 2: cmd, ver, sn, len, nSG, lbn, ts, rt. */
    {"vscsi-unit",
     "\50\0.\2....\0\20\0\0...."
     "\7\0\0\0\0\0\0\1"
     "\0\0\0\0\0\0\0\0........"
     "\50\0.\2....\0\40\0\0...."
     "\7\0\0\0\0\0\0\1"
     "\350\3\0\0\0\0\0\0........",
     80,
     {0, 0},
     {1},
     {0, 1},
     2},
    /* u32 time, u64 object, u32 size, i64 next. */
    {"oracleGeneral",
     "\1\0\0\0"
     "\7\0\0\0\0\0\0\1"
     "\0\2\0\0"
     "\2\0\0\0\0\0\0\0"
     "\3\0\0\0"
     "\7\0\0\0\0\0\0\0"
     "\1\0\0\0"
     "\377\377\377\377\377\377\377\377"
     "\3\0\0\0"
     "\7\0\0\0\0\0\0\1"
     "\0\2\0\0"
     "\377\377\377\377\377\377\377\377",
     72,
     {0, 1, 0},
     {512, 1},
     {0, 2000, 0},
     3},
};

Test(cache_import, reads_what_the_publishers_write)
{
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct task_error err = TASK_ERROR_INIT;
        size_t length = good[i].length ? good[i].length : strlen(good[i].bytes);
        cache_auto_trace struct cache_trace *trace =
            import_bytes(good[i].format, good[i].bytes, length, &err);
        cr_assert(trace, "%zu: %s", i, err.message);
        cr_assert_eq(trace->requests, good[i].count, "%zu", i);
        for (uint32_t k = 0; k < trace->requests; k++) {
            cr_expect_eq(trace->object[k], good[i].objects[k], "%zu: request %u", i, k);
            cr_expect_eq(trace->gap_ms[k], good[i].gaps[k], "%zu: gap %u", i, k);
        }
        for (uint32_t k = 0; k < trace->objects; k++)
            cr_expect_eq(trace->size[k], good[i].sizes[k], "%zu: size %u", i, k);
    }
}

static const struct {
    const char *format;
    const char *bytes;
    size_t length;
    const char *message;
} bad[] = {
    {"csv", "", 0,
     "no format \"csv\"; there are: oracleGeneral oracleGeneral-unit vscsi vscsi-unit "
     "twitter "
     "twitter-unit arc columns columns-unit cache2k"},
    {"columns", "", 0, "it has no request"},
    {"columns", "time id size\n", 0, "it has no request"},
    {"columns", "1 2 3\n4 5\n", 0, "line 2: the size is no whole number"},
    {"columns", "1 2 3\n4\n", 0, "line 2: the id is missing"},
    {"columns", "1 2 -3\n", 0, "line 1: the size is no whole number"},
    {"columns", "1 2 3x\n", 0, "line 1: the size is no whole number"},
    {"columns", "1 2 4294967296\n", 0, "line 1: the size is above 4294967295"},
    {"columns", "1 2 3\n1e3 2 3\n", 0, "line 2: the time is no whole number"},
    {"columns", "1 2 3\n99999999999999999999999 2 3\n", 0,
     "line 2: the time is above 4294967295000"},
    {"columns",
     "\xfd"
     "7zXZ\0\0",
     7, "it is packed: unpack it first, with xz -d"},
    {"arc", "\x28\xb5\x2f\xfd....", 8, "it is packed: unpack it first, with zstd -d"},
    {"arc", "5 3 0 1\n5 x 0 2\n", 0, "line 2: the number of blocks is no whole number"},
    {"arc", "5\n", 0, "line 1: the number of blocks is no whole number"},
    {"arc", "5 0 0 1\n", 0, "it has no request"},
    {"cache2k", "\0\0\0\1\2", 5,
     "1 bytes are left after 1 whole records of 4: it is cut short"},
    {"oracleGeneral", "0123456789012345678901234567", 28,
     "4 bytes are left after 1 whole records of 24: it is cut short"},
    {"vscsi", "0123456789012345678901234567890", 31,
     "the first record is of neither version of vscsi"},
    {"vscsi", "\50\0.\2....................................\50", 41,
     "1 bytes are left after 1 whole records of 40: it is cut short"},
    {"vscsi",
     "\50\0.\2...................................."
     "\50\0.\1....................................",
     80, "record 2 is not of version 2"},
    {"twitter", "0,k,1,2,5\n", 0, "line 1: the operation is missing"},
    {"twitter", "0,k,,2,5,get,0\n", 0, "line 1: the key's size is no whole number"},
    {"twitter", "0,,1,2,5,get,0\n", 0, "line 1: the key is missing"},
};

Test(cache_import, says_in_one_line_what_is_wrong_where)
{
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct task_error err = TASK_ERROR_INIT;
        size_t length = bad[i].length ? bad[i].length : strlen(bad[i].bytes);
        cr_expect_null(import_bytes(bad[i].format, bad[i].bytes, length, &err), "%zu", i);
        cr_expect_str_eq(err.message, bad[i].message, "%zu", i);
    }
}

/* One line of a .lis file may ask for four thousand million blocks. */
Test(cache_import, takes_the_first_requests_of_a_trace_without_end)
{
    struct task_error err = TASK_ERROR_INIT;
    static const char line[] = "0 4294967295 0 1\nnot looked at\n";
    cache_auto_trace struct cache_trace *trace =
        import_bytes("arc", line, strlen(line), &err);
    cr_assert(trace, "%s", err.message);
    cr_expect_eq(trace->requests, CACHE_REQUESTS_MAX);
}

/* Bytes of every kind, and good files with bytes changed: a trace or a line, no crash. */
Test(cache_import, survives_noise)
{
    static const char *const formats[] = {"columns", "twitter",       "arc",
                                          "cache2k", "oracleGeneral", "vscsi"};
    struct task_rng rng;
    static const struct task_stream stream = {"00", "cache", "1", "", "noise", 0};
    task_rng_init(&rng, &stream);
    for (int i = 0; i < 20000; i++) {
        static const char letters[] = "0123456789 ,.\n\r\t-#xget";
        char bytes[200];
        size_t length = task_rng_below(&rng, sizeof bytes);
        for (size_t k = 0; k < length; k++)
            bytes[k] = i % 4 == 0 ? (char)task_rng_next(&rng)
                                  : letters[task_rng_below(&rng, sizeof letters - 1)];
        if (i % 4 == 1 && length > 3) /* digits that would ask for too many blocks */
            bytes[1] = bytes[3] = ' ';
        struct task_error err = TASK_ERROR_INIT;
        const char *format = formats[task_rng_below(&rng, 6)];
        if (strcmp(format, "arc") == 0 && length > 8)
            length = 8; /* small counts: this is about crashes */
        cache_auto_trace struct cache_trace *trace =
            import_bytes(format, bytes, length, &err);
        cr_assert_eq(trace == NULL, err.fault != TASK_OK);
    }
}

/* What is written is what is read; what is changed is refused. */
Test(cache_import, a_case_comes_back_from_disk)
{
    char folder[] = "/tmp/podium-cache-XXXXXX";
    struct task_error err = TASK_ERROR_INIT;
    static const char text[] = "0 0 5\n1 1 5\n2 2 5\n3 0 5\n4 1 5\n5 2 5\n6 0 5\n7 1 5\n"
                               "8 2 5\n9 0 5\n0 0 5\n1 1 5\n2 2 5\n3 0 5\n4 1 5\n5 2 5\n"
                               "6 0 5\n7 1 5\n8 2 5\n9 0 5\n";
    cr_assert(mkdtemp(folder));
    cache_auto_trace struct cache_trace *trace =
        import_bytes("columns", text, strlen(text), &err);
    const struct cache_writing writing = {folder, "abc", "x", trace, 10};
    cr_assert(cache_case_write(&writing, &err), "%s", err.message);
    task_auto_free char *path = task_strf("%s/abc-x", folder);
    task_auto_free char *trace_path = task_strf("%s/ref/trace.bin", path);
    cache_auto_case struct cache_case loaded;
    cr_assert(cache_case_load(&loaded, path, &err), "%s", err.message);
    cr_expect_str_eq(loaded.name, "abc");
    cr_expect_eq(loaded.capacity, 10);
    cr_expect_eq(loaded.trace->byte_count, 100);
    cr_expect_eq(memcmp(loaded.trace->object, trace->object, 80), 0);
    cr_expect_gt(loaded.lru_misses, loaded.bound_misses);
    trace->object[3] = 7; /* no such object */
    cr_assert(cache_trace_write(trace, trace_path, &err));
    struct cache_case again;
    cr_expect_not(cache_case_load(&again, path, &err));
    cr_expect_eq(err.fault, TASK_PACKAGE);
    cache_case_release(&again);
    const char *left[] = {"ref/trace.bin", "ref/reference.json", "in/README.txt"};
    for (size_t i = 0; i < 3; i++) {
        task_auto_free char *one = task_strf("%s/%s", path, left[i]);
        cr_expect_eq(unlink(one), 0);
    }
    const char *folders[] = {"/abc-x/ref", "/abc-x/in", "/abc-x", ""};
    for (size_t i = 0; i < 4; i++) {
        task_auto_free char *one = task_strf("%s%s", folder, folders[i]);
        cr_expect_eq(rmdir(one), 0);
    }
}

/* A cyclic scan that no policy can do better on than LRU when all fits. */
Test(cache_import, refuses_a_trace_on_which_nothing_can_be_gained)
{
    struct task_error err = TASK_ERROR_INIT;
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    for (int i = 0; i < 20; i++)
        task_buf_printf(&text, "0 %d 1\n", i);
    cache_auto_trace struct cache_trace *trace =
        import_bytes("columns", text.data, text.length, &err);
    const struct cache_writing writing = {"/nowhere", "a", "x", trace, 5};
    cr_expect_not(cache_case_write(&writing, &err));
    cr_expect_eq(err.fault, TASK_PACKAGE);
    cr_expect_str_eq(err.message,
                     "trace \"a\", a cache of 5: nothing can be better than LRU");
}
