/* expect: end=exit exit=0 proc=pids without=none|seccomp */
/* ATTACKS 109, 157, 158: the tighter /proc: no name but those of its own processes. */
#include <dirent.h>

#include "probe.h"

int main(void)
{
    struct dirent *entry;
    DIR *dir = opendir("/proc");
    if (!dir)
        return 1;
    while ((entry = readdir(dir))) {
        const char *name = entry->d_name;
        if (name[0] != '.' && strcmp(name, "self") != 0 &&
            strcmp(name, "thread-self") != 0 && strtol(name, NULL, 10) != getpid())
            HOLE("/proc/%s", name);
    }
    return access("/proc/cpuinfo", F_OK) == 0 || access("/proc/stat", F_OK) == 0;
}
