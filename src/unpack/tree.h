/* tree.h - files and folders below the current folder, which nobody else writes to.
 *
 * There are no links, since none is ever made. What the archive makes impossible (a path
 * twice, a file where a folder is) is POD_ENTRY, what the host does is POD_HOST.
 */
#ifndef UNPACK_TREE_H
#define UNPACK_TREE_H

#include "base/error.h"

#include <stdint.h>

struct tree {
    uint64_t files; /* files and folders that were made */
    uint64_t files_max;
};

/* Makes the folder, and those that lead to it. It may be there already. */
bool tree_folder(struct tree *tree, const char *path, struct pod_error *err);

/* Makes an empty file, and the folders that lead to it, and opens it for writing. It must
 * not be there. -1 on failure. */
int tree_file(struct tree *tree, const char *path, bool is_executable,
              struct pod_error *err);

/* entry.json is at the top, or in the only folder at the top, whose content then moves to
 * the top. */
bool tree_settle(struct pod_error *err);

#endif
