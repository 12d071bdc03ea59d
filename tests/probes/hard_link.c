/* expect: end=exit exit=0 */
/* ATTACKS 99: a hard link to a file of another mount. */
#include "probe.h"

int main(void)
{
    if (link("/usr/bin/env", "/out/env") == 0 || link("/etc/ld.so.cache", "/tmp/x") == 0)
        HOLE("linked");
    return 0;
}
