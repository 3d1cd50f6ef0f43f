#include "net/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace todod::net {

namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;
constexpr std::size_t max_url_bytes = 2048;
constexpr std::size_t max_host_bytes = 253;

bool is_one_of(char c, std::string_view more) noexcept
{
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') ||
           more.contains(c);
}

bool is_host(std::string_view host, bool is_bracketed) noexcept
{
    const std::string_view more = is_bracketed ? ":." : "-._";
    return !host.empty() && host.size() <= max_host_bytes &&
           std::ranges::all_of(host, [&](char c) { return is_one_of(c, more); });
}

bool is_target(std::string_view target) noexcept
{
    return std::ranges::all_of(target,
                               [](char c) { return is_one_of(c, "-._~:/?[]@!$&'()*+,;=%"); });
}

std::optional<std::uint16_t> read_port(std::string_view text, std::uint16_t standard)
{
    if (text.empty()) return standard;
    std::uint16_t port = 0;
    if (!text.starts_with(':')) return std::nullopt;
    const char* const end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data() + 1, end, port);
    if (failed != std::errc{} || stop != end || port == 0) return std::nullopt;
    return port;
}

std::uint16_t standard_port(const Url& url) noexcept
{
    return url.is_secure ? https_port : http_port;
}

std::string bracketed(const std::string& host)
{
    return host.contains(':') ? '[' + host + ']' : host;
}

/// Takes the scheme away from `text`.
std::optional<bool> take_scheme(std::string_view& text)
{
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!base::equals_ignoring_case(text.substr(0, scheme.size()), scheme)) continue;
        text.remove_prefix(scheme.size());
        return scheme == "https://";
    }
    return std::nullopt;
}

}  // namespace

std::string Url::authority() const
{
    if (port == standard_port(*this)) return bracketed(host);
    return fmt::format("{}:{}", bracketed(host), port);
}

std::string Url::origin() const
{
    return fmt::format("{}://{}:{}", is_secure ? "https" : "http", bracketed(host), port);
}

std::optional<Url> parse_url(std::string_view text)
{
    if (text.size() > max_url_bytes) return std::nullopt;
    text = text.substr(0, text.find('#'));
    const auto is_secure = take_scheme(text);
    if (!is_secure) return std::nullopt;

    Url url{.is_secure = *is_secure, .host = {}, .port = 0, .target = {}};
    const std::string_view authority = text.substr(0, text.find_first_of("/?"));
    const std::string_view target = text.substr(authority.size());
    const bool is_bracketed = authority.starts_with('[');
    const std::size_t host_end =
        std::min(is_bracketed ? authority.find(']') : authority.find(':'), authority.size());
    const std::size_t host_begin = is_bracketed ? 1 : 0;
    const std::size_t rest = std::min(host_end + host_begin, authority.size());
    url.host = authority.substr(host_begin, host_end - host_begin);
    const auto port = read_port(authority.substr(rest), standard_port(url));
    const bool is_closed = !is_bracketed || host_end < authority.size();
    if (!port || !is_closed || !is_host(url.host, is_bracketed) || !is_target(target)) {
        return std::nullopt;
    }
    url.port = *port;
    url.target = target.starts_with('/') ? "" : "/";
    url.target += target;
    return url;
}

}  // namespace todod::net
