#include "tile/feature.h"
#include "tile/frozen.h"
#include "tile/import.h"
#include "tile/kernel.h"
#include "tile/metric.h"
#include "tile/nest.h"
#include "tile/noise.h"

#include "sdk/file.h"
#include "sdk/npz.h"
#include "sdk/reference.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(tile_data, .timeout = 20);

static void near(double found, double expected, const char *what)
{
    cr_assert(fabs(found - expected) < 1e-12, "%s: %.17g, expected %.17g", what, found,
              expected);
}

/* ---- nests ---- */

static float naive_matmul(const struct nest *nest, size_t i, size_t j)
{
    const size_t m = (size_t)nest->kernel.dims[0], n = (size_t)nest->kernel.dims[1];
    const size_t k = (size_t)nest->kernel.dims[2];
    const int family = nest->kernel.family;
    float sum = 0;

    for (size_t p = 0; p < k; p++)
        sum += nest->a[family == TILE_MATMUL_TN ? p * m + i : i * k + p] *
               nest->b[family == TILE_MATMUL_NT ? j * k + p : p * n + j];
    return sum;
}

/* Output pixel i (row by row), channel z. */
static float naive_window(const struct nest *nest, size_t i, size_t z)
{
    const int *d = nest->kernel.dims;
    const bool is_deep = nest->kernel.family == TILE_DEPTHWISE;
    const size_t width = (size_t)tile_out_width(&nest->kernel), w = (size_t)d[1];
    const size_t ci = (size_t)d[2], r = (size_t)d[is_deep ? 3 : 4];
    float sum = 0;

    for (size_t tap = 0; tap < r * r; tap++) {
        const float *in = nest->a + ((i / width + tap / r) * w + i % width + tap % r) * ci;
        for (size_t c = is_deep ? z : 0; c < (is_deep ? z + 1 : ci); c++)
            sum += in[c] * (is_deep ? nest->b[tap * ci + z]
                                    : nest->b[(tap * ci + c) * (size_t)d[3] + z]);
    }
    return sum;
}

static float naive(const struct nest *nest, size_t at)
{
    const size_t d0 = (size_t)nest->kernel.dims[0], d1 = (size_t)nest->kernel.dims[1];
    float sum = 0;

    switch (nest->kernel.family) {
    case TILE_CONV:
        return naive_window(nest, at / (size_t)nest->kernel.dims[3],
                            at % (size_t)nest->kernel.dims[3]);
    case TILE_DEPTHWISE:
        return naive_window(nest, at / (size_t)nest->kernel.dims[2],
                            at % (size_t)nest->kernel.dims[2]);
    case TILE_TRANSPOSE:
        return nest->a[at % d0 * d1 + at / d0];
    case TILE_REDUCE:
        for (size_t i = 0; i < d0; i++)
            sum += nest->a[i * d1 + at] * nest->b[i];
        return sum;
    default:
        return naive_matmul(nest, at / d1, at % d1);
    }
}

Test(tile_data, every_configuration_computes_the_kernel)
{
    /* The inputs are small multiples of 1/8 and 1/4, so that every sum is exact in a float
     * and its order does not matter. Extents are no multiples of the tiles. */
    static const struct tile_kernel kernels[] = {
        {TILE_MATMUL_NN, 0, {13, 21, 19}},   {TILE_MATMUL_NT, 0, {13, 21, 19}},
        {TILE_CONV, 0, {9, 10, 5, 11, 3}},   {TILE_TRANSPOSE, 0, {37, 23}},
        {TILE_DEPTHWISE, 0, {11, 9, 13, 5}}, {TILE_REDUCE, 0, {29, 41}},
        {TILE_MATMUL_TN, 0, {13, 21, 19}},
    };
    static const struct tile_config tiles[] = {
        {{1, 1, 1, 1}}, {{4, 8, 2, 3}}, {{3, 5, 16, 4}}, {{64, 64, 64, 64}}};

    for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++) {
        void *arena = aligned_alloc(NEST_PAGE_BYTES, nest_bytes(&kernels[i]));
        struct nest nest;
        nest_init(&nest, &kernels[i], arena);
        for (size_t t = 0; t < sizeof tiles / sizeof tiles[0]; t++) {
            memset(nest.c, 0x7f, nest.elements[2] * sizeof(float));
            nest_run(&nest, &tiles[t]);
            for (size_t at = 0; at < nest.elements[2]; at++)
                cr_assert_eq(nest.c[at], naive(&nest, at), "%s, tiles %zu, element %zu",
                             tile_family(kernels[i].family)->name, t, at);
        }
        free(arena);
    }
}

