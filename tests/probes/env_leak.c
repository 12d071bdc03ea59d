/* expect: end=exit exit=0 */
/* ATTACKS 168, 169: the environment is built from nothing: no secret, of which the runner
 * has one in its own, and nothing that has an interpreter or the linker load something. */
#include "probe.h"

extern char **environ;

int main(void)
{
    for (char **e = environ; *e; e++)
        if (strncmp(*e, "PATH=", 5) != 0)
            HOLE("%s", *e);
    return 0;
}
