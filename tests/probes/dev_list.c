/* expect: end=exit exit=0 */
/* ATTACKS 142, 154: all of /dev, by name and number. */
#include <dirent.h>
#include <sys/sysmacros.h>

#include "probe.h"

int main(void)
{
    static const char known[] =
        " . .. null zero full random urandom fd stdin stdout stderr shm ";
    char word[300];
    struct dirent *entry;
    struct stat st;
    DIR *dir = opendir("/dev");
    if (!dir)
        return 1;
    while ((entry = readdir(dir))) {
        (void)snprintf(word, sizeof word, " %s ", entry->d_name);
        if (!strstr(known, word))
            HOLE("/dev/%s", entry->d_name);
        if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            return 2;
        if (S_ISBLK(st.st_mode) || (S_ISCHR(st.st_mode) && major(st.st_rdev) != 1))
            HOLE("/dev/%s is device %u", entry->d_name, major(st.st_rdev));
    }
    return 0;
}