Test(tile_data, an_epilogue_adds_the_bias_and_cuts_below_zero)
{
    static const struct tile_kernel kernel = {
        TILE_MATMUL_NN, TILE_BIAS | TILE_RELU, {4, 4, 4}};
    void *arena = aligned_alloc(NEST_PAGE_BYTES, nest_bytes(&kernel));
    struct nest nest;

    nest_init(&nest, &kernel, arena);
    for (size_t i = 0; i < nest.elements[1]; i++)
        nest.b[i] = i % 2 ? -1 : 1;
    nest_run(&nest, &(struct tile_config){{4, 4, 4}});
    /* a's first row is 0 1/8 2/8 3/8; b's columns are all 1 or all -1. */
    cr_assert_eq(nest.c[0], .75F + .5F);
    cr_assert_eq(nest.c[1], 0);
    free(arena);
}

/* ---- measured data ---- */

Test(tile_data, sweeps_that_disagree_are_noise)
{
    static const int64_t a[] = {100, 200, 300, 400, 500, 600};
    static const int64_t swapped[] = {102, 200, 300, 400, 600, 500};
    static const int64_t slower[] = {106, 212, 318, 424, 530, 636};
    static const int64_t other[] = {110, 104, 300, 400, 500, 600};
    struct noise noise;

    noise_measure(a, a, 6, &noise);
    near(noise.tau, 1, "tau");
    near(noise.best_gap + noise.regret[0] + noise.regret[1], 0, "no noise");
    /* One discordant pair of 15: tau (14 - 1) / 15 = .867, under .90. */
    noise_measure(a, swapped, 6, &noise);
    near(noise.tau, 13 / 15., "tau");
    near(noise.best_gap, .02, "gap");
    cr_assert_not(noise_is_low(&noise));
    noise_measure(a, slower, 6, &noise);
    near(noise.best_gap, .06, "gap");
    cr_assert_not(noise_is_low(&noise));
    /* a would choose 0, for which the other pays 110 where 104 was to be had; the other
     * chooses 1, which costs a 200 instead of 100. */
    noise_measure(a, other, 6, &noise);
    near(noise.regret[0], 1, "regret");
    near(noise.regret[1], 0, "regret of five");
}

static char *temporary_folder(void)
{
    char *path =
        task_strf("%s/podium-tile-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");

    cr_assert_not_null(mkdtemp(path));
    return path;
}

static void remove_folder(const char *path)
{
    task_auto_names struct task_names names = TASK_NAMES_INIT;
    struct task_error err = TASK_ERROR_INIT;

    cr_assert(task_dir_list(path, "", &names, &err), "%s", err.message);
    for (size_t i = 0; i < names.count; i++) {
        task_auto_free char *inner = task_strf("%s/%s", path, names.items[i]);
        if (task_dir_exists(inner))
            remove_folder(inner);
        else
            cr_assert_eq(unlink(inner), 0);
    }
    cr_assert_eq(rmdir(path), 0);
}

static void put(const char *folder, const char *name, const char *text)
{
    task_auto_free char *path = task_strf("%s/%s", folder, name);
    struct task_error err = TASK_ERROR_INIT;

    cr_assert(task_file_write(path, text, strlen(text), &err), "%s", err.message);
}

static void put_measured(const char *folder, const char *rows)
{
    task_auto_free char *csv =
        task_strf("split,kernel,family,epilogue,d0,d1,d2,d3,d4,t0,t1,t2,t3,ns\n%s", rows);
    char digest[FROZEN_DIGEST_BYTES];

    frozen_digest(csv, strlen(csv), digest);
    task_auto_free char *host = task_strf("{\"sha256\":\"%s\"}", digest);
    put(folder, "kernels.csv", csv);
    put(folder, "host.json", host);
}

