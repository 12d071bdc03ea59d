/* Theory of operation. The parent blocks SIGINT and SIGTERM and polls a signalfd and one
 * pipe for each worker (crew.c). In a turn it takes every frame that is there, records all
 * results of the turn in one transaction, and then tells of them and gives new orders. So
 * there is at most one fsync for a record, and fewer the faster results come. On a signal
 * no new job starts and the workers are ended: their sandboxes die with them, and what they
 * had not yet handed over is simply still missing.
 *
 * A round goes once through the jobs. What has no result after it, because the judge
 * failed, makes the next round. */
#include "executor.h"

#include "base/json.h"
#include "crew.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Frames of a worker that are taken in one turn at most, so that none waits for long. */
enum { FRAMES_A_TURN = 64 };

/* What is to be told once the turn is recorded. */
struct told {
    size_t job;
    bool has_result;
    struct case_result result;
    char *problem;
};

struct executor_crew {
    struct crew_worker *workers;
    size_t count;
    int *cpus;
    size_t cpu_count;
    sigset_t mask; /* of who gathered it */
};

/* The jobs that are under way. */
struct round {
    const struct executor_job *jobs;
    size_t count;
};

struct batch {
    const struct executor *executor;
    struct round round;
    size_t next;    /* job to give out */
    bool **is_done; /* of each job of the round, of each of its cases */
    struct executor_crew *crew;
    struct crew_worker *workers; /* the crew's */
    int signal_fd;
    sigset_t outer_mask;
    struct told *told;
    size_t told_count;
    size_t failures; /* of this round */
    struct executor_tally *tally;
};

static struct told *add_told(struct batch *batch, size_t job)
{
    batch->told = pod_grow(batch->told, batch->told_count + 1, sizeof *batch->told);
    struct told *told = &batch->told[batch->told_count++];
    *told = (struct told){.job = job};
    return told;
}

static void tell(struct batch *batch)
{
    const struct executor *executor = batch->executor;
    for (size_t i = 0; i < batch->told_count; i++) {
        struct told *told = &batch->told[i];
        executor->progress(executor->context, batch->round.jobs[told->job].unpacked,
                           told->has_result ? &told->result : NULL, told->problem);
        case_result_release(&told->result);
        free(told->problem);
    }
    batch->told_count = 0;
}

static void mark_done(struct batch *batch, size_t job, const struct pod_digest *key)
{
    const struct plan *plan = &batch->round.jobs[job].plan;
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->jobs[i].key.hex, key->hex) == 0)
            batch->is_done[job][i] = true;
}

/* The items go through as they are: to read them would be most of the work. */
static bool take_result(struct batch *batch, size_t job, char *text, struct pod_error *err)
{
    struct told *told = add_told(batch, job);
    struct store *store = batch->executor->store;
    const char *digest = batch->round.jobs[job].unpacked->digest.hex;
    char *items = strchr(text, '\n');
    if (items == NULL)
        return pod_fail(err, POD_BUG, "a worker's result has no second line");
    *items++ = '\0';
    pod_auto_json json_t *value =
        pod_json_parse(text, strlen(text), "worker's result", POD_BUG, err);
    told->has_result = true;
    if (value == NULL || !case_result_parse(value, "worker's result", &told->result, err))
        return false;
    if (told->result.verdict == VERDICT_JE)
        return store_judge_error(store, digest, &told->result, err);
    const struct result_lines lines = {&told->result, text, *items ? items : NULL};
    mark_done(batch, job, &told->result.key);
    batch->tally->recorded++;
    return store_result_lines(store, digest, &lines, err);
}

