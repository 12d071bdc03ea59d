#include "publish.h"

#include <stdlib.h>
#include <string.h>

void publish_init(struct publish *publish, struct depot *depot)
{
    memset(publish, 0, sizeof *publish);
    publish->depot = depot;
}

void publish_release(struct publish *publish)
{
    for (size_t i = 0; i < publish->count; i++) {
        free(publish->steps[i].path);
        depot_file_release(&publish->steps[i].seen);
    }
    free(publish->reason);
    memset(publish, 0, sizeof *publish);
}

/* Looking. */

/* What lies there may be no file or too large: no entry's fault here. */
static bool look_at(struct depot *depot, const char *path, struct depot_file *out,
                    struct pod_error *err)
{
    struct pod_error problem = POD_ERROR_INIT;
    return depot_get(depot, path, DEPOT_FILE_MAX, out, &problem) ||
           pod_fail(err, problem.fault == POD_ENTRY ? POD_HOST : problem.fault, "%s",
                    problem.message);
}

static bool is_same(const struct depot_file *file, const void *bytes, size_t length)
{
    return file->is_there && file->bytes.length == length &&
           (length == 0 || memcmp(file->bytes.data, bytes, length) == 0);
}

bool publish_add(struct publish *publish, const struct publish_item *item,
                 struct pod_error *err)
{
    if (publish->count == PUBLISH_STEPS_MAX)
        return pod_fail(err, POD_BUG, "more than %d files to publish", PUBLISH_STEPS_MAX);
    struct publish_step *step = &publish->steps[publish->count++];
    *step = (struct publish_step){.path = pod_strdup(item->path),
                                  .bytes = item->bytes,
                                  .length = item->length,
                                  .is_fixed = item->is_fixed,
                                  .is_guarded = item->is_guarded,
                                  .seen = DEPOT_FILE_INIT};
    if (!look_at(publish->depot, step->path, &step->seen, err))
        return false;
    step->change = !step->seen.is_there                              ? PUBLISH_NEW
                   : is_same(&step->seen, item->bytes, item->length) ? PUBLISH_SAME
                                                                     : PUBLISH_CHANGED;
    return true;
}

/* May ours take its place? */

static bool check_origin(const struct bundle *theirs, const struct bundle *ours,
                         struct pod_error *err)
{
    if (strcmp(theirs->key, ours->key) != 0)
        return pod_fail(err, POD_USAGE, "it is signed by another key, %s", theirs->key);
    return strcmp(theirs->competition, ours->competition) == 0 ||
           pod_fail(err, POD_USAGE, "it is of the competition '%s'", theirs->competition);
}

static bool check_order(const struct bundle *theirs, const struct published *ours,
                        struct pod_error *err)
{
    char their_instant[POD_INSTANT_TEXT], our_instant[POD_INSTANT_TEXT];
    if (theirs->log_seq > ours->bundle.log_seq)
        return pod_fail(err, POD_USAGE,
                        "it is newer: its log has %lld events, this one %lld",
                        (long long)theirs->log_seq, (long long)ours->bundle.log_seq);
    if (published_find_event(ours, theirs->log_head) != theirs->log_seq)
        return pod_fail(err, POD_USAGE,
                        "it has another history: its event %lld is not that of this log",
                        (long long)theirs->log_seq);
    pod_instant_format(theirs->as_of, their_instant);
    pod_instant_format(ours->bundle.as_of, our_instant);
    return theirs->as_of <= ours->bundle.as_of ||
           pod_fail(err, POD_USAGE, "it is newer: as of %s, this one as of %s",
                    their_instant, our_instant);
}

/* Only where our log says that one was made final does it take a look at the board. */
static bool check_final(struct depot *depot, const struct bundle *theirs,
                        const struct published *ours, struct pod_error *err)
{
    const struct bundle_file *board = bundle_find(theirs, PUBLISHED_BOARD);
    depot_auto struct depot_file file = DEPOT_FILE_INIT;
    if (ours->final_seq == 0 || ours->is_final_board || board == NULL)
        return true;
    return look_at(depot, board->path, &file, err) &&
           (!published_is_final(ours, &file.bytes) ||
            pod_fail(err, POD_USAGE, "it is the final board, by event %lld",
                     (long long)ours->final_seq));
}

static bool check_follows(struct depot *depot, const struct depot_file *there,
                          const struct published *ours, struct pod_error *err)
{
    bundle_auto struct bundle theirs = {.competition = NULL};
    struct pod_error problem = POD_ERROR_INIT;
    const char *text = there->bytes.data ? there->bytes.data : "";
    bool done =
        bundle_parse(text, there->bytes.length, BUNDLE_MANIFEST, &theirs, &problem) &&
        check_origin(&theirs, &ours->bundle, &problem) &&
        check_order(&theirs, ours, &problem) && check_final(depot, &theirs, ours, &problem);
    if (problem.fault == POD_HOST)
        return pod_fail(err, POD_HOST, "%s", problem.message);
    return done || pod_fail(err, POD_USAGE,
                            "a board is published there that this one may not replace: %s "
                            "(--force REASON replaces it)",
                            problem.message);
}

