/* expect: end=exit exit=0 repeat=2 collect=ok */
/* ATTACKS 115: leaves a file for the next run. */
#include "probe.h"

int main(void)
{
    static const char *const names[] = {"/tmp/mail", "/dev/shm/mail", "/out/mail"};
    for (int i = 0; i < 3; i++)
        if (open(names[i], O_CREAT | O_EXCL | O_WRONLY, 0600) < 0)
            HOLE("%s is there", names[i]);
    return 0;
}
