/* expect: end=exit exit=0 */
/* ATTACKS 169: the environment is built from nothing; the runner has a secret in its own.
 */
#include "probe.h"

extern char **environ;

int main(void)
{
    for (char **e = environ; *e; e++)
        if (strncmp(*e, "PATH=", 5) != 0)
            HOLE("%s", *e);
    return 0;
}
