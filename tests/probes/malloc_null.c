/* expect: end=memory memory=64m needs=cgroup guards=cgroup */
/* ATTACKS 66: more than the limit in one piece. A limit on addresses would make malloc
 * fail, and what is too much memory would look like the program's own error. */
#include "probe.h"

int main(void)
{
    const size_t size = 512 << 20;
    char *p = malloc(size);
    if (!p)
        return 1;
    touch(p, size);
    return 0;
}
