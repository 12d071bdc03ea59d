#include "play.h"

#include "base/fs.h"
#include "handback.h"
#include "outcome.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND_NS ((uint64_t)1000000000)

/* After the other side's end. An entry has nothing left to do, an environment may have most
 * of an instance. */
static const uint64_t ENTRY_LINGER_NS = 2 * SECOND_NS;
static const uint64_t PEER_LINGER_NS = 60 * SECOND_NS;

/* An environment is trusted to end, and one that a hostile answer led astray is stopped
 * when the entry is and the linger is over. Its own time is not the entry's: a limit that
 * an entry could push it over, by dripping for as long as it may, would be a judge error,
 * so both are more than any entry has (task_limit.def). */
static const struct task_limits PEER_LIMITS = {
    .cpu_s = 2 * 172800,
    .wall_s = 2 * 172800,
    .memory_mib = 4096,
    .processes = 16,
    .output_mib = VERDICT_OBJECT_BYTES >> 20,
    .output_files = 16,
    .log_kib = 16,
};

enum side { ENTRY = SB_ENTRY, PEER = SB_PEER };

struct play {
    const struct launch_job *job;
    const struct entry_task *entry;
    struct launch_folders folders;
    struct guest guests[2];
    struct sb_limits told; /* the entry's own limits */
    struct pod_names command;
    struct handback handback;
    int log_fd; /* of the entry */
};

/* The two sides. */

static bool open_log(struct play *play, struct pod_error *err)
{
    pod_auto_free char *log = pod_path_join(play->job->run, "log");
    play->log_fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    return play->log_fd >= 0 || pod_fail_errno(err, POD_HOST, "cannot create '%s'", log);
}

static void prepare_entry(struct play *play)
{
    struct guest *guest = &play->guests[ENTRY];
    launch_folders_init(&play->folders, play->job);
    guest_init(guest, play->job->options);
    launch_bind(guest, play->job, &play->folders);
    play->told = launch_stop_late(guest);
    guest_order(guest, &play->entry->run, "/entry", play->log_fd);
}

static void prepare_peer(struct play *play)
{
    const struct case_set *set = play->job->set;
    struct guest *guest = &play->guests[PEER];
    struct guest_options own = *play->job->options;
    own.ground = own.peer_ground;
    own.slot += SCRATCH_SLOTS; /* no entry's */
    own.cpu_limit_s = 0;
    guest_init(guest, &own);
    guest_bind(guest, play->job->place->programs, "/podium/bin");
    guest_bind(guest, set->task_folder, "/podium/task");
    guest_bind(guest, play->job->one->folder, "/podium/case");
    guest_limits(guest, &PEER_LIMITS, &own);
    handback_give(&play->handback, guest);
    pod_names_add_take(&play->command, pod_strf("/podium/bin/%s", set->task.id));
    pod_names_add(&play->command, "play");
    if (play->entry->speaks_text)
        pod_names_add(&play->command, "--text");
    pod_names_add(&play->command, "/podium/case");
    guest_order(guest, &play->command, "/podium/task", play->handback.words_fd);
}

static bool prepare(struct play *play, struct pod_error *err)
{
    if (!open_log(play, err) || !handback_open(&play->handback, err))
        return false;
    prepare_entry(play);
    prepare_peer(play);
    return true;
}

static void release(struct play *play)
{
    guest_release(&play->guests[ENTRY]);
    guest_release(&play->guests[PEER]);
    launch_folders_release(&play->folders);
    pod_names_release(&play->command);
    handback_close(&play->handback);
    if (play->log_fd >= 0)
        close(play->log_fd);
}

/* The dialogue. */

static bool talk(struct play *play, struct pod_error *err)
{
    struct sb_talk_side sides[2];
    struct sb_talk_result unused; /* who hung is seen by the environment, step by step */
    struct sb_error problem = {SB_OK, ""};
    bool done = true;
    for (int side = ENTRY; side <= PEER; side++) {
        struct guest *guest = &play->guests[side];
        guest->worker = done ? sb_worker_new(&guest->spec, &problem) : NULL;
        done = guest->worker != NULL;
        sides[side] =
            (struct sb_talk_side){guest->worker, &guest->spec.command, &guest->result, 0};
    }
    sides[ENTRY].linger_ns = ENTRY_LINGER_NS;
    sides[PEER].linger_ns = PEER_LINGER_NS;
    done = (done && sb_talk_run(sides, SB_WIRE_PIPES, &unused, &problem)) ||
           guest_fail(&problem, err);
    for (int side = ENTRY; side <= PEER; side++) {
        struct sb_error late = {SB_OK, ""};
        if (!sb_worker_free(play->guests[side].worker, &late))
            done = guest_fail(&late, err);
    }
    return done;
}

