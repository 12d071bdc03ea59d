#include "site.h"

#include "base/fs.h"
#include "engine/board_facts.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_MAX = 4 << 20 };

bool site_is_one(const char *folder)
{
    pod_auto_free char *config = pod_path_join(folder, "_config.yml");
    return pod_path_exists(config);
}

bool site_load_page(struct site *site, const struct place *place, struct pod_error *err)
{
    pod_auto_buf struct pod_buf page = POD_BUF_INIT;
    pod_auto_free char *installed = place_site_page(place);
    const char *path = site->page_file ? site->page_file : installed;
    if (!pod_path_exists(path))
        return pod_fail(err, site->page_file ? POD_USAGE : POD_HOST,
                        "no page at '%s': build podium with its site, or name one with "
                        "--page",
                        path);
    if (!pod_file_read(path, PAGE_MAX, &page, err))
        return false;
    const char *at = page.data;
    for (const char *next; (next = strstr(at, SITE_WORKSHOP)) != NULL;) {
        pod_buf_append(&site->page, at, (size_t)(next - at));
        pod_buf_puts(&site->page, site->workshop);
        at = next + strlen(SITE_WORKSHOP);
    }
    pod_buf_puts(&site->page, at);
    return true;
}

static bool check_order(const struct board_facts *theirs, const struct published *ours,
                        bool is_final, struct pod_error *err)
{
    char their_instant[POD_INSTANT_TEXT], our_instant[POD_INSTANT_TEXT];
    pod_auto_free char *competition = pod_str_shown(theirs->competition, 200);
    if (strcmp(theirs->competition, ours->bundle.competition) != 0)
        return pod_fail(err, POD_USAGE, "it is of the competition '%s'", competition);
    pod_instant_format(theirs->as_of, their_instant);
    pod_instant_format(ours->bundle.as_of, our_instant);
    if (theirs->as_of > ours->bundle.as_of)
        return pod_fail(err, POD_USAGE, "it is newer: as of %s, this one as of %s",
                        their_instant, our_instant);
    if (is_final)
        return pod_fail(err, POD_USAGE, "it is the final board, by event %lld",
                        (long long)ours->final_seq);
    int64_t seq = published_find_event(ours, theirs->log_head);
    if (seq > ours->board_seq)
        return pod_fail(err, POD_USAGE,
                        "it is newer: it stands on event %lld, this one on %lld",
                        (long long)seq, (long long)ours->board_seq);
    return seq > 0 || theirs->log_head[0] == '\0' ||
           pod_fail(err, POD_USAGE, "it stands on another log");
}

static bool check_follows(const struct publish_step *step, const struct published *ours,
                          struct pod_error *err)
{
    board_facts_auto struct board_facts theirs = {.competition = NULL};
    struct pod_error problem = POD_ERROR_INIT;
    const struct pod_buf *text = &step->seen.bytes;
    bool done =
        board_facts_parse(text->data, text->length, step->path, &theirs, &problem) &&
        check_order(&theirs, ours, published_is_final(ours, text), &problem);
    return done || pod_fail(err, POD_USAGE,
                            "the site has a board that this one may not replace: %s "
                            "(--force REASON replaces it)",
                            problem.message);
}

bool site_add(struct site *site, struct publish *publish, const struct published *ours,
              bool is_forced, struct pod_error *err)
{
    const struct pod_buf *board = published_find(ours, PUBLISHED_BOARD);
    pod_auto_free char *data = pod_strf("_data/%s/leaderboard.json", site->workshop);
    pod_auto_free char *page = pod_strf("%s/leaderboard.html", site->workshop);
    const struct publish_item items[] = {
        {.path = data, .bytes = board->data, .length = board->length, .is_guarded = true},
        {.path = page,
         .bytes = site->page.data,
         .length = site->page.length,
         .is_guarded = true},
    };
    if (!publish_add(publish, &items[0], err) || !publish_add(publish, &items[1], err))
        return false;
    const struct publish_step *step = &publish->steps[0];
    publish->is_refused =
        step->change == PUBLISH_CHANGED && !is_forced && !check_follows(step, ours, err);
    return !publish->is_refused;
}
