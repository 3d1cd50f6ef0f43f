#include "net/address.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <string>

#include "base/text.hpp"

namespace todod::net {

namespace ip = boost::asio::ip;

namespace {

struct Block4 {
    std::uint32_t first;
    unsigned bits;
};

constexpr std::uint32_t quad(std::uint32_t a, std::uint32_t b, std::uint32_t c = 0)
{
    return a << 24U | b << 16U | c << 8U;
}

constexpr Block4 not_public[] = {
    {quad(0, 0), 8},           // this network
    {quad(10, 0), 8},          // private
    {quad(100, 64), 10},       // shared by a provider's customers
    {quad(127, 0), 8},         // loopback
    {quad(169, 254), 16},      // link-local: a cloud's metadata too
    {quad(172, 16), 12},       // private
    {quad(192, 0, 0), 24},     // protocols
    {quad(192, 0, 2), 24},     // documentation
    {quad(192, 88, 99), 24},   // 6to4 relays
    {quad(192, 168), 16},      // private
    {quad(198, 18), 15},       // benchmarks
    {quad(198, 51, 100), 24},  // documentation
    {quad(203, 0, 113), 24},   // documentation
    {quad(224, 0), 4},         // multicast
    {quad(240, 0), 4},         // reserved, broadcast
};

bool is_public(std::uint32_t address) noexcept
{
    return std::ranges::none_of(not_public, [&](const Block4& block) {
        return (address ^ block.first) >> (32U - block.bits) == 0;
    });
}

struct Block6 {
    std::uint32_t first;  ///< the first 32 bits; all blocks are at most so long
    unsigned bits;
};

constexpr std::uint32_t words(std::uint32_t a, std::uint32_t b)
{
    return a << 16U | b;
}

/// Within 2000::/3, outside which nothing is public.
constexpr Block6 not_public6[] = {
    {words(0x2001, 0), 23},      // protocols, Teredo
    {words(0x2001, 0xdb8), 32},  // documentation
    {words(0x2002, 0), 16},      // 6to4
    {words(0x3fff, 0), 20},      // documentation
};

std::uint32_t read_word(const ip::address_v6::bytes_type& bytes, std::size_t at) noexcept
{
    return quad(bytes[at], bytes[at + 1], bytes[at + 2]) | bytes[at + 3];
}

/// 64:ff9b::/96 (RFC 6052)
bool is_nat64(const ip::address_v6::bytes_type& bytes) noexcept
{
    return read_word(bytes, 0) == words(0x64, 0xff9b) && read_word(bytes, 4) == 0 &&
           read_word(bytes, 8) == 0;
}

bool is_public(const ip::address_v6& address)
{
    const auto bytes = address.to_bytes();
    if (address.is_v4_mapped() || is_nat64(bytes)) return is_public(read_word(bytes, 12));
    const std::uint32_t head = read_word(bytes, 0);
    return head >> 29U == 1 && std::ranges::none_of(not_public6, [&](const Block6& block) {
               return (head ^ block.first) >> (32U - block.bits) == 0;
           });
}

/// Whether a host's last part is a number: then it is an IPv4 address, however it is written.
bool ends_in_number(std::string_view host) noexcept
{
    if (host.ends_with('.')) host.remove_suffix(1);
    const std::string last = base::to_lower(host.substr(host.rfind('.') + 1));
    if (last.starts_with("0x")) return true;
    return !last.empty() && std::ranges::all_of(last, [](char c) { return '0' <= c && c <= '9'; });
}

std::string to_name(std::string_view host)
{
    std::string name = base::to_lower(host);
    if (name.ends_with('.')) name.pop_back();
    return name;
}

/// Domains that no public name is under: RFC 6762, RFC 8375, ICANN's "internal", and of habit.
constexpr std::string_view local_domains[] = {".internal", ".local", ".lan", ".home.arpa",
                                              ".localdomain"};

bool is_localhost(std::string_view host)
{
    const std::string name = to_name(host);
    return name == "localhost" || name.ends_with(".localhost");
}

}  // namespace

bool is_public_address(std::string_view address)
{
    boost::system::error_code failed;
    const auto parsed = ip::make_address(std::string{address}, failed);
    if (failed) return false;
    return parsed.is_v4() ? is_public(parsed.to_v4().to_uint()) : is_public(parsed.to_v6());
}

bool is_private_host(std::string_view host)
{
    if (host.contains(':') || ends_in_number(host)) return !is_public_address(host);
    return is_localhost(host);
}

bool is_local_name(std::string_view host)
{
    if (host.contains(':')) return false;
    const std::string name = '.' + to_name(host);
    return name.rfind('.') == 0 || std::ranges::any_of(local_domains, [&](std::string_view domain) {
               return name.ends_with(domain);
           });
}

bool is_loopback_host(std::string_view host)
{
    boost::system::error_code failed;
    const auto address = ip::make_address(std::string{host}, failed);
    return failed ? is_localhost(host) : address.is_loopback();
}

}  // namespace todod::net
