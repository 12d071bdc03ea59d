/* expect: end=exit exit=0 memory=24m cpu=20 wall=60 needs=cgroup */
/* ATTACKS 77, 81: reads more than its memory from files: the kernel's cache, wherever it is
 * charged, ends nobody's run. */
#include <dirent.h>

#include "probe.h"

static off_t read_all(const char *folder, off_t wanted)
{
    static char space[1 << 16];
    struct dirent *entry;
    off_t total = 0;
    ssize_t n;
    DIR *dir = opendir(folder);
    while (dir && total < wanted && (entry = readdir(dir))) {
        int fd = openat(dirfd(dir), entry->d_name, O_RDONLY);
        while ((n = read(fd, space, sizeof space)) > 0)
            total += n;
        close(fd);
    }
    return total;
}

int main(void)
{
    touch(malloc(8 << 20), 8 << 20);
    return read_all("/usr/bin", 64 << 20) > 0 ? 0 : 1;
}
