#include "model/deadline.h"
#include "base/buf.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(deadline, .timeout = 20);

static struct deadline_rule rule_of(const char *text)
{
    struct pod_error err = POD_ERROR_INIT;
    struct deadline_rule rule;
    cr_assert(deadline_rule_parse(text, &rule, &err), "%s", err.message);
    return rule;
}

Test(deadline, the_instant_itself_is_late_and_the_millisecond_before_counts)
{
    static const struct {
        const char *received;
        enum standing standing;
    } table[] = {
        {"2023-08-29T00:00:00Z", STANDING_COUNTS},
        {"2023-11-18T11:59:59.999Z", STANDING_COUNTS},
        {"2023-11-18T11:59:59.999999999Z", STANDING_COUNTS},
        {"2023-11-18T12:00:00.000Z", STANDING_LATE},
        {"2023-11-18T11:59:60Z", STANDING_LATE},
        {"2023-11-17T23:59:59.999-12:00", STANDING_COUNTS},
        {"2023-11-18T00:00:00-12:00", STANDING_LATE},
        {"2023-11-18T12:00:00.001+00:00", STANDING_LATE},
        {"2023-11-18T07:00:00-05:00", STANDING_LATE},
        {"2023-11-18T06:59:59-05:00", STANDING_COUNTS},
        {"2024-03-10T12:00:00Z", STANDING_LATE},
    };
    static const char *const rules[] = {"2023-11-17 AoE", "2023-11-18T12:00:00Z",
                                        "2023-11-18T00:00:00-12:00"};
    for (size_t r = 0; r < COUNT(rules); r++) {
        struct deadline_rule rule = rule_of(rules[r]);
        cr_assert_eq(rule.instant, 1700308800000);
        cr_assert_str_eq(rule.text, rules[r]);
        for (size_t i = 0; i < COUNT(table); i++) {
            struct pod_error err = POD_ERROR_INIT;
            pod_instant_ms received = 0;
            cr_assert(pod_instant_parse(table[i].received, &received, &err));
            cr_assert_eq(deadline_standing(&rule, &received), table[i].standing, "%s",
                         table[i].received);
        }
    }
}

Test(deadline, without_arrival_data_an_entry_is_practice)
{
    struct deadline_rule rule = rule_of("2023-11-17 AoE");
    cr_assert_eq(deadline_standing(&rule, NULL), STANDING_PRACTICE);
}

Test(deadline, an_entry_is_there_from_the_instant_it_was_received)
{
    cr_assert_not(deadline_is_received(1000, 999));
    cr_assert(deadline_is_received(1000, 1000));
    cr_assert(deadline_is_received(1000, 1001));
}

Test(deadline, the_reason_names_both_instants)
{
    struct deadline_rule rule = rule_of("2023-11-17 AoE");
    pod_instant_ms late = 1700308800000, early = 1700308799999;
    pod_auto_free char *is_late = deadline_reason(&rule, &late);
    cr_assert_str_eq(is_late, "late: received 2023-11-18T12:00:00.000Z, the deadline was "
                              "2023-11-17 AoE (before 2023-11-18T12:00:00.000Z)");
    pod_auto_free char *counts = deadline_reason(&rule, &early);
    cr_assert_str_eq(counts, "counts: received 2023-11-18T11:59:59.999Z, the deadline is "
                             "2023-11-17 AoE (before 2023-11-18T12:00:00.000Z)");
    pod_auto_free char *practice = deadline_reason(&rule, NULL);
    cr_assert_str_eq(practice, "practice: no arrival time was recorded");
    cr_assert_str_eq(standing_text(STANDING_COUNTS), "counts");
    cr_assert_str_eq(standing_text(STANDING_LATE), "late");
    cr_assert_str_eq(standing_text(STANDING_PRACTICE), "practice");
}

Test(deadline, a_rule_without_a_place_is_refused)
{
    static const char *const bad[] = {"2023-11-17", "", "tomorrow", "2023-11-17 UTC"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct pod_error err = POD_ERROR_INIT;
        struct deadline_rule rule;
        cr_assert_not(deadline_rule_parse(bad[i], &rule, &err), "%s", bad[i]);
        cr_assert_eq(err.fault, POD_USAGE);
    }
}
