#include "model/competition.h"

#include "base/buf.h"
#include "base/json.h"
#include "model/document.h"
#include "model/name.h"

#include <stdlib.h>
#include <string.h>

enum {
    CAP_BYTES = 256 * 1024,
    MAX_TRACKS = 64,
    MAX_TASKS = 64,
    MAX_PHASES = 16,
    MAX_TITLE = 100,
    MAX_QUOTA = 1000000,
    MAX_DECIMALS = 17,
    MAX_URL_BYTES = 2000,
};

static const struct document_kind document_kind = {
    .file = "competition.json",
    .schema = "podium.competition/1",
    .cap_bytes = CAP_BYTES,
    .fault = POD_TASK,
    .path_fault = POD_TASK,
};

static const char *const combines[] = {
    [COMBINE_MEAN_OF_CASES] = "mean-of-cases",
    [COMBINE_WEIGHTED_POINTS] = "weighted-points",
};

static const char *const policies[] = {
    [LATE_UNRANKED] = "unranked",
};

/* What the table fills: the competition, and what is read by hand. */
struct filled {
    struct competition competition;
    char *deadline, *late;
    json_t *tracks, *phases, *quotas, *timing;
};

#define FIELD(key, kind, required, min_, max_)                                             \
    {                                                                                      \
#key, kind, offsetof(struct filled, competition.key), required, min_, max_         \
    }
#define PART(key, kind, required, min_, max_)                                              \
    {                                                                                      \
#key, kind, offsetof(struct filled, key), required, min_, max_                     \
    }

static const struct pod_field fields[] = {
    FIELD(id, POD_FIELD_STRING, true, 0, 0),
    FIELD(title, POD_FIELD_STRING, true, 0, 0),
    FIELD(url, POD_FIELD_STRING, false, 1, MAX_URL_BYTES),
    PART(deadline, POD_FIELD_STRING, true, 0, 0),
    PART(late, POD_FIELD_STRING, true, 0, 0),
    PART(tracks, POD_FIELD_ARRAY, true, 1, MAX_TRACKS),
    PART(phases, POD_FIELD_ARRAY, true, 0, MAX_PHASES),
    PART(quotas, POD_FIELD_OBJECT, true, 0, 0),
    PART(timing, POD_FIELD_OBJECT, false, 0, 0),
    FIELD(public_decimals, POD_FIELD_INT, true, 0, MAX_DECIMALS),
    FIELD(seed_commitment, POD_FIELD_STRING, true, 0, 0),
    {.key = NULL},
};

static bool check_shown(const struct document *document, const char *path, const char *text,
                        struct pod_error *err)
{
    pod_auto_free char *where = pod_strf("%s: %s", document->name, path);
    return name_check(text, MAX_TITLE, where, POD_TASK, err);
}

static bool check_id(const struct document *document, const char *path, const char *id,
                     struct pod_error *err)
{
    pod_auto_free char *where = pod_strf("%s: %s.id", document->name, path);
    return name_check_id(id, where, POD_TASK, err);
}

static bool fail_twice(const struct document *document, const char *path, const char *id,
                       struct pod_error *err)
{
    return pod_fail(err, POD_TASK, "%s: %s.id: \"%s\" stands there twice", document->name,
                    path, id);
}

/* Tracks. */

static bool read_track_task(const struct document *document, const char *path,
                            json_t *value, struct track_task *out, struct pod_error *err)
{
    static const struct pod_field task_fields[] = {
        {"id", POD_FIELD_STRING, offsetof(struct track_task, id), true, 0, 0},
        {"weight", POD_FIELD_REAL, offsetof(struct track_task, weight), false, 1e-6, 1e6},
        {.key = NULL},
    };
    out->weight = 1;
    return pod_json_fill(value, &(struct pod_json_place){document->name, path, POD_TASK},
                         task_fields, out, err) &&
           check_id(document, path, out->id, err);
}

