/* expect: end=exit exit=0 */
/* ATTACKS 38: writes outside the mounts that are meant to be written. */
#include "../../probes/probe.h"

int main(void)
{
    if (mkdir("/tmp/x", 0700) != 0)
        return 2;
    if (open("/x", O_CREAT | O_WRONLY, 0600) >= 0)
        HOLE("/x can be written");
    return errno == EACCES ? 0 : 3; /* Landlock's word; a read-only mount says EROFS */
}
