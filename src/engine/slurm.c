/* Theory of operation. One loop: ask Slurm which of our tasks it still has, take in what
 * came home, then submit again what is neither done nor on its way. The order matters: a
 * task that squeue no longer showed had committed before, so its results are seen by the
 * look into the folder that comes after. Everything that the driver knows is on disk or in
 * Slurm, under names that follow from the spool's id; so it may be killed between any two
 * steps. While the controller is away results are taken all the same, and nothing is
 * decided. */
#include "slurm.h"

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "driver.h"

#include <errno.h>
#include <linux/magic.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
    BACK_OFF_MS = 30000,
    RELEASES = 5,
    SETTLE_LOOKS = 10,
    SETTLE_MS = 300,
    NODES_TOLD = 10
};

static const uint64_t NODES_NS = 10 * (uint64_t)1000000000;
static const uint64_t MINUTE_NS = 60 * (uint64_t)1000000000;

static bool has_line(const struct pod_names *lines, const char *line)
{
    for (size_t i = 0; i < lines->count; i++)
        if (strcmp(lines->items[i], line) == 0)
            return true;
    return false;
}

void driver_say_once(struct driver *driver, const char *line)
{
    if (has_line(&driver->said, line))
        return;
    pod_names_add(&driver->said, line);
    pod_log("%s", line);
}

/* Looking at the queue. */

/* Held after a launch that failed, as happens when a controller was killed: it would wait
 * for ever. What is held over and over is cancelled, and so submitted again. */
static bool let_go(struct driver *driver, const struct slurm_row *row,
                   struct pod_error *err)
{
    struct roster_task *task = roster_find_task(&driver->roster, row);
    if (task == NULL)
        return true;
    if (task->releases++ < RELEASES) {
        pod_log("task %s is held by Slurm after a failed launch: released", row->task);
        return slurm_release(&driver->client, row->task, err) != CALL_IMPOSSIBLE;
    }
    pod_log("task %s is held again and again: cancelled", row->task);
    return slurm_cancel_task(&driver->client, row->task, err) != CALL_IMPOSSIBLE;
}

static bool handle_rows(struct driver *driver, const struct slurm_rows *rows,
                        struct pod_error *err)
{
    roster_see(&driver->roster, rows);
    for (size_t i = 0; i < rows->count; i++) {
        const struct slurm_row *row = &rows->items[i];
        if (row->is_held && !let_go(driver, row, err))
            return false;
        if (!row->is_paused || roster_find_task(&driver->roster, row) == NULL)
            continue;
        pod_auto_free char *line =
            pod_strf("task %s is held by a person: scontrol release it, or the batch waits",
                     row->task);
        driver_say_once(driver, line);
    }
    return true;
}

/* No answer. False: for too long. */
static bool bear_silence(struct driver *driver, struct pod_error *err)
{
    uint64_t now_ns = pod_monotonic_ns();
    int64_t minutes = driver->slurm->config->patience_minutes;
    driver->failures++;
    for (size_t i = 0; i < driver->roster.array_count; i++)
        driver->roster.arrays[i].refusals = 0; /* that was no refusal */
    if (driver->silent_ns == 0) {
        driver->silent_ns = now_ns;
        pod_log("slurm does not answer, which may last %lld minutes: %s",
                (long long)minutes, driver->client.words);
    }
    return now_ns - driver->silent_ns < (uint64_t)minutes * MINUTE_NS ||
           pod_fail(err, POD_HOST,
                    "slurm has not answered for %lld minutes: run the batch again when it "
                    "does, nothing is lost: %s",
                    (long long)minutes, driver->client.words);
}

static void hear_again(struct driver *driver)
{
    if (driver->silent_ns != 0)
        pod_log("slurm answers again after %.0f s",
                (double)(pod_monotonic_ns() - driver->silent_ns) / 1e9);
    driver->silent_ns = 0;
    driver->failures = 0;
}

/* *is_known: Slurm has told. False: for good, it cannot. */
static bool look(struct driver *driver, bool *is_known, struct pod_error *err)
{
    *is_known = driver->roster.array_count == 0;
    if (*is_known)
        return true;
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    for (size_t i = 0; i < driver->roster.array_count; i++)
        pod_names_add(&names, driver->roster.arrays[i].name);
    struct slurm_rows rows;
    enum call_end end = slurm_list(&driver->client, &names, &rows, err);
    bool done = end != CALL_IMPOSSIBLE;
    if (end == CALL_FAILED)
        done = bear_silence(driver, err);
    if (end == CALL_DONE) {
        *is_known = true;
        hear_again(driver);
        done = handle_rows(driver, &rows, err);
    }
    slurm_rows_release(&rows);
    return done;
}

