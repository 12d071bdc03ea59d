#include "log_fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct log_fixture log_;

static void set_up(void)
{
    log_init(&log_, INT64_MAX);
}

static void tear_down(void)
{
    log_release(&log_);
}

TestSuite(ledger_quota, .init = set_up, .fini = tear_down, .timeout = 20);

static int64_t add(const char *at, const char *text)
{
    return log_add(&log_, at, text);
}

static int64_t receive(const char *at, const char *team)
{
    static int digest;
    pod_auto_free char *text = pod_strf("received team=%s digest=%x", team, ++digest);
    return add(at, text);
}

static void stands(int64_t seq, const char *expected)
{
    const char *got = log_standing(&log_.ledger, seq, false);
    cr_assert_str_eq(got, expected, "entry %lld: %s, not %s", (long long)seq, got,
                     expected);
}

static void has_left(const char *team, const char *at, int64_t expected)
{
    cr_assert_eq(ledger_quota_left(&log_.ledger, team, log_instant(at)), expected);
}

Test(ledger_quota, so_many_count_in_a_day_of_utc_and_the_rest_is_kept)
{
    add("2023-11-01T00:00:00.000Z", "opened per_day=2");
    has_left("A", "2023-11-02T00:00:00Z", 2);
    stands(receive("2023-11-02T00:00:00.000Z", "A"), "counts");
    stands(receive("2023-11-02T12:00:00.000Z", "A"), "counts");
    has_left("A", "2023-11-02T12:00:00Z", 0);
    stands(receive("2023-11-02T23:59:59.999Z", "A"), "over quota");
    stands(receive("2023-11-02T23:59:59.999Z", "B"), "counts");
    has_left("A", "2023-11-03T00:00:00Z", 2);
    stands(receive("2023-11-03T00:00:00.000Z", "A"), "counts");
    has_left("A", "2023-11-03T00:00:00Z", 1);
    has_left("A", "2023-11-02T00:00:00Z", 0);
}

Test(ledger_quota, without_a_quota_everything_counts)
{
    add("2023-11-01T00:00:00.000Z", "opened per_day=0");
    for (int i = 0; i < 100; i++)
        stands(receive("2023-11-02T00:00:00.000Z", "A"), "counts");
    has_left("A", "2023-11-02T00:00:00Z", -1);
}

/* In New York 2023-11-05 has 25 hours (01:30 comes twice: 05:30Z and 06:30Z) and ends at
 * 2023-11-06T05:00Z; 2024-03-10 has 23 and ends at 2024-03-11T04:00Z. Here days have 24
 * hours and end at midnight UTC. */
Test(ledger_quota, a_day_is_one_of_utc_also_in_the_nights_when_clocks_are_changed)
{
    static const char *const days[][2] = {
        {"2023-11-04T23:59:59.999Z", "a"}, {"2023-11-05T00:00:00.000Z", "b"},
        {"2023-11-05T04:00:00.000Z", "b"}, {"2023-11-05T05:30:00.000Z", "b"},
        {"2023-11-05T06:30:00.000Z", "b"}, {"2023-11-05T23:59:59.999Z", "b"},
        {"2023-11-06T00:00:00.000Z", "c"}, {"2023-11-06T04:59:59.999Z", "c"},
        {"2023-11-06T05:00:00.000Z", "c"}, {"2024-03-09T23:59:59.999Z", "d"},
        {"2024-03-10T00:00:00.000Z", "e"}, {"2024-03-10T06:59:59.999Z", "e"},
        {"2024-03-10T07:00:00.000Z", "e"}, {"2024-03-10T23:59:59.999Z", "e"},
        {"2024-03-11T00:00:00.000Z", "f"}, {"2024-03-11T04:00:00.000Z", "f"},
    };
    static const char *const zones[] = {"UTC", "America/New_York", "EST5EDT", "AoE"};
    for (size_t z = 0; z < COUNT(zones); z++) {
        setenv("TZ", zones[z], 1);
        log_release(&log_);
        log_init(&log_, INT64_MAX);
        add("2023-11-01T00:00:00.000Z", "opened per_day=1 deadline=2024-12-31_AoE "
                                        "instant=2025-01-01T12:00:00.000Z");
        const char *day = "";
        for (size_t i = 0; i < COUNT(days); i++) {
            stands(receive(days[i][0], "A"),
                   strcmp(day, days[i][1]) == 0 ? "over quota" : "counts");
            day = days[i][1];
        }
    }
}

Test(ledger_quota, days_before_1970_are_days_as_well)
{
    add("1969-12-30T00:00:00.000Z", "opened per_day=1");
    stands(receive("1969-12-31T00:00:00.000Z", "A"), "counts");
    stands(receive("1969-12-31T23:59:59.999Z", "A"), "over quota");
    stands(receive("1970-01-01T00:00:00.000Z", "A"), "counts");
    stands(receive("1970-01-01T23:59:59.999Z", "A"), "over quota");
}

