#include "net/redis_settings.hpp"

#include <charconv>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::net {

namespace {

constexpr std::string_view form =
    "redis://USER:PASSWORD@HOST:PORT/DATABASE or unix:///PATH?db=DATABASE, with special characters "
    "percent-encoded";

[[noreturn]] void refuse(std::string takes = std::string{form})
{
    throw base::Error{base::ErrorCode::invalid, std::move(takes)};
}

template <class Number>
Number to_whole(std::string_view text)
{
    Number number{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_whole = failed == std::errc{} && end == text.data() + text.size();
    if (!is_whole || number < 0) refuse();
    return number;
}

std::string decode(std::string_view text)
{
    auto decoded = base::percent_decode(text, false);
    if (!decoded || decoded->contains('\0')) refuse();
    return *std::move(decoded);
}

/// Takes what stands before `mark` off the text, with it; the whole text where it does not.
std::string_view take_until(std::string_view& text, char mark)
{
    const auto end = text.find(mark);
    const auto taken = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    return taken;
}

void read_user(RedisSettings& settings, std::string_view& rest)
{
    const auto at = rest.substr(0, rest.find_first_of("/?")).rfind('@');
    if (at == std::string_view::npos) return;
    auto password = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    settings.user = decode(take_until(password, ':'));
    settings.password = decode(password);
    if (settings.password.empty()) refuse();
}

void read_host(RedisSettings& settings, std::string_view place)
{
    if (place.starts_with('[')) {
        if (!place.contains(']')) refuse();
        place.remove_prefix(1);
        settings.host = take_until(place, ']');
        if (!place.empty() && !place.starts_with(':')) refuse();
        if (!place.empty()) place.remove_prefix(1);
    } else if (const auto host = take_until(place, ':'); !host.empty()) {
        settings.host = decode(host);
    }
    if (!place.empty()) settings.port = to_whole<std::uint16_t>(place);
    if (settings.host.empty() || settings.port == 0) refuse();
}

void read_query(RedisSettings& settings, std::string_view query)
{
    while (!query.empty()) {
        auto value = take_until(query, '&');
        if (take_until(value, '=') != "db") refuse("a URL with no parameter but db");
        settings.database = to_whole<int>(value);
    }
}

}  // namespace

std::string RedisSettings::place() const
{
    if (!socket.empty()) return socket;
    return fmt::format(fmt::runtime(host.contains(':') ? "[{}]:{}" : "{}:{}"), host, port);
}

RedisSettings parse_redis_url(std::string_view url)
{
    if (url.starts_with("rediss://")) {
        refuse("redis:// or unix://; todod does not speak TLS with Redis (rediss://)");
    }
    const bool is_unix = url.starts_with("unix://");
    if (!is_unix && !url.starts_with("redis://")) refuse();
    RedisSettings settings;
    auto rest = url.substr(url.find("://") + 3);
    read_user(settings, rest);
    auto place = take_until(rest, '?');
    read_query(settings, rest);
    if (is_unix) {
        settings.socket = decode(place);
        if (!settings.socket.starts_with('/')) refuse();
        return settings;
    }
    read_host(settings, take_until(place, '/'));
    if (!place.empty()) settings.database = to_whole<int>(place);
    return settings;
}

}  // namespace todod::net