/* Whoever drained a node had a reason: we tell when it happens and do not touch it. */
static bool look_at_nodes(struct driver *driver, struct pod_error *err)
{
    uint64_t now_ns = pod_monotonic_ns();
    if (driver->nodes_ns != 0 && now_ns - driver->nodes_ns < NODES_NS)
        return true;
    driver->nodes_ns = now_ns;
    struct pod_names lines = POD_NAMES_INIT;
    enum call_end end = slurm_sick_nodes(&driver->client, &lines, err);
    size_t told = 0;
    for (size_t i = 0; end == CALL_DONE && i < lines.count; i++)
        if (!has_line(&driver->sick, lines.items[i]) && told++ < NODES_TOLD)
            pod_log("node %s", lines.items[i]);
    if (told > NODES_TOLD)
        pod_log("and %zu nodes more: see sinfo -R", told - NODES_TOLD);
    if (end == CALL_DONE) {
        pod_names_release(&driver->sick);
        driver->sick = lines;
    } else {
        pod_names_release(&lines);
    }
    return end != CALL_IMPOSSIBLE;
}

/* The loop. */

static bool is_finished(const struct driver *driver)
{
    for (size_t i = 0; i < driver->roster.count; i++) {
        const struct roster_want *want = &driver->roster.wants[i];
        bool is_given_up =
            !want->is_covered && want->tries >= (uint64_t)driver->slurm->config->rounds;
        if (!want->is_done && !is_given_up)
            return false;
    }
    return true;
}

static bool turn(struct driver *driver, struct pod_error *err)
{
    bool is_known = false;
    if (!look(driver, &is_known, err) || !driver_take_home(driver, err))
        return false;
    return !is_known || (driver_retire(driver, err) && driver_plan(driver, err) &&
                         driver_submit(driver, err) && look_at_nodes(driver, err));
}

/* Up to a signal. */
static void pause_for(struct driver *driver, int64_t pause_ms)
{
    struct pollfd polled = {.fd = driver->client.stop_fd, .events = POLLIN};
    if (poll(&polled, 1, (int)pause_ms) > 0)
        driver->tally->was_interrupted = true;
}

static int64_t pause_of(const struct driver *driver)
{
    int64_t pause_ms = driver->slurm->config->poll_ms;
    for (unsigned i = 0; i < driver->failures && pause_ms < BACK_OFF_MS; i++)
        pause_ms *= 2;
    return driver->failures > 0 && pause_ms > BACK_OFF_MS ? BACK_OFF_MS : pause_ms;
}

static bool loop(struct driver *driver, struct pod_error *err)
{
    if (!driver_adopt(driver, err) || !driver_take_home(driver, err))
        return false;
    while (!driver->tally->was_interrupted && !is_finished(driver)) {
        if (!turn(driver, err))
            return false;
        if (!is_finished(driver))
            pause_for(driver, pause_of(driver));
    }
    return true;
}

/* The end. */

static size_t count_present(const struct driver *driver)
{
    size_t present = 0;
    for (size_t i = 0; i < driver->roster.array_count; i++)
        for (size_t t = 0; t < driver->roster.arrays[i].count; t++)
            present += driver->roster.arrays[i].tasks[t].absent == 0;
    return present;
}

/* A job that has committed its last result tidies up: not to be cut short for nothing. */
static void settle(struct driver *driver)
{
    struct pod_error ignored = POD_ERROR_INIT;
    bool is_known = true;
    for (int i = 0; i < SETTLE_LOOKS && is_known && count_present(driver) > 0; i++) {
        pause_for(driver, SETTLE_MS);
        if (driver->tally->was_interrupted || !look(driver, &is_known, &ignored))
            return;
    }
}

/* Whatever of ours may still be in Slurm, twins included. */
static bool cancel_arrays(struct driver *driver)
{
    struct pod_error ignored = POD_ERROR_INIT;
    bool done = true;
    for (size_t i = 0; i < driver->roster.array_count; i++) {
        const char *name = driver->roster.arrays[i].name;
        if (!driver->roster.arrays[i].is_asked ||
            slurm_cancel(&driver->client, name, &ignored) == CALL_DONE)
            continue;
        done = false;
        pod_log("array '%s' could not be cancelled and may run on, which harms nothing: %s",
                name, driver->client.words ? driver->client.words : ignored.message);
    }
    return done;
}

