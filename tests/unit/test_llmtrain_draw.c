#include "llmtrain/cost.h"
#include "llmtrain/draw.h"
#include "llmtrain/package.h"
#include "llmtrain/planner.h"
#include "llmtrain/score.h"
#include "sdk/file.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

TestSuite(llmtrain_draw, .timeout = 60);

enum { SEEDS = 40, CITIES = 8 };

static const struct task_program program = {.id = "llmtrain", .version = "1"};

static struct instance drawn(int seed, int class, int index)
{
    char digits[33];
    struct instance instance;
    struct task_error err = TASK_ERROR_INIT;
    (void)snprintf(digits, sizeof digits, "%032x", seed); /* fits */
    const struct task_generate job = {&program, "hidden", digits, ""};
    cr_assert(draw_instance(&job, class, index, &instance, &err), "%s", err.message);
    return instance;
}

Test(llmtrain_draw, distances_are_great_circles)
{
    static const double place[CITIES][2] = {
#define X(name, latitude, longitude, ...) {latitude, longitude},
#include "llmtrain/city.def"
#undef X
    };
    const double degree = M_PI / 180;
    for (int a = 0; a < CITIES; a++) {
        for (int b = 0; b < a; b++) {
            /* The haversine, where the table was made by the law of cosines. */
            const double dx = sin((place[a][0] - place[b][0]) * degree / 2);
            const double dy = sin((place[a][1] - place[b][1]) * degree / 2);
            const double h =
                dx * dx + cos(place[a][0] * degree) * cos(place[b][0] * degree) * dy * dy;
            cr_assert_float_eq(draw_km(a, b), 2 * 6371 * asin(sqrt(h)), .51, "%d %d", a, b);
            cr_assert_eq(draw_km(a, b), draw_km(b, a));
        }
    }
}

Test(llmtrain_draw, flows_follow_the_law_that_was_fitted)
{
    /* .73 Gbit/s at 100 ms there and back, half a millisecond is capped at 1.14; 200 ms
     * has .73 / 2^.89. */
    cr_assert_float_eq(draw_flow(.05) / (.73e9 / 8), 1, 1e-12);
    cr_assert_float_eq(draw_flow(.0005), 1.14e9 / 8, 1e-3);
    cr_assert_float_eq(draw_flow(.1) / (.73e9 / 8 / pow(2, .89)), 1, 1e-12);
    cr_assert_float_eq(draw_latency(10000), .071, 1e-12);
}

static void check_class(const struct instance *instance, int class)
{
    static const int regions[][2] = {{1, 1}, {3, 3}, {5, 7}, {6, 6}};
    static const int pods[][2] = {{3, 4}, {4, 6}, {5, 10}, {6, 8}};
    cr_assert(instance->region_count >= regions[class][0] &&
              instance->region_count <= regions[class][1]);
    cr_assert(instance->pod_count >= pods[class][0] &&
              instance->pod_count <= pods[class][1]);
    for (int r = 0; r < instance->region_count; r++) {
        int found = 0;
        for (int p = 0; p < instance->pod_count; p++)
            found += instance->pods[p].region == r;
        cr_assert_gt(found, 0, "region %d has no pod", r);
    }
    for (int p = 0; p < instance->pod_count; p++) {
        const int chips = instance_pod_chips(instance, p), low = class == 3 ? 8 : 32;
        cr_assert(chips == low || chips == 2 * low || chips == 4 * low);
    }
    cr_assert(instance->batch >= (class == 3 ? 512 : 1024));
    cr_assert(instance->batch <= (class == 3 ? 1024 : 4096));
}

Test(llmtrain_draw, every_number_of_regions_and_every_chip_of_a_class_is_drawn)
{
    unsigned regions = 0;
    int volunteers = 0, pods = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
        const struct instance global = drawn(seed, 2, 0), thin = drawn(seed, 3, 0);
        regions |= 1U << global.region_count;
        for (int p = 0; p < thin.pod_count; p++, pods++)
            volunteers += strcmp(instance_chip(&thin, p)->name, "V100") == 0 ||
                          strcmp(instance_chip(&thin, p)->name, "A10G") == 0;
        for (int p = 0; p < thin.pod_count; p++)
            cr_assert(strcmp(instance_chip(&thin, p)->name, "H100") != 0);
    }
    cr_assert_eq(regions, 1U << 5 | 1U << 6 | 1U << 7);
    /* Half of some 280; four deviations are 12 %. */
    cr_assert(fabs((double)volunteers / pods - .5) < .12, "%d of %d", volunteers, pods);
}

Test(llmtrain_draw, instances_are_what_their_class_says_and_worth_planning)
{
    for (int seed = 0; seed < SEEDS; seed++) {
        for (int kind = 0; kind < DRAW_CLASSES; kind++) {
            const struct instance instance = drawn(seed, kind, seed % DRAW_EACH);
            struct task_error err = TASK_ERROR_INIT;
            struct plan plan;
            double step_s = 0;
            check_class(&instance, kind);
            cr_assert(instance_check(&instance, TASK_PACKAGE, &err), "%s", err.message);
            cr_assert(planner_trivial(&instance, &plan, &step_s));
            cr_assert_gt(step_s, 1.5 * planner_bound(&instance));
        }
    }
}

