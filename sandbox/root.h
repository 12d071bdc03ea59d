/* root.h - the guest's file system: a plan as data, then the plan carried out.
 *
 * Calling sequence: the supervisor makes the plan (sb__root_plan) and opens with its own
 * rights what it may; the init carries it out in its mount namespace (sb__root_enter) and
 * has then no way to the host's files but the sources of copies. As root the supervisor may
 * carry out the fixed part itself, once for many launches (sb__root_assemble); a clone of
 * what that made is the init's new root then, and only the rest is its own. After each run
 * sb__root_is_dirty, and sb__root_renew if it is. sb__root_release closes all that the
 * plan and its execution opened.
 *
 * The new mount API is used throughout: sources are cloned trees that are attached by
 * descriptor, so that no path is looked up twice and none through a link of a guest's
 * folder.
 */
#ifndef SB_ROOT_H
#define SB_ROOT_H

#include <sys/stat.h>

#include "podbox.h"

enum sb__op_kind {
    SB__OP_FOLDER,
    SB__OP_FILE,    /* source is its text */
    SB__OP_LINK,    /* source is where it points */
    SB__OP_AS_HOST, /* the host's link, file or folder of that name, if it has one */
    SB__OP_BIND,    /* source is a host path */
    SB__OP_DEVICE,  /* likewise, a device that the guest may use */
    SB__OP_TMPFS,
    SB__OP_COPY, /* a tmpfs that starts as a copy of source */
    SB__OP_PROC,
};

struct sb__op {
    enum sb__op_kind kind;
    const char *target;
    const char *source;
    uint64_t size_bytes;
    uint64_t inodes;
    unsigned mode; /* of a tmpfs */
    bool is_kept;
    bool is_fixed;  /* the same for each launch, so that an assembled tree has it */
    bool is_folder; /* what it is attached at; of a bind: known when its source is open */
    bool shows_pids_only; /* of a proc */
    mode_t source_mode;   /* once that is open */
    int fd;               /* the source's tree */
    int folder;           /* of a tmpfs or copy, once it is there */
    struct stat fresh;    /* that folder, when it was new */
};

enum { SB__MAX_OPS = 128 };

/* Small, because the init is a copy of the supervisor: each page that either writes to
 * after the clone is copied. */
struct sb__root {
    struct sb__op *ops;
    size_t count;
    int tree;   /* a clone of what sb__root_assemble made, or -1 */
    char *text; /* of the host's links */
    size_t text_used;
    bool is_renewable; /* no mount lies beneath a writable one */
};

bool sb__root_plan(struct sb__root *root, const struct sb_spec *spec, struct sb_error *err);

/* In a supervisor that is root and may clone mounts itself, before each birth of an init,
 * since a clone can be attached once: the sources of the fixed part or of the rest. The
 * guest gets a uid of its own, so that others must be allowed to read them. */
bool sb__root_open_as_root(struct sb__root *root, bool is_fixed, struct sb_error *err);

/* Whether this kernel attaches mounts to a tree that is itself attached nowhere, and clones
 * such a tree: Linux 6.15. 1, 0, or -1 with errno. */
int sb__root_can_assemble(void);

/* In the same supervisor, when all sources are open: the fixed part of the plan as a
 * read-only tree that is attached nowhere, with the places where the rest is attached
 * later. Takes the sources of the fixed part. -1 with err set. */
int sb__root_assemble(struct sb__root *root, struct sb_error *err);

int sb__root_clone(int tree); /* -1 with errno */

/* Op i lies beneath one that comes before it and is not in an assembled tree. */
bool sb__root_is_nested(const struct sb__root *root, size_t i);

void sb__root_release(struct sb__root *root);
void sb__root_free(struct sb__root *root); /* after sb__root_release */

/* In the init, before it changes its uid: clones of what the supervisor could not open and
 * the tree, if there is one, does not have. */
bool sb__root_open_sources(struct sb__root *root, struct sb_error *err);

/* In the init, as the guest's uid with the capabilities of its user namespace. */
bool sb__root_enter(struct sb__root *root, struct sb_error *err);

/* In the init, after the guest: whether a writable folder is not as new. The kernel changes
 * a folder's ctime with every name made, removed or moved in it and with every change of
 * its own mode, times and attributes; nobody can set a ctime. Before Linux 6.13 it is that
 * of the last clock tick, perhaps the one in which the folder was made, so whatever else
 * shows a change is looked at as well. A copy and what is kept are always taken for
 * touched. */
bool sb__root_is_dirty(const struct sb__root *root);

/* Puts new file systems in the place of the touched ones, if the root is_renewable. */
bool sb__root_renew(struct sb__root *root, struct sb_error *err);

/* The targets that the guest may write beneath; returns how many. */
size_t sb__root_writable(const struct sb__root *root, const char **paths, size_t size);

#endif
