#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/claims.hpp"
#include "base/clock.hpp"

namespace todod::auth {

/// The tokens that Auth.js (NextAuth 5) keeps in its session cookie: JWTs that are encrypted, not
/// signed (jwe.hpp), under keys that are derived from its secret and the cookie's name, the salt.
/// Nothing changes in it: all threads may share one.
class NextAuth {
public:
    /// A cookie with OAuth tokens in it is larger than a JWT; past this no header is taken anyway.
    static constexpr std::size_t max_token_bytes = 12 * 1024;

    /// `secrets`: all of them open. `salt`: also as it is where cookies are for HTTPS alone, with
    /// `__Secure-` before it.
    NextAuth(std::span<const std::string> secrets, std::string_view salt);

    /// As Jwt::verify; but Auth.js names neither issuer nor audience, and none is asked for.
    Claims verify(std::string_view token, base::Instant now) const;

private:
    std::vector<std::string> keys_;
};

}  // namespace todod::auth