/* The first case that it had not finished is the one that it failed at. */
static bool take_problem(struct batch *batch, size_t job, const char *problem,
                         struct pod_error *err)
{
    const struct executor_job *of = &batch->round.jobs[job];
    size_t at = 0;
    add_told(batch, job)->problem = pod_strdup(problem);
    batch->failures++;
    while (at < of->plan.count && batch->is_done[job][at])
        at++;
    if (at == of->plan.count)
        return true;
    const struct plan_job *failed = &of->plan.jobs[at];
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    result.task = pod_strdup(failed->set->task.id);
    result.case_id = pod_strdup(failed->one->id);
    result.key = failed->key;
    result.message = pod_strdup(problem);
    return store_judge_error(batch->executor->store, of->unpacked->digest.hex, &result,
                             err);
}

/* An end without a word is one that something killed. */
static bool bury(struct batch *batch, struct crew_worker *worker, struct pod_error *err)
{
    size_t job = worker->job;
    int status = crew_end(worker);
    pod_auto_free char *problem =
        WIFSIGNALED(status)
            ? pod_strf("its worker was ended by signal %d", WTERMSIG(status))
            : pod_strf("its worker ended with status %d", WEXITSTATUS(status));
    return job == CREW_IDLE || take_problem(batch, job, problem, err);
}

static bool is_readable(int fd)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    return poll(&polled, 1, 0) > 0;
}

static bool hear(struct batch *batch, struct crew_worker *worker, struct pod_error *err)
{
    for (int i = 0; i < FRAMES_A_TURN && worker->pid != 0 && is_readable(worker->reports);
         i++) {
        enum crew_frame_kind kind = CREW_DONE;
        pod_auto_free char *text = NULL;
        size_t length = 0;
        if (!crew_hear(worker, &kind, &text, &length) || worker->job == CREW_IDLE) {
            return bury(batch, worker, err);
        }
        if (kind == CREW_RESULT && !take_result(batch, worker->job, text, err))
            return false;
        if (kind == CREW_PROBLEM && !take_problem(batch, worker->job, text, err))
            return false;
        if (kind == CREW_DONE) {
            worker->job = CREW_IDLE;
            return true;
        }
    }
    return true;
}

static bool start_worker(struct executor_crew *crew, const struct rules *rules, size_t i,
                         struct pod_error *err)
{
    const struct crew_place place = {rules, &crew->mask, (unsigned)i,
                                     crew->cpus[i % crew->cpu_count]};
    return crew_start(&crew->workers[i], &place, err);
}

static bool give_orders(struct batch *batch, size_t *running, struct pod_error *err)
{
    const struct executor *executor = batch->executor;
    *running = 0;
    for (size_t i = 0; i < executor->workers; i++) {
        struct crew_worker *worker = &batch->workers[i];
        bool has_job = batch->next < batch->round.count;
        if (worker->pid == 0 && has_job &&
            !start_worker(batch->crew, executor->rules, i, err))
            return false;
        if (worker->pid != 0 && worker->job == CREW_IDLE && has_job) {
            /* Its death shows by the other pipe. */
            (void)crew_order(worker, executor->rules, &batch->round.jobs[batch->next],
                             batch->next);
            batch->next++;
        }
        *running += worker->pid != 0 && worker->job != CREW_IDLE;
    }
    return true;
}

static bool take_signal(struct batch *batch, struct pod_error *err)
{
    struct signalfd_siginfo taken;
    batch->tally->was_interrupted = true;
    /* Taken, or it would end us as soon as signals are let through again. */
    return read(batch->signal_fd, &taken, sizeof taken) == sizeof taken ||
           pod_fail_errno(err, POD_HOST, "cannot read a signal");
}

static bool hear_all(struct batch *batch, const struct pollfd *polled,
                     struct pod_error *err)
{
    struct store *store = batch->executor->store;
    if (!store_begin(store, err))
        return false;
    for (size_t i = 0; i < batch->executor->workers; i++) {
        if (polled[i].revents != 0 && !hear(batch, &batch->workers[i], err)) {
            store_rollback(store);
            return false;
        }
    }
    if (!store_commit(store, err))
        return false;
    tell(batch);
    return true;
}

