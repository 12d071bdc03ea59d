#include "limit.h"

static const uint64_t SECOND_NS = 1000000000;

struct limit_times limit_times(const struct task_limits *limits, double cpu_limit_s)
{
    struct limit_times times = {(uint64_t)limits->cpu_s * SECOND_NS,
                                (uint64_t)limits->wall_s * SECOND_NS};
    if (cpu_limit_s > 0) {
        times.cpu_ns = (uint64_t)(cpu_limit_s * (double)SECOND_NS);
        times.wall_ns = times.cpu_ns + SECOND_NS;
    }
    return times;
}

struct limit_times limit_stops(const struct limit_times *limits)
{
    return (struct limit_times){limits->cpu_ns + limits->cpu_ns / 10,
                                limits->wall_ns + limits->wall_ns / 10};
}

bool limit_is_near(const struct limit_times *limits, const struct limit_times *taken)
{
    return taken->cpu_ns >= limits->cpu_ns - limits->cpu_ns / 10 ||
           taken->wall_ns >= limits->wall_ns - limits->wall_ns / 10;
}

bool limit_is_over(const struct limit_times *limits, const struct limit_times *taken)
{
    return taken->cpu_ns > limits->cpu_ns || taken->wall_ns > limits->wall_ns;
}
