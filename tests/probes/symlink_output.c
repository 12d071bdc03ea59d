/* expect: end=exit exit=0 collect=symbolic */
/* ATTACKS 96: the output is a link to a secret. */
#include "probe.h"

int main(void)
{
    return symlink("/etc/shadow", "/out/submission.csv");
}
