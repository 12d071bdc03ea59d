#include "wording.h"

#include "text.h"

#include <time.h>

static const struct {
    const char *code, *text;
} combines[] = {
    [BOARD_MEAN_OF_CASES] = {"mean-of-cases",
                             "unweighted mean of the raw values of all cases; a case "
                             "without an OK result counts as its worst value"},
    [BOARD_WEIGHTED_POINTS] =
        {"weighted-points", "weighted mean of the points of all tasks, each case clipped "
                            "to 0 and to its task's cap"},
};

const char *board__combine_code(const struct board_track *track)
{
    return combines[track->combine].code;
}

const char *board__combine_text(const struct board_track *track)
{
    return combines[track->combine].text;
}

static const struct {
    const char *code, *text;
} reasons[] = {
#define BOARD_REASON(name, code, text) [REASON_##name] = {code, text},
#include "reason.def"
#undef BOARD_REASON
};

const char *board__reason_code(enum board__reason reason)
{
    return reasons[reason].code;
}

char *board__reason_text(const struct board_competition *competition,
                         const struct board_entry *entry, enum board__reason reason)
{
    const char *text = reasons[reason].text;
    const char *why = entry->standing_reason;
    if (reason == REASON_LATE)
        return board__strf("%s: received %s, the deadline was %s", text, entry->received_at,
                           competition->deadline_instant);
    bool has_why = reason == REASON_DISQUALIFIED || reason == REASON_WITHDRAWN ||
                   reason == REASON_INVALID;
    if (has_why && why != NULL && why[0] != '\0')
        return board__strf("%s: %s", text, why);
    return board__strf("%s", text);
}

char *board__rank_text(const struct board__row *row)
{
    if (row->rank == 0)
        return board__strf("-");
    return board__strf("%s%zu", row->is_tied ? "=" : "", row->rank);
}

char *board__timing_text(const struct board_timing *timing)
{
    uint64_t median = timing->median_ns > 0 ? timing->median_ns : 1;
    board__auto_free char *time = board__duration(timing->median_ns);
    board__auto_free char *spread =
        board__number(100.0 * (double)timing->mad_ns / (double)median, 1);
    board__auto_free char *ratio = board__number(timing->ratio, BOARD__RATIO_DECIMALS);
    return board__strf(
        "%llu runs, %llu of them quiet: median CPU time %s, spread %s %%, %s times the "
        "reference; outliers: %llu",
        (unsigned long long)timing->repeats, (unsigned long long)timing->quiet, time,
        spread, ratio, (unsigned long long)timing->outliers);
}

char *board__instant_text(int64_t instant_ms)
{
    int64_t below = instant_ms % 1000 < 0;
    time_t seconds = (time_t)(instant_ms / 1000 - below);
    struct tm utc = {0};
    if (gmtime_r(&seconds, &utc) == NULL)
        return board__strf("-");
    return board__strf("%04d-%02d-%02d %02d:%02d:%02d UTC", utc.tm_year + 1900,
                       utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
}
