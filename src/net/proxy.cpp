#include "net/proxy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "net/address.hpp"

namespace todod::net {

namespace ip = boost::asio::ip;

namespace {

[[noreturn]] void refuse()
{
    throw base::Error{base::ErrorCode::invalid,
                      "http://USER:PASSWORD@HOST:PORT, with special characters percent-encoded; "
                      "only the host is needed"};
}

/// RFC 7617, in RFC 4648 §4's alphabet.
std::string basic(std::string_view credentials)
{
    std::string text = base::base64url_encode(credentials);
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    text.resize((credentials.size() + 2) / 3 * 4, '=');
    return "Basic " + text;
}

std::string read_authorization(std::string_view user)
{
    const auto name = base::percent_decode(user.substr(0, user.find(':')), false);
    const auto password = user.contains(':')
                              ? base::percent_decode(user.substr(user.find(':') + 1), false)
                              : std::optional<std::string>{""};
    if (!name || !password || name->contains(':')) refuse();
    return basic(fmt::format("{}:{}", *name, *password));
}

/// Whether `network`, "10.0.0.0/8", has `address` in it.
bool is_within(const std::string& network, const std::string& address)
{
    boost::system::error_code no_network;
    boost::system::error_code no_address;
    const auto v4 = ip::make_network_v4(network, no_network);
    const auto host4 = ip::make_address_v4(address, no_address);
    if (!no_network && !no_address) {
        return ip::make_network_v4(host4, v4.prefix_length()).canonical() == v4.canonical();
    }
    const auto v6 = ip::make_network_v6(network, no_network);
    const auto host6 = ip::make_address_v6(address, no_address);
    if (no_network || no_address) return false;
    return ip::make_network_v6(host6, v6.prefix_length()).canonical() == v6.canonical();
}

/// Whether both are the same address, however each is written.
bool is_same_address(const std::string& a, const std::string& b)
{
    boost::system::error_code no_a;
    boost::system::error_code no_b;
    return ip::make_address(a, no_a) == ip::make_address(b, no_b) && !no_a && !no_b;
}

/// An entry of NO_PROXY: "a.example", "192.0.2.1:80", "[2001:db8::1]:80", "2001:db8::1".
struct Entry {
    std::string host;
    std::string_view port;  ///< empty: any
};

Entry read_entry(std::string_view text)
{
    const bool is_bracketed = text.starts_with('[') && text.contains(']');
    const bool has_port = is_bracketed || std::ranges::count(text, ':') == 1;
    const std::size_t end = !has_port ? text.size() : text.find(is_bracketed ? ']' : ':');
    Entry entry{.host = base::to_lower(text.substr(0, end)), .port = {}};
    if (is_bracketed) entry.host.erase(0, 1);
    if (entry.host.starts_with("*.")) entry.host.erase(0, 1);
    if (entry.host.starts_with('.')) entry.host.erase(0, 1);
    const std::size_t colon = text.find(':', end);
    if (colon != std::string_view::npos) entry.port = text.substr(colon + 1);
    return entry;
}

/// `host` is in lower case.
bool stands_for(std::string_view text, const std::string& host, std::uint16_t port)
{
    if (text == "*") return true;
    if (text.contains('/')) return is_within(std::string{text}, host);
    const Entry entry = read_entry(text);
    if (entry.host.empty()) return false;
    if (!entry.port.empty() && entry.port != std::to_string(port)) return false;
    return host == entry.host || host.ends_with('.' + entry.host) ||
           is_same_address(entry.host, host);
}

}  // namespace

std::string Proxy::place() const
{
    return fmt::format(fmt::runtime(host.contains(':') ? "[{}]:{}" : "{}:{}"), host, port);
}

Proxy parse_proxy(std::string_view url)
{
    const std::size_t scheme_end = url.find("://");
    const std::string_view scheme = url.substr(0, scheme_end);
    std::string_view rest = url;
    if (scheme_end != std::string_view::npos) {
        if (!base::equals_ignoring_case(scheme, "http")) refuse();
        rest.remove_prefix(scheme_end + 3);
    }
    Proxy proxy;
    const std::size_t at = rest.rfind('@');
    if (at != std::string_view::npos) {
        proxy.authorization = read_authorization(rest.substr(0, at));
        rest.remove_prefix(at + 1);
    }
    const auto place = parse_url(fmt::format("http://{}", rest));
    if (!place || place->target != "/") refuse();
    proxy.host = place->host;
    proxy.port = place->port;
    return proxy;
}

const Proxy* find_proxy(const ProxySettings& settings, const Url& url)
{
    const auto& proxy = url.is_secure ? settings.https : settings.http;
    if (!proxy || is_loopback_host(url.host)) return nullptr;
    std::string host = base::to_lower(url.host);
    if (host.ends_with('.')) host.pop_back();
    const bool is_direct = std::ranges::any_of(settings.direct, [&](const std::string& entry) {
        return stands_for(entry, host, url.port);
    });
    return is_direct ? nullptr : &*proxy;
}

}  // namespace todod::net