/* Second 60 of the last day is the first of the next. */
Test(ledger_quota, a_leap_second_belongs_to_the_next_day)
{
    add("2016-12-31T00:00:00.000Z", "opened per_day=1");
    stands(receive("2016-12-31T23:59:59.999Z", "A"), "counts");
    stands(add("2017-01-01T00:00:01.000Z",
               "received team=A digest=abc received_at=2016-12-31T23:59:60.000Z"),
           "counts");
    stands(receive("2017-01-01T00:00:01.000Z", "A"), "over quota");
}

Test(ledger_quota, taking_an_entry_back_or_out_gives_nothing_back)
{
    add("2023-11-01T00:00:00.000Z", "opened per_day=1");
    int64_t one = receive("2023-11-02T00:00:00.000Z", "A");
    int64_t two = receive("2023-11-02T01:00:00.000Z", "A");
    cr_assert_eq(one, 2);
    add("2023-11-02T02:00:00.000Z", "withdrawn entry=2");
    stands(two, "over quota");
    add("2023-11-02T02:00:00.000Z", "disqualified entry=2");
    stands(two, "over quota");
    stands(receive("2023-11-02T03:00:00.000Z", "A"), "over quota");
}

Test(ledger_quota, an_excuse_gives_back_and_the_next_in_order_counts)
{
    add("2023-11-01T00:00:00.000Z", "opened per_day=2");
    int64_t first = receive("2023-11-02T00:00:00.000Z", "A");
    int64_t second = receive("2023-11-02T01:00:00.000Z", "A");
    int64_t third = receive("2023-11-02T02:00:00.000Z", "A");
    int64_t fourth = receive("2023-11-02T03:00:00.000Z", "A");
    cr_assert(first == 2 && third == 4);
    add("2023-11-02T04:00:00.000Z", "excused entry=2");
    stands(first, "counts"); /* itself as well: it was the judge's fault, not a charge */
    stands(second, "counts");
    stands(third, "counts");
    stands(fourth, "over quota");
    add("2023-11-02T05:00:00.000Z", "excused entry=4");
    stands(fourth, "counts");
    stands(receive("2023-11-02T06:00:00.000Z", "A"), "over quota");
}

Test(ledger_quota, an_excuse_for_what_was_over_the_quota_lets_it_count_alone)
{
    add("2023-11-01T00:00:00.000Z", "opened per_day=1");
    int64_t first = receive("2023-11-02T00:00:00.000Z", "A");
    int64_t second = receive("2023-11-02T01:00:00.000Z", "A");
    int64_t third = receive("2023-11-02T02:00:00.000Z", "A");
    cr_assert_eq(second, 3);
    add("2023-11-02T04:00:00.000Z", "excused entry=3");
    stands(first, "counts");
    stands(third, "over quota");
}

/* From the merge on there is one team with one quota for what both had used. */
Test(ledger_quota, of_merged_teams_it_is_summed_from_the_merge_on)
{
    add("2023-11-01T00:00:00.000Z", "opened per_day=2");
    int64_t a1 = receive("2023-11-02T00:00:00.000Z", "A");
    int64_t a2 = receive("2023-11-02T00:00:00.000Z", "A");
    int64_t b1 = receive("2023-11-02T01:00:00.000Z", "B");
    add("2023-11-02T02:00:00.000Z", "merged team=A into=B");
    stands(a1, "counts");
    stands(a2, "counts");
    stands(b1, "counts");
    has_left("A", "2023-11-02T03:00:00Z", 0);
    has_left("B", "2023-11-02T03:00:00Z", 0);
    stands(receive("2023-11-02T03:00:00.000Z", "A"), "over quota");
    stands(receive("2023-11-02T03:00:00.000Z", "B"), "over quota");
    stands(receive("2023-11-03T00:00:00.000Z", "A"), "counts");
    stands(receive("2023-11-03T00:00:00.000Z", "B"), "counts");
    stands(receive("2023-11-03T00:00:00.000Z", "B"), "over quota");
    cr_assert_eq(a1, 2);
    add("2023-11-03T01:00:00.000Z", "excused entry=2");
    stands(a2, "counts");
    stands(b1, "counts");
}

Test(ledger_quota, a_seal_is_charged_and_its_upload_is_not)
{
    add("2023-11-01T00:00:00.000Z", "opened per_day=1");
    cr_assert_eq(add("2023-11-02T00:00:00.000Z", "sealed team=A digest=f1"), 2);
    has_left("A", "2023-11-02T03:00:00Z", 0);
    stands(receive("2023-11-02T01:00:00.000Z", "A"), "over quota");
    stands(add("2023-11-02T02:00:00.000Z", "received team=A digest=f1 sealed_by=2"),
           "counts");
    cr_assert_eq(add("2023-11-02T03:00:00.000Z", "sealed team=A digest=f2"), 5);
    stands(add("2023-11-03T00:00:00.000Z", "received team=A digest=f2 sealed_by=5"),
           "over quota");
    stands(receive("2023-11-03T00:00:00.000Z", "A"), "counts");
}

Test(ledger_quota, late_arrivals_are_late_first)
{
    add("2023-11-01T00:00:00.000Z", "opened per_day=1");
    stands(receive("2023-11-18T11:00:00.000Z", "A"), "counts");
    stands(receive("2023-11-18T12:00:00.000Z", "A"), "late");
}
