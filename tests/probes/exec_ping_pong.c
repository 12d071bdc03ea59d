/* expect: end=cpu cpu=0.5 wall=15 */
/* ATTACKS 32: executes itself for ever under changing names; counters survive exec. */
#include "probe.h"

int main(int argc, char **argv)
{
    char *const again[] = {argc > 0 && *argv[0] == 'a' ? "b" : "a", NULL};
    execv("/proc/self/exe", again);
    return 1;
}
