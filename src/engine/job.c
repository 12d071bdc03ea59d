#include "job.h"

#include "base/fs.h"
#include "base/json.h"
#include "model/name.h"

#include <stdlib.h>
#include <string.h>

enum { CAP_BYTES = 32 << 20, PATH_MAX_BYTES = 4096, MAX_CASES = 100000 };

static const char schema[] = "podium.job/1";

/* What the tables fill: strings where the struct has digests, arrays as they are. */
struct filled_job {
    struct job job;
    char *digest, *podium;
    json_t *sets;
};

struct filled_set {
    struct job_set set;
    char *scorer;
    json_t *cases;
};

struct filled_case {
    char *id, *key;
};

#define PATH(key, type, member, is_required)                                               \
    {                                                                                      \
        key, POD_FIELD_STRING, offsetof(type, member), is_required, 1, PATH_MAX_BYTES      \
    }
#define DIGEST(key, type, member)                                                          \
    {                                                                                      \
        key, POD_FIELD_STRING, offsetof(type, member), true, 64, 64                        \
    }
#define ARRAY(key, type, member, min)                                                      \
    {                                                                                      \
        key, POD_FIELD_ARRAY, offsetof(type, member), true, min, MAX_CASES                 \
    }

static const struct pod_field job_fields[] = {
    PATH("entry", struct filled_job, job.entry, true),
    PATH("run", struct filled_job, job.run, true),
    DIGEST("digest", struct filled_job, digest),
    DIGEST("podium", struct filled_job, podium),
    PATH("spool", struct filled_job, job.spool, true),
    PATH("tasks", struct filled_job, job.tasks, true),
    PATH("policy", struct filled_job, job.policy, false),
    {"waived", POD_FIELD_INT, offsetof(struct filled_job, job.waived), true, 0, 65535},
    {"cpu_limit_s", POD_FIELD_REAL, offsetof(struct filled_job, job.cpu_limit_s), true, 0,
     86400},
    {"repeats", POD_FIELD_INT, offsetof(struct filled_job, job.timing.repeats), true, 0,
     TIMING_REPEATS_MAX},
    {"warmup", POD_FIELD_INT, offsetof(struct filled_job, job.timing.warmup), true, 0,
     TIMING_WARMUP_MAX},
    ARRAY("sets", struct filled_job, sets, 1),
    {.key = NULL},
};

static const struct pod_field set_fields[] = {
    PATH("task", struct filled_set, set.task, true),
    PATH("split", struct filled_set, set.split, true),
    PATH("folder", struct filled_set, set.folder, true),
    DIGEST("scorer", struct filled_set, scorer),
    ARRAY("cases", struct filled_set, cases, 0),
    {.key = NULL},
};

static const struct pod_field case_fields[] = {
    PATH("case", struct filled_case, id, true),
    DIGEST("key", struct filled_case, key),
    {.key = NULL},
};

void job_release(struct job *job)
{
    for (size_t s = 0; s < job->set_count; s++) {
        struct job_set *set = &job->sets[s];
        for (size_t c = 0; c < set->count; c++)
            free(set->cases[c].id);
        free(set->cases);
        free(set->task);
        free(set->split);
        free(set->folder);
    }
    free(job->sets);
    free(job->entry);
    free(job->run);
    free(job->spool);
    free(job->tasks);
    free(job->policy);
    memset(job, 0, sizeof *job);
}

/* Making. */

static void add_sets(struct job *job, const struct rules *rules)
{
    job->sets = pod_alloc(rules->set_count + 1, sizeof *job->sets);
    for (size_t s = 0; s < rules->set_count; s++)
        job->sets[job->set_count++] =
            (struct job_set){.task = pod_strdup(rules->sets[s].task.id),
                             .split = pod_strdup(rules->sets[s].split),
                             .folder = pod_strdup(rules->sets[s].folder),
                             .scorer = rules->sets[s].scorer};
}

static void add_case(struct job_set *set, const struct plan_job *wanted)
{
    set->cases = pod_grow(set->cases, set->count + 1, sizeof *set->cases);
    set->cases[set->count++] = (struct job_case){pod_strdup(wanted->one->id), wanted->key};
}

bool job_make(struct job *job, const struct rules *rules, const struct executor_job *wanted,
              const char *spool, struct pod_error *err)
{
    memset(job, 0, sizeof *job);
    job->entry = pod_strdup(wanted->unpacked->folder);
    job->run = pod_strdup(wanted->unpacked->run);
    job->digest = wanted->unpacked->digest;
    job->podium = rules->place->self;
    job->spool = pod_strdup(spool);
    job->tasks = pod_strdup(rules->place->tasks);
    job->waived = rules->options.waived;
    job->cpu_limit_s = rules->options.cpu_limit_s;
    job->timing = rules->timing;
    add_sets(job, rules);
    for (size_t i = 0; i < wanted->plan.count; i++) {
        const struct plan_job *one = &wanted->plan.jobs[i];
        add_case(&job->sets[one->set - rules->sets], one);
    }
    if (rules->options.policy_file == NULL)
        return true;
    job->policy = pod_path_real(rules->options.policy_file, err);
    return job->policy != NULL;
}

