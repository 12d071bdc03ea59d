#include "season.h"

#include "base/fs.h"
#include "base/log.h"
#include "engine/prepared.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SEED_FILE_MAX = 4096, LOCK_TRIES = 40 };

static bool lock(struct season *season, bool is_reader, struct pod_error *err)
{
    pod_auto_free char *path = pod_path_join(season->place.work, "lock");
    season->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (is_reader && (season->lock_fd < 0 || flock(season->lock_fd, LOCK_EX | LOCK_NB) < 0))
        return true; /* the store can be read all the same */
    if (season->lock_fd < 0)
        return pod_fail_errno(err, POD_HOST, "cannot open '%s'", path);
    /* The workers of a podium that was killed hold its lock until they are dead as well,
     * which takes a moment. */
    const struct timespec pause = {.tv_nsec = 50000000};
    for (int tries = 0; tries < LOCK_TRIES; tries++) {
        if (flock(season->lock_fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        if (errno != EWOULDBLOCK)
            break;
        (void)nanosleep(&pause, NULL);
    }
    if (errno == EWOULDBLOCK)
        return pod_fail(err, POD_HOST,
                        "another podium works in '%s': wait for it or use another --work",
                        season->place.work);
    return pod_fail_errno(err, POD_HOST, "cannot lock '%s'", path);
}

/* A file that an option names must be one. */
static bool is_there(const char *path, const char *option, struct pod_error *err)
{
    struct stat status;
    if (path == NULL || (stat(path, &status) == 0 && S_ISREG(status.st_mode)))
        return true;
    return pod_fail(err, POD_USAGE, "--%s: no file '%s'", option, path);
}

/* Before anything is run: a wrong policy must not look like a fault of the first entry. */
static bool load_policy(struct season *season, struct pod_error *err)
{
    struct sb_error problem = {SB_OK, ""};
    season->policy = sb_policy_load(season->rules.options.policy_file, &problem);
    season->rules.options.policy = season->policy;
    if (season->policy != NULL)
        return true;
    return pod_fail(err, problem.fault == SB_SPEC ? POD_USAGE : POD_HOST, "%s",
                    problem.message);
}

bool season_open_bare(struct season *season, const struct opt *opt, struct pod_error *err)
{
    memset(season, 0, sizeof *season);
    season->lock_fd = -1;
    if (!is_there(opt->policy, "policy", err) || !is_there(opt->seed_file, "seed", err) ||
        !is_there(opt->competition, "competition", err))
        return false;
    if (!place_init(&season->place, opt->tasks, opt->work, err) ||
        !lock(season, opt->is_reader, err))
        return false;
    season->rules.place = &season->place;
    season->rules.options = (struct guest_options){
        .cpu = -1, .waived = opt->waived, .policy_file = opt->policy};
    return opt->is_reader || load_policy(season, err);
}

/* The seed's file without the white space around it. */
static bool read_seed(const char *path, struct pod_buf *seed, struct pod_error *err)
{
    if (!pod_file_read(path, SEED_FILE_MAX, seed, err))
        return pod_wrap(err, "seed");
    size_t length = strspn(seed->data ? seed->data : "", "0123456789abcdefABCDEF");
    if (length < 32 || seed->data[length + strspn(seed->data + length, " \r\n")] != '\0')
        return pod_fail(err, POD_USAGE,
                        "seed '%s' is not at least 32 hex digits and a newline", path);
    seed->data[length] = '\0';
    return true;
}

/* What was promised about the seed before the entries came. */
static bool keeps_promise(const struct season *season, const struct opt *opt,
                          const struct pod_buf *seed, struct pod_error *err)
{
    const char *commitment = season->competition.seed_commitment;
    struct pod_digest digest = pod_digest_bytes(seed->data, strlen(seed->data));
    return commitment == NULL || commitment[0] == '\0' ||
           !season_is_final_split(opt->split) || strcmp(digest.hex, commitment) == 0 ||
           pod_fail(
               err, POD_USAGE,
               "seed '%s' is not the one that competition.json commits to: its BLAKE2b "
               "is %s, not %s",
               opt->seed_file, digest.hex, commitment);
}

struct case_set *season_add_task(struct season *season, const struct opt *opt,
                                 const char *task, struct pod_error *err)
{
    pod_auto_buf struct pod_buf seed = POD_BUF_INIT;
    if (opt->seed_file != NULL &&
        (!read_seed(opt->seed_file, &seed, err) || !keeps_promise(season, opt, &seed, err)))
        return NULL;
    season->sets = pod_grow(season->sets, season->set_count + 1, sizeof *season->sets);
    struct case_set *set = &season->sets[season->set_count];
    season->rules.sets = season->sets;
    const struct case_choice choice = {task, opt->split, seed.data};
    bool done = case_set_load(set, &season->place, &choice, err);
    season->set_count++; /* also a failed one is released by season_close */
    season->rules.set_count = season->set_count;
    if (done && set->was_made && !opt->is_quiet)
        pod_log("made %zu cases of task '%s', split %s", set->count, task, set->split);
    return done ? set : NULL;
}

static bool has_task(const struct season *season, const char *task)
{
    for (size_t i = 0; i < season->set_count; i++)
        if (strcmp(season->sets[i].task.id, task) == 0)
            return true;
    return false;
}

/* The mean is over the collections that are there: whoever imported one task's part of a
 * data set plays with that. */
static bool is_left_out(const struct season *season, const struct opt *opt,
                        const char *task)
{
    if (opt->split == NULL || strncmp(opt->split, "import-", 7) != 0)
        return false;
    pod_auto_free char *cases = place_cases(&season->place);
    pod_auto_free char *folder = pod_strf("%s/%s/%s", cases, task, opt->split);
    bool is_there = pod_path_is_dir(folder);
    if (!is_there && !opt->is_quiet)
        pod_log("task '%s' has no cases '%s' and is left out", task, opt->split);
    return !is_there;
}

static bool add_track(struct season *season, const struct opt *opt,
                      const struct track *track, const char *only, struct pod_error *err)
{
    for (size_t t = 0; t < track->task_count; t++) {
        const char *task = track->tasks[t].id;
        bool is_wanted = only == NULL || strcmp(only, task) == 0;
        if (is_wanted && !has_task(season, task) && !is_left_out(season, opt, task) &&
            season_add_task(season, opt, task, err) == NULL)
            return false;
    }
    return true;
}

bool season_open_rules(struct season *season, const struct opt *opt, struct pod_error *err)
{
    if (!season_open_bare(season, opt, err))
        return false;
    pod_auto_free char *beside = pod_path_join(season->place.tasks, "competition.json");
    bool done = competition_load(opt->competition ? opt->competition : beside,
                                 &season->competition, err);
    season->rules.timing = season->competition.timing;
    return done;
}

bool season_plays(const struct season *season, const char *task)
{
    for (size_t i = 0; i < season->competition.track_count; i++) {
        const struct track *track = &season->competition.tracks[i];
        for (size_t t = 0; t < track->task_count; t++)
            if (strcmp(track->tasks[t].id, task) == 0)
                return true;
    }
    return false;
}

bool season_add_tracks(struct season *season, const struct opt *opt, const char *only,
                       struct pod_error *err)
{
    for (size_t i = 0; i < season->competition.track_count; i++)
        if (!add_track(season, opt, &season->competition.tracks[i], only, err))
            return false;
    if (season->set_count == 0)
        return pod_fail(err, POD_USAGE, "the competition has no cases %s%s%s%s",
                        only ? "of task " : "to play", only ? only : "",
                        opt->split ? " in split " : "", opt->split ? opt->split : "");
    return true;
}

bool season_open_track(struct season *season, const struct opt *opt, const char *id,
                       struct pod_error *err)
{
    if (!season_open_rules(season, opt, err))
        return false;
    const struct track *track = id == NULL
                                    ? &season->competition.tracks[0]
                                    : competition_track_find(&season->competition, id);
    if (track == NULL)
        return pod_fail(err, POD_USAGE, "the competition has no track '%s'", id);
    if (!add_track(season, opt, track, NULL, err))
        return false;
    return season->set_count > 0 ||
           pod_fail(err, POD_USAGE, "track '%s' has no cases in split %s", track->id,
                    opt->split ? opt->split : "public");
}

bool season_open(struct season *season, const struct opt *opt, const char *only,
                 struct pod_error *err)
{
    return season_open_rules(season, opt, err) && season_add_tracks(season, opt, only, err);
}

void season_let_go(struct season *season)
{
    if (season->lock_fd >= 0)
        close(season->lock_fd);
    season->lock_fd = -1;
}

bool season_prepare(struct season *season, struct pod_error *err)
{
    for (size_t i = 0; i < season->set_count; i++)
        if (!case_set_prepare(&season->sets[i], &season->place, err))
            return false;
    return true;
}

void season_close(struct season *season)
{
    for (size_t i = 0; i < season->set_count; i++)
        case_set_release(&season->sets[i]);
    free(season->sets);
    competition_release(&season->competition);
    place_release(&season->place);
    sb_policy_free(season->policy);
    season_let_go(season);
    memset(season, 0, sizeof *season);
    season->lock_fd = -1;
}

bool season_is_final(const struct season *season)
{
    return season->set_count > 0 && season_is_final_split(season->sets[0].split);
}

bool season_is_final_split(const char *split)
{
    return split != NULL && strcmp(split, "hidden") == 0;
}
