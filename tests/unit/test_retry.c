#include "engine/retry.h"

#include "src_fixture.h"

#include <criterion/criterion.h>

TestSuite(retry, .timeout = 30);

Test(retry, only_429_and_5xx_that_may_pass_are_worth_another_try)
{
    static const long worth[] = {429, 500, 502, 503, 504, 507};
    static const long lost[] = {200, 301, 400, 401, 403, 404, 408, 409, 412, 501, 505};
    for (size_t i = 0; i < COUNT(worth); i++)
        cr_expect(retry_is_worth(worth[i]), "%ld", worth[i]);
    for (size_t i = 0; i < COUNT(lost); i++)
        cr_expect_not(retry_is_worth(lost[i]), "%ld", lost[i]);
}

static void lies_within(uint64_t delay, uint64_t least, uint64_t most)
{
    cr_expect(delay >= least && delay <= most, "%llu ms, not %llu to %llu",
              (unsigned long long)delay, (unsigned long long)least,
              (unsigned long long)most);
}

Test(retry, delays_double_up_to_half_a_minute_and_half_of_each_is_chance)
{
    for (unsigned i = 0; i < 100; i++) {
        lies_within(retry_delay_ms(1000, 1, 0), 500, 1000);
        lies_within(retry_delay_ms(1000, 2, 0), 1000, 2000);
        lies_within(retry_delay_ms(1000, 4, 0), 4000, 8000);
        lies_within(retry_delay_ms(1000, 1000, 0), 15000, 30000);
    }
}

Test(retry, what_the_server_asks_for_is_waited_for_up_to_a_day)
{
    cr_assert_eq(retry_delay_ms(1, 1, 40), 40000u);
    cr_assert_eq(retry_delay_ms(1, 1, 86400), 86400000u);
    cr_assert_eq(retry_delay_ms(1, 1, UINT64_MAX), 86400000u);
    lies_within(retry_delay_ms(8000, 1, 1), 4000, 8000);
}
