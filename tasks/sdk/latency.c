#include "sdk/latency.h"

enum { BITS = 5 };

/* Below 64 a class is one number. */
static size_t class_of(uint64_t ns)
{
    unsigned shift = ns >> (BITS + 1) ? 63u - (unsigned)__builtin_clzll(ns) - BITS : 0;
    return ((size_t)shift << BITS) + (size_t)(ns >> shift);
}

static uint64_t last_of(size_t number)
{
    unsigned shift = number < 2u << BITS ? 0 : (unsigned)(number >> BITS) - 1;
    uint64_t lead = number - ((size_t)shift << BITS);
    return ((lead + 1) << shift) - 1;
}

void task_latency_add(struct task_latency *latency, uint64_t ns)
{
    latency->classes[class_of(ns)]++;
    latency->count++;
    if (ns > latency->max_ns)
        latency->max_ns = ns;
}

uint64_t task_latency_quantile_ns(const struct task_latency *latency, double part)
{
    uint64_t seen = 0;
    for (size_t i = 0; i < TASK_LATENCY_CLASSES; i++) {
        seen += latency->classes[i];
        if (seen > 0 && (double)seen >= part * (double)latency->count) {
            uint64_t last = last_of(i);
            return last < latency->max_ns ? last : latency->max_ns;
        }
    }
    return latency->max_ns;
}
