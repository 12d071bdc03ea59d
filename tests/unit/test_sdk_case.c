/* Cases on disk: written, read back as a reference, imported from the data set's folders,
 * scored by the main program. */
#include "sdk/case.h"
#include "sdk/file.h"
#include "sdk/submission.h"
#include "sdk/tpugraphs.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/sdk_case.XXXXXX";

static void setup(void)
{
    cr_assert_not_null(mkdtemp(folder));
}

static void teardown(void)
{
    task_auto_free char *command = task_strf("rm -rf %s", folder);
    FILE *pipe = popen(command, "r");
    cr_assert(pipe && pclose(pipe) == 0);
}

TestSuite(sdk_case, .timeout = 20, .init = setup, .fini = teardown);

enum { CONFIGS = 5, ARRAYS = 4 };

/* config_feat and both labels carry the configuration's number, so that a shuffle that
 * tears them apart shows. */
static void fill(struct task_array arrays[ARRAYS], bool is_placeholder)
{
    const size_t feat[2] = {CONFIGS, 2}, vector[1] = {CONFIGS}, nodes[1] = {3};
    task_array_init(&arrays[0], "node_opcode", TASK_I4, 1, nodes);
    task_array_init(&arrays[1], "config_feat", TASK_F4, 2, feat);
    task_array_init(&arrays[2], "config_runtime", TASK_I8, 1, vector);
    task_array_init(&arrays[3], "config_runtime_normalizers", TASK_I8, 1, vector);
    for (int i = 0; i < CONFIGS; i++) {
        task_array_f4(&arrays[1])[2 * i] = (float)i;
        task_array_i8(&arrays[2])[i] = is_placeholder ? 0 : 100 + i;
        task_array_i8(&arrays[3])[i] = 1;
    }
    task_array_i4(&arrays[0])[2] = 77;
}

static void release(struct task_array arrays[ARRAYS])
{
    for (int i = 0; i < ARRAYS; i++)
        task_array_release(&arrays[i]);
}

static struct task_rng stream(void)
{
    struct task_rng rng;
    task_rng_init(&rng, &(struct task_stream){"", "case", "1", "test", "shuffle", 0});
    return rng;
}

static char *below(const char *name)
{
    return task_strf("%s/%s", folder, name);
}

static void write_case(const char *out, struct task_error *err)
{
    task_auto_free char *path = below(out);
    struct task_array arrays[ARRAYS];
    struct task_rng rng = stream();
    const struct task_sample test = {.rng = &rng, .is_shifted = true};
    const struct task_sample train = {.name = "matmul-001", .rng = &rng};
    const struct task_case_end end = {.5, 1, "words\n"};
    cr_assert(task_dir_make(path, err));
    task_auto_case struct task_case *c = task_case_new(path, "tile:sim", err);
    cr_assert_not_null(c);
    fill(arrays, false);
    cr_expect(task_case_train(c, &train, arrays, ARRAYS, err));
    release(arrays);
    fill(arrays, false);
    cr_expect(task_case_test(c, &test, arrays, ARRAYS, err));
    release(arrays);
    cr_expect(task_case_finish(c, &end, err), "%s", err->message);
}

static struct task_array read_array(const char *path, const char *key)
{
    struct task_error err = TASK_ERROR_INIT;
    struct task_array array = {0};
    task_auto_npz struct task_npz *npz = task_npz_open(path, &err);
    cr_assert(npz && task_npz_read(npz, key, &array, &err), "%s", err.message);
    return array;
}

