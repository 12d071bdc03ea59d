/* expect: end=exit exit=0 without=none|seccomp|seccomp+landlock */
/* ATTACKS 153: its uid and gid map are written before it starts, hold one id, which is not
 * root's outside, and cannot be written again. */
#include <grp.h>

#include "probe.h"

int main(void)
{
    static const char *const names[] = {"/proc/self/uid_map", "/proc/self/gid_map",
                                        "/proc/self/setgroups", "/proc/self/projid_map"};
    for (int i = 0; i < 4; i++) {
        unsigned inside = 0, outside = 0, count = 0;
        FILE *file = fopen(names[i], "r");
        if (i < 2 && (!file || fscanf(file, "%u %u %u", &inside, &outside, &count) != 3 ||
                      inside != 1000 || outside == 0 || count != 1))
            HOLE("%s is %u %u %u", names[i], inside, outside, count);
        if (open(names[i], O_WRONLY) >= 0)
            HOLE("%s can be written", names[i]);
    }
    gid_t root = 0;
    if (setgroups(1, &root) == 0 || setuid(0) == 0 || setgid(0) == 0)
        HOLE("another identity");
    return 0;
}
