/* expect: end=exit exit=0 collect=device */
/* ATTACKS 101: the one device that needs no right to be made: a whiteout, left by a rename.
 */
#include "probe.h"

int main(void)
{
    struct stat st;
    close(open("/out/a", O_CREAT | O_WRONLY, 0600));
    if (syscall(SYS_renameat2, AT_FDCWD, "/out/a", AT_FDCWD, "/out/b", 4) != 0)
        return symlink("/dev/zero", "/out/device"); /* as good: it must not be followed */
    return lstat("/out/a", &st) == 0 && S_ISCHR(st.st_mode) ? 0 : 1;
}