/* The verdict. */

static void take_nothing(struct case_result *result)
{
    verdict_object_auto struct verdict_object nothing = VERDICT_OBJECT_INIT;
    char *message = result->message;
    result->message = NULL;
    case_result_take_object(result, &nothing);
    result->message = message;
}

/* The environment's words, after those about the entry's own end. */
static void join_words(struct case_result *result, const char *said)
{
    char *end = result->message;
    if (end == NULL)
        result->message = pod_strdup(said);
    else if (*said != '\0')
        result->message = pod_strf("%s; %s", end, said);
    if (end != NULL)
        free(end);
}

/* Who spoiled it by a word or by silence is told so, however it ended when nobody listened
 * any more; who left is told how. But garbage first must not hide what was tried then. */
static void judge_spoiled(const struct sb_result *run, enum dialogue_fault fault,
                          const char *said, struct case_result *result)
{
    bool is_own_end = result->verdict != VERDICT_OK && run->end != SB_END_STOPPED;
    bool is_late = fault == DIALOGUE_LATE;
    if ((fault == DIALOGUE_LEFT && is_own_end) || run->end == SB_END_CALL) {
        join_words(result, said);
        return;
    }
    result->verdict = is_late ? VERDICT_TLE : VERDICT_WA;
    result->is_idle = is_late && run->cpu_ns * 10 < run->wall_ns;
    result->exit_code = 0; /* it was sent away: how it went says nothing */
    result->signal = 0;
    free(result->message);
    result->message = pod_strdup(said);
}

/* Played to the end: what went wrong with the entry did so afterwards, or is a limit. */
static void judge_played(const struct sb_result *run, const char *said,
                         struct case_result *result)
{
    if (run->end == SB_END_STOPPED) {
        result->verdict = VERDICT_OK;
        pod_names_add(&result->notes,
                      "it had not left 2 s after the last step, and was ended");
        free(result->message);
        result->message = NULL;
    }
    if (result->verdict == VERDICT_OK)
        join_words(result, said);
    else
        join_words(result, "after the last step");
}

static bool judge(struct play *play, struct case_result *result, struct pod_error *err)
{
    const struct sb_result *run = &play->guests[ENTRY].result;
    pod_auto_free char *what =
        pod_strf("environment of task '%s'", play->job->set->task.id);
    pod_auto_free char *log = pod_path_join(play->job->run, "environment.log");
    const struct handback_from from = {what, &play->guests[PEER].result, log};
    enum dialogue_fault fault;
    if (!handback_take(&play->handback, &from, result, &fault, err))
        return false;
    bool is_judged = result->verdict != VERDICT_JE;
    if (result->verdict == VERDICT_WA && fault == DIALOGUE_FINE)
        fault = DIALOGUE_WRONG; /* rejected without a word about how */
    pod_auto_free char *said = result->message;
    result->message = NULL;
    outcome_judge(run, &play->told, result);
    if (!is_judged) {
        result->verdict = VERDICT_JE;
        free(result->message);
        result->message = pod_strdup(said);
    } else if (fault != DIALOGUE_FINE) {
        judge_spoiled(run, fault, said ? said : "", result);
    } else {
        judge_played(run, said ? said : "", result);
    }
    if (result->verdict != VERDICT_OK)
        take_nothing(result);
    return true;
}

bool play_case(const struct launch_job *job, const struct entry_task *entry,
               struct case_result *result, struct pod_error *err)
{
    struct play play = {
        .job = job, .entry = entry, .handback = HANDBACK_INIT, .log_fd = -1};
    bool done = prepare(&play, err) && talk(&play, err) && judge(&play, result, err);
    release(&play);
    return done;
}
