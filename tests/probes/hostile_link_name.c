/* expect: end=exit exit=0 collect='a??[2J?' */
/* ATTACKS 95, 178: what is refused when collecting has a name with escapes and bad UTF-8.
 */
#include "probe.h"

int main(void)
{
    return symlink("/etc/shadow", "/out/a\n\033[2J\xff");
}
