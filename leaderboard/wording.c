#include "wording.h"

#include "text.h"

#include <stdlib.h>
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

int board__point_decimals(int decimals, bool is_rounded)
{
    if (!is_rounded || decimals - 2 >= BOARD__POINT_DECIMALS)
        return BOARD__POINT_DECIMALS;
    return decimals > 2 ? decimals - 2 : 0;
}

bool board__is_rounded(const struct board_competition *competition)
{
    return competition->is_rounded || competition->has_ladder;
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

char *board__method_text(const struct board_track *track)
{
    static const char rest[] =
        "the same draw for all teams; intervals are percentiles of 95 %; rank_range leaves "
        "each unit out in turn; a tie group is a team and those after it up to the first "
        "that differs from it, by Student's t test of their paired differences with Holm's "
        "correction over all pairs of teams";
    if (track->combine == BOARD_WEIGHTED_POINTS)
        return board__strf("paired bootstrap: the cases of each task are drawn with "
                           "replacement, %s",
                           rest);
    return board__strf(
        "paired bootstrap: items are drawn with replacement among those that "
        "stand in the same cases, %s",
        rest);
}

/* Appends, with a separator; takes text, returns what replaces it. */
static char *join_take(char *text, const char *separator, char *more)
{
    char *joined = board__strf("%s%s%s", text, text[0] != '\0' ? separator : "", more);
    free(text);
    free(more);
    return joined;
}

/* Percentile intervals of few items are too narrow: of 4, 8, 14, 20 and 50 normal ones,
 * those of 95 % cover 80, 89, 91, 92 and 95 % (simulated, 3,000 times each). */
enum { FEW_UNITS = 20 };

static char *few_text(const struct board__units *units)
{
    char *list = board__strf("%s", "");
    for (size_t s = 0; s < units->sample.stratum_count; s++) {
        size_t size = units->stratum_sizes[s];
        if (size < FEW_UNITS)
            list = join_take(list, ", ",
                             board__strf("%s has %zu", units->stratum_names[s], size));
    }
    if (list[0] != '\0')
        list = join_take(
            board__strf("fewer than %d to draw from, so intervals are too narrow:",
                        FEW_UNITS),
            " ", list);
    return list;
}

static char *held_text(const struct board__units *units)
{
    char *list = board__strf("%s", "");
    for (size_t i = 0; i < units->held_count; i++)
        list = join_take(list, ", ", board__strf("%s", units->held_names[i]));
    if (list[0] != '\0')
        list =
            join_take(board__strf("held fixed, for want of items that give the score, so "
                                  "intervals leave out their share:"),
                      " ", list);
    return list;
}

char *board__warning_text(const struct board__units *units)
{
    char *few = few_text(units);
    char *held = held_text(units);
    if (held[0] == '\0') {
        free(held);
        return few;
    }
    return join_take(few, "; ", held);
}

char *board__ranks_text(size_t low, size_t high)
{
    return low == high ? board__strf("%zu", low) : board__strf("%zu to %zu", low, high);
}

char *board__scores_text(double low, double high, int decimals)
{
    board__auto_free char *low_text = board__number(low, decimals);
    board__auto_free char *high_text = board__number(high, decimals);
    return board__strf("%s to %s", low_text, high_text);
}

char *board__percent_text(size_t count, size_t total)
{
    if (count > 0 && count * 100 < total)
        return board__strf("< 1 %%");
    if (count < total && (total - count) * 100 < total)
        return board__strf("> 99 %%");
    return board__strf("%zu %%", (count * 100 + total / 2) / total);
}

char *board__leak_text(const struct board__row *row, double bits)
{
    board__auto_free char *number = board__number(bits, 1);
    return board__strf("at most %s bits in %zu %s", number, row->entry_count,
                       row->entry_count == 1 ? "entry" : "entries");
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
