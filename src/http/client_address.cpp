#include "http/client_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <iterator>
#include <ranges>

#include "base/text.hpp"
#include "http/field_values.hpp"

namespace todod::http {

namespace {

constexpr std::string_view mapped_prefix{"\0\0\0\0\0\0\0\0\0\0\xff\xff", 12};
constexpr std::size_t network_bytes = 8;
constexpr unsigned v6_bits = 128;
constexpr unsigned mapped_bits = 96;
constexpr unsigned byte_bits = 8;

std::string_view view(const Address& address) noexcept
{
    return {address.bytes.data(), address.bytes.size()};
}

Address map_v4(const in_addr& v4) noexcept
{
    Address address;
    std::ranges::copy(mapped_prefix, address.bytes.begin());
    std::memcpy(address.bytes.data() + mapped_prefix.size(), &v4, sizeof(v4));
    return address;
}

std::vector<Network> parse_all(std::initializer_list<std::string_view> names)
{
    std::vector<Network> networks;
    for (const std::string_view name : names)
        std::ranges::move(parse_networks(name), std::back_inserter(networks));
    return networks;
}

/// Without the port and the brackets that some proxies add.
std::optional<Address> parse_hop(std::string_view hop)
{
    if (hop.starts_with('[')) {
        hop = hop.substr(1, hop.find(']') - 1);
    } else if (std::ranges::count(hop, ':') == 1) {
        hop = hop.substr(0, hop.find(':'));
    }
    return parse_address(hop);
}

}  // namespace

bool Address::is_v4() const noexcept
{
    return view(*this).starts_with(mapped_prefix);
}

std::string_view Address::network() const noexcept
{
    return is_v4() ? view(*this) : view(*this).substr(0, network_bytes);
}

std::string Address::text() const
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_v4()) {
        ::inet_ntop(AF_INET, bytes.data() + mapped_prefix.size(), text.data(), text.size());
    } else {
        ::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
    }
    return text.data();
}

Address to_address(const sockaddr& address) noexcept
{
    if (address.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof(v4));
        return map_v4(v4.sin_addr);
    }
    Address v6;
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 from{};
        std::memcpy(&from, &address, sizeof(from));
        std::memcpy(v6.bytes.data(), &from.sin6_addr, sizeof(from.sin6_addr));
    }
    return v6;
}

std::optional<Address> parse_address(std::string_view text)
{
    if (text.size() >= INET6_ADDRSTRLEN || text.contains('\0')) return std::nullopt;
    const std::string terminated{text};
    in_addr v4{};
    if (::inet_pton(AF_INET, terminated.c_str(), &v4) == 1) return map_v4(v4);
    Address v6;
    if (::inet_pton(AF_INET6, terminated.c_str(), v6.bytes.data()) == 1) return v6;
    return std::nullopt;
}

bool Network::contains(const Address& other) const noexcept
{
    const std::size_t whole = bits / byte_bits;
    if (view(address).substr(0, whole) != view(other).substr(0, whole)) return false;
    const unsigned rest = bits % byte_bits;
    if (rest == 0) return true;
    const auto differing = static_cast<unsigned char>(address.bytes[whole] ^ other.bytes[whole]);
    return differing >> (byte_bits - rest) == 0;
}

std::vector<Network> parse_networks(std::string_view text)
{
    if (base::equals_ignoring_case(text, "loopback")) return parse_all({"127.0.0.0/8", "::1"});
    if (base::equals_ignoring_case(text, "private")) {
        return parse_all({"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
                          "fc00::/7", "fe80::/10"});
    }
    const std::size_t slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    if (!address) return {};
    const unsigned outer_bits =
        address->is_v4() && !text.substr(0, slash).contains(':') ? mapped_bits : 0;
    Network network{*address, v6_bits};
    if (slash != std::string_view::npos) {
        const std::string_view bits = text.substr(slash + 1);
        const auto [end, failed] =
            std::from_chars(bits.data(), bits.data() + bits.size(), network.bits);
        if (failed != std::errc{} || end != bits.data() + bits.size()) return {};
        if (network.bits > v6_bits - outer_bits) return {};
        network.bits += outer_bits;
    }
    return {network};
}

bool contains(std::span<const Network> networks, const Address& address) noexcept
{
    return std::ranges::any_of(networks,
                               [&](const Network& each) { return each.contains(address); });
}

Address find_client(const Address& peer, std::span<const schema::NamedText> headers,
                    std::span<const Network> trusted)
{
    Address client = peer;
    for (const auto& [name, value] : headers | std::views::reverse) {
        if (!base::equals_ignoring_case(name, "X-Forwarded-For")) continue;
        for (std::string_view rest = value;;) {
            const std::size_t comma = rest.rfind(',');
            const auto hop = parse_hop(
                base::trim_spaces(rest.substr(comma == std::string_view::npos ? 0 : comma + 1)));
            if (!hop) return client;
            client = *hop;
            if (!contains(trusted, client)) return client;
            if (comma == std::string_view::npos) break;
            rest = rest.substr(0, comma);
        }
    }
    return client;
}

}  // namespace todod::http
