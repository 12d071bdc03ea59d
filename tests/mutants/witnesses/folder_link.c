/* expect: end=exit exit=0 collect=directory */
/* ATTACKS 98: a folder became a link after it was looked at. */
#include "../../probes/probe.h"

int main(void)
{
    return symlink("/tmp", "/out/d");
}
