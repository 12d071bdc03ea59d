#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io.h"

/* Newer than the headers of Debian 12, from the kernel's Documentation/userspace-api. */
#define FS_REFER (1ULL << 13)
#define FS_TRUNCATE (1ULL << 14)
#define FS_IOCTL_DEV (1ULL << 15)
#define FS_ABI_1 ((1ULL << 13) - 1)
#define NET_TCP 3ULL   /* bind, connect */
#define SCOPE_ALL 3ULL /* abstract unix sockets, signals */

struct ruleset {
    uint64_t fs;
    uint64_t net;
    uint64_t scope;
};

static struct ruleset handled(int abi)
{
    struct ruleset r = {.fs = FS_ABI_1};
    if (abi >= 2)
        r.fs |= FS_REFER;
    if (abi >= 3)
        r.fs |= FS_TRUNCATE;
    if (abi >= 4)
        r.net = NET_TCP;
    if (abi >= 5)
        r.fs |= FS_IOCTL_DEV;
    if (abi >= 6)
        r.scope = SCOPE_ALL;
    return r;
}

/* An older kernel refuses a struct with fields that it does not know. */
static size_t known_size(int abi)
{
    if (abi >= 6)
        return sizeof(struct ruleset);
    return abi >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

int sb__landlock_abi(void)
{
    long abi =
        syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return abi > 0 ? (int)abi : 0;
}

static bool allow(int ruleset, const char *path, uint64_t access)
{
    SB__FD int fd = open(path, O_PATH | O_CLOEXEC);
    struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = fd};
    return fd >= 0 && syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
                              &rule, 0) == 0;
}

int sb__landlock_ruleset(int abi, const char *const *writable, size_t count)
{
    const uint64_t read = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
                          LANDLOCK_ACCESS_FS_READ_DIR;
    const uint64_t device = LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE | FS_IOCTL_DEV;
    const uint64_t nodes = LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK;
    struct ruleset r = handled(abi);
    SB__FD int fd = (int)syscall(SYS_landlock_create_ruleset, &r, known_size(abi), 0);
    if (fd < 0 || !allow(fd, "/", r.fs & read) || !allow(fd, "/dev", r.fs & device))
        return -1;
    for (size_t i = 0; i < count; i++)
        if (!allow(fd, writable[i], r.fs & ~nodes & ~FS_IOCTL_DEV))
            return -1;
    return sb__steal(&fd);
}

bool sb__landlock_restrict(int ruleset)
{
    return syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
}