/* A weight that the rule does not look at would mislead whoever wrote it. */
static bool check_track_task(const struct document *document, const char *path,
                             const struct track *track, const struct track_task *task,
                             struct pod_error *err)
{
    for (const struct track_task *other = track->tasks; other < task; other++)
        if (strcmp(other->id, task->id) == 0)
            return fail_twice(document, path, task->id, err);
    bool is_weighted = task->weight < 1 || task->weight > 1;
    if (track->combine == COMBINE_MEAN_OF_CASES && is_weighted)
        return pod_fail(err, POD_TASK, "%s: %s.weight: has no effect under mean-of-cases",
                        document->name, path);
    return true;
}

static bool read_track_tasks(const struct document *document, const char *path,
                             json_t *tasks, struct track *out, struct pod_error *err)
{
    size_t count = json_array_size(tasks);
    out->tasks = pod_alloc(count, sizeof *out->tasks);
    for (size_t i = 0; i < count; i++) {
        pod_auto_free char *at = pod_strf("%s.tasks[%zu]", path, i);
        struct track_task *task = &out->tasks[out->task_count++];
        if (!read_track_task(document, at, json_array_get(tasks, i), task, err) ||
            !check_track_task(document, at, out, task, err))
            return false;
    }
    return true;
}

static bool read_combine(const struct document *document, const char *path,
                         const char *text, struct track *out, struct pod_error *err)
{
    for (size_t i = 0; i < sizeof combines / sizeof *combines; i++) {
        if (strcmp(text, combines[i]) != 0)
            continue;
        out->combine = (enum combine)i;
        return true;
    }
    pod_auto_free char *shown = pod_str_shown(text, 60);
    return pod_fail(err, POD_TASK,
                    "%s: %s.combine: expected \"%s\" or \"%s\", found \"%s\"",
                    document->name, path, combines[0], combines[1], shown);
}

static bool read_track(const struct document *document, const char *path, json_t *value,
                       struct track *out, struct pod_error *err)
{
    struct parts {
        struct track track;
        char *combine;
        json_t *tasks;
    } parts = {0};
    static const struct pod_field track_fields[] = {
        {"id", POD_FIELD_STRING, offsetof(struct parts, track.id), true, 0, 0},
        {"title", POD_FIELD_STRING, offsetof(struct parts, track.title), true, 0, 0},
        {"combine", POD_FIELD_STRING, offsetof(struct parts, combine), true, 0, 0},
        {"tasks", POD_FIELD_ARRAY, offsetof(struct parts, tasks), true, 1, MAX_TASKS},
        {.key = NULL},
    };
    bool is_filled =
        pod_json_fill(value, &(struct pod_json_place){document->name, path, POD_TASK},
                      track_fields, &parts, err);
    *out = parts.track;
    pod_auto_free char *combine = parts.combine;
    pod_auto_free char *title = pod_strf("%s.title", path);
    return is_filled && check_id(document, path, out->id, err) &&
           check_shown(document, title, out->title, err) &&
           read_combine(document, path, combine, out, err) &&
           read_track_tasks(document, path, parts.tasks, out, err);
}

static bool read_tracks(const struct document *document, json_t *tracks,
                        struct competition *out, struct pod_error *err)
{
    size_t count = json_array_size(tracks);
    out->tracks = pod_alloc(count, sizeof *out->tracks);
    for (size_t i = 0; i < count; i++) {
        pod_auto_free char *path = pod_strf(".tracks[%zu]", i);
        struct track *track = &out->tracks[out->track_count++];
        if (!read_track(document, path, json_array_get(tracks, i), track, err))
            return false;
        if (competition_track_find(out, track->id) != track)
            return fail_twice(document, path, track->id, err);
    }
    return true;
}

/* Phases. */

struct phase_texts {
    struct phase phase;
    char *start, *end;
};

static const struct pod_field phase_fields[] = {
    {"id", POD_FIELD_STRING, offsetof(struct phase_texts, phase.id), true, 0, 0},
    {"split", POD_FIELD_STRING, offsetof(struct phase_texts, phase.split), true, 0, 0},
    {"start", POD_FIELD_STRING, offsetof(struct phase_texts, start), true, 0, 0},
    {"end", POD_FIELD_STRING, offsetof(struct phase_texts, end), false, 0, 0},
    {.key = NULL},
};

