/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 149: a message queue. */
#include "probe.h"

int main(void)
{
    if (syscall(SYS_mq_open, "mail", O_CREAT | O_RDWR, 0600, NULL) >= 0 || errno != ENOSYS)
        HOLE("mq_open");
    return 0;
}
