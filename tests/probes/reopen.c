/* expect: end=exit exit=0 stdout=kept */
/* ATTACKS 89: opens its streams again, to read what others wrote there, or to cut it off.
 * They are pipes and /dev/null: there is nothing else to be had. */
#include "probe.h"

int main(void)
{
    struct stat st;
    char path[32], byte;
    if (fstat(0, &st) != 0 || !S_ISCHR(st.st_mode) || read(0, &byte, 1) != 0)
        HOLE("standard input is not /dev/null");
    for (int fd = 1; fd < 3; fd++) {
        if (fstat(fd, &st) != 0 || !S_ISFIFO(st.st_mode))
            HOLE("stream %d is not a pipe", fd);
        if (lseek(fd, 0, SEEK_SET) >= 0 || ftruncate(fd, 0) == 0 || read(fd, &byte, 1) >= 0)
            HOLE("stream %d can be more than written", fd);
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        int again = open(path, O_RDONLY | O_NONBLOCK);
        if (again >= 0 && read(again, &byte, 1) > 0)
            HOLE("stream %d had something in it", fd);
        (void)open(path, O_WRONLY | O_TRUNC | O_NONBLOCK);
    }
    printf("kept");
    if (fflush(stdout) != 0)
        return 1;
    (void)open("/proc/self/fd/1", O_WRONLY | O_TRUNC | O_NONBLOCK);
    return 0;
}
