/* expect: end=exit exit=0 */
/* ATTACKS 92: files without content until the folder is full. */
#include "probe.h"

int main(void)
{
    char name[32];
    for (int i = 0; i < 10000; i++) {
        (void)snprintf(name, sizeof name, "/out/%d", i);
        int fd = open(name, O_CREAT | O_WRONLY, 0600);
        if (fd < 0)
            return errno == ENOSPC ? 0 : 1;
        close(fd);
    }
    HOLE("10000 files in a folder for 64");
}
