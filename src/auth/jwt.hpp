#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auth/claims.hpp"
#include "auth/verified_tokens.hpp"
#include "base/clock.hpp"

namespace todod::auth {

struct JwtSettings {
    std::string secret;  ///< signs and verifies; HS256 takes its bytes as they are
    std::vector<std::string> previous_secrets;  ///< still verify
    std::string issuer;    ///< required `iss` when not empty, and put into ours
    std::string audience;  ///< required in `aud` when not empty, likewise
    std::chrono::seconds lifetime = std::chrono::days{7};
};

/// JSON Web Tokens with HS256 (RFC 7515, 7518, 7519), signed and verified by cjose.
///
/// A token whose signature and claims hold is kept, by its SHA-256, until `cache_size` others have
/// come: a signature is checked once, its times at each use. Not for more than one thread: each
/// I/O thread has its own.
class Jwt {
public:
    static constexpr std::size_t max_token_bytes = 8192;
    static constexpr std::size_t cache_size = VerifiedTokens::capacity;

    explicit Jwt(JwtSettings settings);
    ~Jwt();
    Jwt(Jwt&&) noexcept;

    /// A token for `subject` that holds from `now` for the configured lifetime.
    std::string issue(std::string_view subject, std::int64_t generation, base::Instant now);

    /// Throws Error{unauthorized} in words for the client when `token` is not three base64url
    /// parts without padding, its `alg` is not HS256 (whatever else its header says: no `none`, no
    /// `crit`), its signature does not hold, `exp` is missing or past, `nbf` or `iat` is in the
    /// future (all with claims_leeway), `iss` or `aud` is not what is configured, or `sub` is
    /// missing, empty or too long.
    Claims verify(std::string_view token, base::Instant now);

    std::chrono::seconds lifetime() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace todod::auth
