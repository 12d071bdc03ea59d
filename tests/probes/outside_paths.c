/* expect: end=exit exit=0 */
/* ATTACKS 107, 108, 154: nothing of the host beyond the root. */
#include "probe.h"

int main(void)
{
    static const char *const names[] = {"/root",
                                        "/home",
                                        "/sys/kernel",
                                        "/run",
                                        "/boot",
                                        "/dev/mem",
                                        "/dev/kvm",
                                        "/dev/fuse",
                                        "/dev/tty",
                                        "/dev/vda",
                                        "/etc/shadow",
                                        "/etc/hostname",
                                        "/etc/machine-id",
                                        "/proc/sys/kernel",
                                        "/proc/kcore",
                                        "/srv",
                                        "/mnt"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (open(names[i], O_RDONLY) >= 0)
            HOLE("%s can be read", names[i]);
    return 0;
}
