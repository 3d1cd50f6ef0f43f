#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/type.hpp"

struct sockaddr;

namespace todod::http {

/// An IPv6 address, or an IPv4 address mapped to one (::ffff:192.0.2.1).
struct Address {
    std::array<char, 16> bytes{};

    bool is_v4() const noexcept;
    /// The bytes that limits count by: all of IPv4, the /64 of IPv6, which one client has to
    /// itself.
    std::string_view network() const noexcept;
    std::string text() const;  ///< "192.0.2.1", "2001:db8::1"
    bool operator==(const Address&) const = default;
};

/// All zeros where it is of neither family.
Address to_address(const sockaddr& address) noexcept;

/// An IPv4 or IPv6 address. Nothing where it is not one.
std::optional<Address> parse_address(std::string_view text);

/// The addresses with the same first `bits`.
struct Network {
    Address address;
    unsigned bits = 128;

    bool contains(const Address& other) const noexcept;
};

/// What "192.0.2.1", "10.0.0.0/8", "loopback" or "private" (those that are no-one's on the
/// Internet: RFC 1918, RFC 4193, link-local) stand for. Empty where it is none of these.
std::vector<Network> parse_networks(std::string_view text);

bool contains(std::span<const Network> networks, const Address& address) noexcept;

/// Who asks `peer`, a trusted proxy, to ask: the rightmost in X-Forwarded-For that is not trusted
/// itself. What stands further left anybody may have written.
Address find_client(const Address& peer, std::span<const schema::NamedText> headers,
                    std::span<const Network> trusted);

}  // namespace todod::http
