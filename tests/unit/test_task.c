#include "model/task.h"
#include "base/fs.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(task, .timeout = 20);

#define SEED "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static const char base[] =
    "{\"schema\": \"podium.task/1\", \"id\": \"tile\", \"title\": \"Tile sizes\","
    " \"areas\": [\"compilers\"], \"kind\": \"predict\","
    " \"limits\": {\"cpu_s\": 60, \"wall_s\": 90, \"memory_mib\": 2048, \"processes\": 64,"
    "              \"output_mib\": 16, \"output_files\": 63, \"log_kib\": 62},"
    " \"splits\": {\"public\": {\"seed\": \"" SEED
    "\"}, \"hidden\": {\"commitment\": \"\"}},"
    " \"metric\": {\"name\": \"quality\", \"unit\": \"2 - chosen/best\","
    "              \"better\": \"higher\"},"
    " \"cap\": 100, \"default_split\": \"public\", \"order\": [\"random\", \"oracle\"],"
    " \"sources\": [\"TpuGraphs\"]}";

Test(task, everything_that_task_json_says_is_read)
{
    char *folder = fixture_enter();
    fixture_write("tile/task.json", base);
    struct pod_error err = POD_ERROR_INIT;
    task_auto struct task task = TASK_INIT;
    cr_assert(task_load("tile", &task, &err), "%s", err.message);
    cr_assert_str_eq(task.id, "tile");
    cr_assert_str_eq(task.title, "Tile sizes");
    cr_assert_str_eq(task.areas.items[0], "compilers");
    cr_assert_eq(task.kind, TASK_PREDICT);
    cr_assert_eq(task.limits.cpu_s, 60);
    cr_assert_eq(task.limits.wall_s, 90);
    cr_assert_eq(task.limits.memory_mib, 2048);
    cr_assert_eq(task.limits.processes, 64);
    cr_assert_eq(task.limits.output_mib, 16);
    cr_assert_eq(task.limits.output_files, 63);
    cr_assert_eq(task.limits.log_kib, 62);
    cr_assert_str_eq(task.public_seed, SEED);
    cr_assert_str_eq(task.hidden_commitment, "");
    cr_assert_str_eq(task.metric_name, "quality");
    cr_assert_str_eq(task.metric_unit, "2 - chosen/best");
    cr_assert(task.is_higher_better);
    cr_assert_float_eq(task.cap, 100, 0);
    cr_assert_str_eq(task.default_split, "public");
    cr_assert_not(task.prepares, "it does not say");
    cr_assert_eq(task.order.count, 2);
    cr_assert_str_eq(task.sources.items[0], "TpuGraphs");
    fixture_leave_take(folder);
}

Test(task, kinds_have_their_texts)
{
    cr_assert_str_eq(task_kind_text(TASK_PREDICT), "predict");
    cr_assert_str_eq(task_kind_text(TASK_INTERACT), "interact");
    cr_assert_str_eq(task_kind_text(TASK_ARTIFACT), "artifact");
}

#define AT "tile/task.json: "

