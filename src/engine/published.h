/* published.h - a published board with all its files, and whether they hold together.
 *
 * Calling sequence: published_read it from a depot, with published_read_copies, or fill
 * one's own with published_add_take, published_fill and published_sign; published_check;
 * published_find a file for a check of one's own; published_release (also after a failure).
 * All bytes are held in memory.
 *
 * What is checked needs nothing but what is public: the manifest's signature, size and
 * digest of every file, the chain of the log, that the log was opened with the key that
 * signed, that it is of this competition and ends where the manifest says, and that the
 * board is of the manifest's instant and stands on an event of this log. Of a board that
 * the log calls final, that it may be: see published_check_final. Failure: POD_ENTRY when
 * something does not hold, and POD_HOST as depot.h has it.
 */
#ifndef ENGINE_PUBLISHED_H
#define ENGINE_PUBLISHED_H

#include "base/crypto.h"
#include "bundle.h"
#include "depot.h"

/* The files that must be there. */
#define PUBLISHED_BOARD "leaderboard.json"
#define PUBLISHED_LOG "log.ndjson"

/* What a final board has as well: the board can be made again from it. */
#define PUBLISHED_RECORDS "records.ndjson"

struct published {
    char *name;     /* for messages */
    char *manifest; /* its text */
    struct bundle bundle;
    struct pod_buf contents[BUNDLE_FILES_MAX]; /* of the bundle's files */
    /* Set by published_check: */
    char *split;              /* of the board */
    size_t pending;           /* its entries without a result */
    int64_t board_seq;        /* the event that the board stands on */
    int64_t moved_seq;        /* the first after it, but for finalised and clock; 0: none */
    pod_instant_ms closes_at; /* the log's deadline, with the grace of what was sealed */
    int64_t final_seq; /* the event that made a board final, the last one; 0: none did */
    char final_board[POD_DIGEST_HEX]; /* and that board's digest */
    bool is_final_board;              /* which is this one, byte for byte */
};

void published_init(struct published *published, const char *name);
void published_release(struct published *published);

/* Takes the content; it goes under this name. */
void published_add_take(struct published *published, const char *name,
                        struct pod_buf *content);

/* Once all files are there: what the manifest says of board and log is read from them. */
bool published_fill(struct published *published, struct pod_error *err);

/* Makes the manifest's text, also anew. */
void published_sign(struct published *published, const struct pod_secret_key *key);

/* What has a copy beside the manifest, under a name that never changes, where the board has
 * such a file. NULL after the last. */
extern const char *const published_copies[];

/* What the files of a board may have together. */
enum { PUBLISHED_BYTES_MAX = 1 << 30 };

/* The manifest and every file that it names, with size and digest checked. */
bool published_read(struct depot *depot, struct published *out, struct pod_error *err);

/* The copies that are there must be the manifest's files: POD_ENTRY; POD_HOST where the
 * manifest itself was replaced since it was read. unsigned_names gets those that are there
 * and no file of this board. */
bool published_read_copies(struct depot *depot, const struct published *published,
                           struct pod_names *unsigned_names, struct pod_error *err);

bool published_check(struct published *published, struct pod_error *err);

/* May the board be the final one, by what a reader has? It is not of the public split, as
 * of an instant after all that may come in time by the log, nothing happened since the
 * event that it stands on, no entry is pending, and its records are there. After
 * published_check; of a board that the log made final it is asked as of then. POD_ENTRY. */
bool published_check_final(const struct published *published, struct pod_error *err);

/* NULL when there is none. */
const struct pod_buf *published_find(const struct published *published, const char *name);

/* Is it the board that our log calls final, while ours is another? After published_check of
 * ours. */
bool published_is_final(const struct published *ours, const struct pod_buf *board);

/* The number of the log's event with this digest; 0 when there is none. */
int64_t published_find_event(const struct published *published, const char *digest);

/* For whoever reads a log or records line by line. False at the end; else the line at *at,
 * without its newline, and *at moves behind it. */
struct published_line {
    const char *text;
    size_t length;
};
bool published_next_line(const struct pod_buf *text, size_t *at,
                         struct published_line *line);

/* Where in a log the line of the event with this digest ends; 0 when there is none. seq,
 * if not NULL, gets its number. */
size_t published_find_line(const struct pod_buf *log, const char *digest, int64_t *seq);

#define published_auto __attribute__((cleanup(published_release)))

#endif
