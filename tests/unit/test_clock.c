#include "base/clock.h"
#include "base/buf.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

TestSuite(clock, .timeout = 20);

/* Seconds by `date -u -d TEXT +%s` of GNU coreutils, where nothing else is said. */
Test(clock, rfc_3339_instants_are_read)
{
    static const struct {
        const char *text;
        pod_instant_ms instant;
    } table[] = {
        /* the competition's deadline in its readings */
        {"2023-11-18T11:59:59Z", 1700308799000},
        {"2023-11-18T12:00:00Z", 1700308800000},
        {"2023-11-18T11:59:59.999Z", 1700308799999},
        {"2023-11-17T23:59:00Z", 1700265540000},
        {"2023-11-17T23:59:59Z", 1700265599000},
        {"2023-11-17T12:00:00Z", 1700222400000},
        /* the same instant on other clocks */
        {"2023-11-18T00:00:00-12:00", 1700308800000},
        {"2023-11-18T13:00:00+01:00", 1700308800000},
        {"2023-11-18T17:30:00+05:30", 1700308800000},
        {"2023-11-19T02:00:00+14:00", 1700308800000},
        {"2023-11-18T12:00:00-00:00", 1700308800000},
        {"2023-11-18t12:00:00z", 1700308800000},
        /* fractions are cut towards the past */
        {"2023-11-18T11:59:59.9999Z", 1700308799999},
        {"2023-11-18T11:59:59.999999999Z", 1700308799999},
        {"2023-11-18T11:59:59.5Z", 1700308799500},
        {"1969-12-31T23:59:59.999999999Z", -1},
        {"1969-12-31T23:59:59.9995Z", -1},
        {"1969-12-31T23:59:58.0009Z", -2000},
        /* second 60 is the next second: for a deadline that is late */
        {"2016-12-31T23:59:60Z", 1483228800000},
        {"2023-11-18T11:59:60Z", 1700308800000},
        {"2016-12-31T23:59:60.500Z", 1483228800500},
        /* nights of clock changes mean nothing to an offset: New York 2023 and 2024 */
        {"2023-11-05T01:30:00-04:00", 1699162200000},
        {"2023-11-05T01:30:00-05:00", 1699165800000},
        {"2024-03-10T02:30:00-05:00", 1710055800000},
        /* years */
        {"1970-01-01T00:00:00Z", 0},
        {"2038-01-19T03:14:07Z", 2147483647000},
        {"2038-01-19T03:14:08Z", 2147483648000},
        {"2100-02-28T23:59:59Z", 4107542399000},
        {"2100-03-01T00:00:00Z", 4107542400000},
        {"2000-02-29T00:00:00Z", 951782400000},
        {"0000-01-01T00:00:00Z", -62167219200000},
        {"9999-12-31T23:59:59.999Z", 253402300799999},
        {"0000-01-01T12:00:00+12:00", -62167219200000},
        {"9999-12-31T00:00:00-23:59", 253402300740000},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct pod_error err = POD_ERROR_INIT;
        pod_instant_ms instant = 0;
        cr_assert(pod_instant_parse(table[i].text, &instant, &err), "%s", err.message);
        cr_assert_eq(instant, table[i].instant, "%s: %lld", table[i].text,
                     (long long)instant);
    }
}

