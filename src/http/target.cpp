#include "http/target.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace todod::http {

namespace {

bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

bool is_hex(char c) noexcept
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_alphanumeric(char c) noexcept
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// RFC 3986 reg-name without the comma, which would make a list of hosts look like one.
bool is_valid_name(std::string_view name) noexcept
{
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '%') {
            if (i + 2 >= name.size() || !is_hex(name[i + 1]) || !is_hex(name[i + 2])) return false;
            i += 2;
        } else if (!is_alphanumeric(name[i]) &&
                   std::string_view{"-._~!$&'()*+;="}.find(name[i]) == std::string_view::npos) {
            return false;
        }
    }
    return !name.empty();
}

bool is_valid_ip_literal(std::string_view literal) noexcept
{
    return !literal.empty() && std::ranges::all_of(literal, [](char c) {
        return is_alphanumeric(c) || c == ':' || c == '.' || c == '-';
    });
}

bool is_plain(std::string_view text) noexcept
{
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != '#'; });
}

Target split_query(std::string_view path_and_query) noexcept
{
    const auto mark = path_and_query.find('?');
    if (mark == std::string_view::npos) return {path_and_query, {}};
    return {path_and_query.substr(0, mark), path_and_query.substr(mark + 1)};
}

constexpr Refusal malformed{400, "The request target is malformed."};

std::expected<Target, Refusal> split_absolute(std::string_view target)
{
    const auto scheme_end = target.find("://");
    if (scheme_end == std::string_view::npos) return std::unexpected{malformed};
    const auto scheme = target.substr(0, scheme_end);
    if (!base::equals_ignoring_case(scheme, "http") &&
        !base::equals_ignoring_case(scheme, "https")) {
        return std::unexpected{malformed};
    }
    const auto rest = target.substr(scheme_end + 3);
    const auto host_end = std::min(rest.find_first_of("/?"), rest.size());
    if (!is_valid_host(rest.substr(0, host_end))) return std::unexpected{malformed};
    return split_query(rest.substr(host_end));
}

}  // namespace

bool is_valid_host(std::string_view host) noexcept
{
    std::string_view port;
    if (host.starts_with('[')) {
        const auto end = host.find(']');
        if (end == std::string_view::npos || !is_valid_ip_literal(host.substr(1, end - 1))) {
            return false;
        }
        port = host.substr(end + 1);
    } else {
        const auto end = std::min(host.find(':'), host.size());
        if (!is_valid_name(host.substr(0, end))) return false;
        port = host.substr(end);
    }
    return port.empty() || (port.starts_with(':') && port.size() <= 6 &&
                            std::ranges::all_of(port.substr(1), is_digit));
}

std::expected<Target, Refusal> split_target(std::string_view target, Verb verb)
{
    if (target.size() > target_bytes_max) {
        return std::unexpected{Refusal{414, "The request target is too long."}};
    }
    if (!is_plain(target)) return std::unexpected{malformed};
    if (target.starts_with('/')) return split_query(target);
    if (target != "*") return split_absolute(target);
    if (verb == Verb::options) return Target{target, {}};
    return std::unexpected{Refusal{400, "Only OPTIONS may ask for *."}};
}

}  // namespace todod::http
