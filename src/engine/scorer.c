#include "scorer.h"

#include "handback.h"

#include <stdlib.h>
#include <string.h>

/* Scorers are n log n and small; these are for one that a hostile file led astray. */
static const struct task_limits SCORER_LIMITS = {
    .cpu_s = 120,
    .wall_s = 180,
    .memory_mib = 4096,
    .processes = 16,
    .output_mib = VERDICT_OBJECT_BYTES >> 20,
    .output_files = 16,
    .log_kib = 16,
};

/* Where a scorer finds what. */
struct places {
    char *task, *folder, *prepared, *output; /* folder: of the case */
};

/* Where the output is bound. */
static const char output_place[] = "/podium/out";

static void places_release(struct places *places)
{
    free(places->task);
    free(places->folder);
    free(places->prepared);
    free(places->output);
}

static void build_command(const struct scorer_job *job, const struct places *places,
                          struct pod_names *command)
{
    pod_names_add_take(command, pod_strf("/podium/bin/%s", job->set->task.id));
    pod_names_add(command, "score");
    if (job->is_lenient)
        pod_names_add(command, "--lenient");
    if (job->one->prepared != NULL) {
        pod_names_add(command, "--prepared");
        pod_names_add_take(command,
                           pod_strf("%s/%s", places->prepared, job->one->prepared));
    }
    for (size_t i = 0; job->others != NULL && i < job->others->count; i++) {
        pod_names_add(command, "--other");
        pod_names_add(command, job->others->items[i]);
    }
    pod_names_add(command, places->folder);
    pod_names_add(command, places->output);
}

static bool bind_programs(struct guest *guest, const struct case_set *set, char **folder,
                          struct pod_error *err)
{
    *folder = pod_strdup(set->program);
    char *slash = strrchr(*folder, '/');
    if (slash == NULL)
        return pod_fail(err, POD_BUG, "no folder in program path '%s'", *folder);
    *slash = '\0';
    guest_bind(guest, *folder, "/podium/bin");
    return true;
}

static void set_limits(struct guest *guest, const struct guest_options *from)
{
    struct guest_options options = *from;
    options.cpu_limit_s = 0;
    guest_limits(guest, &SCORER_LIMITS, &options);
}

static bool run_command(const struct scorer_job *job, struct guest *guest,
                        const struct places *places, struct case_result *result,
                        struct pod_error *err)
{
    handback_auto struct handback handback = HANDBACK_INIT;
    pod_auto_names struct pod_names command = POD_NAMES_INIT;
    pod_auto_free char *what = pod_strf("scorer of task '%s'", job->set->task.id);
    const struct handback_from from = {what, &guest->result, job->log};
    enum dialogue_fault none;
    if (!handback_open(&handback, err))
        return false;
    handback_give(&handback, guest);
    build_command(job, places, &command);
    return guest_run_to(guest, &command, places->task, handback.words_fd, err) &&
           handback_take(&handback, &from, result, &none, err);
}

static bool run_alone(const struct scorer_job *job, struct guest *guest,
                      struct case_result *result, struct pod_error *err)
{
    char task[] = "/podium/task", folder[] = "/podium/case",
         prepared[] = "/podium/prepared";
    pod_auto_free char *output = pod_strdup(output_place);
    const struct places places = {task, folder, prepared, output};
    pod_auto_free char *programs = NULL;
    if (!bind_programs(guest, job->set, &programs, err))
        return false;
    guest_bind(guest, job->set->task_folder, task);
    guest_bind(guest, job->one->folder, folder);
    guest_bind(guest, job->output, output_place);
    /* Also where it is empty: a ground is kept for one set of places. */
    if (job->set->prepared != NULL)
        guest_bind(guest, job->set->prepared, prepared);
    set_limits(guest, job->options);
    return run_command(job, guest, &places, result, err);
}

/* A room for several cases. */

struct scorer_room {
    struct guest guest;
    const struct case_set *sets;
    char *programs;
    struct pod_names places; /* that the mounts point to */
};

static void bind_at(struct scorer_room *room, const char *source, const char *what,
                    size_t s)
{
    char *place = pod_strf("/podium/%s%zu", what, s);
    pod_names_add_take(&room->places, place);
    guest_bind(&room->guest, source, place);
}

struct scorer_room *scorer_room_new(const struct guest_options *options,
                                    const struct case_set *sets, size_t set_count,
                                    const char *output, struct pod_error *err)
{
    if (set_count == 0 || 2 + 3 * set_count > GUEST_MOUNTS)
        return NULL;
    struct scorer_room *room = pod_alloc(1, sizeof *room);
    struct guest_options own = *options;
    struct sb_error problem = {SB_OK, ""};
    own.ground = options->scorer_ground;
    room->sets = sets;
    guest_init(&room->guest, &own);
    bool done = bind_programs(&room->guest, &sets[0], &room->programs, err);
    guest_bind(&room->guest, output, output_place);
    for (size_t s = 0; s < set_count; s++) {
        bind_at(room, sets[s].task_folder, "task", s);
        bind_at(room, sets[s].folder, "cases", s);
        if (sets[s].prepared != NULL)
            bind_at(room, sets[s].prepared, "prepared", s);
    }
    set_limits(&room->guest, options);
    room->guest.worker = done ? sb_worker_new(&room->guest.spec, &problem) : NULL;
    if (room->guest.worker != NULL)
        return room;
    guest_fail(&problem, err);
    (void)scorer_room_free(room, err);
    return NULL;
}

bool scorer_room_free(struct scorer_room *room, struct pod_error *err)
{
    struct sb_error problem = {SB_OK, ""};
    if (room == NULL)
        return true;
    bool done = sb_worker_free(room->guest.worker, &problem) || guest_fail(&problem, err);
    guest_release(&room->guest);
    pod_names_release(&room->places);
    free(room->programs);
    free(room);
    return done;
}

static bool run_in_room(const struct scorer_job *job, struct case_result *result,
                        struct pod_error *err)
{
    struct scorer_room *room = job->room;
    size_t s = (size_t)(job->set - room->sets);
    struct places places = {
        pod_strf("/podium/task%zu", s), pod_strf("/podium/cases%zu/%s", s, job->one->id),
        pod_strf("/podium/prepared%zu", s), pod_strf("%s%s", output_place, job->within)};
    sb_result_release(&room->guest.result);
    bool done = run_command(job, &room->guest, &places, result, err);
    places_release(&places);
    return done;
}

bool scorer_run(const struct scorer_job *job, struct case_result *result,
                struct pod_error *err)
{
    if (job->room != NULL)
        return run_in_room(job, result, err);
    struct guest_options options = *job->options;
    options.ground = job->options->scorer_ground;
    struct guest guest;
    guest_init(&guest, &options);
    bool done = run_alone(job, &guest, result, err);
    guest_release(&guest);
    return done;
}
