/* What squeue, sinfo and a configuration say, and what a batch concludes from it. */
#include "engine/slurm_client.h"

#include "engine/roster.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* Lines as Slurm 22.05.8 printed them in tests/slurm, and made-up ones. */
static const struct {
    const char *line;
    const char *task; /* NULL: refused */
    const char *array;
    bool is_held, is_paused;
} ROWS[] = {
    {"1|2|PENDING|podium-f9-1|Resources", "1_2", "podium-f9-1", false, false},
    {"1|0|RUNNING|podium-f9-1|None", "1_0", "podium-f9-1", false, false},
    {"13|6|PENDING|p|Nodes required for job are DOWN, DRAINED or reserved for jobs in "
     "higher "
     "priority partitions",
     "13_6", "p", false, false},
    {"13|6|PENDING|p|launch failed requeued held", "13_6", "p", true, false},
    {"13|6|PENDING|p|launch_failed_requeued_held", "13_6", "p", true, false},
    {"13|6|REQUEUE_HOLD|p|job requeued in held state", "13_6", "p", true, false},
    {"13|6|PENDING|p|JobHoldMaxRequeue", "13_6", "p", true, false},
    {"13|6|PENDING|p|JobHeldUser", "13_6", "p", false, true},
    {"13|6|PENDING|p|JobHeldAdmin", "13_6", "p", false, true},
    {"13|6|RUNNING|p|held up", "13_6", "p", false, false},
    {"13|6|PENDING|p|a|b", "13_6", "p", false, false},
    {"13|6|PENDING|p|", "13_6", "p", false, false},
    {"13|[0-5]|PENDING|p|None", NULL, NULL, false, false},
    {"13|N/A|PENDING|p|None", NULL, NULL, false, false},
    {"13|6|PENDING|p", NULL, NULL, false, false},
    {"13|-6|PENDING|p|None", NULL, NULL, false, false},
    {"13|9999999999999999999|PENDING|p|None", NULL, NULL, false, false},
    {"|6|PENDING|p|None", NULL, NULL, false, false},
    {"13|6||p|None", NULL, NULL, false, false},
    {"slurm_load_jobs error: Invalid job id specified", NULL, NULL, false, false},
};

Test(slurm, a_line_of_squeue_is_read_or_refused)
{
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        struct pod_error err = POD_ERROR_INIT;
        struct slurm_rows rows;
        bool done = slurm_rows_parse(ROWS[i].line, &rows, &err);
        cr_assert_eq(done, ROWS[i].task != NULL, "%s: %s", ROWS[i].line, err.message);
        if (done) {
            cr_assert_eq(rows.count, 1);
            cr_assert_str_eq(rows.items[0].task, ROWS[i].task);
            cr_assert_str_eq(rows.items[0].array, ROWS[i].array);
            cr_assert_eq(rows.items[0].is_held, ROWS[i].is_held, "%s", ROWS[i].line);
            cr_assert_eq(rows.items[0].is_paused, ROWS[i].is_paused, "%s", ROWS[i].line);
        } else {
            cr_assert_eq(err.fault, POD_HOST);
        }
        slurm_rows_release(&rows);
    }
}

Test(slurm, no_lines_are_no_tasks_and_many_are_many)
{
    struct pod_error err = POD_ERROR_INIT;
    struct slurm_rows rows;
    cr_assert(slurm_rows_parse("", &rows, &err));
    cr_assert_eq(rows.count, 0);
    slurm_rows_release(&rows);
    cr_assert(slurm_rows_parse("1|0|RUNNING|a|None\n1|11|PENDING|a|None\n", &rows, &err));
    cr_assert_eq(rows.count, 2);
    cr_assert_eq(rows.items[1].index, 11);
    slurm_rows_release(&rows);
}

Test(slurm, only_nodes_that_are_amiss_are_told)
{
    pod_auto_names struct pod_names lines = POD_NAMES_INIT;
    slurm_nodes_parse("n1|idle|none\nn2|down*|Not responding\nn3|drained|Duplicate jobid\n"
                      "n4|mixed|none\nn5|unknown|none\nn6|idle*|none\nnonsense\n",
                      &lines);
    cr_assert_eq(lines.count, 3);
    cr_assert_str_eq(lines.items[0], "n2 is down*: Not responding");
    cr_assert_str_eq(lines.items[1], "n3 is drained: Duplicate jobid");
    cr_assert_str_eq(lines.items[2], "n6 is idle*");
}

