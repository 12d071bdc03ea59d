/* A table by GitHub Flavored Markdown (section 4.10), which Jekyll's kramdown reads alike:
 * one row a ranked team.
 *
 * A name is text, whoever shows the file. Character references do that where backslashes do
 * not: they hold in tables of every dialect, and no Liquid brace is left for Jekyll to find
 * before Markdown is read. An address of the kind a@b.c is linked after references are
 * resolved, so an empty comment splits it. */
#include "export_format.h"

#include "text.h"
#include "wording.h"

#include <string.h>

/* What means something inside a paragraph, in Markdown, HTML, Liquid, or to GitHub ($ is
 * mathematics, : an emoji or the start of a link). */
static const char marks[] = "\\`*_{[]<>&|~^$:#!=";

static void write_letter(char before, char letter, FILE *out)
{
    bool is_www = letter == '.' && (before == 'w' || before == 'W'); /* "www." is a link */
    if (letter == '@')
        (void)fputs("&#64;<!-- -->", out);
    else if (is_www || strchr(marks, letter) != NULL)
        (void)fprintf(out, "&#%d;", letter);
    else
        (void)fputc(letter, out);
}

static void write_text(const char *text, FILE *out)
{
    board__auto_free char *safe = board__export_text(text);
    char before = '\0';
    for (const char *at = safe; *at != '\0'; before = *at++)
        write_letter(before, *at, out);
}

static void write_row(const struct board__ranking *ranking, const struct board__row *row,
                      FILE *out)
{
    board__auto_free char *rank = board__rank_text(row);
    board__auto_free char *score = board__number(row->score, ranking->track->decimals);
    (void)fprintf(out, "| %s | ", rank);
    write_text(row->entry->team, out);
    (void)fputs(" | ", out);
    write_text(row->entry->name, out);
    (void)fprintf(out, " | %s | %zu |\n", score, row->entry_count);
}

bool board__export_markdown(const struct board__job *job, FILE *out)
{
    const struct board_competition *competition = &job->board->competition;
    const struct board__ranking *ranking = job->ranking;
    board__auto_free char *as_of = board__instant_text(competition->as_of_ms);
    (void)fputs("| Rank | Team | Entry | Score | Entries |\n"
                "|---:|:---|:---|---:|---:|\n",
                out);
    for (size_t i = 0; i < ranking->ranked_count; i++)
        write_row(ranking, &ranking->rows[i], out);
    (void)fputc('\n', out);
    write_text(competition->title, out);
    (void)fputs(", ", out);
    write_text(ranking->track->title != NULL ? ranking->track->title : ranking->track->id,
               out);
    (void)fprintf(out, ", as of %s, ", as_of);
    write_text(competition->split, out);
    (void)fputs(competition->is_practice ? " split, practice.\n" : " split.\n", out);
    return true;
}
