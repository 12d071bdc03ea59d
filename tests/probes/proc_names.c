/* expect: end=exit exit=0 */
/* ATTACKS 37, 109, 152, 158: whatever else this kernel has in /proc gives no byte and no
 * name but those that runtimes need. */
#include <dirent.h>

#include "probe.h"

static int is_empty(const char *path)
{
    struct dirent *entry;
    char byte;
    DIR *dir = opendir(path);
    if (!dir)
        return read(open(path, O_RDONLY | O_NONBLOCK), &byte, 1) <= 0;
    while ((entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            return 0;
    closedir(dir);
    return 1;
}

int main(void)
{
    static const char shown[] =
        " . .. cpuinfo meminfo stat filesystems uptime self thread-self ";
    char word[300], path[300];
    struct dirent *entry;
    struct stat st;
    DIR *dir = opendir("/proc");
    if (!dir)
        return 1;
    while ((entry = readdir(dir))) {
        (void)snprintf(word, sizeof word, " %s ", entry->d_name);
        (void)snprintf(path, sizeof path, "/proc/%s", entry->d_name);
        if (strstr(shown, word) || strtol(entry->d_name, NULL, 10) == getpid())
            continue;
        if (lstat(path, &st) != 0 || S_ISLNK(st.st_mode)) /* into its own folder */
            continue;
        if (!is_empty(path))
            HOLE("%s shows something", path);
    }
    return 0;
}
