/* npz reading against files that NumPy wrote (tests/cases/sdk/npz/make.py), and against
 * damage done to them here. */
#include "sdk/file.h"
#include "sdk/npz.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

TestSuite(sdk_npz, .timeout = 20);

static char *fixture(const char *name)
{
    return task_strf("%s/tests/cases/sdk/npz/%s.npz", PODIUM_SOURCE_DIR, name);
}

static struct task_npz *open_fixture(const char *name)
{
    task_auto_free char *path = fixture(name);
    struct task_error err = TASK_ERROR_INIT;
    struct task_npz *npz = task_npz_open(path, &err);
    cr_assert_not_null(npz, "%s", err.message);
    return npz;
}

static struct task_array read_array(struct task_npz *npz, const char *key)
{
    struct task_array array = {0};
    struct task_error err = TASK_ERROR_INIT;
    cr_assert(task_npz_read(npz, key, &array, &err), "%s", err.message);
    return array;
}

/* Values as make.py wrote them. */
static void check_values(const char *name)
{
    task_auto_npz struct task_npz *npz = open_fixture(name);
    cr_expect_eq(task_npz_count(npz), 6);
    cr_expect_str_eq(task_npz_key(npz, 4), "fortran");

    task_auto_array struct task_array f4 = read_array(npz, "f4");
    cr_expect_eq(f4.rank, 2);
    cr_expect(f4.shape[0] == 2 && f4.shape[1] == 3);
    for (int i = 0; i < 6; i++)
        cr_expect_eq(task_array_f4(&f4)[i], (float)i / 2, "%s f4[%d]", name, i);

    task_auto_array struct task_array i8 = read_array(npz, "i8");
    cr_expect_eq(task_array_i8(&i8)[1], 1099511627776, "%s", name);
    cr_expect_eq(task_array_i8(&i8)[2], -3);

    task_auto_array struct task_array u1 = read_array(npz, "u1");
    cr_expect_eq(task_array_integer(&u1, 1), 255);

    task_auto_array struct task_array fortran = read_array(npz, "fortran");
    cr_expect(fortran.shape[0] == 2 && fortran.shape[1] == 3 && fortran.shape[2] == 4);
    for (int i = 0; i < 24; i++)
        cr_expect_eq(task_array_i4(&fortran)[i], i, "%s: Fortran order, element %d", name,
                     i);

    task_auto_array struct task_array none = read_array(npz, "none");
    cr_expect_eq(task_array_count(&none), 0);
}

Test(sdk_npz, reads_stored_deflated_and_zip64_members_in_both_orders)
{
    check_values("stored");
    check_values("deflated");
    check_values("zip64");
}

Test(sdk_npz, reads_header_versions_2_and_3)
{
    static const char *const names[] = {"version2", "version3"};
    for (size_t i = 0; i < 2; i++) {
        task_auto_npz struct task_npz *npz = open_fixture(names[i]);
        task_auto_array struct task_array f4 = read_array(npz, "f4");
        cr_expect_eq(task_array_f4(&f4)[5], 2.5f, "%s", names[i]);
    }
}

