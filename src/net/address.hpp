#pragma once

#include <string_view>

namespace todod::net {

/// Whether `address`, an IPv4 or IPv6 address in text, is one that everybody on the internet
/// reaches (IANA's special-purpose registries, RFC 6890): not private, loopback, link-local,
/// unique-local, shared (RFC 6598), multicast, unspecified, for documentation or reserved. Of one
/// that stands for an IPv4 address (mapped, NAT64) that address is judged. False for anything else.
bool is_public_address(std::string_view address);

}  // namespace todod::net
