#include "collect.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "tree.h"

bool sb_collect(int dir_fd, const char *dest, const struct sb_collect_caps *caps,
                struct sb_error *err)
{
    struct sb__tree tree = {caps->bytes, caps->files, caps->depth, false};
    if (mkdir(dest, 0755) != 0)
        return sb__fail_errno(err, SB_HOST, "cannot make '%s'", dest);
    /* A second collection of the same folder starts at its beginning again. */
    SB__FD int source = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* Without root the guest has our own uid, and chmod shuts us out as well. */
    if (source < 0 && errno == EACCES)
        return sb__fail(err, SB_SPEC, "the output folder is not readable");
    if (source < 0)
        return sb__fail_errno(err, SB_HOST, "cannot open what '%s' is copied from", dest);
    SB__FD int target = open(dest, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (target < 0)
        return sb__fail_errno(err, SB_HOST, "cannot open '%s'", dest);
    return sb__tree_copy(&tree, source, target, err);
}
