/* address.h - is this address of the public network, or of ours?
 *
 * A URL that a participant names is fetched by the organizer's machine, which sees what she
 * does not: its own services, its neighbours, a cloud's metadata. So an address is judged
 * when the connection is about to be made, whatever name led to it.
 * Plain function of its argument; nothing is owned and nothing fails.
 */
#ifndef ENGINE_ADDRESS_H
#define ENGINE_ADDRESS_H

#include <sys/socket.h>

/* NULL: public. Otherwise what it is: "a loopback address". By IANA's registries of
 * special-purpose addresses (RFC 6890) and of IPv6, of which only 2000::/3 is given out. An
 * IPv4 address inside of an IPv6 one is refused, but for the well-known prefix of NAT64
 * (RFC 6052), where it counts itself. */
const char *address_refusal(const struct sockaddr *address);

#endif
