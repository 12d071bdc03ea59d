/* rows.h - podium's records as the plain rows that the leaderboard room takes.
 *
 * Calling sequence: rows_init, then for each entry rows_add and rows_add_result,
 * rows_board, use the board, board_free, rows_release. Everything added is copied, but
 * for what the functions say.
 */
#ifndef CLI_ROWS_H
#define CLI_ROWS_H

#include "board.h"
#include "engine/store.h"
#include "model/ledger.h"
#include "season.h"

struct rows {
    struct board_entry *entries;
    size_t count;
    bool has_arrival;         /* of any entry; without, the board is practice */
    struct pod_names strings; /* everything that the entries point to */
    struct board_input input;
    /* Of a board that is shown: see board_competition. */
    uint64_t replicates;
    const char *seed; /* 16 hex digits; NULL: the first ones of the log's head */
    bool has_ladder;
    size_t last_row;             /* that got items */
    const struct ledger *ledger; /* borrowed: its deadline and head; NULL: there is none */
    struct board_extension *extensions;
};

void rows_init(struct rows *rows);
void rows_release(struct rows *rows);

/* A new row for an entry of the ledger. is_final: see ledger_standing. */
void rows_add_entry(struct rows *rows, size_t entry, bool is_final);

/* A new row; results go to it until the next. */
void rows_add(struct rows *rows, const struct submission *submission);
/* NULL: that case is still to come, the entry is pending. */
void rows_add_result(struct rows *rows, const struct case_result *result);
/* The same to any row; the texts of the result must live as long as rows: rows_take. */
void rows_result(struct rows *rows, size_t row, const struct case_result *result);
/* Heap memory that results point to. */
void rows_take(struct rows *rows, char *texts);

/* The items of a result that was added. */
struct rows_items {
    const char *task, *case_id;
    const struct verdict_item *items;
    size_t count;
};
void rows_items(struct rows *rows, size_t row, const struct rows_items *items);

/* What a board resamples from: the first 64 bits of the log's head. Nobody else can choose
 * it, and anyone sees that it is that; an organizer who words events until it suits leaves
 * them in the log. */
uint64_t rows_seed(const char *log_head);

/* The history of the deadline and the head of the log, into input; rows_board does it. */
void rows_fill_extensions(struct rows *rows);

/* The board of these rows as of an instant; borrows rows. NULL on failure. */
struct board *rows_board(struct rows *rows, const struct season *season,
                         pod_instant_ms as_of, struct pod_error *err);

/* For verbs that show one entry: the board's "tracks" as JSON, and its scores as lines.
 * The caller decrefs. NULL on failure. */
json_t *rows_tracks(struct rows *rows, const struct season *season, pod_instant_ms as_of,
                    struct pod_error *err);
void rows_print_scores(json_t *tracks);

#endif
