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

/* Rounded down, before 1970 too. False: no such year. */
static bool split_instant(int64_t instant_ms, struct tm *utc, int *ms)
{
    bool is_below = instant_ms % 1000 < 0;
    time_t seconds = (time_t)(instant_ms / 1000 - is_below);
    *ms = (int)(instant_ms % 1000) + (is_below ? 1000 : 0);
    return gmtime_r(&seconds, utc) != NULL;
}

char *board__instant_text(int64_t instant_ms)
{
    int ms = 0;
    struct tm utc = {0};
    if (!split_instant(instant_ms, &utc, &ms))
        return board__strf("-");
    return board__strf("%04d-%02d-%02d %02d:%02d:%02d UTC", utc.tm_year + 1900,
                       utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

char *board__instant_rfc3339(int64_t instant_ms)
{
    static const int64_t first = INT64_C(-62167219200000);
    static const int64_t last = INT64_C(253402300799999);
    int64_t within = instant_ms < first ? first : instant_ms > last ? last : instant_ms;
    int ms = 0;
    struct tm utc = {0};
    if (!split_instant(within, &utc, &ms))
        return board__strf("1970-01-01T00:00:00.000Z");
    return board__strf("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900,
                       utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                       ms);
}
