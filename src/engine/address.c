#include "address.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const struct {
    uint32_t prefix;
    unsigned bits;
    const char *what;
} ranges4[] = {
    {0x00000000, 8, "an address of this host"},         /* 0.0.0.0/8 */
    {0x0a000000, 8, "a private address"},               /* 10.0.0.0/8 */
    {0x64400000, 10, "a shared address of a provider"}, /* 100.64.0.0/10 */
    {0x7f000000, 8, "a loopback address"},              /* 127.0.0.0/8 */
    {0xa9fe0000, 16, "a link-local address"},           /* 169.254.0.0/16 */
    {0xac100000, 12, "a private address"},              /* 172.16.0.0/12 */
    {0xc0000000, 24, "a reserved address"},             /* 192.0.0.0/24 */
    {0xc0000200, 24, "a reserved address"},             /* 192.0.2.0/24 */
    {0xc0586300, 24, "a reserved address"},             /* 192.88.99.0/24 */
    {0xc0a80000, 16, "a private address"},              /* 192.168.0.0/16 */
    {0xc6120000, 15, "a reserved address"},             /* 198.18.0.0/15 */
    {0xc6336400, 24, "a reserved address"},             /* 198.51.100.0/24 */
    {0xcb007100, 24, "a reserved address"},             /* 203.0.113.0/24 */
    {0xe0000000, 4, "a multicast address"},             /* 224.0.0.0/4 */
    {0xf0000000, 4, "a reserved address"},              /* 240.0.0.0/4 */
};

static const struct {
    uint8_t prefix[12];
    unsigned bits;
    const char *what;
} ranges6[] = {
    {{0x20, 0x01}, 23, "a reserved address"},             /* 2001::/23, Teredo too */
    {{0x20, 0x01, 0x0d, 0xb8}, 32, "a reserved address"}, /* 2001:db8::/32 */
    {{0x20, 0x02}, 16, "an IPv4 address in an IPv6 one"}, /* 2002::/16, 6to4 */
    {{0x3f, 0xff}, 20, "a reserved address"},             /* 3fff::/20 */
    {{0x20}, 3, NULL},                                    /* 2000::/3: given out */
    {{0xfc}, 7, "a private address"},                     /* fc00::/7 */
    {{0xfe, 0x80}, 10, "a link-local address"},           /* fe80::/10 */
    {{0xfe, 0xc0}, 10, "a private address"},              /* fec0::/10 */
    {{0xff}, 8, "a multicast address"},                   /* ff00::/8 */
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, "an IPv4 address in an IPv6 one"},
};

static const uint8_t nat64[12] = {0x00, 0x64, 0xff, 0x9b};

static const char *refusal4(uint32_t address)
{
    for (size_t i = 0; i < sizeof ranges4 / sizeof *ranges4; i++)
        if ((address ^ ranges4[i].prefix) >> (32 - ranges4[i].bits) == 0)
            return ranges4[i].what;
    return NULL;
}

static bool has_prefix(const uint8_t *address, const uint8_t *prefix, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(address, prefix, whole) != 0)
        return false;
    return rest == 0 || (address[whole] ^ prefix[whole]) >> (8 - rest) == 0;
}

static const char *refusal6(const uint8_t *address)
{
    static const uint8_t loopback[16] = {[15] = 1};
    if (memcmp(address, loopback, sizeof loopback) == 0)
        return "a loopback address";
    if (memcmp(address, nat64, sizeof nat64) == 0)
        return refusal4((uint32_t)address[12] << 24 | (uint32_t)address[13] << 16 |
                        (uint32_t)address[14] << 8 | address[15]);
    for (size_t i = 0; i < sizeof ranges6 / sizeof *ranges6; i++)
        if (has_prefix(address, ranges6[i].prefix, ranges6[i].bits))
            return ranges6[i].what;
    return "a reserved address";
}

const char *address_refusal(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return refusal4(ntohl(in.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        return refusal6(in6.sin6_addr.s6_addr);
    }
    return "no address of the internet";
}
