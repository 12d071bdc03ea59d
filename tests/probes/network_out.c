/* expect: end=exit exit=0 without=seccomp|seccomp+landlock */
/* ATTACKS 144, 147: without the filter there are sockets, but no way out and no other
 * entry: loopback is down, and nothing else is there. */
#include <arpa/inet.h>
#include <net/if.h>
#include <sys/socket.h>

#include "probe.h"

int main(void)
{
    static const char *const hosts[] = {"127.0.0.1", "10.0.2.2", "192.0.2.1",
                                        "255.255.255.255"};
    struct if_nameindex *interfaces = if_nameindex();
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};
        inet_pton(AF_INET, hosts[i], &to.sin_addr);
        int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
        if (connect(tcp, (struct sockaddr *)&to, sizeof to) == 0)
            HOLE("connected to %s", hosts[i]);
        if (sendto(udp, "x", 1, 0, (struct sockaddr *)&to, sizeof to) == 1)
            HOLE("sent to %s", hosts[i]);
    }
    for (; interfaces && interfaces->if_index; interfaces++)
        if (strcmp(interfaces->if_name, "lo") != 0 &&
            strncmp(interfaces->if_name, "tunl", 4) &&
            strncmp(interfaces->if_name, "sit", 3) &&
            strncmp(interfaces->if_name, "gre", 3))
            HOLE("interface %s", interfaces->if_name);
    return 0;
}
