#include "cmd.h"

#include "base/fs.h"
#include "base/json.h"
#include "engine/executor.h"
#include "engine/scorer.h"
#include "rows.h"
#include "season.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PREDICTIONS_MAX = 64 << 20, KEY_LENIENT = 0x200, KEY_TRACK };

struct score {
    struct opt opt; /* first: the argp child fills it */
    const char *file;
    const char *track;
    bool is_lenient;
    struct season season;
    struct rows rows;
    json_t *results;
    char *folder; /* work files of this call */
    int status;
};

static const struct argp_option OPTIONS[] = {
    {"lenient", KEY_LENIENT, NULL, 0,
     "Score in spite of defects, each by its stated rule; the contest itself is strict", 0},
    {"track", KEY_TRACK, "ID", 0,
     "Whose tasks the file answers, instead of the first track's", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct score *score = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &score->opt;
        return 0;
    case KEY_LENIENT:
        score->is_lenient = true;
        return 0;
    case KEY_TRACK:
        score->track = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (score->file != NULL)
            argp_error(state, "one file at a time");
        score->file = arg;
        return 0;
    case ARGP_KEY_END:
        if (score->file == NULL)
            argp_error(state, "which file of predictions?");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child CHILDREN[] = {{&opt_argp, 0, NULL, 0}, {0}};

static const struct argp ARGP = {
    .options = OPTIONS,
    .parser = parse,
    .args_doc = "FILE.csv",
    .doc =
        "Score predictions for a whole track (ID,TopConfigs) by the judge's own scorers, "
        "without running anything."
        "\vA collection with a defect is rejected and counts 0; each defect is told with "
        "its row and column.",
    .children = CHILDREN,
};

/* Every line of what the scorer says: this verb is about the defects. */
static void print_defects(const struct case_result *result)
{
    const char *line = result->message;
    while (line != NULL && *line != '\0') {
        size_t length = strcspn(line, "\n");
        pod_auto_buf struct pod_buf shown = POD_BUF_INIT;
        pod_buf_escaped(&shown, line, length);
        printf("    %s\n", shown.data ? shown.data : "");
        line += length + (line[length] == '\n');
    }
}

static bool report(struct score *score, struct case_result *result, struct pod_error *err)
{
    int status = verdict_exit_status(result->verdict);
    if (status > score->status)
        score->status = status;
    rows_add_result(&score->rows, result);
    json_t *value = case_result_to_json(result, err);
    if (value == NULL || json_array_append_new(score->results, value) != 0)
        return pod_fail(err, POD_HOST, "out of memory");
    if (score->opt.is_json)
        return true;
    printf("%-22s %-4s", result->case_id, verdict_info(result->verdict)->code);
    if (result->has_raw)
        printf(" %9.5f", result->raw);
    putchar('\n');
    print_defects(result);
    return true;
}

static bool score_case(struct score *score, const struct case_set *set,
                       const struct one_case *one, struct pod_error *err)
{
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    pod_auto_names struct pod_names others = POD_NAMES_INIT;
    cases_list_others(score->season.sets, score->season.set_count, one, &others);
    pod_auto_free char *output = pod_path_join(score->folder, "out");
    pod_auto_free char *log = pod_path_join(score->folder, "scorer.log");
    result.task = pod_strdup(set->task.id);
    result.case_id = pod_strdup(one->id);
    result.key = one->digest;
    const struct scorer_job job = {
        .options = &score->season.rules.options,
        .set = set,
        .one = one,
        .output = output,
        .log = log,
        .others = &others,
        .is_lenient = score->is_lenient,
    };
    return scorer_run(&job, &result, err) && report(score, &result, err);
}

/* The predictions as a scorer expects them: submission.csv in a folder. */
static bool place_file(struct score *score, struct pod_error *err)
{
    pod_auto_buf struct pod_buf bytes = POD_BUF_INIT;
    struct stat status;
    if (stat(score->file, &status) < 0 || !S_ISREG(status.st_mode))
        return pod_fail(err, POD_USAGE, "'%s' is not a file that can be read", score->file);
    if (status.st_size > PREDICTIONS_MAX)
        return pod_fail(err, POD_USAGE, "'%s' has more than %d MiB", score->file,
                        PREDICTIONS_MAX >> 20);
    if (!pod_file_read(score->file, PREDICTIONS_MAX, &bytes, err))
        return false;
    pod_auto_free char *runs = place_runs(&score->season.place);
    score->folder = pod_path_join(runs, ".score");
    pod_auto_free char *output = pod_path_join(score->folder, "out");
    pod_auto_free char *copy = pod_path_join(output, "submission.csv");
    return pod_dir_remove(score->folder, err) && pod_dir_make(output, err) &&
           pod_file_write(copy, bytes.data ? bytes.data : "", bytes.length, err);
}

static bool score_all(struct score *score, struct pod_error *err)
{
    char none[] = "";
    struct submission submission = {.team = none, .name = none, .digest = none};
    rows_add(&score->rows, &submission);
    for (size_t s = 0; s < score->season.set_count; s++) {
        const struct case_set *set = &score->season.sets[s];
        if (set->task.kind == TASK_INTERACT) {
            (void)fprintf(stderr, "podium: task '%s' is a dialogue: no file answers it\n",
                          set->task.id);
            continue;
        }
        for (size_t c = 0; c < set->count; c++)
            if (!score_case(score, set, &set->items[c], err))
                return false;
    }
    return true;
}

static bool print_total(struct score *score, struct pod_error *err)
{
    pod_auto_json json_t *tracks =
        rows_tracks(&score->rows, &score->season, pod_instant_now(), err);
    if (tracks == NULL)
        return false;
    if (!score->opt.is_json) {
        rows_print_scores(tracks);
        return true;
    }
    pod_auto_json json_t *all =
        json_pack("{s:s, s:b, s:O, s:O}", "schema", "podium.score/1", "is_lenient",
                  score->is_lenient, "results", score->results, "tracks", tracks);
    if (all == NULL)
        return pod_fail(err, POD_BUG, "cannot print the scores as JSON");
    pod_auto_free char *text = pod_json_print(all);
    fputs(text, stdout);
    return true;
}

bool cmd_score(int argc, char **argv, int *status, struct pod_error *err)
{
    struct score score = {.results = json_array()};
    rows_init(&score.rows);
    opt_parse(&ARGP, argc, argv, &score);
    bool done = season_open_track(&score.season, &score.opt, score.track, err) &&
                season_prepare(&score.season, err) && place_file(&score, err) &&
                score_all(&score, err) && print_total(&score, err);
    *status = score.status;
    struct pod_error ignored = POD_ERROR_INIT;
    if (score.folder != NULL)
        (void)pod_dir_remove(score.folder, &ignored); /* work files; the answer stands */
    free(score.folder);
    json_decref(score.results);
    rows_release(&score.rows);
    season_close(&score.season);
    return done;
}