/* The configuration. */

static const char CONFIG[] =
    "{\"schema\": \"podium.slurm/1\", \"partition\": \"big\", \"time_limit_minutes\": 30,"
    " \"cpus\": 2, \"memory_mib\": 4096, \"exclusive\": true, \"extra\": [\"--qos=low\"],"
    " \"max_array\": 500, \"rounds\": 3, \"poll_ms\": 2000, \"call_timeout_s\": 30,"
    " \"patience_minutes\": 5}";

Test(slurm, a_configuration_is_read_and_what_is_not_given_has_a_default)
{
    char *folder = fixture_enter();
    struct pod_error err = POD_ERROR_INIT;
    struct slurm_config config;
    fixture_write("slurm.json", CONFIG);
    cr_assert(slurm_config_load(&config, "slurm.json", &err), "%s", err.message);
    cr_assert_str_eq(config.partition, "big");
    cr_assert_eq(config.cpus, 2);
    cr_assert_eq(config.memory_mib, 4096);
    cr_assert(config.is_exclusive);
    cr_assert_eq(config.extra.count, 1);
    cr_assert_eq(config.max_array, 500);
    slurm_config_release(&config);
    cr_assert(slurm_config_load(&config, NULL, &err));
    cr_assert_null(config.partition);
    cr_assert_eq(config.cpus, 1);
    cr_assert_eq(config.memory_mib, 0);
    /* Below Slurm's own default of MaxArraySize, 1001: slurm.conf(5). */
    cr_assert_eq(config.max_array, 1000);
    slurm_config_release(&config);
    fixture_leave_take(folder);
}

static const struct fixture_case REFUSED[] = {
    {"schema", "\"podium.slurm/2\"",
     "slurm.json: .schema: expected \"podium.slurm/1\", found \"podium.slurm/2\""},
    {"queue", "\"x\"",
     "slurm.json: .queue: unknown key, known are partition, time_limit_minutes, cpus, "
     "memory_mib, exclusive, extra, max_array, rounds, poll_ms, call_timeout_s, "
     "patience_minutes"},
    {"cpus", "0", "slurm.json: .cpus: expected 1 to 1024, found 0"},
    {"poll_ms", "\"1\"", "slurm.json: .poll_ms: expected an integer, found a string"},
    {"extra", "[\"-p\"]",
     "slurm.json: .extra[0]: \"-p\" is no long option such as --qos=normal"},
    {"extra", "[\"--qos=a\", \"--wrap=rm\"]",
     "slurm.json: .extra[1]: \"--wrap=rm\" is set by podium"},
    {"extra", "[\"--wra=rm\"]", "slurm.json: .extra[0]: \"--wra=rm\" is set by podium"},
    {"extra", "[\"--wait\"]", "slurm.json: .extra[0]: \"--wait\" is set by podium"},
};

Test(slurm, a_wrong_configuration_is_refused_with_the_place)
{
    char *folder = fixture_enter();
    for (size_t i = 0; i < COUNT(REFUSED); i++) {
        struct pod_error err = POD_ERROR_INIT;
        struct slurm_config config;
        pod_auto_free char *text = fixture_patch(CONFIG, REFUSED[i].path, REFUSED[i].value);
        fixture_write("slurm.json", text);
        cr_expect_not(slurm_config_load(&config, "slurm.json", &err));
        cr_expect_eq(err.fault, POD_USAGE);
        cr_expect_str_eq(err.message, REFUSED[i].message);
        slurm_config_release(&config);
    }
    fixture_leave_take(folder);
}

Test(slurm, an_option_that_only_begins_like_ours_is_passed)
{
    char *folder = fixture_enter();
    struct pod_error err = POD_ERROR_INIT;
    struct slurm_config config;
    pod_auto_free char *text = fixture_patch(
        CONFIG, "extra", "[\"--account=a\", \"--wait-all-nodes=1\", \"--exclude=n1\"]");
    fixture_write("slurm.json", text);
    cr_assert(slurm_config_load(&config, "slurm.json", &err), "%s", err.message);
    slurm_config_release(&config);
    fixture_leave_take(folder);
}

