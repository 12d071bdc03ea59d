/* expect: end=exit exit=0 */
/* ATTACKS 36: a script whose interpreter is this program by the name that it has outside:
 * /proc/self/mountinfo tells it. */
#include "probe.h"

static void find_outside(char path[256])
{
    static char text[65536];
    int fd = open("/proc/self/mountinfo", O_RDONLY);
    ssize_t n = read(fd, text, sizeof text - 1);
    char *at = n > 0 ? strstr(text, " /probe ") : NULL;
    if (!at)
        exit(2);
    *at = '\0'; /* before it stands what is bound there */
    (void)snprintf(path, 256, "%s/script_interpreter", strrchr(text, ' ') + 1);
}

int main(int argc, char **argv)
{
    char path[256];
    if (argc > 1)
        HOLE("started as an interpreter: %s", argv[0]);
    find_outside(path);
    int fd = open("/tmp/script", O_CREAT | O_WRONLY, 0755);
    if (dprintf(fd, "#!%s\n", path) < 0 || close(fd) != 0)
        return 3;
    if (access(path, F_OK) == 0)
        HOLE("%s", path);
    execl("/tmp/script", "script", NULL);
    return errno == ENOENT ? 0 : 4;
}