Test(llmtrain_draw, an_instance_depends_on_seed_class_and_index)
{
    const struct instance a = drawn(1, 2, 0), b = drawn(1, 2, 0), c = drawn(1, 2, 1),
                          d = drawn(2, 2, 0);
    struct task_buf texts[4];
    const struct instance *all[] = {&a, &b, &c, &d};
    for (int i = 0; i < 4; i++) {
        texts[i] = (struct task_buf)TASK_BUF_INIT;
        instance_print(all[i], &texts[i]);
    }
    cr_assert_str_eq(texts[0].data, texts[1].data);
    cr_assert_str_neq(texts[0].data, texts[2].data);
    cr_assert_str_neq(texts[0].data, texts[3].data);
    for (int i = 0; i < 4; i++)
        task_buf_release(&texts[i]);
}

Test(llmtrain_draw, the_trivial_plan_is_the_textbook_one)
{
    for (int seed = 0; seed < SEEDS; seed++) {
        const struct instance instance = drawn(seed, 0, 0);
        struct plan plan;
        double step_s;
        cr_assert(planner_trivial(&instance, &plan, &step_s));
        cr_assert_eq(plan.group_count, 1);
        const struct group *group = &plan.groups[0];
        cr_assert(group->microbatch == 1 && group->virtual == 1);
        for (int i = 0; i < group->stage_count; i++) {
            const struct stage *stage = &group->stages[i];
            cr_assert_eq(stage->recompute, RECOMPUTE_FULL);
            cr_assert_eq(stage->pod, group->stages[0].pod);
        }
    }
}

/* ---- cases and scores ---- */

struct place {
    char folder[64];
    struct instance instance;
};

/* One case in a folder of its own. The generator reads data/ in the task's folder. */
static void make_case(struct place *place)
{
    struct task_error err = TASK_ERROR_INIT;
    (void)snprintf(place->folder, sizeof place->folder, "/tmp/llmtrain-test-XXXXXX");
    cr_assert(mkdtemp(place->folder));
    cr_assert_eq(chdir(PODIUM_SOURCE_DIR "/tasks/llmtrain"), 0);
    place->instance = drawn(7, 2, 0);
    cr_assert(package_write(place->folder, &place->instance, "global", &err), "%s",
              err.message);
}

static void remove_case(const struct place *place)
{
    task_auto_free char *command = task_strf("rm -rf %s", place->folder);
    FILE *pipe = popen(command, "r");
    cr_assert(pipe && pclose(pipe) == 0);
}

static bool score(const struct place *place, const char *plan, bool is_lenient,
                  struct task_verdict *verdict, struct task_error *err)
{
    task_auto_free char *folder = task_strf("%s/llmtrain-global-0", place->folder);
    task_auto_free char *path = task_strf("%s/plan.json", place->folder);
    const struct task_score job = {.case_dir = folder,
                                   .output_dir = place->folder,
                                   .is_lenient = is_lenient,
                                   .verdict = verdict};
    (void)unlink(path); /* of the time before */
    cr_assert(!plan || task_file_write(path, plan, strlen(plan), err));
    return score_plan(&job, err);
}

Test(llmtrain_draw, the_plan_that_comes_with_a_case_is_worth_0_points)
{
    struct place place;
    struct task_error err = TASK_ERROR_INIT;
    struct task_verdict verdict = {0};
    task_auto_buf struct task_buf plan = TASK_BUF_INIT;
    make_case(&place);
    task_auto_free char *path =
        task_strf("%s/llmtrain-global-0/in/trivial.json", place.folder);
    cr_assert(task_file_read(path, 1 << 20, &plan, &err));
    cr_assert(score(&place, plan.data, false, &verdict, &err), "%s", err.message);
    cr_assert_eq(verdict.raw, 0);
    cr_assert_eq(verdict.score, 0);
    cr_assert_eq(verdict.item_count, 1);
    cr_assert_str_eq(verdict.items[0].id, "global-0");
    cr_assert_str_eq(verdict.items[0].group, "global");
    task_verdict_release(&verdict);
    remove_case(&place);
}

Test(llmtrain_draw, what_is_no_plan_is_rejected_or_counts_as_four_times_the_trivial)
{
    struct place place;
    make_case(&place);
    static const char *const plans[] = {NULL, "", "{}", "{\"zero1\":true,\"groups\":[]}"};
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        struct task_error err = TASK_ERROR_INIT, later = TASK_ERROR_INIT;
        struct task_verdict strict = {0}, lenient = {0};
        cr_assert_not(score(&place, plans[i], false, &strict, &err));
        cr_assert_eq(err.fault, TASK_ENTRY);
        cr_assert(strstr(err.message, "plan.json"), "%s", err.message);
        cr_assert(score(&place, plans[i], true, &lenient, &later), "%s", later.message);
        /* ln(1/4) / ln(trivial/bound) */
        struct plan plan;
        double step_s;
        cr_assert(planner_trivial(&place.instance, &plan, &step_s));
        const double expected = -log(4) / log(step_s / planner_bound(&place.instance));
        cr_assert_float_eq(lenient.raw, expected, 1e-12);
        cr_assert_gt(lenient.message.length, 0);
        task_verdict_release(&strict);
        task_verdict_release(&lenient);
    }
    remove_case(&place);
}

Test(llmtrain_draw, a_score_is_logarithmic_between_trivial_and_bound)
{
    cr_assert_float_eq(score_raw(8, 8, 2), 0, 1e-15);
    cr_assert_float_eq(score_raw(2, 8, 2), 1, 1e-15);
    cr_assert_float_eq(score_raw(4, 8, 2), .5, 1e-15);
    cr_assert_float_eq(score_raw(16, 8, 2), -.5, 1e-15);
}
