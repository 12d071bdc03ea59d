/* expect: end=exit exit=0 */
/* ATTACKS 87: NUL bytes, escapes and bad UTF-8. */
#include "probe.h"

int main(void)
{
    return fwrite("\0\033[2J\xff\xfe\r\n", 1, 9, stdout) == 9 ? 0 : 1;
}