/* The roster: two entries, of two cases and of one. */

static struct plan_job plan_jobs[3];
static const struct executor_job JOBS[] = {{NULL, {plan_jobs, 2}},
                                           {NULL, {plan_jobs + 2, 1}}};

static void open_roster(struct roster *roster)
{
    /* Not in the order of their keys. */
    static const char *const KEYS[] = {"c", "a", "b"};
    for (size_t i = 0; i < COUNT(KEYS); i++)
        (void)snprintf(plan_jobs[i].key.hex, sizeof plan_jobs[i].key.hex, "%s", KEYS[i]);
    roster_init(roster, JOBS, COUNT(JOBS));
    struct roster_array *array = roster_add_array(roster, 1, "one", 2);
    roster_add_want(array, 0, 0);
    roster_add_want(array, 0, 1);
    roster_add_want(array, 1, 2);
}

static void see(struct roster *roster, const char *text)
{
    struct pod_error err = POD_ERROR_INIT;
    struct slurm_rows rows;
    cr_assert(slurm_rows_parse(text, &rows, &err), "%s", err.message);
    roster_see(roster, &rows);
    roster_cover(roster);
    slurm_rows_release(&rows);
}

Test(slurm, a_want_is_found_by_its_key)
{
    struct roster roster;
    open_roster(&roster);
    cr_assert_eq(roster_find(&roster, "a"), &roster.wants[1]);
    cr_assert_eq(roster_find(&roster, "b"), &roster.wants[2]);
    cr_assert_eq(roster_find(&roster, "c"), &roster.wants[0]);
    cr_assert_null(roster_find(&roster, "d"));
    cr_assert_eq(roster_missing(&roster), 3);
    roster_release(&roster);
}

Test(slurm, a_task_that_two_looks_do_not_show_is_over)
{
    struct roster roster;
    open_roster(&roster);
    see(&roster, "7|0|RUNNING|one|None\n7|1|RUNNING|one|None\n");
    cr_assert(roster.wants[0].is_covered && roster.wants[2].is_covered);
    see(&roster, "7|0|RUNNING|one|None\n");
    cr_assert(roster.wants[2].is_covered, "one look is not enough");
    see(&roster, "7|0|RUNNING|one|None\n");
    cr_assert(roster.wants[0].is_covered && roster.wants[1].is_covered);
    cr_assert_not(roster.wants[2].is_covered);
    cr_assert_not(roster_array_is_over(&roster.arrays[0]));
    see(&roster, "7|1|RUNNING|one|None\n"); /* forgotten, and there again */
    cr_assert(roster.wants[2].is_covered);
    roster_release(&roster);
}

Test(slurm, an_array_that_was_not_submitted_is_not_over)
{
    struct roster roster;
    open_roster(&roster);
    for (int i = 0; i < 5; i++)
        see(&roster, "7|0|RUNNING|another|None\n");
    cr_assert(roster.wants[0].is_covered);
    cr_assert_not(roster_array_is_over(&roster.arrays[0]));
    /* sbatch had no answer, but its array is there. */
    see(&roster, "7|0|PENDING|one|None\n");
    cr_assert(roster.arrays[0].is_submitted);
    see(&roster, "");
    see(&roster, "");
    cr_assert(roster_array_is_over(&roster.arrays[0]));
    cr_assert_not(roster.wants[0].is_covered);
    roster_drop_array(&roster, 0);
    cr_assert_eq(roster.array_count, 0);
    roster_release(&roster);
}

Test(slurm, a_task_beyond_the_array_is_nobodys)
{
    struct roster roster;
    struct slurm_row row = {.array = pod_strdup("one"), .index = 2};
    open_roster(&roster);
    cr_assert_null(roster_find_task(&roster, &row));
    see(&roster, "7|99|RUNNING|one|None\n");
    free(row.array);
    roster_release(&roster);
}