/* Its manifest says the same but for the reason. */
static bool is_same_board(const struct bundle *theirs, const struct bundle *ours)
{
    bool is_same = theirs->file_count == ours->file_count && theirs->as_of == ours->as_of &&
                   strcmp(theirs->competition, ours->competition) == 0 &&
                   strcmp(theirs->key, ours->key) == 0 &&
                   strcmp(theirs->log_head, ours->log_head) == 0;
    for (size_t i = 0; is_same && i < ours->file_count; i++)
        is_same = strcmp(theirs->files[i].path, ours->files[i].path) == 0;
    return is_same;
}

static void find_reason(struct publish *publish, const struct depot_file *there,
                        const struct bundle *ours)
{
    bundle_auto struct bundle theirs = {.competition = NULL};
    struct pod_error none = POD_ERROR_INIT;
    const char *text = there->bytes.data ? there->bytes.data : "";
    if (bundle_parse(text, there->bytes.length, BUNDLE_MANIFEST, &theirs, &none) &&
        is_same_board(&theirs, ours))
        publish->reason = pod_steal(&theirs.forced);
}

/* All files. */

static bool add_files(struct publish *publish, const struct published *ours,
                      struct pod_error *err)
{
    for (size_t i = 0; i < ours->bundle.file_count; i++) {
        const struct publish_item item = {.path = ours->bundle.files[i].path,
                                          .bytes = ours->contents[i].data,
                                          .length = ours->contents[i].length,
                                          .is_fixed = true};
        if (!publish_add(publish, &item, err))
            return false;
    }
    return true;
}

static bool add_copies(struct publish *publish, const struct published *ours,
                       struct pod_error *err)
{
    for (size_t i = 0; published_copies[i] != NULL; i++) {
        const struct pod_buf *content = published_find(ours, published_copies[i]);
        if (content == NULL)
            continue;
        const struct publish_item item = {.path = published_copies[i],
                                          .bytes = content->data,
                                          .length = content->length,
                                          .is_guarded = true};
        if (!publish_add(publish, &item, err))
            return false;
    }
    return true;
}

bool publish_add_board(struct publish *publish, const struct published *ours,
                       bool is_forced, struct pod_error *err)
{
    const struct publish_item manifest = {.path = BUNDLE_MANIFEST,
                                          .bytes = ours->manifest,
                                          .length = strlen(ours->manifest),
                                          .is_guarded = true};
    if (!add_files(publish, ours, err) || !publish_add(publish, &manifest, err))
        return false;
    const struct publish_step *step = &publish->steps[publish->count - 1];
    publish->is_refused = step->change == PUBLISH_CHANGED && !is_forced &&
                          !check_follows(publish->depot, &step->seen, ours, err);
    if (step->change == PUBLISH_CHANGED)
        find_reason(publish, &step->seen, &ours->bundle);
    return !publish->is_refused && add_copies(publish, ours, err);
}

size_t publish_due(const struct publish *publish)
{
    size_t due = 0;
    for (size_t i = 0; i < publish->count; i++)
        due += publish->steps[i].change != PUBLISH_SAME;
    return due;
}

/* Sending. */

static bool send_step(struct publish *publish, const struct publish_step *step,
                      struct pod_error *err)
{
    depot_auto struct depot_file back = DEPOT_FILE_INIT;
    const struct depot_item item = {.path = step->path,
                                    .bytes = step->bytes,
                                    .length = step->length,
                                    .is_fixed = step->is_fixed,
                                    .seen = step->is_guarded ? &step->seen : NULL};
    if (!depot_put(publish->depot, &item, err) ||
        !look_at(publish->depot, step->path, &back, err))
        return false;
    return is_same(&back, step->bytes, step->length) ||
           pod_fail(err, POD_HOST, "'%s' came back with other bytes than were sent",
                    step->path);
}

/* Who came between our manifest and our last copy may have found ours and brought his own
 * before us. */
static bool look_again(struct publish *publish, const struct publish_step *manifest,
                       struct pod_error *err)
{
    depot_auto struct depot_file now = DEPOT_FILE_INIT;
    return look_at(publish->depot, manifest->path, &now, err) &&
           (is_same(&now, manifest->bytes, manifest->length) ||
            pod_fail(err, POD_HOST, "'%s' is another by now: " DEPOT_CONFLICT,
                     manifest->path));
}

static const struct publish_step *find_manifest(const struct publish *publish)
{
    for (size_t i = 0; i < publish->count; i++)
        if (strcmp(publish->steps[i].path, BUNDLE_MANIFEST) == 0)
            return &publish->steps[i];
    return NULL;
}

bool publish_send(struct publish *publish, struct pod_error *err)
{
    const struct publish_step *manifest = find_manifest(publish);
    for (size_t i = 0; i < publish->count; i++) {
        const struct publish_step *step = &publish->steps[i];
        if (step->change != PUBLISH_SAME && !send_step(publish, step, err))
            return false;
    }
    return manifest == NULL || publish_due(publish) == 0 ||
           look_again(publish, manifest, err);
}
