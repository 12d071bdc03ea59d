#include "prepared.h"

#include "base/fs.h"
#include "process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

/* Of each digest in a name: 128 bits. */
enum { NAME_DIGITS = 32 };

static const char part_suffix[] = ".part-XXXXXX";
static const time_t PART_SECONDS = 3600; /* older ones were left by somebody who died */

static struct pod_digest key_of(const struct case_set *set, const struct one_case *one)
{
    struct pod_hash *hash = pod_hash_new();
    pod_hash_text(hash, "prepared");
    pod_hash_text(hash, set->scorer.hex);
    pod_hash_text(hash, one->digest.hex);
    return pod_hash_finish_take(hash);
}

static char *name_of(const char *key, const struct pod_digest *digest)
{
    return pod_strf("%.*s-%.*s", NAME_DIGITS, key, NAME_DIGITS, digest->hex);
}

static bool is_of_key(const char *name, const char *key)
{
    return strncmp(name, key, NAME_DIGITS) == 0 && name[NAME_DIGITS] == '-';
}

/* NULL where there is none whose bytes are what its name says. */
static char *find_image(const struct case_set *set, const struct pod_names *names,
                        const char *key)
{
    for (size_t i = 0; i < names->count; i++) {
        if (!is_of_key(names->items[i], key))
            continue;
        pod_auto_free char *path = pod_path_join(set->prepared, names->items[i]);
        struct pod_error unreadable = POD_ERROR_INIT;
        struct pod_digest digest;
        if (!pod_digest_file(path, &digest, &unreadable))
            continue;
        char *name = name_of(key, &digest);
        if (strcmp(name, names->items[i]) == 0)
            return name;
        free(name);
    }
    return NULL;
}

/* A program cannot tell us what it ran into but by its words. */
static bool is_full(const char *folder)
{
    struct statvfs status;
    return statvfs(folder, &status) == 0 && status.f_bavail * status.f_frsize < 1 << 20;
}

static bool run_program(const struct case_set *set, const struct one_case *one,
                        const char *file, struct pod_error *err)
{
    const char *argv[] = {set->program, "prepare", one->folder, file, NULL};
    int status = 0;
    if (!process_run(argv, set->task_folder, &status, err))
        return false;
    return status == 0 ||
           pod_fail(err, is_full(set->prepared) ? POD_HOST : POD_TASK,
                    "task '%s' could not prepare case '%s' (exit status %d, see above)",
                    set->task.id, one->id, status);
}

static char *make_image(const struct case_set *set, const struct one_case *one,
                        const char *key, struct pod_error *err)
{
    pod_auto_free char *part =
        pod_strf("%s/%.*s%s", set->prepared, NAME_DIGITS, key, part_suffix);
    pod_auto_fd int fd = mkstemp(part);
    if (fd < 0) {
        pod_fail_errno(err, POD_HOST, "cannot create '%s'", part);
        return NULL;
    }
    struct pod_digest digest;
    char *name = NULL;
    /* Scorers have uids of their own. */
    bool done = fchmod(fd, 0644) == 0 || pod_fail_errno(err, POD_HOST, "chmod '%s'", part);
    if (done && run_program(set, one, part, err) && pod_digest_file(part, &digest, err)) {
        name = name_of(key, &digest);
        pod_auto_free char *path = pod_path_join(set->prepared, name);
        if (rename(part, path) == 0)
            return name;
        pod_fail_errno(err, POD_HOST, "cannot rename '%s'", part);
    }
    free(name);
    (void)unlink(part); /* the first error is the one that counts */
    return NULL;
}

static bool is_used(const struct case_set *set, const char *name)
{
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->items[i].prepared, name) == 0)
            return true;
    return false;
}

static bool is_being_made(const char *path)
{
    struct stat status;
    return strstr(path, ".part-") != NULL && stat(path, &status) == 0 &&
           time(NULL) - status.st_mtime < PART_SECONDS;
}

/* Where that fails it is for the next one to do. */
static void sweep(const struct case_set *set, const struct pod_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        pod_auto_free char *path = pod_path_join(set->prepared, names->items[i]);
        if (!is_used(set, names->items[i]) && !is_being_made(path))
            (void)unlink(path);
    }
}

bool case_set_prepare(struct case_set *set, const struct place *place,
                      struct pod_error *err)
{
    pod_auto_free char *all = place_prepared(place);
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    free(set->prepared);
    set->prepared = pod_strf("%s/%s/%s", all, set->task.id, set->split);
    if (!pod_dir_make(set->prepared, err))
        return false;
    if (!set->task.prepares)
        return true;
    if (!pod_dir_list(set->prepared, &names, err))
        return false;
    for (size_t i = 0; i < set->count; i++) {
        struct one_case *one = &set->items[i];
        const struct pod_digest key = key_of(set, one);
        free(one->prepared);
        one->prepared = find_image(set, &names, key.hex);
        if (one->prepared == NULL)
            one->prepared = make_image(set, one, key.hex, err);
        if (one->prepared == NULL)
            return false;
    }
    sweep(set, &names);
    return true;
}
