#include "auth/session_cookie.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::auth {

namespace {

/// Takes the next `name=value` off a Cookie header. What has no '=' is a value without a name.
schema::NamedText take_cookie(std::string_view& list) noexcept
{
    const auto end = std::min(list.find(';'), list.size());
    const auto pair = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) return {{}, base::trim_spaces(pair)};
    return {base::trim_spaces(pair.substr(0, equals)), base::trim_spaces(pair.substr(equals + 1))};
}

}  // namespace

std::string_view SessionCookie::name() const noexcept
{
    return is_secure_ ? "__Host-todod_session" : "todod_session";
}

std::string SessionCookie::give(std::string_view token, std::chrono::seconds lifetime) const
{
    return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", name(), token,
                       lifetime.count(), is_secure_ ? "; Secure" : "");
}

std::string SessionCookie::clear() const
{
    return give({}, std::chrono::seconds{0});
}

std::optional<std::string_view> SessionCookie::find(
    std::span<const schema::NamedText> headers) const
{
    std::optional<std::string_view> token;
    for (const schema::NamedText& header : headers) {
        if (!base::equals_ignoring_case(header.name, "Cookie")) continue;
        for (std::string_view list = header.value; !list.empty();) {
            const auto [cookie, value] = take_cookie(list);
            if (cookie != name() || value.empty()) continue;
            if (token) {
                throw base::Error{base::ErrorCode::unauthorized,
                                  fmt::format("The cookie {} is given twice.", name())};
            }
            token = value;
        }
    }
    return token;
}

}  // namespace todod::auth
