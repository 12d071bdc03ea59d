/* expect: end=exit exit=0 collect=ok */
/* ATTACKS 95: names with line ends, escapes and dashes. */
#include "probe.h"

int main(void)
{
    static const char *const names[] = {"/out/-rf", "/out/a\nb", "/out/\033[2J",
                                        "/out/..."};
    for (int i = 0; i < 4; i++)
        close(open(names[i], O_CREAT | O_WRONLY, 0600));
    return 0;
}
