/* Kaggle's leaderboard as its site and `kaggle competitions leaderboard --download` give
 * it: Rank,TeamId,TeamName,LastSubmissionDate,Score,SubmissionCount,TeamMemberUserNames,
 * dates in UTC without a zone. Quoting and line ends by RFC 4180; no byte order mark, which
 * Kaggle's has, because most readers take it for part of the first name. Only ranked teams,
 * as there. The board knows no members, so the last column is empty. */
#include "export_format.h"

#include "identity.h"
#include "text.h"
#include "wording.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char head[] =
    "Rank,TeamId,TeamName,LastSubmissionDate,Score,SubmissionCount,TeamMemberUserNames\r\n";

/* Whether a spreadsheet would compute the cell: what OWASP's "CSV Injection" lists, the
 * wide forms that some take for the same, and blanks before them that some pass over. */
static bool is_formula(const char *text)
{
    static const char *const starts[] = {"=",  "+",  "-",  "@",  "\t",
                                         "\r", "＝", "＋", "－", "＠"};
    text += strspn(text, " ");
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        if (strncmp(text, starts[i], strlen(starts[i])) == 0)
            return true;
    }
    return false;
}

/* A cell of text from outside. Numbers of our own need none of this. */
static void write_cell(const char *text, FILE *out)
{
    board__auto_free char *safe = board__escaped(text, false);
    bool is_quoted = strpbrk(safe, ",\"\r\n") != NULL;
    (void)fputs(is_quoted ? "\"" : "", out);
    (void)fputs(is_formula(safe) ? "'" : "", out);
    for (const char *at = safe; *at != '\0'; at++)
        (void)fprintf(out, "%s%c", *at == '"' ? "\"" : "", *at);
    (void)fputs(is_quoted ? "\"" : "", out);
}

/* Instant of each team's last entry in the track, whatever became of it; INT64_MIN: none
 * with an arrival time. */
static int64_t *last_arrivals(const struct board__ranking *ranking)
{
    int64_t *last = board__alloc(ranking->team_count, sizeof *last);
    for (size_t i = 0; i < ranking->team_count; i++)
        last[i] = INT64_MIN;
    for (size_t i = 0; i < ranking->entry_count; i++) {
        const struct board__row *row = &ranking->rows[i];
        if (board__has_arrival(row->entry) && row->entry->received_ms > last[row->team])
            last[row->team] = row->entry->received_ms;
    }
    return last;
}

static void write_date(int64_t instant_ms, FILE *out)
{
    enum { DATE_LENGTH = sizeof "YYYY-MM-DD HH:MM:SS" - 1 };
    board__auto_free char *text = board__instant_text(instant_ms);
    if (instant_ms != INT64_MIN)
        (void)fprintf(out, "%.*s", DATE_LENGTH, text);
}

bool board__export_csv(const struct board__job *job, FILE *out)
{
    const struct board__ranking *ranking = job->ranking;
    int64_t *last = last_arrivals(ranking);
    (void)fputs(head, out);
    for (size_t i = 0; i < ranking->ranked_count; i++) {
        const struct board__row *row = &ranking->rows[i];
        board__auto_free char *score = board__number(row->score, ranking->track->decimals);
        (void)fprintf(out, "%zu,%" PRIu64 ",", row->rank,
                      board__team_number(row->entry->team));
        write_cell(row->entry->team, out);
        (void)fputc(',', out);
        write_date(last[row->team], out);
        (void)fprintf(out, ",%s,%zu,\r\n", score, row->entry_count);
    }
    free(last);
    return true;
}