Test(clock, anything_else_is_refused_in_one_line)
{
    static const char *const table[] = {
        "",
        " ",
        "now",
        "2023",
        "2023-11-18",
        "2023-11-18T12:00:00",
        "2023-11-18T12:00Z",
        "2023-11-18 12:00:00Z",
        "2023-11-18T12:00:00Z ",
        " 2023-11-18T12:00:00Z",
        "2023-11-18T12:00:00ZZ",
        "2023-11-18T12:00:00+1:00",
        "2023-11-18T12:00:00+0100",
        "2023-11-18T12:00:00+24:00",
        "2023-11-18T12:00:00+01:60",
        "2023-11-18T12:00:00+01",
        "2023-11-18T24:00:00Z",
        "2023-11-18T12:60:00Z",
        "2023-11-18T12:00:61Z",
        "2023-11-18T12:00:00.Z",
        "2023-11-18T12:00:00.1234567890Z",
        "2023-11-18T12:00:00,5Z",
        "2023-00-18T12:00:00Z",
        "2023-13-18T12:00:00Z",
        "2023-11-00T12:00:00Z",
        "2023-11-31T12:00:00Z",
        "2023-02-29T12:00:00Z",
        "2100-02-29T12:00:00Z",
        "1900-02-29T12:00:00Z",
        "+2023-11-18T12:00:00Z",
        "-2023-11-18T12:00:00Z",
        "12023-11-18T12:00:00Z",
        "2023-11-18T12:00:00AoE",
        "2023-11-18T12:00:00 AoE",
        "2023-11-17 AoE",
        "20231118T120000Z",
        "1700308800",
        "2023-W46-6T12:00:00Z",
        "2023-11-18T-1:00:00Z",
        "2023-11-18T12:00:00.-1Z",
        "2023-11-18T1\x1b[2J",
        "\xff\xfe",
        "2023-11-18T12:00:00\nZ",
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct pod_error err = POD_ERROR_INIT;
        pod_instant_ms instant = 0;
        cr_assert_not(pod_instant_parse(table[i], &instant, &err), "\"%s\" was taken",
                      table[i]);
        cr_assert_eq(err.fault, POD_USAGE);
        cr_assert_null(strpbrk(err.message, "\n\x1b\xff"), "%s", err.message);
    }
}

/* What is stored is written in UTC with a year of four digits. */
Test(clock, an_instant_whose_year_in_utc_has_not_four_digits_is_refused)
{
    static const char *const table[] = {
        "0000-01-01T00:00:00+23:59", "0000-01-01T11:59:59.999+12:00",
        "9999-12-31T23:59:60Z",      "9999-12-31T12:00:00-12:00",
        "9999-12-31T23:59:59-00:01",
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        pod_auto_free char *message =
            pod_strf("\"%s\" lies outside the years 0000 to 9999 of UTC", table[i]);
        struct pod_error err = POD_ERROR_INIT;
        pod_instant_ms instant = 0;
        cr_assert_not(pod_instant_parse(table[i], &instant, &err), "%s", table[i]);
        cr_assert_eq(err.fault, POD_USAGE);
        cr_assert_str_eq(err.message, message);
        err = (struct pod_error)POD_ERROR_INIT;
        cr_assert_not(pod_deadline_parse(table[i], &instant, &err), "%s", table[i]);
        cr_assert_str_eq(err.message, message);
    }
}

Test(clock, a_deadline_names_its_place)
{
    static const struct {
        const char *text;
        pod_instant_ms instant;
    } table[] = {
        {"2023-11-17 AoE", 1700308800000}, /* the exclusive instant 2023-11-18T12:00:00Z */
        {"2023-11-18T12:00:00Z", 1700308800000},
        {"2024-02-28 AoE", 1709208000000},   /* 2024-02-29T12:00:00Z */
        {"2023-12-31 AoE", 1704110400000},   /* 2024-01-01T12:00:00Z */
        {"9999-12-30 AoE", 253402257600000}, /* 9999-12-31T12:00:00Z */
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct pod_error err = POD_ERROR_INIT;
        pod_instant_ms instant = 0;
        cr_assert(pod_deadline_parse(table[i].text, &instant, &err), "%s", err.message);
        cr_assert_eq(instant, table[i].instant, "%s", table[i].text);
    }
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"2023-11-17",
         "\"2023-11-17\" is a date without a place: write \"2023-11-17 AoE\", "
         "or an instant as 2023-11-18T12:00:00Z"},
        {"2023-11-17 UTC", "\"2023-11-17 UTC\" is not a deadline: write it as "
                           "\"2023-11-17 AoE\" or as 2023-11-18T12:00:00Z"},
        {"9999-12-31 AoE", "\"9999-12-31 AoE\" lies outside the years 0000 to 9999 of UTC"},
        {"2023-11-17  AoE", NULL},
        {"2023-11-17 AoE ", NULL},
        {"2023-11-17AoE", NULL},
        {"2023-11-31 AoE", NULL},
        {"17 November 2023 AoE", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct pod_error err = POD_ERROR_INIT;
        pod_instant_ms instant = 0;
        cr_assert_not(pod_deadline_parse(bad[i].text, &instant, &err), "%s", bad[i].text);
        if (bad[i].message)
            cr_assert_str_eq(err.message, bad[i].message);
    }
}

