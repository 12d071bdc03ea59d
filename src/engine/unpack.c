#include "unpack.h"

#include "base/fs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUN_DIGITS = 16 };

/* What an entry may be: room for trained models, not for a data set. */
static const struct pod_tree_caps ENTRY_CAPS = {
    .bytes = (uint64_t)1 << 30,
    .files = 20000,
    .depth = 32,
};

struct pod_tree_caps unpack_caps(const struct place *place)
{
    struct pod_tree_caps caps = ENTRY_CAPS;
    caps.except_dev = place->work_dev;
    caps.except_ino = place->work_ino;
    return caps;
}

/* Give the copy its place by its digest. An equal copy may be there from an earlier run. */
static bool settle(struct unpacked *unpacked, const char *copy, const char *runs,
                   struct pod_error *err)
{
    unpacked->run = pod_strf("%s/%.*s", runs, RUN_DIGITS, unpacked->digest.hex);
    unpacked->folder = pod_path_join(unpacked->run, "entry");
    if (!pod_dir_make(unpacked->run, err))
        return false;
    if (pod_path_is_dir(unpacked->folder) && !pod_dir_remove(unpacked->folder, err))
        return false;
    if (rename(copy, unpacked->folder) < 0)
        return pod_fail_errno(err, POD_HOST, "cannot rename '%s'", copy);
    return true;
}

/* A message names the file as the participant knows it, not where our copy of it lies. */
bool unpack_manifest(const char *copy, struct entry *entry, struct pod_error *err)
{
    if (entry_load(copy, entry, err))
        return true;
    pod_auto_free char *prefix = pod_strf("%s/", copy);
    char *at = strstr(err->message, prefix);
    if (at != NULL) {
        size_t skipped = strlen(prefix);
        memmove(at, at + skipped, strlen(at + skipped) + 1);
    }
    return false;
}

bool unpack_entry(struct unpacked *unpacked, const struct place *place, const char *source,
                  struct pod_error *err)
{
    memset(unpacked, 0, sizeof *unpacked);
    if (!pod_path_exists(source))
        return pod_fail(err, POD_USAGE, "no entry at '%s'", source);
    if (!pod_path_is_dir(source))
        return pod_fail(err, POD_USAGE,
                        "entry '%s' is not a folder: unpack it and name the folder",
                        source);
    pod_auto_free char *runs = place_runs(place);
    pod_auto_free char *copy = pod_path_join(runs, ".unpack");
    const struct pod_tree_caps caps = unpack_caps(place);
    if (!pod_dir_make(runs, err) || !pod_dir_remove(copy, err))
        return false;
    bool done = pod_tree_copy(source, copy, &caps, err) &&
                unpack_manifest(copy, &unpacked->entry, err) &&
                pod_digest_tree(copy, &unpacked->digest, err) &&
                settle(unpacked, copy, runs, err);
    struct pod_error ignored = POD_ERROR_INIT;
    if (!done)
        (void)pod_dir_remove(copy, &ignored); /* the first error is the one that counts */
    return done;
}

void unpacked_release(struct unpacked *unpacked)
{
    entry_release(&unpacked->entry);
    free(unpacked->run);
    free(unpacked->folder);
    memset(unpacked, 0, sizeof *unpacked);
}

bool unpacked_load(struct unpacked *unpacked, struct pod_error *err)
{
    struct pod_digest now;
    struct pod_error problem = POD_ERROR_INIT;
    if (!pod_digest_tree(unpacked->folder, &now, &problem) ||
        strcmp(now.hex, unpacked->digest.hex) != 0)
        return pod_fail(err, POD_HOST, "'%s' is not what was received%s%s: put it back",
                        unpacked->folder, problem.fault == POD_OK ? "" : ": ",
                        problem.message);
    entry_release(&unpacked->entry);
    return unpack_manifest(unpacked->folder, &unpacked->entry, err) ||
           pod_fail(err, POD_HOST, "%s", "a received entry cannot be read");
}
