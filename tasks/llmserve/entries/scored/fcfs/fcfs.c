/* fcfs: first come first served, whole prompts before any decode, as early vLLM did. */
#include "serve.h"

static void decide(struct serve *s)
{
    uint32_t tokens = 8192;
    for (size_t i = 0; i < s->waiting.count && tokens > 0; i++) {
        uint32_t id = s->waiting.at[i];
        const struct request *r = &s->requests[id];
        uint64_t held = s->step.kv_used + s->running.count;
        if (r->prefilled == 0 && held + r->need + 1 > s->step.kv_capacity)
            break;
        if (r->prefilled == 0)
            s->step.kv_used += r->need + 1;
        if (serve_left(r) > tokens && s->chunk_count > 0)
            break;
        uint32_t chunk = serve_left(r) < tokens ? serve_left(r) : tokens;
        serve_prefill(s, id, chunk);
        tokens -= chunk;
    }
    if (s->chunk_count > 0)
        s->decode = DECODE_NONE;
}

int main(void)
{
    return serve_main(decide);
}
