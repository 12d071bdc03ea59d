#include "recount.h"

#include "base/fs.h"
#include "engine/log_check.h"
#include "recount_compare.h"
#include "records.h"

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

/* The texts. */

static bool read_records(const struct recount *recount, struct board_records *records,
                         struct pod_error *err)
{
    struct board_error problem = {""};
    struct published_line line;
    size_t at = 0, number = 0;
    while (published_next_line(recount->records, &at, &line)) {
        number++;
        if (!board_records_add(records, line.text, line.length, &problem))
            return pod_fail(err, POD_ENTRY, "%s: records: line %zu: %s", recount->name,
                            number, problem.message);
    }
    return number > 0 || pod_fail(err, POD_ENTRY, "%s: records: are empty", recount->name);
}

/* All of it, as the board's instant has it: a board may not choose where the log ends. */
static bool read_log(const struct recount *recount, const struct board_input *input,
                     struct ledger *ledger, struct pod_error *err)
{
    const struct pod_buf *log = recount->log;
    FILE *file = log->length > 0 ? fmemopen(log->data, log->length, "r") : NULL;
    if (file == NULL)
        return log->length == 0
                   ? pod_fail(err, POD_ENTRY, "%s: the log is empty", recount->name)
                   : pod_fail_errno(err, POD_HOST, "cannot read the log from memory");
    ledger_init(ledger, input->competition.as_of_ms);
    bool done =
        log_check(&(struct log_source){.file = file, .name = recount->name}, ledger, err);
    (void)fclose(file); /* of memory */
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
    ledger_init(&ledger, INT64_MAX); /* released whatever comes */
    bool done =
        read_records(recount, records, err) && read_log(recount, input, &ledger, err) &&
        recount__compare(recount, input, &ledger, err) && make_again(recount, input, err);
    board_records_free(records);
    return done;
}

bool recount_published(const struct published *published, struct pod_error *err)
{
    const struct recount recount = {
        .name = published->name,
        .board = published_find(published, PUBLISHED_BOARD),
        .records = published_find(published, PUBLISHED_RECORDS),
        .log = published_find(published, PUBLISHED_LOG),
    };
    return recount.records == NULL || recount_check(&recount, err);
}