Test(sdk_case, writes_what_the_entry_sees_and_what_the_scorer_sees)
{
    struct task_error err = TASK_ERROR_INIT;
    struct task_reference ref;
    write_case("out", &err);
    task_auto_free char *case_dir = below("out/tile-sim");
    cr_assert(task_reference_load(case_dir, &ref, &err), "%s", err.message);
    cr_assert_eq(ref.count, 1);
    const struct task_graph *graph = &ref.graphs[0];
    cr_expect(ref.m0 == .5 && ref.m1 == 1 && graph->is_shifted);
    cr_expect_eq(graph->rule, TASK_LIST_TOP);
    cr_expect_eq(strlen(graph->id), strlen("tile:sim:") + 32);

    const char *name = graph->id + strlen("tile:sim:");
    task_auto_free char *test = task_strf("%s/in/test/%s.npz", case_dir, name);
    task_auto_array struct task_array feat = read_array(test, "config_feat");
    task_auto_array struct task_array hidden = read_array(test, "config_runtime");
    task_auto_array struct task_array ones = read_array(test, "config_runtime_normalizers");
    int moved = 0;
    for (int i = 0; i < CONFIGS; i++) {
        int number = (int)task_array_f4(&feat)[2 * i];
        moved += number != i;
        cr_expect_eq(graph->runtime[i], 100 + number, "labels and features part");
        cr_expect_eq(task_array_i8(&hidden)[i], 0);
        cr_expect_eq(task_array_i8(&ones)[i], 1);
    }
    cr_expect_gt(moved, 0, "nothing was shuffled");

    task_auto_free char *sample = task_strf("%s/in/sample_submission.csv", case_dir);
    task_auto_free char *expected =
        task_strf("ID,TopConfigs\ntile:sim:%s,0;1;2;3;4\n", name);
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    cr_assert(task_file_read(sample, 1000, &text, &err));
    cr_expect_str_eq(text.data, expected);
    task_reference_release(&ref);
}

