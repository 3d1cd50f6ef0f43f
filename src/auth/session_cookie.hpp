#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "schema/type.hpp"

namespace todod::auth {

/// The cookie by which todod's own page is signed in (RFC 6265). Its value is one of todod's JWTs,
/// which no script sees.
class SessionCookie {
public:
    /// In production it is for HTTPS alone, and no other host, subdomain or path can set it.
    explicit SessionCookie(bool production = false) noexcept : is_secure_(production) {}

    std::string_view name() const noexcept;

    /// The value of Set-Cookie.
    std::string give(std::string_view token, std::chrono::seconds lifetime) const;

    /// The value of Set-Cookie that takes it away.
    std::string clear() const;

    /// Its value among a request's cookies; an empty one is none. Throws Error{unauthorized} where
    /// there are two: which of them is ours cannot be told.
    std::optional<std::string_view> find(std::span<const schema::NamedText> headers) const;

private:
    bool is_secure_;
};

}  // namespace todod::auth
