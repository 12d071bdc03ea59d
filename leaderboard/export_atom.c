/* Changes of rank as a feed, RFC 4287, newest first: an entry for each of the last entries
 * of the competition that took its team to another rank. What was published never changes
 * but by a decision about an entry (disqualified, judged again): ids name what came in, and
 * dates are those of arrival, never of now. They are tag: URIs (RFC 4151) of the
 * competition's domain. There is no link: the feed does not know where it will stand. */
#include "export_format.h"

#include "identity.h"
#include "text.h"
#include "wording.h"

#include <string.h>

enum { ENTRIES_MAX = 100 };

#define AUTHORITY "tag:mlforsystems.org,2023:podium/"

/* Safe in text and in attributes. What XML cannot hold at all is escaped before. */
static void write_text(const char *text, FILE *out)
{
    board__auto_free char *safe = board__export_text(text);
    for (const char *at = safe; *at != '\0'; at++) {
        bool is_mark = strchr("&<>\"'", *at) != NULL;
        (void)fprintf(out, is_mark ? "&#%d;" : "%c", *at);
    }
}

static void write_element(const char *name, const char *text, FILE *out)
{
    (void)fprintf(out, "<%s>", name);
    write_text(text, out);
    (void)fprintf(out, "</%s>\n", name);
}

static void write_author(const char *name, FILE *out)
{
    (void)fputs("<author>\n", out);
    write_element("name", name, out);
    (void)fputs("</author>\n", out);
}

static char *change_id(const struct board__job *job, const struct board_entry *entry)
{
    board__auto_free char *seq = board__strf("%lld", (long long)entry->seq);
    board__auto_free char *instant = board__instant_rfc3339(entry->received_ms);
    const char *texts[] = {job->board->competition.id,
                           job->ranking->track->id,
                           entry->team,
                           entry->name,
                           entry->digest,
                           instant,
                           seq};
    board__auto_free char *id = board__event_id(texts, sizeof texts / sizeof texts[0]);
    return board__strf(AUTHORITY "change/%s", id);
}

static char *feed_id(const struct board__job *job)
{
    const char *texts[] = {job->board->competition.id, job->ranking->track->id};
    board__auto_free char *id = board__event_id(texts, 2);
    return board__strf(AUTHORITY "feed/%s", id);
}

static const char *track_title(const struct board_track *track)
{
    return track->title != NULL && track->title[0] != '\0' ? track->title : track->id;
}

static void write_entry(const struct board__job *job, const struct board__step *step,
                        FILE *out)
{
    const struct board_entry *entry = step->row->entry;
    board__auto_free char *id = change_id(job, entry);
    board__auto_free char *updated = board__instant_rfc3339(entry->received_ms);
    board__auto_free char *instant = board__instant_text(entry->received_ms);
    board__auto_free char *score =
        board__number(step->row->score, job->ranking->track->decimals);
    board__auto_free char *before = step->former_rank > 0
                                        ? board__strf("up from %zu", step->former_rank)
                                        : board__strf("new on the board");
    board__auto_free char *team = board__export_text(entry->team);
    board__auto_free char *name = board__export_text(entry->name);
    board__auto_free char *title =
        board__strf("%s: rank %zu, %s", team, step->rank, before);
    board__auto_free char *content = board__strf(
        "Entry %s of team %s, received %s, scores %s.", name, team, instant, score);
    (void)fputs("<entry>\n", out);
    write_element("title", title, out);
    write_element("id", id, out);
    write_element("updated", updated, out);
    write_author(team, out);
    write_element("content", content, out);
    (void)fputs("</entry>\n", out);
}

/* The newest first; none where nobody's rank changed. */
static size_t find_changes(const struct board__ranking *ranking,
                           const struct board__step *changes[ENTRIES_MAX])
{
    size_t count = 0;
    for (size_t i = ranking->step_count; i > 0 && count < ENTRIES_MAX; i--) {
        const struct board__step *step = &ranking->steps[i - 1];
        if (step->rank != step->former_rank)
            changes[count++] = step;
    }
    return count;
}

bool board__export_atom(const struct board__job *job, FILE *out)
{
    const struct board_competition *competition = &job->board->competition;
    const struct board__step *changes[ENTRIES_MAX];
    size_t count = find_changes(job->ranking, changes);
    int64_t newest =
        count > 0 ? changes[0]->row->entry->received_ms : competition->as_of_ms;
    board__auto_free char *updated = board__instant_rfc3339(newest);
    board__auto_free char *id = feed_id(job);
    board__auto_free char *competition_title = board__export_text(competition->title);
    board__auto_free char *track = board__export_text(track_title(job->ranking->track));
    board__auto_free char *title =
        board__strf("%s, %s: changes of rank", competition_title, track);
    (void)fputs("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n",
                out);
    write_element("title", title, out);
    write_element("id", id, out);
    write_element("updated", updated, out);
    write_author(competition->title, out);
    (void)fputs("<generator version=\"", out);
    write_text(competition->podium_version, out);
    (void)fputs("\">podium</generator>\n", out);
    for (size_t i = 0; i < count; i++)
        write_entry(job, changes[i], out);
    (void)fputs("</feed>\n", out);
    return true;
}