Test(tile_data, measured_rows_are_read_as_written_or_refused_with_their_line)
{
    static const struct {
        const char *rows, *message;
    } cases[] = {
        {"train,0,reduce,0,9,8,0,0,0,1,8,0,0,77\ntrain,0,reduce,0,9,8,0,0,0,9,8,0,0,70\n",
         ""},
        {"train,0,reduce,0,9,8,0,0,0,1,8,0,0,0\n", "line 2"}, /* no time */
        {"train,0,reduce,0,9,8,0,0,0,1,9,0,0,5\n", "line 2"}, /* tile beyond its axis */
        {"train,0,reduce,0,9,8,0,0,0,1,0,0,0,5\n", "line 2"}, /* no tile */
        {"train,0,reduce,0,9,8,7,0,0,1,8,0,0,5\n", "line 2"}, /* a dimension too many */
        {"train,0,conv,0,2,2,4,8,3,1,1,1,1,5\n", "line 2"},   /* window over the image */
        {"train,1,reduce,0,9,8,0,0,0,1,8,0,0,5\n", "line 2"}, /* kernels start at 0 */
        {"train,0,sort,0,9,8,0,0,0,1,8,0,0,5\n", "line 2"},   /* no such family */
        {"train,0,reduce,0,9,8,0,0,0,1,8,0,0,-5\n", "line 2"},
        {"train,0,reduce,0,9,8,0,0,0,1,8,0,0,5,5\n", "line 2"},
        {"train,0,reduce,0,9,8,0,0,0,1,8,0,0\n", "line 2"},
        {"train,0,reduce,0,9,8,0,0,0,1,8,0,0,99999999999999999999\n", "line 2"},
        {"train,0,reduce,0,9,8,0,0,0,1,8,0,0,5", "line 2"},
        {"a word that is far too long,0\n", "line 2"},
    };
    task_auto_free char *folder = temporary_folder();

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct task_error err = TASK_ERROR_INIT;
        frozen_auto struct frozen frozen = {0};
        put_measured(folder, cases[i].rows);
        cr_assert_eq(frozen_load(folder, &frozen, &err), !*cases[i].message, "case %zu: %s",
                     i, err.message);
        cr_assert_not_null(strstr(err.message, cases[i].message), "case %zu: %s", i,
                           err.message);
        if (i == 0)
            cr_assert(frozen.count == 1 && frozen.samples[0].configs == 2 &&
                      frozen.samples[0].runtime[1] == 70);
    }
    remove_folder(folder);
}

Test(tile_data, measured_rows_that_were_changed_later_are_refused)
{
    task_auto_free char *folder = temporary_folder();
    struct task_error err = TASK_ERROR_INIT;
    frozen_auto struct frozen frozen = {0};

    put_measured(folder, "train,0,reduce,0,9,8,0,0,0,1,8,0,0,77\n");
    put(folder, "kernels.csv", "train,0,reduce,0,9,8,0,0,0,1,8,0,0,76\n");
    cr_assert_not(frozen_load(folder, &frozen, &err));
    cr_assert_eq(err.fault, TASK_PACKAGE);
    cr_assert_not_null(strstr(err.message, "host.json"), "%s", err.message);
    remove_folder(folder);
}

Test(tile_data, the_shipped_measurements_load)
{
    struct task_error err = TASK_ERROR_INIT;
    frozen_auto struct frozen frozen = {0};
    int trains = 0;

    cr_assert(frozen_load(PODIUM_SOURCE_DIR "/tasks/tile/data/cpu", &frozen, &err), "%s",
              err.message);
    for (int i = 0; i < frozen.count; i++)
        trains += strcmp(frozen.samples[i].split, "train") == 0;
    cr_assert_geq(trains, 80);
    cr_assert_geq(frozen.count - trains, 30);
}

/* ---- import ---- */

/* Writes a kernel of six configurations as SOURCE/npz/tile/xla/valid/NAME.npz, after spoil
 * has had it. */
static void put_kernel(const char *source, const char *name,
                       void (*spoil)(struct task_array arrays[FEATURE_ARRAYS]))
{
    const struct tile_sample sample = {
        .kernel = {TILE_TRANSPOSE, 0, {64, 64}},
        .configs = 6,
        .config = {{{8, 8}}, {{4, 8}}, {{8, 4}}, {{2, 8}}, {{8, 2}}, {{1, 1}}},
        .runtime = {30, 50, 10, 15, 60, 40}};
    task_auto_free char *folder = task_strf("%s/npz/tile/xla/valid", source);
    task_auto_free char *path = task_strf("%s/%s.npz", folder, name);
    struct task_array arrays[FEATURE_ARRAYS];
    struct task_error err = TASK_ERROR_INIT;

    feature_arrays(&sample, arrays);
    if (spoil)
        spoil(arrays);
    cr_assert(task_dir_make(folder, &err) &&
                  task_npz_write(path, arrays, FEATURE_ARRAYS, &err),
              "%s", err.message);
    feature_release(arrays);
}

static void no_labels(struct task_array arrays[FEATURE_ARRAYS])
{
    memset(arrays[4].data, 0, task_array_bytes(&arrays[4]));
}

static void negative_runtime(struct task_array arrays[FEATURE_ARRAYS])
{
    task_array_i8(&arrays[4])[3] = -5;
}

static void few_normalizers(struct task_array arrays[FEATURE_ARRAYS])
{
    arrays[5].shape[0] = 5;
}

static void no_normalizers(struct task_array arrays[FEATURE_ARRAYS])
{
    arrays[5].key[0] = 'x';
}

