/* expect: end=exit exit=0 without=none|seccomp|landlock|seccomp+landlock */
/* ATTACKS 111, 112: by its working folder, by "..", and by links of /proc to the top and
 * above. The root is what it is given, not a folder of another one. */
#include "probe.h"

int main(void)
{
    static const char *const tops[] = {"/", "/proc/self/root", "/proc/self/cwd/../..",
                                       "/tmp/../../../../.."};
    char cwd[256];
    if (!getcwd(cwd, sizeof cwd) || strcmp(cwd, "/tmp") != 0)
        HOLE("working folder %s", cwd);
    for (size_t i = 0; i < sizeof tops / sizeof *tops; i++) {
        struct stat top, above;
        char path[64];
        (void)snprintf(path, sizeof path, "%s/..", tops[i]);
        if (stat("/", &top) != 0 || stat(path, &above) != 0)
            return 1;
        if (top.st_dev != above.st_dev || top.st_ino != above.st_ino)
            HOLE("above %s", tops[i]);
        (void)snprintf(path, sizeof path, "%s/root", tops[i]);
        if (access(path, F_OK) == 0)
            HOLE("%s is there", path);
    }
    return 0;
}
