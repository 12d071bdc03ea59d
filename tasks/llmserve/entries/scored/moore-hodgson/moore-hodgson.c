/* moore-hodgson: serves as many in time as possible. For one machine and jobs with due
 * dates, the most are in time if they go by due date and, whenever one would be late, the
 * longest of those before it is given up (J. M. Moore, Management Science 15, 1968). The
 * machine is the prefill of prompts; a request that must end by a time is due earlier by
 * what its answer will take, which is learned for each application. */
#include "lengths.h"

#include "cost.h"

enum { APPS = 64, BATCH_MIN = 256, BATCH_MAX = 1024, WANTED = 8 };

static const double hopeless = .1;     /* a smaller chance is none */
static const double part = .6;         /* of the answers that a due date allows for */
static const double prefill_tax = 1.2; /* decodes share the steps */
static const double step_max = .35;    /* seconds */

static struct lengths apps[APPS];
static double per_token, per_decode;
static double per_step = .03; /* seconds, as of late */
static double pace;           /* of a step that only decodes what runs */

static double seconds(uint64_t us)
{
    return (double)us * 1e-6;
}

/* What is known of an application before its first answers: timeouts are 2.2 times what the
 * 70th percentile takes alone, and .3 s. */
static struct lengths *app_of(const struct serve *s, const struct request *r)
{
    struct lengths *app = &apps[r->is.app % APPS];
    if (app->guess > 0)
        return app;
    double alone = (seconds(r->is.timeout_us) - .3) / 2.2 - 1000 * per_token;
    app->guess =
        r->is.kind == CHAT ? 150 : .77 * alone / cost_step(&s->engine, 1, 1, 0, 1000);
    if (app->guess < 4)
        app->guess = 4;
    return app;
}

/* The probability that the request still meets its target. */
static double chance(const struct serve *s, const struct request *r)
{
    double now = seconds(s->step.now_us), arrival = seconds(r->is.arrival_us);
    double prefill = r->is_running ? 0 : serve_left(r) * per_token;
    const struct lengths *app = app_of(s, r);
    if (r->is.kind == CALL) {
        double left = arrival + seconds(r->is.timeout_us) - now - prefill;
        return left > 0 ? lengths_chance(app, r->generated, left / per_step) : 0;
    }
    if (r->first_us == 0)
        return arrival + seconds(r->is.ttft_us) >= now + prefill;
    if (r->first_us - r->is.arrival_us > r->is.ttft_us)
        return 0;
    /* Behind its pace it needs a long answer to catch up. */
    double tpot = seconds(r->is.tpot_us);
    double behind = now + prefill - seconds(r->first_us) - tpot * r->generated;
    if (behind <= 0)
        return 1;
    if (tpot <= pace)
        return 0;
    return 1 - lengths_chance(app, r->generated, behind / (tpot - pace));
}

/* Waiting requests that have a chance, by due date; and those that have none. */
struct job {
    double due, work;
    uint32_t id;
    bool is_chosen;
};
static struct job *jobs;
static size_t job_count, job_size;
static struct ids lost;

static double due_of(const struct serve *s, const struct request *r, double answer)
{
    if (r->is.kind == CALL)
        return seconds(r->is.arrival_us + r->is.timeout_us) - answer * per_step;
    if (r->first_us == 0)
        return seconds(r->is.arrival_us + r->is.ttft_us);
    return seconds(s->step.now_us) + serve_left(r) * per_token + .05; /* at once */
}

static int by_due(const void *a, const void *b)
{
    const struct job *x = a, *y = b;
    if (x->due != y->due)
        return x->due < y->due ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static void list_jobs(struct serve *s)
{
    job_count = lost.count = 0;
    for (size_t i = 0; i < s->waiting.count; i++) {
        uint32_t id = s->waiting.at[i];
        const struct request *r = &s->requests[id];
        if (chance(s, r) < hopeless) {
            ids_push(&lost, id);
            continue;
        }
        double answer = lengths_left(app_of(s, r), part, r->generated);
        double work = serve_left(r) * per_token * prefill_tax;
        if (r->prefilled == 0)
            work += answer * per_decode;
        jobs = serve_grow(jobs, job_count, &job_size, sizeof *jobs);
        jobs[job_count++] = (struct job){due_of(s, r, answer), work, id, true};
    }
    if (job_count > 1)
        qsort(jobs, job_count, sizeof *jobs, by_due);
}

/* The most work among the first `count` that are chosen and hold no memory, or NULL. */
static struct job *longest(const struct serve *s, size_t count)
{
    struct job *found = NULL;
    for (size_t i = 0; i < count; i++)
        if (jobs[i].is_chosen && s->requests[jobs[i].id].prefilled == 0 &&
            (!found || jobs[i].work > found->work))
            found = &jobs[i];
    return found;
}

static void choose_jobs(const struct serve *s)
{
    double time = seconds(s->step.now_us);
    for (size_t i = 0; i < job_count; i++) {
        time += jobs[i].work;
        struct job *given_up = time > jobs[i].due ? longest(s, i + 1) : NULL;
        if (!given_up)
            continue;
        given_up->is_chosen = false;
        time -= given_up->work;
    }
}

/* Memory that the chosen want soon. */
static uint64_t wanted(const struct serve *s)
{
    uint64_t sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < job_count && count < WANTED; i++) {
        const struct request *r = &s->requests[jobs[i].id];
        if (!jobs[i].is_chosen || r->prefilled > 0)
            continue;
        sum += r->need;
        count++;
    }
    return sum;
}

