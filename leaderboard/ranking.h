/* ranking.h - the rows of one track in their order: who is ranked, who is not and why.
 *
 * One total order decides everything: valid before invalid, higher exact score, earlier
 * arrival, lower sequence number, then team, name and digest by their bytes. Rows of equal
 * exact score share a rank, and the ranks after them leave a gap.
 */
#ifndef BOARD_RANKING_H
#define BOARD_RANKING_H

#include "board.h"
#include "total.h"

/* Why an entry has no rank, in the order in which they are listed. */
enum board__reason {
#define BOARD_REASON(name, code, text) REASON_##name,
#include "reason.def"
#undef BOARD_REASON
};

struct board__row {
    const struct board_entry *entry;
    struct board__cell *cells; /* one a column of the track */
    bool is_valid;             /* at least one case is OK and none is JE */
    double score;
    enum board__reason reason; /* REASON_NONE: ranked */
    size_t rank;               /* from 1; 0 where unranked */
    bool is_tied;
    size_t entry_count; /* entries of this team in this track, whatever became of them */
    size_t team;        /* from 0: rows of one team have the same */
    size_t first_step;  /* of its team, BOARD__NO_STEP: none; ranked rows only */
    size_t announcement_count; /* of the Ladder; score is the last of them */
    bool is_silent;            /* the Ladder announced nothing for it */
};

#define BOARD__NO_STEP SIZE_MAX

/* An entry that made its team's best score better; see history.h. */
struct board__step {
    const struct board__row *row;
    size_t rank;        /* right after it; equal exact scores share it */
    size_t former_rank; /* right before it; 0: the team had none */
    size_t next;        /* step of this team, BOARD__NO_STEP: the last */
};

struct board__statistics;

/* Ranked rows first, then the unranked, both in order. A lesser entry of a team that has a
 * better one stands nowhere: its row comes after row_count. */
struct board__ranking {
    const struct board_track *track;
    size_t case_count;
    struct board__row *rows;
    size_t ranked_count;
    size_t row_count;
    struct board__cell *cells; /* of all rows */
    size_t team_count;         /* with an entry in this track */
    size_t entry_count;        /* in this track, listed or not: the rows that there are */
    struct board__step *steps; /* in order of arrival, by board__trace */
    size_t step_count;
    struct board__statistics *statistics; /* NULL until they are asked for */
};

struct board {
    struct board_competition competition;
    struct board__ranking *rankings; /* one a track, in order */
};

/* Earlier first. 0: equal in all that the order looks at, so the entry is listed twice. */
int board__compare_arrival(const struct board_entry *a, const struct board_entry *b);

bool board__has_arrival(const struct board_entry *entry);

void board__rank(const struct board_input *input, const struct board_track *track,
                 struct board__ranking *out);
void board__ranking_release(struct board__ranking *ranking);

#endif
