/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 75: huge pages that the host has put aside: in no memory limit, and gone for whom
 * they were meant. */
#include "probe.h"

int main(void)
{
    if (memfd_create("huge", MFD_HUGETLB) >= 0)
        HOLE("memfd_create with MFD_HUGETLB");
    /* Without a reservation it works even on a host that has put no page aside. */
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_HUGETLB;
    if (mmap(NULL, 2 << 20, PROT_READ, flags, -1, 0) != MAP_FAILED)
        HOLE("mmap with MAP_HUGETLB");
    return 0;
}