/* Running requests without a chance stop, and leave if their memory is wanted. Returns how
 * many go on. */
static size_t stop_lost(struct serve *s, uint64_t spare)
{
    uint64_t want = wanted(s) + spare;
    size_t live = 0;
    for (size_t i = 0; i < s->running.count; i++)
        live += chance(s, &s->requests[s->running.at[i]]) >= hopeless;
    if (live + job_count == 0)
        return 0;
    for (size_t i = 0; i < s->running.count;) {
        uint32_t id = s->running.at[i];
        bool is_lost = chance(s, &s->requests[id]) < hopeless;
        if (is_lost && s->step.kv_used + s->running.count + want > s->step.kv_capacity) {
            serve_preempt(s, id);
            continue;
        }
        if (is_lost)
            serve_except(s, id);
        i++;
    }
    return live;
}

/* The longest step that a decode stands. */
static double patience(const struct serve *s, const struct request *r)
{
    double now = seconds(s->step.now_us);
    if (r->is.kind == CHAT)
        return seconds(r->first_us) + seconds(r->is.tpot_us) * (r->generated + 2) - now;
    double answer = lengths_left(app_of(s, r), part, r->generated);
    double left = seconds(r->is.arrival_us + r->is.timeout_us) - now;
    return left / (answer < 1 ? 1 : answer);
}

/* The largest number of tokens to prefill with which the step is short enough. */
static uint32_t batch(const struct serve *s, size_t live)
{
    double least = step_max, context = 0;
    for (size_t i = 0; i < s->running.count; i++) {
        const struct request *r = &s->requests[s->running.at[i]];
        if (r->is_held)
            continue;
        double stands = patience(s, r);
        least = stands < least ? stands : least;
        context += r->is.prompt + r->generated;
    }
    uint32_t low = BATCH_MIN, high = BATCH_MAX;
    while (low < high) {
        uint32_t middle = (low + high + 1) / 2;
        if (cost_step(&s->engine, (double)live + middle, (double)live + 1, middle * 600.,
                      context) < least)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* A chunk of a request, if its memory fits. */
static void take(struct serve *s, uint32_t id, uint32_t *tokens, uint64_t spare)
{
    const struct request *r = &s->requests[id];
    uint32_t chunk = serve_left(r) < *tokens ? serve_left(r) : *tokens;
    uint64_t used = s->step.kv_used + s->running.count;
    if (s->running.count > 0)
        used += spare;
    if (chunk == 0 || (r->prefilled == 0 && used + r->need + 1 > s->step.kv_capacity))
        return;
    if (r->prefilled == 0)
        s->step.kv_used += r->need + 1;
    serve_prefill(s, id, chunk);
    *tokens -= chunk;
}

static void prefill(struct serve *s, size_t live, uint64_t spare)
{
    uint32_t tokens = batch(s, live);
    for (int holds = 1; holds >= 0; holds--) /* those that hold memory first */
        for (size_t i = 0; i < job_count; i++)
            if (jobs[i].is_chosen && (s->requests[jobs[i].id].prefilled > 0) == holds)
                take(s, jobs[i].id, &tokens, spare);
    if (live > 0 || s->chunk_count > 0)
        return;
    /* Nothing else to do. */
    for (size_t i = 0; i < job_count; i++)
        if (!jobs[i].is_chosen)
            take(s, jobs[i].id, &tokens, spare);
    for (size_t i = 0; i < lost.count; i++)
        take(s, lost.at[i], &tokens, spare);
}

static void observe(struct serve *s)
{
    double context = 0, decodes = (double)s->running.count;
    for (size_t i = 0; i < s->running.count; i++) {
        const struct request *r = &s->requests[s->running.at[i]];
        context += r->is.prompt + r->generated;
    }
    if (decodes == 0)
        decodes = 1;
    pace = cost_step(&s->engine, decodes, decodes, 0, context);
    if (per_token == 0) {
        per_token = cost_step(&s->engine, 1024, 1, 0, 0) / 1024;
        per_decode = cost_step(&s->engine, 64, 64, 0, 64000) / 64;
    }
    if (s->last_us > 0 && s->running.count > 0)
        per_step = .95 * per_step + .05 * seconds(s->step.now_us - s->last_us);
    for (size_t i = 0; i < s->finished.count; i++) {
        const struct request *r = &s->requests[s->finished.at[i]];
        lengths_learn(app_of(s, r), r->generated);
    }
}

static void decide(struct serve *s)
{
    uint64_t spare = s->step.kv_capacity / 50;
    observe(s);
    list_jobs(s);
    choose_jobs(s);
    for (size_t i = 0; i < lost.count && job_count > 0; i++)
        if (s->requests[lost.at[i]].prefilled > 0)
            serve_preempt(s, lost.at[i]);
    prefill(s, stop_lost(s, spare), spare);
}

int main(void)
{
    return serve_main(decide);
}
