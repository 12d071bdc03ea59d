/* expect: end=call call=open_by_handle_at guards=seccomp */
/* ATTACKS 110: loud. */
#include "probe.h"

int main(void)
{
    syscall(SYS_open_by_handle_at, -100, NULL, 0);
    return 0;
}