Test(sdk_npz, refuses_what_it_does_not_read_and_says_what)
{
    static const struct {
        const char *name;
        const char *words;
    } cases[] = {
        {"big_endian", "element type"},     {"complex", "element type"},
        {"objects", "element type"},        {"rank5", "at most 4"},
        {"bzip2", "compression method 12"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        task_auto_free char *path = fixture(cases[i].name);
        struct task_error err = TASK_ERROR_INIT;
        struct task_array array = {0};
        task_auto_npz struct task_npz *npz = task_npz_open(path, &err);
        bool is_read = npz && task_npz_read(npz, "f4", &array, &err);
        cr_expect_not(is_read, "%s", cases[i].name);
        cr_expect_eq(err.fault, TASK_PACKAGE);
        cr_expect(strstr(err.message, cases[i].words) && strstr(err.message, cases[i].name),
                  "%s: %s", cases[i].name, err.message);
    }
}

/* Reads every array there is, for its faults. */
static bool read_all(const void *bytes, size_t length, struct task_error *err)
{
    task_auto_npz struct task_npz *npz = task_npz_open_bytes(bytes, length, err);
    for (size_t i = 0; npz && i < task_npz_count(npz); i++) {
        task_auto_array struct task_array array = {0};
        if (!task_npz_read(npz, task_npz_key(npz, i), &array, err))
            return false;
    }
    return npz != NULL;
}

Test(sdk_npz, refuses_a_file_that_is_cut_anywhere)
{
    static const char *const names[] = {"stored", "deflated", "zip64"};
    for (size_t i = 0; i < 3; i++) {
        task_auto_free char *path = fixture(names[i]);
        task_auto_buf struct task_buf bytes = TASK_BUF_INIT;
        struct task_error err = TASK_ERROR_INIT;
        cr_assert(task_file_read(path, 1 << 20, &bytes, &err));
        cr_assert(read_all(bytes.data, bytes.length, &err), "%s", err.message);
        for (size_t length = 0; length < bytes.length; length++) {
            /* A copy of exact size, so that the sanitizer sees a byte read too far. */
            task_auto_free char *cut = task_alloc(length, 1);
            if (length > 0)
                memcpy(cut, bytes.data, length);
            struct task_error cut_err = TASK_ERROR_INIT;
            cr_assert_not(read_all(cut, length, &cut_err), "%s cut to %zu", names[i],
                          length);
            cr_assert_eq(cut_err.fault, TASK_PACKAGE);
        }
    }
}

/* One stored member "a" with the given npy bytes, and headers that may lie. */
struct lie {
    const char *npy;
    size_t npy_length;
    uint32_t crc_xor;
    int64_t size_add;
    uint16_t flags;
    uint16_t method;
    const char *name;
};

static void put(struct task_buf *out, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        char byte = i < 8 ? (char)(value >> (8 * i)) : 0;
        task_buf_append(out, &byte, 1);
    }
}

/* Fields by the zip specification (APPNOTE 4.3.7, 4.3.12, 4.3.16). */
static void build(const struct lie *lie, struct task_buf *out)
{
    uint32_t crc = (uint32_t)crc32(0, (const Bytef *)lie->npy, (uInt)lie->npy_length);
    uint64_t size = lie->npy_length + (uint64_t)lie->size_add;
    size_t name_length = strlen(lie->name);
    put(out, 0x04034b50, 4);
    put(out, 0, 22);
    put(out, name_length, 2);
    put(out, 0, 2);
    task_buf_append(out, lie->name, name_length);
    task_buf_append(out, lie->npy, lie->npy_length);
    size_t directory = out->length;
    put(out, 0x02014b50, 4);
    put(out, 20 | 20 << 16, 4);
    put(out, lie->flags, 2);
    put(out, lie->method, 2);
    put(out, 0, 4);
    put(out, crc ^ lie->crc_xor, 4);
    put(out, lie->method ? lie->npy_length : size, 4);
    put(out, size, 4);
    put(out, name_length, 2);
    put(out, 0, 16);
    task_buf_append(out, lie->name, name_length);
    size_t end = out->length;
    put(out, 0x06054b50, 4);
    put(out, 0, 4);
    put(out, 1 | 1 << 16, 4);
    put(out, end - directory, 4);
    put(out, directory, 4);
    put(out, 0, 2);
}

static void build_npy(const char *dict, size_t data_bytes, struct task_buf *out)
{
    task_buf_append(out, "\x93NUMPY\1\0", 8);
    put(out, strlen(dict), 2);
    task_buf_append(out, dict, strlen(dict));
    for (size_t i = 0; i < data_bytes; i++)
        put(out, i, 1);
}

#define DICT(shape) "{'descr': '<i8', 'fortran_order': False, 'shape': " shape ", }"

