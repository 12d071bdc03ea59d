/* board.h - plain rows in, ranked board out.
 *
 * Calling sequence: fill a board_input, board_new, then board_to_json and board_print as
 * often as wanted, board_free. The board is a pure function of its input: same records in,
 * same bytes out, in whatever order entries, results and extensions were listed (tracks,
 * tasks and cases keep their order: it is the order of the columns).
 *
 * Ownership: the input and everything it points to is borrowed until board_free. Strings
 * are bytes from anywhere: control bytes, bidirectional overrides and what is not UTF-8
 * come out escaped; a NULL string is an empty one.
 *
 * Failure: only a competition or a list that makes no sense (a track without cases, a
 * weight of zero, one result given twice). One odd result never takes the board down: an OK
 * result whose number is not finite is shown as JE, and its entry waits unranked. Running
 * out of memory ends the program.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct board_error {
    char message[512];
};

enum board_combine {
    /* The rule of 2023: the unweighted mean of the raw values of all cases of the track
     * (case = collection). A case that is missing or not OK counts as its `worst`. */
    BOARD_MEAN_OF_CASES,
    /* A task's points are the mean over its cases, each clipped to 0..cap, 0 where missing
     * or not OK; the total is the mean of the tasks by weight. Clipping each case, not the
     * mean, is what makes dying never better than answering badly. */
    BOARD_WEIGHTED_POINTS,
};

struct board_case {
    const char *id;    /* unique in its task */
    const char *title; /* optional; the id stands in for it */
    double worst; /* BOARD_MEAN_OF_CASES: what a missing case counts; 0 by the 2023 rule */
};

struct board_task {
    const char *id; /* unique in its track */
    const char *title;
    const char *metric; /* name of the raw metric, as the field calls it */
    const char *unit;
    bool is_lower_better; /* of raw; refused in BOARD_MEAN_OF_CASES */
    double weight;        /* above 0; BOARD_WEIGHTED_POINTS only */
    double cap;           /* above 0; BOARD_WEIGHTED_POINTS only */
    const struct board_case *cases;
    size_t case_count;
};

struct board_track {
    const char *id; /* unique */
    const char *title;
    enum board_combine combine;
    int decimals; /* 0..17, of the printed scores; ranks go by the exact ones */
    const struct board_task *tasks;
    size_t task_count;
};

/* Announced change of the deadline. Texts are RFC 3339 in UTC. */
struct board_extension {
    const char *old_instant;
    const char *new_instant;
    const char *announced_at;
    int64_t announced_ms;
    const char *reason;
};

enum { BOARD_REPLICATES_MIN = 100, BOARD_REPLICATES_MAX = 100000 };

struct board_competition {
    const char *id;
    const char *title;
    const char *split;          /* "public" or "hidden" */
    const char *podium_version; /* as `podium --version` says it */
    const char *log_head;       /* head of the chain of events, "" where there is none */

    /* The first instant that is too late, and the same as people read it. No deadline:
     * deadline_instant is NULL or "". */
    int64_t deadline_ms;
    const char *deadline_instant; /* "2023-11-18T12:00:00.000Z" */
    const char *deadline_label;   /* as announced: "17 November 2023 AoE" */
    const char *deadline_aoe;     /* "2023-11-18 00:00:00 AoE" */
    const struct board_extension *extensions;
    size_t extension_count;

    /* When the competition starts, for formats that count time from there. */
    bool has_start;
    int64_t start_ms;

    /* Entries received after as_of_ms are not on the board at all. */
    int64_t as_of_ms;
    const char *as_of; /* RFC 3339 in UTC; required */

    /* No arrival data: everything is ranked, no deadline applies, and the board says so. */
    bool is_practice;

    const struct board_track *tracks;
    size_t track_count;

    /* How sure scores and ranks are: how often items are resampled, 0 (not at all) or 100
     * to 100,000, and from which seed. See stats.h. */
    size_t replicates;
    uint64_t seed;

    /* Of a board that is shown while entries may still come: no number of the document has
     * more decimals than its text, and rows say how many bits their team may have learnt.
     */
    bool is_rounded;
    /* As is_rounded, a team's score is the one that the Ladder announced (ladder.h), and
     * rows without a rank show no OK result. */
    bool has_ladder;
};

/* One graph, trace or query of a case: what statistics resample. */
struct board_item {
    const char *id;    /* unique in its group */
    const char *group; /* optional */
    double value;      /* in the unit of raw */
};

/* Of a case that was run several times beside a reference workload. */
struct board_timing {
    uint64_t repeats; /* 0: it was not */
    uint64_t quiet;   /* of them, in moments when the machine was as fast as ever */
    uint64_t outliers;
    uint64_t median_ns; /* CPU time */
    uint64_t mad_ns;    /* median absolute deviation */
    double ratio;       /* to the reference; finite */
};

/* What happened to one entry in one case. */
struct board_result {
    const char *task;
    const char *case_id;
    const char *verdict; /* "OK", "WA", "TLE"...; JE is never charged to the entry */
    double raw;          /* the field's own metric; read only when OK */
    double score;        /* points, as they are; read only when OK */
    uint64_t cpu_ns;
    uint64_t wall_ns;
    uint64_t memory_bytes;
    const char *message; /* may have several lines */
    /* Those whose mean raw is, or the mean of the means of their groups; none where nobody
     * knows them. */
    const struct board_item *items;
    size_t item_count;
    struct board_timing timing;
};

/* What the board cannot work out by itself. Late and practice it can: late is
 * received_ms >= deadline_ms. */
enum board_standing {
    BOARD_COUNTS,
    BOARD_PENDING, /* not judged to the end yet */
    BOARD_INVALID, /* the entry itself could not be read: standing_reason says why */
    BOARD_EARLY,
    BOARD_OVER_QUOTA,
    BOARD_NOT_SELECTED,
    BOARD_WITHDRAWN,
    BOARD_DISQUALIFIED,
};

struct board_entry {
    const char *team; /* equal bytes are one team */
    const char *name;
    const char *digest;
    const char *received_at; /* RFC 3339 in UTC; NULL or "": no arrival time */
    int64_t received_ms;
    int64_t seq; /* order of arrival; decides between equal instants */
    enum board_standing standing;
    const char *standing_reason; /* for people; NULL: the standing says it all */
    bool has_grace; /* sealed before the deadline, uploaded within the grace: not late */
    const struct board_result *results;
    size_t result_count;
};

struct board_input {
    struct board_competition competition;
    const struct board_entry *entries;
    size_t entry_count;
};

struct board;

/* NULL on failure. An entry stands in every track of which it has a result, and in all of
 * them when it has none at all; results of other tasks are passed over. */
struct board *board_new(const struct board_input *input, struct board_error *err);
void board_free(struct board *board); /* NULL is fine */

/* Visits the entry of every ranked row, track by track; one may come again. */
typedef void (*board_visit)(void *context, const struct board_entry *entry);
void board_each_ranked(const struct board *board, board_visit visit, void *context);

/* leaderboard.json by schema/leaderboard.schema.json, with a final newline. The caller
 * frees. */
char *board_to_json(const struct board *board);

struct board_view {
    int columns; /* width to keep within; 0: as wide as it gets. Below 40 counts as 40. */
    bool is_colour;    /* ANSI escapes */
    const char *track; /* id of the only track to print; NULL: all */
};

/* The table for a terminal. False: `out` refused the bytes (errno says why), or there is no
 * such track (errno is 0). */
bool board_print(const struct board *board, const struct board_view *view, FILE *out);

#endif