Test(clock, instants_are_shown_in_utc_and_anywhere_on_earth)
{
    static const struct {
        pod_instant_ms instant;
        const char *utc, *aoe;
    } table[] = {
        {1700308800000, "2023-11-18T12:00:00.000Z", "2023-11-18 00:00:00 AoE"},
        {1700308799999, "2023-11-18T11:59:59.999Z", "2023-11-17 23:59:59 AoE"},
        {0, "1970-01-01T00:00:00.000Z", "1969-12-31 12:00:00 AoE"},
        {-1, "1969-12-31T23:59:59.999Z", "1969-12-31 11:59:59 AoE"},
        {4107542400007, "2100-03-01T00:00:00.007Z", "2100-02-28 12:00:00 AoE"},
        /* the ends of 64 bits, by Java's Instant */
        {INT64_MAX, "292278994-08-17T07:12:55.807Z", "292278994-08-16 19:12:55 AoE"},
        {INT64_MIN, "-292275055-05-16T16:47:04.192Z", "-292275055-05-16 04:47:04 AoE"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char text[POD_INSTANT_TEXT];
        pod_instant_format(table[i].instant, text);
        cr_assert_str_eq(text, table[i].utc);
        pod_instant_format_aoe(table[i].instant, text);
        cr_assert_str_eq(text, table[i].aoe);
    }
}

/* The C library's calendar is the other implementation. */
static void check_against_libc(pod_instant_ms instant)
{
    time_t seconds = (time_t)(instant / 1000 - (instant % 1000 < 0));
    int milliseconds = (int)(instant - (int64_t)seconds * 1000);
    struct tm broken;
    char date[32], text[POD_INSTANT_TEXT];
    cr_assert_not_null(gmtime_r(&seconds, &broken));
    cr_assert_eq(timegm(&broken), seconds);
    cr_assert(strftime(date, sizeof date, "-%m-%dT%H:%M:%S", &broken) > 0);
    pod_auto_free char *expected =
        pod_strf("%04d%s.%03dZ", broken.tm_year + 1900, date, milliseconds);
    pod_instant_format(instant, text);
    cr_assert_str_eq(text, expected);
    struct pod_error err = POD_ERROR_INIT;
    pod_instant_ms back = 0;
    cr_assert(pod_instant_parse(text, &back, &err), "%s", err.message);
    cr_assert_eq(back, instant, "%s", text);
}

Test(clock, random_instants_agree_with_the_c_library_and_come_back)
{
    /* years 0 to 9999 */
    const int64_t first = -62167219200000, last = 253402300799999;
    unsigned short state[3] = {2023, 11, 17};
    for (int i = 0; i < 50000; i++) {
        int64_t wide = (int64_t)(erand48(state) * (double)(last - first));
        check_against_libc(first + wide);
    }
    for (int64_t day = 0; day < 146097; day += 29) /* through one cycle of leap years */
        check_against_libc(day * 86400000 - 1);
}

Test(clock, no_zone_of_the_environment_is_looked_at)
{
    static const char *const zones[] = {"AoE", "Etc/GMT+12", "America/New_York", "<AoE>12"};
    for (size_t i = 0; i < COUNT(zones); i++) {
        cr_assert_eq(setenv("TZ", zones[i], 1), 0);
        tzset();
        struct pod_error err = POD_ERROR_INIT;
        pod_instant_ms instant = 0;
        cr_assert(pod_deadline_parse("2023-11-17 AoE", &instant, &err));
        cr_assert_eq(instant, 1700308800000);
        char text[POD_INSTANT_TEXT];
        pod_instant_format_aoe(instant, text);
        cr_assert_str_eq(text, "2023-11-18 00:00:00 AoE");
    }
}

Test(clock, the_clocks_go_forward)
{
    uint64_t before = pod_monotonic_ns();
    pod_instant_ms now = pod_instant_now();
    cr_assert_lt(llabs((long long)now - (long long)time(NULL) * 1000), 5000);
    cr_assert_geq(pod_monotonic_ns(), before);
}
