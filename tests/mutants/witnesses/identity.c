/* expect: end=exit exit=0 */
/* ATTACKS 107, 155: real, effective and saved ids are the guest's, and no other. */
#include "../../probes/probe.h"

int main(void)
{
    uid_t uid[3];
    gid_t gid[3];
    if (getresuid(&uid[0], &uid[1], &uid[2]) != 0 ||
        getresgid(&gid[0], &gid[1], &gid[2]) != 0)
        return 2;
    for (int i = 0; i < 3; i++)
        if (uid[i] != 1000 || gid[i] != 1000)
            HOLE("uid %u, gid %u", uid[i], gid[i]);
    return 0;
}