static void expect_lie(const char *what, const char *dict, size_t data, struct lie lie,
                       const char *words)
{
    task_auto_buf struct task_buf npy = TASK_BUF_INIT, bytes = TASK_BUF_INIT;
    build_npy(dict, data, &npy);
    lie.npy = npy.data;
    lie.npy_length = npy.length;
    lie.name = lie.name ? lie.name : "a.npy";
    build(&lie, &bytes);
    struct task_error err = TASK_ERROR_INIT;
    bool is_read = read_all(bytes.data, bytes.length, &err);
    if (!words) {
        cr_expect(is_read, "%s: %s", what, err.message);
        return;
    }
    cr_expect_not(is_read, "%s was read", what);
    cr_expect(strstr(err.message, words), "%s: \"%s\" lacks \"%s\"", what, err.message,
              words);
}

static const struct {
    const char *what;
    const char *dict;
    size_t data;
    struct lie lie;
    const char *words; /* NULL: must be read */
} lies[] = {
    {"honest", DICT("(2,)"), 16, {.name = NULL}, NULL},
    {"scalar", DICT("()"), 8, {.name = NULL}, NULL},
    {"wrong crc", DICT("(2,)"), 16, {.crc_xor = 1}, "crc32"},
    {"size too large", DICT("(2,)"), 16, {.size_add = 8}, "crc32"},
    {"size beyond the file", DICT("(2,)"), 16, {.size_add = 4096}, "cut off"},
    {"size of 2 GB", DICT("(2,)"), 16, {.size_add = 2000000000}, "larger than 512 MB"},
    {"encrypted", DICT("(2,)"), 16, {.flags = 1}, "encrypted"},
    {"deflated but is not", DICT("(2,)"), 16, {.method = 8}, "deflated data"},
    {"bomb", DICT("(2,)"), 16, {.method = 8, .size_add = 400000000}, "contradict"},
    {"method 99", DICT("(2,)"), 16, {.method = 99}, "method 99"},
    {"name without .npy", DICT("(2,)"), 16, {.name = "a.txt"}, "KEY.npy"},
    {"name with a line end", DICT("(2,)"), 16, {.name = "a\n.npy"}, "KEY.npy"},
    {"shape too large", DICT("(3,)"), 16, {.name = NULL}, "does not fit"},
    {"shape too small", DICT("(1,)"), 16, {.name = NULL}, "does not fit"},
    {"product overflows",
     DICT("(4294967296, 4294967296)"),
     0,
     {.name = NULL},
     "does not fit"},
    {"bytes overflow to 16",
     DICT("(2305843009213693954,)"),
     16,
     {.name = NULL},
     "does not fit"},
    {"number overflows", DICT("(99999999999999999999999,)"), 16, {.name = NULL}, "tuple"},
    {"negative", DICT("(-1,)"), 16, {.name = NULL}, "tuple"},
    {"not a tuple", DICT("2"), 16, {.name = NULL}, "tuple"},
    {"open tuple",
     "{'descr': '<i8', 'fortran_order': False, 'shape': (2,",
     16,
     {.name = NULL},
     "tuple"},
    {"no shape", "{'descr': '<i8', 'fortran_order': False}", 16, {.name = NULL}, "needs"},
    {"twice",
     "{'descr': '<i8', 'descr': '<i8', 'fortran_order': False, 'shape': (2,)}",
     16,
     {.name = NULL},
     "element type"},
    {"unknown key",
     "{'descr': '<i8', 'order': False, 'shape': (2,)}",
     16,
     {.name = NULL},
     "unknown key"},
    {"empty", "", 16, {.name = NULL}, "dictionary"},
    {"trailing words", DICT("(2,)") " x", 16, {.name = NULL}, "nothing more"},
    {"key too long",
     "{'descrdescrdescrdescrdescrdescrdescr': 1}",
     16,
     {.name = NULL},
     "dictionary"},
};

Test(sdk_npz, refuses_headers_that_lie)
{
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++)
        expect_lie(lies[i].what, lies[i].dict, lies[i].data, lies[i].lie, lies[i].words);
}

