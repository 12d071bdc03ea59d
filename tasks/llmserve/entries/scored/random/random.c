/* random: prefills in random order with random chunks, leaves out 30 % of the decodes, and
 * now and then takes a running request's memory away. */
#include "serve.h"

static uint64_t state = 1;

/* splitmix64 (Steele, Lea, Flood 2014), to [0, 1). */
static double uniform(void)
{
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

static size_t below(size_t count)
{
    return (size_t)(uniform() * (double)count);
}

/* Moves a random one of those from place i on to place i. */
static uint32_t draw(struct ids *ids, size_t i)
{
    size_t k = i + below(ids->count - i);
    uint32_t id = ids->at[k];
    ids->at[k] = ids->at[i];
    ids->at[i] = id;
    return id;
}

static void decide(struct serve *s)
{
    static struct ids order;
    uint32_t tokens = (uint32_t)below(4096);
    if (s->running.count > 0 && uniform() < .02)
        serve_preempt(s, s->running.at[below(s->running.count)]);
    for (size_t i = 0; i < s->running.count; i++)
        if (uniform() >= .7)
            serve_except(s, s->running.at[i]);
    order.count = 0;
    for (size_t i = 0; i < s->waiting.count; i++)
        ids_push(&order, s->waiting.at[i]);
    for (size_t i = 0; i < order.count && tokens > 0; i++) {
        uint32_t id = draw(&order, i);
        const struct request *r = &s->requests[id];
        if (r->prefilled == 0) {
            uint64_t need = s->step.kv_used + s->running.count + r->need + 1;
            if (need > s->step.kv_capacity)
                break;
            s->step.kv_used += r->need + 1;
        }
        uint32_t chunk = serve_left(r) < tokens ? serve_left(r) : tokens;
        serve_prefill(s, id, chunk);
        tokens -= chunk;
    }
}

int main(void)
{
    return serve_main(decide);
}