static void runtimes_in_float(struct task_array arrays[FEATURE_ARRAYS])
{
    const size_t count = 6;

    task_array_release(&arrays[4]);
    task_array_init(&arrays[4], "config_runtime", TASK_F4, 1, &count);
}

static void runtimes_in_a_table(struct task_array arrays[FEATURE_ARRAYS])
{
    arrays[4].rank = 2;
    arrays[4].shape[0] = 2;
    arrays[4].shape[1] = 3;
}

static bool import_from(const char *source, const char *out, struct task_error *err)
{
    static const struct task_program program = {.id = "tile", .version = "1"};
    const struct task_import job = {.program = &program,
                                    .format = "tpugraphs",
                                    .source = source,
                                    .out = out,
                                    .split = "valid"};

    return task_dir_make(out, err) && tile_import(&job, err);
}

Test(tile_data, a_file_without_sound_labels_is_refused_by_its_name)
{
    static const struct {
        void (*spoil)(struct task_array arrays[FEATURE_ARRAYS]);
        const char *message;
    } cases[] = {
        {no_labels, "placeholders"},
        {negative_runtime, "placeholders"},
        {few_normalizers, "config_runtime_normalizers"},
        {no_normalizers, "config_runtime_normalizers"},
        {runtimes_in_float, "config_runtime"},
        {runtimes_in_a_table, "config_runtime"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        task_auto_free char *folder = temporary_folder();
        task_auto_free char *out = task_strf("%s/out", folder);
        struct task_error err = TASK_ERROR_INIT;
        put_kernel(folder, "sound", NULL);
        put_kernel(folder, "spoilt", cases[i].spoil);
        cr_assert_not(import_from(folder, out, &err), "case %zu", i);
        cr_assert_eq(err.fault, TASK_PACKAGE, "case %zu: %s", i, err.message);
        cr_assert_not_null(strstr(err.message, "spoilt.npz"), "case %zu: %s", i,
                           err.message);
        cr_assert_not_null(strstr(err.message, cases[i].message), "case %zu: %s", i,
                           err.message);
        remove_folder(folder);
    }
}

Test(tile_data, a_random_order_is_worth_nothing_on_what_was_imported)
{
    task_auto_free char *folder = temporary_folder();
    task_auto_free char *out = task_strf("%s/out", folder);
    task_auto_free char *where = task_strf("%s/out/tile-xla", folder);
    task_auto_reference struct task_reference ref = {0};
    struct task_error err = TASK_ERROR_INIT;

    put_kernel(folder, "one", NULL);
    put_kernel(folder, "two", NULL);
    cr_assert(import_from(folder, out, &err), "%s", err.message);
    cr_assert(task_reference_load(where, &ref, &err), "%s", err.message);
    cr_assert_eq(ref.count, 2);
    cr_assert_eq(ref.graphs[0].runtime[ref.graphs[0].best], 10);
    cr_assert_eq(ref.graphs[0].normalizer[0], 30);
    /* The fastest of 10 15 30 .. is among five of six with 5/6, else 15 is: 2 - 1.5. */
    near(ref.m0, 5 / 6. + 1 / 6. * .5, "m0");
    near(ref.m1, 1, "m1");
    remove_folder(folder);
}

/* The published kernels, where they are at hand. */
static const char *published(void)
{
    const char *folder = getenv("PODIUM_TPUGRAPHS");

    return folder ? folder : PODIUM_SOURCE_DIR "/../shared/data/tpugraphs";
}

Test(tile_data, published_kernels_import)
{
    task_auto_free char *folder = temporary_folder();
    task_auto_free char *xla = task_strf("%s/npz/tile/xla", folder);
    task_auto_free char *link = task_strf("%s/valid", xla);
    task_auto_free char *out = task_strf("%s/out", folder);
    task_auto_free char *where = task_strf("%s/tile-xla", out);
    task_auto_reference struct task_reference ref = {0};
    struct task_error err = TASK_ERROR_INIT;

    if (!task_dir_exists(published())) {
        remove_folder(folder);
        cr_skip("no published kernels here");
    }
    cr_assert(task_dir_make(xla, &err) && symlink(published(), link) == 0);
    cr_assert(import_from(folder, out, &err), "%s", err.message);
    cr_assert(task_reference_load(where, &ref, &err), "%s", err.message);
    cr_assert_eq(ref.count, 6);
    /* In Python, with y = sorted(Fraction(runtime, normalizer)) of each file:
     * sum(comb(n-1-i, 4) / comb(n, 5) * (2 - y[i]/y[0])), mean over the six files. */
    near(ref.m0, 0.8299162928920648, "m0");
    cr_assert_eq(unlink(link), 0);
    remove_folder(folder);
}
