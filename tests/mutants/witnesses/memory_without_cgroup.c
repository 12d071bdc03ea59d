/* expect: end=exit exit=0 memory=64m */
/* Without a cgroup one process gets no more private memory than the limit and what it may
 * reserve beside it. */
#include "../../probes/probe.h"

int main(void)
{
    if (mmap(NULL, 400 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
        MAP_FAILED)
        HOLE("400 MiB under a limit of 64");
    return 0;
}
