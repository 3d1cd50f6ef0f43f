#pragma once

#include <string_view>

namespace todod::net {

/// Whether `address`, an IPv4 or IPv6 address in text, is one that everybody on the internet
/// reaches (IANA's special-purpose registries, RFC 6890): not private, loopback, link-local,
/// unique-local, shared (RFC 6598), multicast, unspecified, for documentation or reserved. Of one
/// that stands for an IPv4 address (mapped, NAT64) that address is judged. False for anything else.
bool is_public_address(std::string_view address);

/// Whether it can be told of a URL's `host`, without asking anyone where a name leads, that it is
/// not public: an address, in whatever form a resolver takes it (127.1, 0x7f000001), or localhost.
bool is_private_host(std::string_view host);

/// Whether `host` is a name that is looked up within a network alone: without a dot, or under a
/// domain such as "internal" or "local".
bool is_local_name(std::string_view host);

/// Whether `host` is localhost, a name under it, or a loopback address.
bool is_loopback_host(std::string_view host);

}  // namespace todod::net
