#include "clock.h"
#include "buf.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    MS_PER_SECOND = 1000,
    SECONDS_PER_DAY = 86400,
    AOE_BEHIND_SECONDS = 12 * 3600,
    SHOWN = 60
};

/* 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z. */
static const pod_instant_ms first_instant = -62167219200000;
static const pod_instant_ms last_instant = 253402300799999;

struct civil {
    int64_t year;
    int month, day;
};

/* Days since 1970-01-01 in the proleptic Gregorian calendar. Years start in March here, so
 * that the leap day is the last one; 400 years have 146097 days (Hinnant,
 * "chrono-compatible low-level date algorithms"). */
static int64_t days_of_civil(struct civil date)
{
    int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t month = (date.month + 9) % 12;
    int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static struct civil civil_of_days(int64_t days)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    struct civil date = {.year = year_of_era + era * 400,
                         .month = (int)(month < 10 ? month + 3 : month - 9),
                         .day = (int)(day_of_year - (153 * month + 2) / 5 + 1)};
    if (date.month <= 2)
        date.year++;
    return date;
}

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/* Reading: a cursor moves over the text, every step says whether it fitted. */

static bool take_digits(const char **at, int count, int *out)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        char c = (*at)[i];
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
    }
    *at += count;
    *out = value;
    return true;
}

static bool take_char(const char **at, const char *one_of)
{
    if (**at == '\0' || !strchr(one_of, **at))
        return false;
    (*at)++;
    return true;
}

static bool take_date(const char **at, struct civil *out)
{
    int year = 0;
    if (!take_digits(at, 4, &year) || !take_char(at, "-") ||
        !take_digits(at, 2, &out->month) || !take_char(at, "-") ||
        !take_digits(at, 2, &out->day))
        return false;
    out->year = year;
    return out->month >= 1 && out->month <= 12 && out->day >= 1 &&
           out->day <= days_in_month(year, out->month);
}

static bool take_time(const char **at, int *seconds)
{
    int hour = 0, minute = 0, second = 0;
    if (!take_digits(at, 2, &hour) || !take_char(at, ":") || !take_digits(at, 2, &minute) ||
        !take_char(at, ":") || !take_digits(at, 2, &second))
        return false;
    *seconds = hour * 3600 + minute * 60 + second;
    return hour <= 23 && minute <= 59 && second <= 60;
}

static bool take_fraction(const char **at, int *milliseconds)
{
    *milliseconds = 0;
    if (!take_char(at, "."))
        return true;
    int digits = 0, digit = 0;
    for (int weight = 100; take_digits(at, 1, &digit); weight /= 10, digits++)
        *milliseconds += digit * weight;
    return digits >= 1 && digits <= 9;
}

/* Seconds that the local time is ahead of UTC. */
static bool take_offset(const char **at, int *seconds)
{
    *seconds = 0;
    if (take_char(at, "Zz"))
        return true;
    int sign = **at == '-' ? -1 : 1;
    int hour = 0, minute = 0;
    if (!take_char(at, "+-") || !take_digits(at, 2, &hour) || !take_char(at, ":") ||
        !take_digits(at, 2, &minute))
        return false;
    *seconds = sign * (hour * 3600 + minute * 60);
    return hour <= 23 && minute <= 59;
}

static bool parse_rfc3339(const char *text, pod_instant_ms *out)
{
    struct civil date = {0};
    int seconds = 0, milliseconds = 0, offset = 0;
    if (!take_date(&text, &date) || !take_char(&text, "Tt") ||
        !take_time(&text, &seconds) || !take_fraction(&text, &milliseconds) ||
        !take_offset(&text, &offset) || *text)
        return false;
    int64_t whole = days_of_civil(date) * SECONDS_PER_DAY + seconds - offset;
    *out = whole * MS_PER_SECOND + milliseconds;
    return true;
}

/* An offset may lead out of the years that RFC 3339 can write: what was stored could not be
 * read back. */
static bool check_years(const char *text, pod_instant_ms instant, struct pod_error *err)
{
    if (instant >= first_instant && instant <= last_instant)
        return true;
    pod_auto_free char *shown = pod_str_shown(text, SHOWN);
    return pod_fail(err, POD_USAGE, "\"%s\" lies outside the years 0000 to 9999 of UTC",
                    shown);
}

bool pod_instant_parse(const char *text, pod_instant_ms *out, struct pod_error *err)
{
    if (parse_rfc3339(text, out))
        return check_years(text, *out, err);
    pod_auto_free char *shown = pod_str_shown(text, SHOWN);
    return pod_fail(err, POD_USAGE,
                    "\"%s\" is not an instant: write it as 2023-11-18T11:59:59Z", shown);
}

bool pod_deadline_parse(const char *text, pod_instant_ms *out, struct pod_error *err)
{
    if (parse_rfc3339(text, out))
        return check_years(text, *out, err);
    struct civil date = {0};
    const char *at = text;
    bool is_date = take_date(&at, &date);
    if (is_date && strcmp(at, " AoE") == 0) {
        int64_t day_after = days_of_civil(date) + 1;
        *out = (day_after * SECONDS_PER_DAY + AOE_BEHIND_SECONDS) * MS_PER_SECOND;
        return check_years(text, *out, err);
    }
    pod_auto_free char *shown = pod_str_shown(text, SHOWN);
    if (is_date && *at == '\0')
        return pod_fail(err, POD_USAGE,
                        "\"%s\" is a date without a place: write \"%s AoE\", or an instant "
                        "as 2023-11-18T12:00:00Z",
                        shown, shown);
    return pod_fail(err, POD_USAGE,
                    "\"%s\" is not a deadline: write it as \"2023-11-17 AoE\" or as "
                    "2023-11-18T12:00:00Z",
                    shown);
}

/* The wall clock at `behind` seconds west of UTC; what stands after the seconds is tail. */
static void format_at(pod_instant_ms instant, int behind, char separator, const char *tail,
                      char *text)
{
    int64_t seconds = floor_div(instant, MS_PER_SECOND) - behind;
    int64_t days = floor_div(seconds, SECONDS_PER_DAY);
    int second_of_day = (int)(seconds - days * SECONDS_PER_DAY);
    struct civil date = civil_of_days(days);
    int written =
        snprintf(text, POD_INSTANT_TEXT, "%04lld-%02d-%02d%c%02d:%02d:%02d%s",
                 (long long)date.year, date.month, date.day, separator,
                 second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60, tail);
    if (written < 0)
        text[0] = '\0';
}

void pod_instant_format(pod_instant_ms instant, char *text)
{
    char tail[16];
    int milliseconds = (int)(instant % MS_PER_SECOND);
    if (milliseconds < 0)
        milliseconds += MS_PER_SECOND;
    if (snprintf(tail, sizeof tail, ".%03dZ", milliseconds) < 0)
        tail[0] = '\0';
    format_at(instant, 0, 'T', tail, text);
}

void pod_instant_format_aoe(pod_instant_ms instant, char *text)
{
    format_at(instant, AOE_BEHIND_SECONDS, ' ', " AoE", text);
}

/* Both clocks exist on every Linux; a failure would be a wrong clock id. */
static struct timespec read_clock(clockid_t id)
{
    struct timespec now = {0};
    if (clock_gettime(id, &now) != 0)
        __builtin_trap();
    return now;
}

pod_instant_ms pod_instant_now(void)
{
    struct timespec now = read_clock(CLOCK_REALTIME);
    return (pod_instant_ms)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}

uint64_t pod_monotonic_ns(void)
{
    struct timespec now = read_clock(CLOCK_MONOTONIC);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
