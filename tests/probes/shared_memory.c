/* expect: end=memory memory=64m needs=cgroup guards=cgroup */
/* ATTACKS 71: shared anonymous memory, which RLIMIT_DATA does not count. */
#include "probe.h"

int main(void)
{
    char *p =
        mmap(NULL, 200 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return 9;
    touch(p, 200 << 20);
    return 0;
}
