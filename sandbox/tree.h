/* tree.h - copy a folder of regular files and folders, trusting nothing in it.
 *
 * Never follows a link, never blocks on a FIFO or device, never reads more than its caps.
 * Uses no heap, so that the init may call it between clone and exec; one descriptor a
 * level. Used for collecting outputs and for folders that start as a copy.
 */
#ifndef SB_TREE_H
#define SB_TREE_H

#include "podbox.h"

struct sb__tree {
    uint64_t bytes; /* left of the caps, counted down */
    uint64_t files;
    unsigned depth;
    bool keeps_links; /* copy symbolic links as links; otherwise they are refused */
};

/* Copies what is in source into the existing folder target. */
bool sb__tree_copy(struct sb__tree *tree, int source, int target, struct sb_error *err);

#endif
