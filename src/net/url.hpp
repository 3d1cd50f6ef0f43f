#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace todod::net {

/// What a request needs of an absolute http(s) URL (RFC 3986).
struct Url {
    bool is_secure = false;  ///< https
    std::string host;        ///< a name or an address; of an IPv6 address without its brackets
    std::uint16_t port = 0;
    std::string target;  ///< path and query, at least "/"

    /// As the header Host has it: without the port where that is the scheme's own.
    std::string authority() const;
    /// "https://host:port": what may be logged. The rest of a URL may hold a secret.
    std::string origin() const;
};

/// Nothing for what is not http:// or https://, names a user, or has a character that a URL has
/// not. A fragment is left out.
std::optional<Url> parse_url(std::string_view text);

}  // namespace todod::net