/* A start is an instant; an end may be said as a deadline is. */
static bool read_phase_times(const struct document *document, const char *path,
                             const struct phase_texts *texts, struct phase *out,
                             struct pod_error *err)
{
    struct pod_error cause = POD_ERROR_INIT;
    pod_auto_free char *start = pod_strf("%s.start", path);
    if (!pod_instant_parse(texts->start, &out->start, &cause))
        return document_rewrap(document, start, POD_TASK, &cause, err);
    pod_auto_free char *end = pod_strf("%s.end", path);
    out->end = INT64_MAX;
    if (texts->end && !pod_deadline_parse(texts->end, &out->end, &cause))
        return document_rewrap(document, end, POD_TASK, &cause, err);
    if (out->end <= out->start)
        return pod_fail(err, POD_TASK, "%s: %s: is not after the start", document->name,
                        end);
    return true;
}

static bool check_split(const struct document *document, const char *path,
                        const char *split, struct pod_error *err)
{
    if (strcmp(split, "public") == 0 || strcmp(split, "hidden") == 0)
        return true;
    pod_auto_free char *shown = pod_str_shown(split, 60);
    return pod_fail(err, POD_TASK,
                    "%s: %s.split: expected \"public\" or \"hidden\", found \"%s\"",
                    document->name, path, shown);
}

static bool read_phase(const struct document *document, const char *path, json_t *value,
                       struct phase *out, struct pod_error *err)
{
    struct phase_texts texts = {0};
    bool is_filled =
        pod_json_fill(value, &(struct pod_json_place){document->name, path, POD_TASK},
                      phase_fields, &texts, err);
    *out = texts.phase;
    bool is_done = is_filled && check_id(document, path, out->id, err) &&
                   check_split(document, path, out->split, err) &&
                   read_phase_times(document, path, &texts, out, err);
    free(texts.start);
    free(texts.end);
    return is_done;
}

static bool check_phase_order(const struct document *document, const char *path,
                              const struct competition *competition, struct pod_error *err)
{
    const struct phase *phase = &competition->phases[competition->phase_count - 1];
    for (const struct phase *other = competition->phases; other < phase; other++)
        if (strcmp(other->id, phase->id) == 0)
            return fail_twice(document, path, phase->id, err);
    if (competition->phase_count > 1 && phase->start < phase[-1].end)
        return pod_fail(err, POD_TASK, "%s: %s.start: is before the end of phase \"%s\"",
                        document->name, path, phase[-1].id);
    return true;
}

static bool read_phases(const struct document *document, json_t *phases,
                        struct competition *out, struct pod_error *err)
{
    size_t count = json_array_size(phases);
    out->phases = pod_alloc(count, sizeof *out->phases);
    for (size_t i = 0; i < count; i++) {
        pod_auto_free char *path = pod_strf(".phases[%zu]", i);
        struct phase *phase = &out->phases[out->phase_count++];
        if (!read_phase(document, path, json_array_get(phases, i), phase, err) ||
            !check_phase_order(document, path, out, err))
            return false;
    }
    return true;
}

/* The rest. */

static bool read_deadline(const struct document *document, const char *text,
                          struct competition *out, struct pod_error *err)
{
    struct pod_error cause = POD_ERROR_INIT;
    return deadline_rule_parse(text, &out->deadline, &cause) ||
           document_rewrap(document, ".deadline", POD_TASK, &cause, err);
}

static bool read_late(const struct document *document, const char *text,
                      struct competition *out, struct pod_error *err)
{
    out->late = LATE_UNRANKED;
    if (strcmp(text, policies[LATE_UNRANKED]) == 0)
        return true;
    pod_auto_free char *shown = pod_str_shown(text, 60);
    return pod_fail(err, POD_TASK, "%s: .late: expected \"%s\", found \"%s\"",
                    document->name, policies[LATE_UNRANKED], shown);
}

