/* expect: end=exit exit=0 */
/* ATTACKS 157: a fixed name. */
#include <sys/utsname.h>

#include "probe.h"

int main(void)
{
    struct utsname name;
    if (uname(&name) != 0 || strcmp(name.nodename, "podbox") != 0)
        HOLE("host name %s", name.nodename);
    if (*name.domainname != '\0')
        HOLE("domain name %s", name.domainname);
    return 0;
}
