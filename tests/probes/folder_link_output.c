/* expect: end=exit exit=0 collect=symbolic */
/* ATTACKS 98: a folder of the output is a link. */
#include "probe.h"

int main(void)
{
    return symlink("/", "/out/folder");
}
