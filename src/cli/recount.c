#include "recount.h"

#include "base/fs.h"
#include "engine/log_check.h"
#include "records.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>

/* Takes line. */
static void put_line_take(struct pod_buf *text, char *line)
{
    pod_buf_puts(text, line);
    pod_buf_puts(text, "\n");
    free(line);
}

bool recount_write_records(const struct board_input *input, const char *path,
                           struct pod_error *err)
{
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    put_line_take(&text, board_records_head(&input->competition));
    for (size_t i = 0; i < input->entry_count; i++)
        put_line_take(&text, board_records_entry(&input->entries[i]));
    return pod_file_write(path, text.data, text.length, err);
}

/* Lines. */

/* The next line of text, without its newline; false at the end. */
static bool next_line(const struct pod_buf *text, size_t *at, const char **line,
                      size_t *length)
{
    if (*at >= text->length)
        return false;
    *line = text->data + *at;
    const char *end = memchr(*line, '\n', text->length - *at);
    *length = end != NULL ? (size_t)(end - *line) : text->length - *at;
    *at += *length + 1;
    return true;
}

static bool read_records(const struct recount *recount, struct board_records *records,
                         struct pod_error *err)
{
    struct board_error problem = {""};
    const char *line;
    size_t at = 0, length, number = 0;
    while (next_line(recount->records, &at, &line, &length)) {
        number++;
        if (!board_records_add(records, line, length, &problem))
            return pod_fail(err, POD_ENTRY, "%s: records: line %zu: %s", recount->name,
                            number, problem.message);
    }
    return number > 0 || pod_fail(err, POD_ENTRY, "%s: records: are empty", recount->name);
}

/* The log. */

/* Length of the log up to the event with this digest; 0: there is none. */
static size_t find_head(const struct pod_buf *log, const char *head)
{
    const char *line;
    size_t at = 0, length;
    while (next_line(log, &at, &line, &length)) {
        pod_auto_free char *event = pod_strf("%.*s", (int)length, line);
        if (strcmp(event_digest(event).hex, head) == 0)
            return at < log->length ? at : log->length;
    }
    return 0;
}

static bool read_log(const struct recount *recount, const struct board_input *input,
                     struct ledger *ledger, struct pod_error *err)
{
    const char *head = input->competition.log_head;
    size_t length = head != NULL ? find_head(recount->log, head) : 0;
    if (length == 0)
        return pod_fail(err, POD_ENTRY, "%s: records: stand on no event of the log",
                        recount->name);
    FILE *file = fmemopen(recount->log->data, length, "r");
    if (file == NULL)
        return pod_fail_errno(err, POD_HOST, "cannot read the log from memory");
    bool done =
        log_check(&(struct log_source){.file = file, .name = recount->name}, ledger, err);
    (void)fclose(file); /* of memory */
    return done;
}

/* Records against the log. */

static bool is_same_text(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

static const char *find_difference(const struct board_entry *told,
                                   const struct board_entry *logged)
{
    /* That results are missing, or that the entry cannot be run, is no matter of the log.
     */
    bool is_open = logged->standing == BOARD_COUNTS &&
                   (told->standing == BOARD_PENDING || told->standing == BOARD_INVALID);
    if (!is_same_text(told->digest, logged->digest))
        return "digest";
    if (!is_same_text(told->team, logged->team) || !is_same_text(told->name, logged->name))
        return "team or name";
    if (told->received_ms != logged->received_ms || told->seq != logged->seq ||
        !is_same_text(told->received_at, logged->received_at))
        return "arrival";
    if ((told->standing != logged->standing && !is_open) ||
        told->has_grace != logged->has_grace)
        return "standing";
    return !is_open && !is_same_text(told->standing_reason, logged->standing_reason)
               ? "reason"
               : NULL;
}

static bool compare_entries(const struct recount *recount, const struct board_input *input,
                            const struct rows *rows, struct pod_error *err)
{
    if (input->entry_count != rows->count)
        return pod_fail(err, POD_ENTRY, "%s: records: %zu entries, but the log has %zu",
                        recount->name, input->entry_count, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        const char *what = find_difference(&input->entries[i], &rows->entries[i]);
        if (what != NULL)
            return pod_fail(err, POD_ENTRY,
                            "%s: records: line %zu: the %s of entry %lld is not the log's",
                            recount->name, i + 2, what, (long long)rows->entries[i].seq);
    }
    return true;
}

static bool compare_deadline(const struct recount *recount,
                             const struct board_competition *told, const struct rows *rows,
                             struct pod_error *err)
{
    const struct board_competition *logged = &rows->input.competition;
    bool is_same = told->deadline_ms == rows->ledger->deadline.instant &&
                   told->extension_count == logged->extension_count;
    for (size_t i = 0; is_same && i < told->extension_count; i++) {
        const struct board_extension *a = &told->extensions[i], *b = &logged->extensions[i];
        is_same = is_same_text(a->old_instant, b->old_instant) &&
                  is_same_text(a->new_instant, b->new_instant) &&
                  is_same_text(a->announced_at, b->announced_at) &&
                  is_same_text(a->reason, b->reason);
    }
    return is_same || pod_fail(err, POD_ENTRY,
                               "%s: records: the deadline or its history is not the log's",
                               recount->name);
}

/* Standing is the log's, but whether final selections bind is the split's. */
static bool compare(const struct recount *recount, const struct board_input *input,
                    const struct ledger *ledger, struct pod_error *err)
{
    struct rows rows;
    rows_init(&rows);
    rows.ledger = ledger;
    bool is_final = season_is_final_split(input->competition.split);
    for (size_t i = 0; i < ledger->entry_count; i++)
        rows_add_entry(&rows, i, is_final);
    rows_fill_extensions(&rows);
    bool done = compare_entries(recount, input, &rows, err) &&
                compare_deadline(recount, &input->competition, &rows, err);
    rows_release(&rows);
    return done;
}

/* The board again. */

static bool tell_line(const struct recount *recount, const char *again,
                      struct pod_error *err)
{
    size_t at = 0, line = 1;
    for (; at < recount->board->length && again[at] == recount->board->data[at]; at++)
        line += again[at] == '\n';
    return pod_fail(err, POD_ENTRY,
                    "%s: the board is not what its records give: line %zu is another",
                    recount->name, line);
}

static bool make_again(const struct recount *recount, const struct board_input *input,
                       struct pod_error *err)
{
    struct board_error problem = {""};
    struct board *board = board_new(input, &problem);
    if (board == NULL)
        return pod_fail(err, POD_ENTRY, "%s: records: %s", recount->name, problem.message);
    pod_auto_free char *again = board_to_json(board);
    board_free(board);
    return (strlen(again) == recount->board->length &&
            memcmp(again, recount->board->data, recount->board->length) == 0) ||
           tell_line(recount, again, err);
}

bool recount_check(const struct recount *recount, struct pod_error *err)
{
    struct board_records *records = board_records_new();
    const struct board_input *input = board_records_input(records);
    ledger_auto struct ledger ledger;
    bool done = read_records(recount, records, err);
    ledger_init(&ledger, input->competition.as_of_ms);
    done = done && read_log(recount, input, &ledger, err) &&
           compare(recount, input, &ledger, err) && make_again(recount, input, err);
    board_records_free(records);
    return done;
}

bool recount_published(const struct published *published, struct pod_error *err)
{
    const struct recount recount = {
        .name = published->name,
        .board = published_find(published, PUBLISHED_BOARD),
        .records = published_find(published, RECOUNT_RECORDS),
        .log = published_find(published, PUBLISHED_LOG),
    };
    return recount.records == NULL || recount_check(&recount, err);
}
