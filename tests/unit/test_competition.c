#include "model/competition.h"
#include "base/buf.h"
#include "base/fs.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(competition, .timeout = 20);

/* COMPETITION 1.1 and 1.2: the facts of 2023. */
Test(competition, the_shipped_one_is_that_of_2023)
{
    struct pod_error err = POD_ERROR_INIT;
    competition_auto struct competition c = COMPETITION_INIT;
    cr_assert(competition_load(PODIUM_SOURCE_DIR "/tasks", &c, &err), "%s", err.message);
    cr_assert_str_eq(c.id, "predict-ai-model-runtime-2023");
    cr_assert_str_eq(c.title, "Google - Fast or Slow? Predict AI Model Runtime");
    cr_assert_str_eq(c.deadline.text, "2023-11-17 AoE");
    cr_assert_eq(c.deadline.instant, 1700308800000);
    cr_assert_eq(c.late, LATE_UNRANKED);
    cr_assert_eq(c.track_count, 3);
    const struct track *track = competition_track_find(&c, "predict-ai-model-runtime");
    cr_assert_not_null(track);
    cr_assert_null(competition_track_find(&c, "tile"));
    cr_assert_eq(track->combine, COMBINE_MEAN_OF_CASES);
    cr_assert_eq(track->task_count, 2);
    cr_assert_str_eq(track->tasks[0].id, "tile");
    cr_assert_str_eq(track->tasks[1].id, "layout");
    cr_assert_float_eq(track->tasks[1].weight, 1, 0);
    cr_assert_eq(track, &c.tracks[0],
                 "the contest's own track is the one to be shown first");
    for (size_t i = 1; i < c.track_count; i++)
        cr_assert_eq(c.tracks[i].combine, COMBINE_WEIGHTED_POINTS);
    cr_assert_eq(c.phases[0].end, c.deadline.instant);
    cr_assert_eq(c.phases[0].start, 1693267200000, "2023-08-29, date -u -d ... +%%s");
    cr_assert_eq(c.phases[1].end, INT64_MAX);
}

#define SEED "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static const char base[] =
    "{\"schema\": \"podium.competition/1\", \"id\": \"c\", \"title\": \"C\","
    " \"deadline\": \"2024-05-01T00:00:00Z\", \"late\": \"unranked\","
    " \"tracks\": [{\"id\": \"a\", \"title\": \"A\", \"combine\": \"weighted-points\","
    "              \"tasks\": [{\"id\": \"x\", \"weight\": 2.5}, {\"id\": \"y\"}]},"
    "             {\"id\": \"b\", \"title\": \"B\", \"combine\": \"mean-of-cases\","
    "              \"tasks\": [{\"id\": \"x\", \"weight\": 1}]}],"
    " \"phases\": [{\"id\": \"p\", \"split\": \"public\","
    "              \"start\": \"2024-01-01T00:00:00Z\", \"end\": \"2024-02-01T00:00:00Z\"},"
    "             {\"id\": \"q\", \"split\": \"hidden\","
    "              \"start\": \"2024-02-01T00:00:00Z\"}],"
    " \"quotas\": {\"entries_per_day\": 5, \"final_selections\": 2},"
    " \"public_decimals\": 3, \"seed_commitment\": \"" SEED "\"}";

Test(competition, everything_that_the_file_says_is_read)
{
    char *folder = fixture_enter();
    fixture_write("competition.json", base);
    struct pod_error err = POD_ERROR_INIT;
    competition_auto struct competition c = COMPETITION_INIT;
    cr_assert(competition_load("competition.json", &c, &err), "%s", err.message);
    cr_assert_null(c.url);
    cr_assert_eq(c.deadline.instant, 1714521600000);
    cr_assert_eq(c.track_count, 2);
    cr_assert_eq(c.tracks[0].combine, COMBINE_WEIGHTED_POINTS);
    cr_assert_float_eq(c.tracks[0].tasks[0].weight, 2.5, 0);
    cr_assert_float_eq(c.tracks[0].tasks[1].weight, 1, 0);
    cr_assert_eq(c.phase_count, 2);
    cr_assert_str_eq(c.phases[1].split, "hidden");
    cr_assert_eq(c.entries_per_day, 5);
    cr_assert_eq(c.final_selections, 2);
    cr_assert_eq(c.public_decimals, 3);
    cr_assert_str_eq(c.seed_commitment, SEED);
    cr_assert_eq(c.timing.repeats, 1);
    cr_assert_eq(c.timing.warmup, 0);
    fixture_leave_take(folder);
}

Test(competition, repeats_are_read_where_they_are_given)
{
    char *folder = fixture_enter();
    pod_auto_free char *text =
        fixture_patch(base, "timing", "{\"repeats\": 9, \"warmup\": 2}");
    fixture_write("competition.json", text);
    struct pod_error err = POD_ERROR_INIT;
    competition_auto struct competition c = COMPETITION_INIT;
    cr_assert(competition_load("competition.json", &c, &err), "%s", err.message);
    cr_assert_eq(c.timing.repeats, 9);
    cr_assert_eq(c.timing.warmup, 2);
    fixture_leave_take(folder);
}

#define AT "competition.json: "
#define NO_INSTANT " is not an instant: write it as 2023-11-18T11:59:59Z"

