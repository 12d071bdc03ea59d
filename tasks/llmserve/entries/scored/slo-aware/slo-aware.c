/* slo-aware: who has least slack goes first, chunks are as large as the tightest decode
 * allows, and requests that cannot meet their target any more are parked. */
#include "cost.h"

/* What is estimated of the engine. */
static double per_token, per_step = .03;

enum { ANSWER_LEFT = 4, CHAT_CREDIT = 20 }; /* tokens: lengths are not known */

static double seconds(uint64_t us)
{
    return (double)us * 1e-6;
}

/* Seconds that it could lose and still meet its target; below 0 it is lost. */
static double slack(const struct serve *s, const struct request *r)
{
    double now = seconds(s->step.now_us), arrival = seconds(r->is.arrival_us);
    double prefill = r->is_running ? 0 : serve_left(r) * per_token;
    if (r->is.kind == CALL)
        return arrival + seconds(r->is.timeout_us) - now - prefill - ANSWER_LEFT * per_step;
    if (r->first_us == 0)
        return arrival + seconds(r->is.ttft_us) - now - prefill;
    if (r->first_us - r->is.arrival_us > r->is.ttft_us)
        return -1;
    double tpot = seconds(r->is.tpot_us);
    return seconds(r->first_us) + tpot * (r->generated + ANSWER_LEFT + CHAT_CREDIT) - now -
           ANSWER_LEFT * per_step;
}

/* Waiting requests by their slack, those that hold memory first; then the parked ones. */
struct place {
    double slack;
    uint32_t id;
};
static struct place *hopeful;
static size_t hopeful_count, hopeful_size;
static uint32_t *parked;
static size_t parked_count, parked_size;

static int by_slack(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->slack != y->slack)
        return x->slack < y->slack ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static void sort_waiting(struct serve *s)
{
    hopeful_count = parked_count = 0;
    for (size_t i = 0; i < s->waiting.count; i++) {
        uint32_t id = s->waiting.at[i];
        const struct request *r = &s->requests[id];
        double left = slack(s, r);
        if (left < 0) {
            parked = serve_grow(parked, parked_count, &parked_size, sizeof *parked);
            parked[parked_count++] = id;
            continue;
        }
        hopeful = serve_grow(hopeful, hopeful_count, &hopeful_size, sizeof *hopeful);
        hopeful[hopeful_count++] = (struct place){left - (r->prefilled > 0 ? 100 : 0), id};
    }
    if (hopeful_count > 1)
        qsort(hopeful, hopeful_count, sizeof *hopeful, by_slack);
}

/* Memory that hopeful requests want soon. */
static uint64_t wanted(const struct serve *s)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < hopeful_count && i < 8; i++)
        if (s->requests[hopeful[i].id].prefilled == 0)
            sum += s->requests[hopeful[i].id].need;
    return sum;
}

/* Running requests that are lost do not decode, and give their memory to others. */
static size_t sort_running(struct serve *s, uint64_t spare)
{
    uint64_t want = wanted(s) + spare;
    size_t live = 0;
    for (size_t i = 0; i < s->running.count; i++)
        live += slack(s, &s->requests[s->running.at[i]]) >= 0;
    for (size_t i = 0; i < s->running.count;) {
        uint32_t id = s->running.at[i];
        bool is_lost = slack(s, &s->requests[id]) < 0;
        if (is_lost && (live > 0 || hopeful_count > 0) &&
            s->step.kv_used + s->running.count + want > s->step.kv_capacity) {
            serve_preempt(s, id);
            continue;
        }
        if (is_lost && live + hopeful_count > 0)
            serve_except(s, id);
        i++;
    }
    return live;
}

/* The largest chunk with which the tightest decode is still in time. */
static uint32_t budget(const struct serve *s, size_t live)
{
    double least = .35, context = 0, now = seconds(s->step.now_us);
    for (size_t i = 0; i < s->running.count; i++) {
        const struct request *r = &s->requests[s->running.at[i]];
        if (r->is_held)
            continue;
        context += r->is.prompt + r->generated;
        double tpot = seconds(r->is.tpot_us);
        double until = seconds(r->first_us) + tpot * (r->generated + 4) - now;
        if (r->is.kind == CHAT && until < least)
            least = until;
    }
    uint32_t low = 64, high = 4096;
    while (low < high) {
        uint32_t middle = (low + high + 1) / 2;
        double time = cost_step(&s->engine, (double)live + middle, (double)live + 1,
                                middle * 600., context);
        if (time < least)
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
    if (r->prefilled == 0 && used + r->need + 1 > s->step.kv_capacity)
        return;
    if (r->prefilled == 0)
        s->step.kv_used += r->need + 1;
    serve_prefill(s, id, chunk);
    *tokens -= chunk;
}

static void decide(struct serve *s)
{
    uint64_t spare = s->step.kv_capacity / 50;
    if (per_token == 0)
        per_token = cost_step(&s->engine, 1024, 1, 0, 0) / 1024;
    if (s->last_us > 0 && s->running.count > 0)
        per_step = .95 * per_step + .05 * seconds(s->step.now_us - s->last_us);
    sort_waiting(s);
    for (size_t i = 0; i < parked_count; i++)
        if (s->requests[parked[i]].prefilled > 0 && hopeful_count > 0)
            serve_preempt(s, parked[i]);
    size_t live = sort_running(s, spare);
    uint32_t tokens = budget(s, live);
    for (size_t i = 0; i < hopeful_count && tokens > 0; i++)
        take(s, hopeful[i].id, &tokens, spare);
    for (size_t i = 0; s->chunk_count == 0 && live == 0 && i < parked_count; i++)
        take(s, parked[i], &tokens, spare);
}

int main(void)
{
    return serve_main(decide);
}