static int run(const char *command)
{
    FILE *pipe = popen(command, "r");
    cr_assert_not_null(pipe);
    int status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Test(sdk_case, writes_the_same_bytes_again)
{
    struct task_error err = TASK_ERROR_INIT;
    write_case("one", &err);
    write_case("two", &err);
    task_auto_free char *command = task_strf("diff -r %s/one %s/two", folder, folder);
    cr_expect_eq(run(command), 0);
}

Test(sdk_case, refuses_graphs_without_labels_or_choice)
{
    struct task_array arrays[ARRAYS];
    struct task_rng rng = stream();
    const struct task_sample test = {.rng = &rng};
    for (int kind = 0; kind < 3; kind++) {
        static const char *const words[] = {"placeholders", "fewer than two", "5 rows"};
        struct task_error err = TASK_ERROR_INIT;
        task_auto_case struct task_case *c = task_case_new(folder, "tile:sim", &err);
        fill(arrays, kind == 0);
        if (kind == 1) {
            for (int i = 1; i < ARRAYS; i++)
                arrays[i].shape[0] = 1;
        } else if (kind == 2) {
            arrays[1].shape[0] = 4;
        }
        cr_expect_not(task_case_test(c, &test, arrays, ARRAYS, &err));
        cr_expect(strstr(err.message, words[kind]), "%s", err.message);
        cr_expect_eq(err.fault, TASK_PACKAGE);
        release(arrays);
    }
}

/* A data set of one train, one valid and one test graph; runtimes of the valid one as i4,
 * as some files have them. */
static void make_source(void)
{
    static const char *const splits[] = {"train", "valid", "test"};
    for (int i = 0; i < 3; i++) {
        struct task_array arrays[ARRAYS];
        struct task_error err = TASK_ERROR_INIT;
        task_auto_free char *path = task_strf("%s/src/npz/tile/xla/%s", folder, splits[i]);
        task_auto_free char *file = task_strf("%s/resnet.4x4.bf16-%d.npz", path, i);
        fill(arrays, i == 2);
        if (i == 1) {
            int64_t wide[CONFIGS];
            memcpy(wide, arrays[2].data, sizeof wide);
            const size_t shape[1] = {CONFIGS};
            task_array_release(&arrays[2]);
            task_array_init(&arrays[2], "config_runtime", TASK_I4, 1, shape);
            for (int k = 0; k < CONFIGS; k++)
                task_array_i4(&arrays[2])[k] = (int32_t)wide[k];
        }
        cr_assert(task_dir_make(path, &err) && task_npz_write(file, arrays, ARRAYS, &err));
        release(arrays);
    }
}

static const char *const keys[] = {"node_opcode",
                                   "config_feat",
                                   "?node_splits",
                                   "config_runtime",
                                   "config_runtime_normalizers",
                                   NULL};
static const struct task_tpugraphs part = {"tile/xla", "tile:xla", keys, 0, 1, ""};

static bool import(const struct task_import *job, struct task_error *err)
{
    return task_tpugraphs_import_all(job, &part, 1, err);
}

static void measure(const struct task_graph *graph, const uint32_t *list, size_t count,
                    double *value)
{
    value[0] = count > 0 && list[0] == graph->best;
}

static bool score(const struct task_score *job, struct task_error *err)
{
    static const struct task_metric metric = {
        .unit = "unit", .values = 1, .names = {""}, .measure = measure};
    return task_submission_score(job, &metric, err);
}

static bool generate(const struct task_generate *job, struct task_error *err)
{
    return task_fail(err, TASK_HOST, "seed %s", job->seed);
}

static const struct task_program program = {
    .id = "fake", .version = "1", .generate = generate, .import = import, .score = score};

/* Runs the program in a child whose descriptor 3 is a pipe; returns its exit status. */
static int task(char *const *argv, char *verdict, size_t size)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    int argc = 0;
    while (argv[argc])
        argc++;
    pid_t child = fork();
    if (child == 0) {
        if (dup2(ends[1], 3) != 3)
            _exit(99);
        _exit(task_main(&program, argc, (char **)(uintptr_t)argv));
    }
    close(ends[1]);
    size_t used = 0;
    for (ssize_t got; (got = read(ends[0], verdict + used, size - 1 - used)) > 0;)
        used += (size_t)got;
    verdict[used] = '\0';
    close(ends[0]);
    int status = 0;
    cr_assert_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define TASK(...)                                                                          \
    task((char *const[]){(char *)(uintptr_t) "fake", __VA_ARGS__, NULL}, text, sizeof text)
#define WORD(literal) ((char *)(uintptr_t)(literal))

/* Submissions refer to the data set's own names and indices. */
Test(sdk_case, imports_names_and_configurations_as_published)
{
    char text[4096];
    struct task_error err = TASK_ERROR_INIT;
    struct task_array arrays[ARRAYS];
    make_source();
    fill(arrays, false);
    task_auto_free char *src = below("src"), *out = below("out");
    cr_assert(task_dir_make(out, &err));
    cr_expect_eq(TASK(WORD("import"), WORD("tpugraphs"), src, out), 0);

    task_auto_buf struct task_buf sample = TASK_BUF_INIT, list = TASK_BUF_INIT;
    task_auto_free char *path = below("out/tile-xla/in/sample_submission.csv");
    cr_assert(task_file_read(path, 100000, &sample, &err));
    for (int i = 0; i < CONFIGS; i++)
        task_buf_printf(&list, "%s%d", i ? ";" : "", i);
    task_auto_free char *wanted =
        task_strf("ID,TopConfigs\ntile:xla:resnet.4x4.bf16-1,%s\n", list.data);
    cr_expect_str_eq(sample.data, wanted);

    task_auto_free char *file = below("out/tile-xla/in/test/resnet.4x4.bf16-1.npz");
    struct task_array features = read_array(file, "config_feat");
    cr_expect_arr_eq(features.data, arrays[1].data, task_array_bytes(&arrays[1]));
    task_array_release(&features);
    release(arrays);
}

Test(sdk_case, imports_scores_and_keeps_its_exit_statuses)
{
    char text[4096];
    struct task_error err = TASK_ERROR_INIT;
    make_source();
    task_auto_free char *src = below("src"), *out = below("out"), *bad = below("bad");
    task_auto_free char *case_dir = below("out/tile-xla"), *answer = below("answer");
    cr_assert(task_dir_make(out, &err) && task_dir_make(bad, &err) &&
              task_dir_make(answer, &err));

    cr_expect_eq(TASK(WORD("import"), WORD("tpugraphs"), src, out), 0);
    cr_expect_eq(
        TASK(WORD("import"), WORD("--split"), WORD("test"), WORD("tpugraphs"), src, bad), 3,
        "placeholders were imported");
    task_auto_free char *train = below("out/tile-xla/in/train/resnet.4x4.bf16-0.npz");
    cr_expect_eq(access(train, R_OK), 0);
    task_auto_free char *sample = below("out/tile-xla/in/sample_submission.csv");
    task_auto_free char *copy = below("answer/submission.csv");

    cr_expect_eq(TASK(WORD("score"), case_dir, answer), 43, "no file");
    cr_expect_str_eq(text,
                     "{\"schema\":\"podium.verdict/1\",\"message\":\"submission.csv: no "
                     "such file in the output folder\"}\n");
    cr_assert_eq(symlink(sample, copy), 0);
    cr_expect_eq(TASK(WORD("score"), case_dir, answer), 43, "a link was followed");
    cr_assert_eq(unlink(copy), 0);
    cr_assert_eq(mkfifo(copy, 0600), 0);
    cr_expect_eq(TASK(WORD("score"), case_dir, answer), 43, "a FIFO was read");
    cr_assert_eq(unlink(copy), 0);

    task_auto_buf struct task_buf csv = TASK_BUF_INIT;
    cr_assert(task_file_read(sample, 1000, &csv, &err));
    cr_assert(task_file_write(copy, csv.data, csv.length, &err));
    cr_expect_eq(TASK(WORD("score"), case_dir, answer), 42);
    json_t *verdict = json_loads(text, 0, NULL);
    cr_assert_not_null(verdict, "%s", text);
    const char *schema = NULL, *unit = NULL, *message = NULL;
    double raw, points;
    json_t *metrics, *items;
    cr_expect_eq(json_unpack(verdict, "{s:s, s:f, s:s, s:f, s:o, s:o, s:s !}", "schema",
                             &schema, "raw", &raw, "unit", &unit, "score", &points,
                             "metrics", &metrics, "items", &items, "message", &message),
                 0, "%s", text);
    cr_expect_eq(json_array_size(items), 1);
    json_decref(verdict);

    cr_assert(task_file_write(copy, "ID,TopConfigs\n", 14, &err));
    cr_expect_eq(TASK(WORD("score"), case_dir, answer), 43);
    cr_expect(strstr(text, "no row for \\\"tile:xla:"), "%s", text);
    cr_expect_eq(TASK(WORD("score"), WORD("--lenient"), case_dir, answer), 42);
}

Test(sdk_case, tells_usage_from_faults)
{
    char text[256];
    task_auto_free char *out = below("empty");
    struct task_error err = TASK_ERROR_INIT;
    cr_assert(task_dir_make(out, &err));
    char *seed = WORD("000102030405060708090a0b0c0d0e0f");
    cr_expect_eq(TASK(WORD("--help")), 0);
    cr_expect_eq(TASK(WORD("dance")), 2);
    cr_expect_eq(TASK(WORD("score"), out), 2);
    cr_expect_eq(TASK(WORD("score"), WORD("--seed"), seed, out, out), 2);
    cr_expect_eq(TASK(WORD("generate"), out), 2);
    cr_expect_eq(
        TASK(WORD("generate"), WORD("--split"), WORD("private"), WORD("--seed"), seed, out),
        2);
    cr_expect_eq(TASK(WORD("generate"), WORD("--split"), WORD("public"), WORD("--seed"),
                      WORD("short"), out),
                 2);
    cr_expect_eq(TASK(WORD("generate"), WORD("--split"), WORD("public"), WORD("--seed"),
                      seed, folder),
                 2, "a folder that is not empty");
    cr_expect_eq(
        TASK(WORD("generate"), WORD("--split"), WORD("public"), WORD("--seed"), seed, out),
        3);
    cr_expect_eq(TASK(WORD("import"), WORD("csv"), out, out), 2);
    cr_expect_eq(TASK(WORD("score"), out, out), 3, "a case without reference");
    cr_expect_str_eq(text, "", "a verdict was written");
}
