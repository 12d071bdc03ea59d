#include "issue.h"

#include "base/fs.h"
#include "recount.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const COMPANIONS[] = {PUBLISHED_RECORDS, "leaderboard.csv",
                                         "leaderboard.atom", "index.html"};

bool issue_read(struct published *published, const struct place *place,
                struct pod_error *err)
{
    pod_auto_free char *path = pod_path_join(place->work, PUBLISHED_BOARD);
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    published_init(published, "the board");
    if (!pod_path_exists(path))
        return pod_fail(err, POD_USAGE, "no board at '%s': run podium board", path);
    if (!pod_file_read(path, DEPOT_FILE_MAX, &text, err))
        return false;
    published_add_take(published, PUBLISHED_BOARD, &text);
    return true;
}

/* By time of change: what was made before the board cannot be made of it. */
static bool is_older(const struct stat *file, const struct stat *board)
{
    return file->st_mtim.tv_sec < board->st_mtim.tv_sec ||
           (file->st_mtim.tv_sec == board->st_mtim.tv_sec &&
            file->st_mtim.tv_nsec < board->st_mtim.tv_nsec);
}

static bool add_companion(struct published *published, const struct place *place,
                          const char *name, struct pod_error *err)
{
    pod_auto_free char *board = pod_path_join(place->work, PUBLISHED_BOARD);
    pod_auto_free char *path = pod_path_join(place->work, name);
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    struct stat of_board, of_file;
    if (!pod_path_exists(path))
        return true;
    if (stat(path, &of_file) != 0)
        return pod_fail_errno(err, POD_HOST, "cannot look at '%s'", path);
    if (stat(board, &of_board) == 0 && is_older(&of_file, &of_board))
        return pod_fail(err, POD_USAGE,
                        "'%s' is older than the board: make it again, or remove it", path);
    if (!pod_file_read(path, DEPOT_FILE_MAX, &text, err))
        return false;
    published_add_take(published, name, &text);
    return true;
}

static bool add_line(void *context, const char *text, const char *digest,
                     struct pod_error *err)
{
    struct pod_buf *log = context;
    (void)digest;
    (void)err;
    pod_buf_puts(log, text);
    pod_buf_puts(log, "\n");
    return true;
}

static bool sign(struct published *published, const struct place *place,
                 struct pod_error *err)
{
    struct pod_secret_key key;
    pod_auto_free char *path = place_key(place);
    if (!pod_secret_key_load(path, &key, err))
        return false;
    published_sign(published, &key);
    pod_secret_key_wipe(&key);
    return true;
}

bool issue_finish(struct published *published, const struct place *place,
                  struct store *store, struct pod_error *err)
{
    pod_auto_buf struct pod_buf log = POD_BUF_INIT;
    struct pod_error problem = POD_ERROR_INIT;
    for (size_t i = 0; i < sizeof COMPANIONS / sizeof *COMPANIONS; i++)
        if (!add_companion(published, place, COMPANIONS[i], err))
            return false;
    if (!store_each_event(store, add_line, &log, err))
        return false;
    published_add_take(published, PUBLISHED_LOG, &log);
    /* Whatever is wrong here is no entry's fault. */
    return (published_fill(published, &problem) && sign(published, place, &problem) &&
            published_check(published, &problem) &&
            recount_published(published, &problem)) ||
           pod_fail(err, problem.fault == POD_ENTRY ? POD_USAGE : problem.fault, "%s",
                    problem.message);
}

bool issue_force(struct published *published, const struct place *place, const char *reason,
                 struct pod_error *err)
{
    free(published->bundle.forced);
    published->bundle.forced = pod_strdup(reason);
    return sign(published, place, err);
}
