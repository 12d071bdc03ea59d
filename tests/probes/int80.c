/* expect: end=call|signal */
/* ATTACKS 131: the 32-bit table on a 64-bit kernel; one without it sends SIGSEGV. */
#include "probe.h"

int main(void)
{
    long result = 20; /* getpid there */
    __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
    return 0;
}