/* Wait for one event and handle all that came. */
static bool turn(struct batch *batch, struct pollfd *polled, struct pod_error *err)
{
    size_t workers = batch->executor->workers;
    for (size_t i = 0; i < workers; i++)
        polled[i] = (struct pollfd){
            .fd = batch->workers[i].pid != 0 ? batch->workers[i].reports : -1,
            .events = POLLIN};
    polled[workers] = (struct pollfd){.fd = batch->signal_fd, .events = POLLIN};
    if (poll(polled, workers + 1, -1) < 0)
        return errno == EINTR || pod_fail_errno(err, POD_HOST, "cannot poll the workers");
    if (polled[workers].revents != 0)
        return take_signal(batch, err);
    return hear_all(batch, polled, err);
}

static bool run_round(struct batch *batch, struct pod_error *err)
{
    struct pollfd *polled = pod_alloc(batch->executor->workers + 1, sizeof *polled);
    size_t running = 0;
    bool done = true;
    batch->next = 0;
    batch->failures = 0;
    while (done && !batch->tally->was_interrupted) {
        done = give_orders(batch, &running, err);
        if (!done || running == 0)
            break;
        done = turn(batch, polled, err);
    }
    for (size_t i = 0; i < batch->executor->workers; i++)
        if (batch->workers[i].pid != 0 && batch->workers[i].job != CREW_IDLE)
            (void)crew_end(&batch->workers[i]);
    free(polled);
    return done;
}

/* Rounds. */

static void start_round(struct batch *batch, const struct executor_job *jobs, size_t count)
{
    batch->round.jobs = jobs;
    batch->round.count = count;
    batch->is_done = pod_alloc(count, sizeof *batch->is_done);
    for (size_t i = 0; i < count; i++)
        batch->is_done[i] = pod_alloc(jobs[i].plan.count, sizeof **batch->is_done);
}

static void end_round(struct batch *batch)
{
    for (size_t i = 0; i < batch->round.count; i++)
        free(batch->is_done[i]);
    free(batch->is_done);
    batch->is_done = NULL;
}

/* The jobs that are left, with the cases that are; each plan is the caller's to free. */
static size_t gather_missing(const struct batch *batch, struct executor_job **out)
{
    size_t count = 0;
    *out = pod_alloc(batch->round.count, sizeof **out);
    for (size_t i = 0; i < batch->round.count; i++) {
        const struct executor_job *job = &batch->round.jobs[i];
        struct plan left = {pod_alloc(job->plan.count, sizeof *left.jobs), 0};
        for (size_t c = 0; c < job->plan.count; c++)
            if (!batch->is_done[i][c])
                left.jobs[left.count++] = job->plan.jobs[c];
        if (left.count > 0)
            (*out)[count++] = (struct executor_job){job->unpacked, left};
        else
            plan_release(&left);
    }
    return count;
}

static size_t count_cases(const struct executor_job *jobs, size_t count)
{
    size_t cases = 0;
    for (size_t i = 0; i < count; i++)
        cases += jobs[i].plan.count;
    return cases;
}

static void release_jobs(struct executor_job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        plan_release(&jobs[i].plan);
    free(jobs);
}

static bool run_rounds(struct batch *batch, const struct executor_job *jobs, size_t count,
                       struct pod_error *err)
{
    struct executor_job *left = NULL;
    size_t left_count = 0;
    bool done = true;
    start_round(batch, jobs, count);
    for (unsigned tries = 1;; tries++) {
        done = run_round(batch, err);
        struct executor_job *next = NULL;
        size_t next_count = gather_missing(batch, &next);
        end_round(batch);
        release_jobs(left, left_count);
        left = next;
        left_count = next_count;
        if (!done || left_count == 0 || batch->tally->was_interrupted ||
            tries >= batch->executor->tries)
            break;
        batch->tally->retried += count_cases(left, left_count);
        start_round(batch, left, left_count);
    }
    batch->tally->judge_errors =
        batch->tally->was_interrupted ? 0 : count_cases(left, left_count);
    batch->tally->failures = batch->failures;
    release_jobs(left, left_count);
    return done;
}

