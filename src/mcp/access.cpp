#include "mcp/access.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::mcp {

namespace {

constexpr std::size_t host_bytes_max = 255;
constexpr std::size_t port_digits_max = 5;

[[noreturn]] void refuse(std::string message)
{
    throw base::Error{base::ErrorCode::forbidden, std::move(message)};
}

/// "todo.example:8443", "[::1]"; views into what was parsed.
struct Host {
    std::string_view name;  ///< of an IPv6 address with its brackets
    std::string_view port;  ///< empty: none
};

bool consists_of(std::string_view text, bool (*is_one)(unsigned char)) noexcept
{
    return !text.empty() && std::ranges::all_of(text, is_one);
}

bool is_digit(unsigned char c) noexcept
{
    return std::isdigit(c) != 0;
}

bool is_of_name(unsigned char c) noexcept
{
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
}

bool is_of_address(unsigned char c) noexcept
{
    return std::isxdigit(c) != 0 || c == ':' || c == '.';
}

/// Nothing for what is none.
std::optional<Host> parse_host(std::string_view text) noexcept
{
    Host host;
    if (text.size() > host_bytes_max) return std::nullopt;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        if (!consists_of(text.substr(1, end - 1), is_of_address)) return std::nullopt;
        host.name = text.substr(0, end + 1);
    } else {
        host.name = text.substr(0, text.find(':'));
        if (!consists_of(host.name, is_of_name)) return std::nullopt;
    }
    text.remove_prefix(host.name.size());
    if (text.empty()) return host;
    host.port = text.substr(1);
    if (!text.starts_with(':') || host.port.size() > port_digits_max ||
        !consists_of(host.port, is_digit)) {
        return std::nullopt;
    }
    return host;
}

bool is_loopback(const Host& host) noexcept
{
    constexpr std::array<std::string_view, 3> names{"localhost", "127.0.0.1", "[::1]"};
    return std::ranges::any_of(
        names, [&](auto name) { return base::equals_ignoring_case(host.name, name); });
}

bool stands_for(std::string_view listed, const Host& host) noexcept
{
    const auto known = parse_host(listed);
    return known && base::equals_ignoring_case(known->name, host.name) &&
           (known->port.empty() || known->port == host.port);
}

/// A page's origin, but for its scheme.
struct Origin {
    Host host;
    std::string_view standard_port;
};

std::optional<Origin> parse_origin(std::string_view text) noexcept
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> schemes{
        {{"http://", "80"}, {"https://", "443"}}};
    for (const auto& [scheme, port] : schemes) {
        if (!base::equals_ignoring_case(text.substr(0, scheme.size()), scheme)) continue;
        const auto host = parse_host(text.substr(scheme.size()));
        if (host) return Origin{*host, port};
    }
    return std::nullopt;
}

/// Whether the page is of the server that it asks.
bool is_own(const Origin& origin, const Host& host) noexcept
{
    const auto port_of = [&](const Host& of) {
        return of.port.empty() ? origin.standard_port : of.port;
    };
    return base::equals_ignoring_case(origin.host.name, host.name) &&
           port_of(origin.host) == port_of(host);
}

/// The value of the one header `name`. Nothing where it is not there.
std::optional<std::string_view> find_one(std::span<const schema::NamedText> headers,
                                         std::string_view name)
{
    std::optional<std::string_view> value;
    for (const auto& header : headers) {
        if (!base::equals_ignoring_case(header.name, name)) continue;
        if (value) refuse(fmt::format("{} is given twice.", name));
        value = base::trim(header.value);
    }
    return value;
}

Host check_host(const Access& access, std::optional<std::string_view> text, bool is_restricted)
{
    if (!text) refuse("Host is missing.");
    const auto host = parse_host(*text);
    if (!host) refuse("Host is not a name or an address.");
    const auto is_it = [&](const std::string& listed) { return stands_for(listed, *host); };
    if (is_restricted && !is_loopback(*host) && std::ranges::none_of(access.hosts, is_it)) {
        refuse(fmt::format("This server is not to be asked as {} (MCP_HOSTS).", *text));
    }
    return *host;
}

bool is_listed(const Access& access, std::string_view origin) noexcept
{
    return std::ranges::any_of(access.origins, [&](const std::string& listed) {
        return listed == "*" || base::equals_ignoring_case(listed, origin);
    });
}

}  // namespace

bool is_host(std::string_view text) noexcept
{
    return parse_host(text).has_value();
}

bool is_local_page(const Access& access, std::string_view origin) noexcept
{
    const auto parsed = parse_origin(origin);
    const bool is_alone = access.is_local && !access.is_behind_proxy;
    return is_alone && parsed && is_loopback(parsed->host);
}

void check(const Access& access, std::span<const schema::NamedText> headers)
{
    const bool is_restricted = access.is_local || !access.hosts.empty();
    const Host host = check_host(access, find_one(headers, "Host"), is_restricted);
    const auto text = find_one(headers, "Origin");
    if (!text) return;
    const auto origin = parse_origin(*text);
    if (!origin) refuse("Pages without an http or https origin may not ask.");
    if (is_listed(access, *text)) return;
    if (is_local_page(access, *text)) return;
    if (is_restricted && is_own(*origin, host)) return;
    refuse(fmt::format("Pages of {} may not ask (CORS_ORIGINS).", *text));
}

}  // namespace todod::mcp
