/* expect: end=exit exit=0 memory=64m */
/* Without a cgroup one process gets no more private memory than the limit. */
#include "../../probes/probe.h"

int main(void)
{
    if (mmap(NULL, 96 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
        MAP_FAILED)
        HOLE("96 MiB under a limit of 64");
    return 0;
}