/* Writing. */

static json_t *pack_set(const struct job_set *set)
{
    json_t *cases = json_array();
    for (size_t c = 0; c < set->count; c++)
        if (json_array_append_new(cases, json_pack("{s:s, s:s}", "case", set->cases[c].id,
                                                   "key", set->cases[c].key.hex)) != 0)
            pod_out_of_memory(); /* an id is ASCII */
    return json_pack("{s:s, s:s, s:s, s:s, s:o}", "task", set->task, "split", set->split,
                     "folder", set->folder, "scorer", set->scorer.hex, "cases", cases);
}

bool job_write(const struct job *job, const char *path, struct pod_error *err)
{
    pod_auto_json json_t *sets = json_array();
    bool is_packed = true;
    for (size_t s = 0; s < job->set_count; s++)
        is_packed &= json_array_append_new(sets, pack_set(&job->sets[s])) == 0;
    pod_auto_json json_t *value = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s*, s:I, s:f, s:I, s:I, s:O}", "schema",
        schema, "entry", job->entry, "run", job->run, "digest", job->digest.hex, "podium",
        job->podium.hex, "spool", job->spool, "tasks", job->tasks, "policy", job->policy,
        "waived", (json_int_t)job->waived, "cpu_limit_s", job->cpu_limit_s, "repeats",
        (json_int_t)job->timing.repeats, "warmup", (json_int_t)job->timing.warmup, "sets",
        sets);
    if (value == NULL || !is_packed)
        return pod_fail(err, POD_HOST,
                        "cannot write '%s': a path in it is not UTF-8: use another --work",
                        path);
    return pod_json_write(path, value, err);
}

/* Reading. */

static bool read_digest(const char *text, const struct pod_json_place *place,
                        const char *key, struct pod_digest *out, struct pod_error *err)
{
    pod_auto_free char *where = pod_strf("%s: %s.%s", place->name, place->path, key);
    if (!name_check_hex(text, where, place->fault, err))
        return false;
    memcpy(out->hex, text, sizeof out->hex);
    return true;
}

static bool read_case(json_t *value, const struct pod_json_place *place,
                      struct job_case *out, struct pod_error *err)
{
    struct filled_case filled = {NULL, NULL};
    bool done = pod_json_fill(value, place, case_fields, &filled, err);
    out->id = filled.id;
    pod_auto_free char *key = filled.key;
    if (!done || !read_digest(key, place, "key", &out->key, err))
        return false;
    /* It becomes part of a path. */
    return (out->id[0] != '.' && strchr(out->id, '/') == NULL) ||
           pod_fail(err, place->fault, "%s: %s.case: is no name of a folder", place->name,
                    place->path);
}

static bool read_set(json_t *value, const struct pod_json_place *place, struct job_set *out,
                     struct pod_error *err)
{
    struct filled_set filled = {.scorer = NULL};
    bool done = pod_json_fill(value, place, set_fields, &filled, err);
    *out = filled.set;
    pod_auto_free char *scorer = filled.scorer;
    if (!done || !read_digest(scorer, place, "scorer", &out->scorer, err))
        return false;
    size_t count = json_array_size(filled.cases);
    out->cases = pod_alloc(count + 1, sizeof *out->cases);
    for (size_t c = 0; c < count; c++) {
        pod_auto_free char *path = pod_strf("%s.cases[%zu]", place->path, c);
        const struct pod_json_place below = {place->name, path, place->fault};
        if (!read_case(json_array_get(filled.cases, c), &below, &out->cases[out->count++],
                       err))
            return false;
    }
    return true;
}

static bool read_sets(const json_t *sets, const struct pod_json_place *root,
                      struct job *job, struct pod_error *err)
{
    size_t count = json_array_size(sets);
    job->sets = pod_alloc(count, sizeof *job->sets);
    for (size_t s = 0; s < count; s++) {
        pod_auto_free char *path = pod_strf(".sets[%zu]", s);
        const struct pod_json_place place = {root->name, path, root->fault};
        if (!read_set(json_array_get(sets, s), &place, &job->sets[job->set_count++], err))
            return false;
    }
    return true;
}

bool job_load(struct job *job, const char *path, struct pod_error *err)
{
    memset(job, 0, sizeof *job);
    pod_auto_json json_t *value = pod_json_load(path, path, CAP_BYTES, POD_HOST, err);
    if (value == NULL || !pod_json_schema(value, path, schema, POD_HOST, err))
        return false;
    const struct pod_json_place root = {path, "", POD_HOST};
    struct filled_job filled = {.digest = NULL};
    bool done = pod_json_fill(value, &root, job_fields, &filled, err);
    *job = filled.job;
    pod_auto_free char *digest = filled.digest;
    pod_auto_free char *podium = filled.podium;
    return done && read_digest(digest, &root, "digest", &job->digest, err) &&
           read_digest(podium, &root, "podium", &job->podium, err) &&
           read_sets(filled.sets, &root, job, err);
}
