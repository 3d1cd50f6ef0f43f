#include "auth/same_origin.hpp"

#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::auth {

namespace {

using Headers = std::span<const schema::NamedText>;

/// How many headers `name` there are, and how many of them are as `is_good` says.
struct Tally {
    int count = 0;
    int good = 0;

    bool is_there() const noexcept { return count > 0; }
    bool is_good() const noexcept { return good == count; }
};

template <class IsGood>
Tally tally(Headers headers, std::string_view name, IsGood is_good)
{
    Tally found;
    for (const schema::NamedText& header : headers) {
        if (!base::equals_ignoring_case(header.name, name)) continue;
        ++found.count;
        if (is_good(base::trim(header.value))) ++found.good;
    }
    return found;
}

/// By the page itself, or by the user with no page at all: a bookmark, the address bar.
bool is_own_site(std::string_view site) noexcept
{
    return site == "same-origin" || site == "none";
}

/// Of "https://todo.example:8443", "todo.example:8443". Empty where it is no page's.
std::string_view authority_of(std::string_view origin) noexcept
{
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (!base::equals_ignoring_case(origin.substr(0, scheme.size()), scheme)) continue;
        return origin.substr(scheme.size());
    }
    return {};
}

/// Browsers leave a scheme's own port out of both, so they are compared as they are.
bool is_host(Headers headers, std::string_view authority)
{
    const auto host = tally(headers, "Host", [authority](std::string_view value) {
        return base::equals_ignoring_case(value, authority);
    });
    return !authority.empty() && host.is_there() && host.is_good();
}

bool is_same_origin(Headers headers)
{
    const auto site = tally(headers, "Sec-Fetch-Site", is_own_site);
    if (site.is_there()) return site.is_good();
    const auto origin = tally(headers, "Origin", [headers](std::string_view value) {
        return is_host(headers, authority_of(value));
    });
    return origin.is_good();
}

}  // namespace

void check_same_origin(Headers headers)
{
    if (is_same_origin(headers)) return;
    throw base::Error{base::ErrorCode::forbidden,
                      "A page of another origin may not use the session's cookie."};
}

}  // namespace todod::auth