static bool read_quotas(const struct document *document, json_t *quotas,
                        struct competition *out, struct pod_error *err)
{
    static const struct pod_field quota_fields[] = {
        {"entries_per_day", POD_FIELD_INT, offsetof(struct competition, entries_per_day),
         true, 0, MAX_QUOTA},
        {"final_selections", POD_FIELD_INT, offsetof(struct competition, final_selections),
         true, 0, MAX_QUOTA},
        {.key = NULL},
    };
    return pod_json_fill(quotas,
                         &(struct pod_json_place){document->name, ".quotas", POD_TASK},
                         quota_fields, out, err);
}

static bool read_timing(const struct document *document, json_t *timing,
                        struct competition *out, struct pod_error *err)
{
    static const struct pod_field timing_fields[] = {
        {"repeats", POD_FIELD_INT, offsetof(struct timing_plan, repeats), true, 1,
         TIMING_REPEATS_MAX},
        {"warmup", POD_FIELD_INT, offsetof(struct timing_plan, warmup), true, 0,
         TIMING_WARMUP_MAX},
        {.key = NULL},
    };
    out->timing = (struct timing_plan){.repeats = 1};
    if (timing == NULL)
        return true;
    const struct pod_json_place place = {document->name, ".timing", POD_TASK};
    out->timing = (struct timing_plan){0};
    if (!pod_json_fill(timing, &place, timing_fields, &out->timing, err))
        return false;
    return out->timing.repeats > 1 || out->timing.warmup == 0 ||
           pod_fail(err, POD_TASK, "%s: .timing.warmup: has no effect without repeats",
                    document->name);
}

static bool check_texts(const struct document *document, const struct competition *out,
                        struct pod_error *err)
{
    pod_auto_free char *commitment = pod_strf("%s: .seed_commitment", document->name);
    pod_auto_free char *url = pod_strf("%s: .url", document->name);
    return check_id(document, "", out->id, err) &&
           check_shown(document, ".title", out->title, err) &&
           (!out->url || name_check_url(out->url, url, POD_TASK, err)) &&
           (*out->seed_commitment == '\0' ||
            name_check_hex(out->seed_commitment, commitment, POD_TASK, err));
}

bool competition_load(const char *path, struct competition *out, struct pod_error *err)
{
    document_auto struct document document = {0};
    if (!document_load(&document_kind, path, &document, err))
        return false;
    struct filled filled = {0};
    bool is_filled =
        pod_json_fill(document.root, &(struct pod_json_place){document.name, "", POD_TASK},
                      fields, &filled, err);
    *out = filled.competition;
    pod_auto_free char *deadline = filled.deadline;
    pod_auto_free char *late = filled.late;
    return is_filled && check_texts(&document, out, err) &&
           read_deadline(&document, deadline, out, err) &&
           read_late(&document, late, out, err) &&
           read_tracks(&document, filled.tracks, out, err) &&
           read_phases(&document, filled.phases, out, err) &&
           read_quotas(&document, filled.quotas, out, err) &&
           read_timing(&document, filled.timing, out, err);
}

static void track_release(struct track *track)
{
    for (size_t i = 0; i < track->task_count; i++)
        free(track->tasks[i].id);
    free(track->tasks);
    free(track->id);
    free(track->title);
}

void competition_release(struct competition *competition)
{
    for (size_t i = 0; i < competition->track_count; i++)
        track_release(&competition->tracks[i]);
    for (size_t i = 0; i < competition->phase_count; i++) {
        free(competition->phases[i].id);
        free(competition->phases[i].split);
    }
    free(competition->tracks);
    free(competition->phases);
    free(competition->id);
    free(competition->title);
    free(competition->url);
    free(competition->seed_commitment);
    *competition = (struct competition)COMPETITION_INIT;
}

const struct track *competition_track_find(const struct competition *competition,
                                           const char *id)
{
    for (size_t i = 0; i < competition->track_count; i++)
        if (strcmp(competition->tracks[i].id, id) == 0)
            return &competition->tracks[i];
    return NULL;
}
