/* expect: end=memory|cpu|wall memory=24m cpu=2 wall=4 max_ms=15000 needs=cgroup */
/* ATTACKS 81: eight processes map a large file of the host and just fit in with it.
 * Whatever reclaim does, a limit ends it. */
#include "probe.h"

static void map_all(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY);
    if (fstat(fd, &st) != 0)
        return;
    volatile char *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    for (off_t i = 0; p != MAP_FAILED && i < st.st_size; i += 4096)
        (void)p[i];
}

int main(void)
{
    for (int i = 0; i < 3; i++)
        (void)!fork();
    touch(malloc(2 << 20), 2 << 20);
    for (;;) {
        map_all("/usr/bin/python3");
        map_all("/usr/lib/x86_64-linux-gnu/libc.so.6");
    }
}