static const struct fixture_case rows[] = {
    {"url", "\"https://example.org\"", NULL},
    {"phases", "[]", NULL},
    {"phases.0.end", "\"2024-01-31 AoE\"", /* ends at 2024-02-01T12:00:00Z */
     AT ".phases[1].start: is before the end of phase \"p\""},
    {"phases.0.end", "\"2023-12-31 AoE\"", NULL}, /* 2024-01-01T12:00:00Z */
    {"public_decimals", "0", NULL},
    {"seed_commitment", "\"\"", NULL},
    {"deadline", "\"2024-04-30 AoE\"", NULL},
    {"deadline", "\"2024-04-30\"",
     AT ".deadline: \"2024-04-30\" is a date without a place: write \"2024-04-30 AoE\", or "
        "an instant as 2023-11-18T12:00:00Z"},
    {"deadline", "17", AT ".deadline: expected a string, found a number"},
    {"id", "\"C\"",
     AT ".id: \"C\" is no identifier: 1 to 36 of a-z 0-9 _ . -, a letter or digit first"},
    {"title", "\"\"", AT ".title: expected 1 to 100 characters, found 0"},
    {"url", "\"ftp://x\"",
     AT ".url: \"ftp://x\" is no http or https address in plain ASCII"},
    {"late", "\"ranked\"", AT ".late: expected \"unranked\", found \"ranked\""},
    {"tracks", "[]", AT ".tracks: expected 1 to 64 items, found 0"},
    {"tracks.0", "7", AT ".tracks[0]: expected an object, found a number"},
    {"tracks.1.id", "\"a\"", AT ".tracks[1].id: \"a\" stands there twice"},
    {"tracks.1.combine", "\"mean\"",
     AT ".tracks[1].combine: expected \"mean-of-cases\" or \"weighted-points\", found "
        "\"mean\""},
    {"tracks.0.tasks", "[]", AT ".tracks[0].tasks: expected 1 to 64 items, found 0"},
    {"tracks.0.tasks.1.id", "\"x\"", AT ".tracks[0].tasks[1].id: \"x\" stands there twice"},
    {"tracks.0.tasks.0.weight", "0",
     AT ".tracks[0].tasks[0].weight: expected 1e-06 to 1000000, found 0"},
    {"tracks.0.tasks.0.weight", "-1",
     AT ".tracks[0].tasks[0].weight: expected 1e-06 to 1000000, found -1"},
    {"tracks.1.tasks.0.weight", "2",
     AT ".tracks[1].tasks[0].weight: has no effect under mean-of-cases"},
    {"phases.0.split", "\"private\"",
     AT ".phases[0].split: expected \"public\" or \"hidden\", found \"private\""},
    {"phases.0.start", "\"2024-01-01\"", AT ".phases[0].start: \"2024-01-01\"" NO_INSTANT},
    {"phases.0.end", "\"2024-01-01T00:00:00Z\"",
     AT ".phases[0].end: is not after the start"},
    {"phases.1.start", "\"2024-01-31T23:59:59Z\"",
     AT ".phases[1].start: is before the end of phase \"p\""},
    {"phases.1.id", "\"p\"", AT ".phases[1].id: \"p\" stands there twice"},
    {"quotas.entries_per_day", "-1",
     AT ".quotas.entries_per_day: expected 0 to 1000000, found -1"},
    {"quotas.per_week", "1",
     AT ".quotas.per_week: unknown key, known are entries_per_day, final_selections"},
    {"public_decimals", "18", AT ".public_decimals: expected 0 to 17, found 18"},
    {"seed_commitment", "\"abc\"",
     AT ".seed_commitment: \"abc\" is not 64 lower-case hex digits"},
    {"sponsor", "1",
     AT ".sponsor: unknown key, known are id, title, url, deadline, late, tracks, phases, "
        "quotas, timing, public_decimals, seed_commitment"},
    {"timing", "{\"repeats\": 9, \"warmup\": 1}", NULL},
    {"timing", "{\"repeats\": 1, \"warmup\": 0}", NULL},
    {"timing", "{\"repeats\": 5}", AT ".timing.warmup: missing"},
    {"timing", "{\"repeats\": 0, \"warmup\": 0}",
     AT ".timing.repeats: expected 1 to 100, found 0"},
    {"timing", "{\"repeats\": 101, \"warmup\": 0}",
     AT ".timing.repeats: expected 1 to 100, found 101"},
    {"timing", "{\"repeats\": 5, \"warmup\": 11}",
     AT ".timing.warmup: expected 0 to 10, found 11"},
    {"timing", "{\"repeats\": 1, \"warmup\": 1}",
     AT ".timing.warmup: has no effect without repeats"},
    {"timing", "{\"repeats\": 5, \"warmup\": 1, \"cores\": 1}",
     AT ".timing.cores: unknown key, known are repeats, warmup"},
};

static void check(const struct fixture_case *row)
{
    pod_auto_free char *text = fixture_patch(base, row->path, row->value);
    fixture_write("competition.json", text);
    struct pod_error err = POD_ERROR_INIT;
    competition_auto struct competition c = COMPETITION_INIT;
    bool is_loaded = competition_load("competition.json", &c, &err);
    cr_expect_eq(is_loaded, row->message == NULL, "%s %s: %s", row->path, row->value,
                 err.message);
    if (!row->message || is_loaded)
        return;
    cr_expect_eq(err.fault, POD_TASK, "%s", row->message);
    cr_expect_str_eq(err.message, row->message);
}

Test(competition, every_key_is_checked_and_named)
{
    char *folder = fixture_enter();
    for (size_t i = 0; i < COUNT(rows); i++)
        check(&rows[i]);
    fixture_leave_take(folder);
}