Test(sdk_npz, refuses_all_ones_without_a_zip64_field)
{
    task_auto_buf struct task_buf npy = TASK_BUF_INIT, bytes = TASK_BUF_INIT;
    build_npy(DICT("(2,)"), 16, &npy);
    struct lie lie = {.npy = npy.data, .npy_length = npy.length, .name = "a.npy"};
    lie.size_add = (int64_t)0xffffffff - (int64_t)npy.length;
    build(&lie, &bytes);
    struct task_error err = TASK_ERROR_INIT;
    cr_expect_not(read_all(bytes.data, bytes.length, &err));
    cr_expect(strstr(err.message, "zip64"), "%s", err.message);
}

/* Nothing is asserted but that it ends: the sanitizers do the asserting. Damage in unused
 * fields may go unseen, damage in data never does. */
Test(sdk_npz, survives_every_single_damaged_byte)
{
    task_auto_free char *path = fixture("zip64");
    task_auto_buf struct task_buf bytes = TASK_BUF_INIT;
    struct task_error err = TASK_ERROR_INIT;
    cr_assert(task_file_read(path, 1 << 20, &bytes, &err));
    size_t refused = 0;
    for (size_t i = 0; i < bytes.length; i++) {
        char old = bytes.data[i];
        for (int change = 1; change < 256; change *= 4) {
            struct task_error damage = TASK_ERROR_INIT;
            bytes.data[i] = (char)(old ^ change);
            refused += !read_all(bytes.data, bytes.length, &damage);
        }
        bytes.data[i] = old;
    }
    cr_expect_gt(refused, bytes.length, "only %zu changes were refused", refused);
}

static void fill(struct task_array arrays[3])
{
    const size_t two[2] = {2, 3}, one[1] = {2};
    task_array_init(&arrays[0], "config_feat", TASK_F4, 2, two);
    task_array_init(&arrays[1], "config_runtime", TASK_I8, 1, one);
    task_array_init(&arrays[2], "byte", TASK_U1, 0, NULL);
    for (int i = 0; i < 6; i++)
        task_array_f4(&arrays[0])[i] = (float)i;
    task_array_i8(&arrays[1])[1] = INT64_MAX;
    *(uint8_t *)arrays[2].data = 7;
}

Test(sdk_npz, writes_what_numpy_reads)
{
    struct task_array arrays[3];
    struct task_error err = TASK_ERROR_INIT;
    char folder[] = "/tmp/sdk_npz.XXXXXX";
    cr_assert_not_null(mkdtemp(folder));
    task_auto_free char *path = task_strf("%s/a.npz", folder);
    fill(arrays);
    cr_assert(task_npz_write(path, arrays, 3, &err), "%s", err.message);
    for (int i = 0; i < 3; i++)
        task_array_release(&arrays[i]);
    task_auto_free char *command =
        task_strf("/usr/bin/python3 -c \"import numpy as n; z = n.load('%s'); "
                  "print(z['config_feat'].tolist(), z['config_runtime'].tolist(), "
                  "z['config_runtime'].dtype.str, int(z['byte']), z['byte'].shape)\" 2>&1",
                  path);
    FILE *pipe = popen(command, "r");
    char line[256] = "";
    cr_assert(pipe && fgets(line, sizeof line, pipe));
    int status = pclose(pipe);
    (void)remove(path);
    (void)remove(folder);
    if (status != 0)
        cr_skip("no NumPy here: %s", line);
    cr_expect_str_eq(line, "[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]] [0, 9223372036854775807] "
                           "<i8 7 ()\n");
}

Test(sdk_npz, names_a_missing_file_and_a_missing_key)
{
    struct task_error err = TASK_ERROR_INIT;
    cr_expect_null(task_npz_open("/nonexistent.npz", &err));
    cr_expect_eq(err.fault, TASK_HOST);
    cr_expect(strstr(err.message, "\"/nonexistent.npz\""));

    task_auto_npz struct task_npz *npz = open_fixture("stored");
    struct task_array array = {0};
    err = (struct task_error)TASK_ERROR_INIT;
    cr_expect_not(task_npz_read(npz, "config_runtime", &array, &err));
    cr_expect(strstr(err.message, "stored.npz\": no array \"config_runtime\""), "%s",
              err.message);
}