static const struct fixture_case rows[] = {
    {"title", "\"T\"", NULL},
    {"kind", "\"interact\"", NULL},
    {"kind", "\"artifact\"", NULL},
    {"limits.cpu_s", "90", NULL},
    {"cap", "125", NULL},
    {"cap", "100.5", NULL},
    {"metric.better", "\"lower\"", NULL},
    {"default_split", "\"hidden\"", NULL},
    {"prepares", "true", NULL},
    {"prepares", "1", AT ".prepares: expected true or false, found a number"},
    {"splits.hidden.commitment", "\"" SEED "\"", NULL},
    {"order", "[]", NULL},
    {"schema", NULL, AT ".schema: missing, expected \"podium.task/1\""},
    {"id", "\"layout\"", AT ".id: \"layout\" is not the name of its folder, \"tile\""},
    {"id", "\"Tile\"",
     AT
     ".id: \"Tile\" is no identifier: 1 to 36 of a-z 0-9 _ . -, a letter or digit first"},
    {"title", "\"a\\u200bb\"",
     AT ".title: \"a\\xe2\\x80\\x8bb\" holds an invisible character"},
    {"areas", "[]", AT ".areas: expected 1 to 16 items, found 0"},
    {"kind", "\"predic\"",
     AT ".kind: expected predict, interact or artifact, found \"predic\""},
    {"kind", NULL, AT ".kind: missing"},
    {"limits", "[]", AT ".limits: expected an object, found an array"},
    {"limits.cpu_s", "0", AT ".limits.cpu_s: expected 1 to 86400, found 0"},
    {"limits.cpu_s", "1.5", AT ".limits.cpu_s: expected an integer, found a real number"},
    {"limits.cpu_s", "91", AT ".limits.wall_s: is less than cpu_s"},
    {"limits.wall_s", NULL, AT ".limits.wall_s: missing"},
    {"limits.wall_s", "172801", AT ".limits.wall_s: expected 1 to 172800, found 172801"},
    {"limits.memory_mib", "15", AT ".limits.memory_mib: expected 16 to 1048576, found 15"},
    {"limits.processes", "4097", AT ".limits.processes: expected 1 to 4096, found 4097"},
    {"limits.output_mib", "-1", AT ".limits.output_mib: expected 1 to 65536, found -1"},
    {"limits.output_files", "0", AT ".limits.output_files: expected 1 to 100000, found 0"},
    {"limits.log_kib", "\"64\"", AT ".limits.log_kib: expected an integer, found a string"},
    {"limits.threads", "1",
     AT ".limits.threads: unknown key, known are cpu_s, wall_s, memory_mib, processes, "
        "output_mib, output_files, log_kib"},
    {"splits.public", NULL, AT ".splits.public: missing"},
    {"splits.secret", "{}", AT ".splits.secret: unknown key, known are public, hidden"},
    {"splits.public.seed", "\"0\"",
     AT ".splits.public.seed: \"0\" is not 64 lower-case hex digits"},
    {"splits.hidden.commitment", "\"X\"",
     AT ".splits.hidden.commitment: \"X\" is not 64 lower-case hex digits"},
    {"splits.hidden.seed", "\"" SEED "\"",
     AT ".splits.hidden.seed: unknown key, known are commitment"},
    {"metric.better", "\"up\"",
     AT ".metric.better: expected \"higher\" or \"lower\", found \"up\""},
    {"metric.unit", NULL, AT ".metric.unit: missing"},
    {"metric.name", "\"\"", AT ".metric.name: expected 1 to 100 characters, found 0"},
    {"cap", "99", AT ".cap: expected 100 to 200, found 99"},
    {"cap", "\"100\"", AT ".cap: expected a number, found a string"},
    {"default_split", "\"private\"",
     AT ".default_split: expected \"public\" or \"hidden\", found \"private\""},
    {"order", "[\"random\", \"oracle\", \"random\"]",
     AT ".order[2]: \"random\" stands there twice"},
    {"order.1", "\"a/b\"",
     AT ".order[1]: \"a/b\" is no identifier: 1 to 36 of a-z 0-9 _ . -, a letter or digit "
        "first"},
    {"sources.0", "\"\"", AT ".sources[0]: expected 1 to 500 characters, found 0"},
};

static void check(const struct fixture_case *row)
{
    pod_auto_free char *text = fixture_patch(base, row->path, row->value);
    fixture_write("tile/task.json", text);
    struct pod_error err = POD_ERROR_INIT;
    task_auto struct task task = TASK_INIT;
    bool is_loaded = task_load("tile", &task, &err);
    cr_expect_eq(is_loaded, row->message == NULL, "%s %s: %s", row->path, row->value,
                 err.message);
    if (!row->message || is_loaded)
        return;
    cr_expect_eq(err.fault, POD_TASK, "%s", row->message);
    cr_expect_str_eq(err.message, row->message);
}

Test(task, every_key_is_checked_and_named)
{
    char *folder = fixture_enter();
    for (size_t i = 0; i < COUNT(rows); i++)
        check(&rows[i]);
    struct pod_error err = POD_ERROR_INIT;
    task_auto struct task task = TASK_INIT;
    cr_assert_not(task_load("none", &task, &err));
    cr_assert_eq(err.fault, POD_TASK);
    fixture_leave_take(folder);
}

/* The shipped packages that are there. */
Test(task, every_shipped_task_passes)
{
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    cr_assert(pod_dir_list(PODIUM_SOURCE_DIR "/tasks", &names, &err), "%s", err.message);
    for (size_t i = 0; i < names.count; i++) {
        pod_auto_free char *file =
            pod_strf(PODIUM_SOURCE_DIR "/tasks/%s/task.json", names.items[i]);
        task_auto struct task task = TASK_INIT;
        if (pod_path_exists(file))
            cr_expect(task_load(file, &task, &err), "%s", err.message);
    }
}