static void report_missing(struct driver *driver)
{
    const struct roster *roster = &driver->roster;
    for (size_t at = 0; at < roster->count;) {
        size_t job = roster->wants[at].job, missing = 0;
        for (; at < roster->count && roster->wants[at].job == job; at++) {
            const struct roster_want *want = &roster->wants[at];
            bool is_judged = want->judge_error != NULL;
            driver->tally->judge_errors += !want->is_done;
            missing += !want->is_done && !is_judged;
        }
        if (missing == 0)
            continue;
        driver->tally->failures++;
        pod_auto_free char *problem =
            pod_strf("%zu cases have no result after %lld submissions", missing,
                     (long long)driver->slurm->config->rounds);
        driver->slurm->progress(driver->slurm->context, driver->jobs[job].unpacked, NULL,
                                problem);
    }
}

static bool finish(struct driver *driver, struct pod_error *err)
{
    bool is_whole = roster_missing(&driver->roster) == 0;
    if (is_whole)
        settle(driver);
    size_t arrays = driver->roster.array_count;
    bool is_cancelled = cancel_arrays(driver);
    if (!driver_take_home(driver, err))
        return false;
    if (driver->repeated > 0)
        pod_log("%zu cases were run twice, the first result of each counts",
                driver->repeated);
    if (driver->ends > 0)
        pod_log("%zu jobs ended without all their results", driver->ends);
    driver->tally->retried = driver->again;
    if (driver->again > 0)
        pod_log("%zu times a case was submitted again", driver->again);
    if (driver->tally->was_interrupted && is_cancelled && arrays > 0)
        pod_log("interrupted: %zu arrays were cancelled in Slurm", arrays);
    if (!driver->tally->was_interrupted)
        report_missing(driver);
    /* All is in the store. Where something is missing its logs may tell why. */
    struct pod_error ignored = POD_ERROR_INIT;
    if (is_whole && is_cancelled)
        (void)pod_dir_remove(driver->top, &ignored);
    return true;
}

static bool run(struct driver *driver, struct pod_error *err)
{
    if (loop(driver, err))
        return finish(driver, err);
    /* The first error is the one that counts, and what came home stays. */
    struct pod_error ignored = POD_ERROR_INIT;
    if (driver->silent_ns == 0)
        (void)cancel_arrays(driver);
    (void)driver_take_home(driver, &ignored);
    return false;
}

static void warn_of_nfs(const char *work)
{
    struct statfs status;
    if (statfs(work, &status) == 0 && status.f_type == NFS_SUPER_MAGIC)
        pod_log("the record in '%s' is on NFS, which SQLite is not made for: run the batch "
                "on the machine that exports it, and nothing else with that record",
                work);
}

static bool open_driver(struct driver *driver, size_t count, struct pod_error *err)
{
    const char *work = driver->slurm->rules->place->work;
    warn_of_nfs(work);
    driver->top = pod_path_join(work, "slurm");
    driver->podium = pod_path_real("/proc/self/exe", err);
    roster_init(&driver->roster, driver->jobs, count);
    return driver->podium != NULL && spool_open(driver->top, driver->id, err);
}

static int catch_signals(sigset_t *outer, struct pod_error *err)
{
    sigset_t caught;
    sigemptyset(&caught);
    sigaddset(&caught, SIGINT);
    sigaddset(&caught, SIGTERM);
    sigprocmask(SIG_BLOCK, &caught, outer);
    int fd = signalfd(-1, &caught, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        pod_fail_errno(err, POD_HOST, "cannot make a signalfd");
    return fd;
}

bool slurm_run(const struct slurm *slurm, const struct executor_job *jobs, size_t count,
               struct executor_tally *tally, struct pod_error *err)
{
    memset(tally, 0, sizeof *tally);
    if (count == 0)
        return true;
    struct driver driver = {.slurm = slurm, .jobs = jobs, .tally = tally};
    sigset_t outer;
    pod_auto_fd int stop_fd = catch_signals(&outer, err);
    slurm_client_init(&driver.client, slurm->config, stop_fd);
    bool done = stop_fd >= 0 && open_driver(&driver, count, err) && run(&driver, err);
    /* Taken, or they would end us as soon as signals are let through again. */
    struct signalfd_siginfo taken;
    while (stop_fd >= 0 && read(stop_fd, &taken, sizeof taken) > 0)
        ;
    sigprocmask(SIG_SETMASK, &outer, NULL);
    slurm_client_release(&driver.client);
    roster_release(&driver.roster);
    pod_names_release(&driver.said);
    pod_names_release(&driver.sick);
    free(driver.top);
    free(driver.podium);
    return done;
}
