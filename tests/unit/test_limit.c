#include "engine/limit.h"

#include <criterion/criterion.h>

TestSuite(limit, .timeout = 20);

static const struct task_limits LIMITS = {.cpu_s = 10, .wall_s = 20};

Test(limit, a_run_is_stopped_a_tenth_after_its_limit)
{
    const struct limit_times limits = limit_times(&LIMITS, 0);
    const struct limit_times stops = limit_stops(&limits);
    cr_assert_eq(limits.cpu_ns, 10000000000);
    cr_assert_eq(limits.wall_ns, 20000000000);
    cr_assert_eq(stops.cpu_ns, 11000000000);
    cr_assert_eq(stops.wall_ns, 22000000000);
}

Test(limit, a_quick_look_has_its_own_and_a_second_more_of_wall_time)
{
    const struct limit_times limits = limit_times(&LIMITS, 0.5);
    cr_assert_eq(limits.cpu_ns, 500000000);
    cr_assert_eq(limits.wall_ns, 1500000000);
}

static const struct {
    struct limit_times taken;
    bool is_near, is_over;
} TIMES[] = {
    {{8999999999, 17999999999}, false, false},
    {{9000000000, 0}, true, false},
    {{0, 18000000000}, true, false},
    {{10000000000, 20000000000}, true, false},
    {{10000000001, 0}, true, true},
    {{0, 20000000001}, true, true},
};

Test(limit, either_time_may_be_near_or_over)
{
    const struct limit_times limits = limit_times(&LIMITS, 0);
    for (size_t i = 0; i < sizeof TIMES / sizeof TIMES[0]; i++) {
        cr_expect_eq(limit_is_near(&limits, &TIMES[i].taken), TIMES[i].is_near, "%zu", i);
        cr_expect_eq(limit_is_over(&limits, &TIMES[i].taken), TIMES[i].is_over, "%zu", i);
    }
}
