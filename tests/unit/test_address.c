/* Borders of the ranges in IANA's registries of special-purpose addresses. */
#include "engine/address.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

static const char *refusal(const char *text)
{
    struct sockaddr_storage storage;
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    memset(&storage, 0, sizeof storage);
    if (inet_pton(AF_INET, text, &in.sin_addr) == 1) {
        memcpy(&storage, &in, sizeof in);
    } else {
        cr_assert_eq(inet_pton(AF_INET6, text, &in6.sin6_addr), 1, "%s", text);
        memcpy(&storage, &in6, sizeof in6);
    }
    return address_refusal((const struct sockaddr *)&storage);
}

Test(address, what_is_not_public_is_named)
{
    static const char *const cases[][2] = {
        {"0.0.0.0", "an address of this host"},
        {"0.255.255.255", "an address of this host"},
        {"10.0.0.0", "a private address"},
        {"10.255.255.255", "a private address"},
        {"100.64.0.0", "a shared address of a provider"},
        {"100.127.255.255", "a shared address of a provider"},
        {"127.0.0.1", "a loopback address"},
        {"127.255.255.255", "a loopback address"},
        {"169.254.169.254", "a link-local address"},
        {"172.16.0.0", "a private address"},
        {"172.31.255.255", "a private address"},
        {"192.0.0.1", "a reserved address"},
        {"192.0.2.255", "a reserved address"},
        {"192.88.99.1", "a reserved address"},
        {"192.168.0.0", "a private address"},
        {"192.168.255.255", "a private address"},
        {"198.18.0.0", "a reserved address"},
        {"198.19.255.255", "a reserved address"},
        {"198.51.100.7", "a reserved address"},
        {"203.0.113.7", "a reserved address"},
        {"224.0.0.1", "a multicast address"},
        {"239.255.255.255", "a multicast address"},
        {"240.0.0.1", "a reserved address"},
        {"255.255.255.255", "a reserved address"},
        {"::", "a reserved address"},
        {"::1", "a loopback address"},
        {"::127.0.0.1", "a reserved address"},
        {"::ffff:127.0.0.1", "an IPv4 address in an IPv6 one"},
        {"::ffff:1.1.1.1", "an IPv4 address in an IPv6 one"},
        {"64:ff9b::10.0.0.1", "a private address"},
        {"64:ff9b:1::1", "a reserved address"},
        {"100::1", "a reserved address"},
        {"1fff::1", "a reserved address"},
        {"2001::1", "a reserved address"},
        {"2001:1ff::1", "a reserved address"},
        {"2001:db8::1", "a reserved address"},
        {"2002:7f00:1::", "an IPv4 address in an IPv6 one"},
        {"3fff::1", "a reserved address"},
        {"4000::1", "a reserved address"},
        {"fc00::1", "a private address"},
        {"fdff::1", "a private address"},
        {"fe80::1", "a link-local address"},
        {"febf::1", "a link-local address"},
        {"fec0::1", "a private address"},
        {"ff02::1", "a multicast address"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *what = refusal(cases[i][0]);
        cr_expect(what && strcmp(what, cases[i][1]) == 0, "%s: %s", cases[i][0],
                  what ? what : "public");
    }
}

Test(address, what_is_public_is_not_refused)
{
    static const char *const addresses[] = {
        "1.1.1.1",     "9.255.255.255",    "11.0.0.0",    "100.63.255.255",
        "100.128.0.0", "126.0.0.1",        "128.0.0.1",   "169.253.255.255",
        "169.255.0.0", "172.15.255.255",   "172.32.0.0",  "192.0.1.1",
        "192.0.3.1",   "192.167.0.1",      "192.169.0.0", "198.17.255.255",
        "198.20.0.0",  "223.255.255.255",  "2001:200::1", "2001:4860:4860::8888",
        "2001:db7::1", "2001:db9::1",      "2003::1",     "2606:4700::1111",
        "3ffe::1",     "64:ff9b::1.1.1.1",
    };
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        cr_expect_null(refusal(addresses[i]), "%s is %s", addresses[i],
                       refusal(addresses[i]));
}

Test(address, another_family_is_refused)
{
    const struct sockaddr_un local = {.sun_family = AF_UNIX};
    struct sockaddr_storage storage;
    memset(&storage, 0, sizeof storage);
    memcpy(&storage, &local, sizeof local);
    cr_assert_str_eq(address_refusal((const struct sockaddr *)&storage),
                     "no address of the internet");
}