static bool catch_signals(struct batch *batch, struct pod_error *err)
{
    sigset_t caught;
    sigemptyset(&caught);
    sigaddset(&caught, SIGINT);
    sigaddset(&caught, SIGTERM);
    sigaddset(&caught, SIGPIPE); /* a dead worker is seen by what it does not say */
    if (sigprocmask(SIG_BLOCK, &caught, &batch->outer_mask) < 0)
        return pod_fail_errno(err, POD_HOST, "cannot block signals");
    sigdelset(&caught, SIGPIPE);
    batch->signal_fd = signalfd(-1, &caught, SFD_CLOEXEC);
    if (batch->signal_fd < 0)
        return pod_fail_errno(err, POD_HOST, "cannot make a signalfd");
    return true;
}

/* One that came meanwhile would end us when it is let through. */
static void let_signals_through(const struct batch *batch)
{
    const struct timespec at_once = {0, 0};
    sigset_t broken;
    sigemptyset(&broken);
    sigaddset(&broken, SIGPIPE);
    (void)sigtimedwait(&broken, NULL, &at_once); /* none: nothing to take */
    (void)sigprocmask(SIG_SETMASK, &batch->outer_mask, NULL);
}

struct executor_crew *executor_gather(const struct rules *rules, size_t workers,
                                      struct pod_error *err)
{
    struct executor_crew *crew = pod_alloc(1, sizeof *crew);
    crew->workers = pod_alloc(workers, sizeof *crew->workers);
    crew->count = workers;
    crew->cpus = executor_cpus(&crew->cpu_count);
    bool done = sigprocmask(SIG_SETMASK, NULL, &crew->mask) == 0 ||
                pod_fail_errno(err, POD_HOST, "cannot read the signal mask");
    for (size_t i = 0; done && i < workers; i++)
        done = start_worker(crew, rules, i, err);
    if (done)
        return crew;
    executor_dismiss(crew);
    return NULL;
}

void executor_dismiss(struct executor_crew *crew)
{
    if (crew == NULL)
        return;
    for (size_t i = 0; i < crew->count; i++)
        if (crew->workers[i].pid != 0)
            (void)crew_end(&crew->workers[i]);
    free(crew->workers);
    free(crew->cpus);
    free(crew);
}

static bool run_all(struct batch *batch, const struct executor_job *jobs, size_t count,
                    struct pod_error *err)
{
    bool done = catch_signals(batch, err) && run_rounds(batch, jobs, count, err);
    let_signals_through(batch);
    if (batch->signal_fd >= 0)
        close(batch->signal_fd);
    for (size_t i = 0; i < batch->told_count; i++) {
        case_result_release(&batch->told[i].result);
        free(batch->told[i].problem);
    }
    free(batch->told);
    return done;
}

bool executor_run(const struct executor *executor, const struct executor_job *jobs,
                  size_t count, struct executor_tally *tally, struct pod_error *err)
{
    memset(tally, 0, sizeof *tally);
    if (count == 0)
        return true;
    struct executor_crew *own =
        executor->crew ? NULL : executor_gather(executor->rules, executor->workers, err);
    struct batch batch = {
        .executor = executor,
        .crew = executor->crew ? executor->crew : own,
        .signal_fd = -1,
        .tally = tally,
    };
    if (batch.crew == NULL)
        return false;
    batch.workers = batch.crew->workers;
    bool done = run_all(&batch, jobs, count, err);
    executor_dismiss(own);
    return done;
}

int *executor_cpus(size_t *count)
{
    cpu_set_t allowed;
    int *cpus = pod_alloc(CPU_SETSIZE, sizeof *cpus);
    *count = 0;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
        for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
            if (CPU_ISSET(cpu, &allowed))
                cpus[(*count)++] = cpu;
    if (*count == 0)
        cpus[(*count)++] = 0;
    return cpus;
}
