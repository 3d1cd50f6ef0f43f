#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "types/token.hpp"

namespace todod::auth {

/// What a verified token says. Times are NumericDates (RFC 7519 §2) in whole seconds.
struct Claims {
    std::string subject;
    std::int64_t expires_at = 0;
    std::optional<std::int64_t> issued_at;
    std::optional<std::int64_t> not_before;
    /// Of todod's own tokens only: the generation of the account's credentials (see
    /// types/account.hpp) that the token was issued under.
    std::optional<std::int64_t> generation;
    /// Of what a program was given: those of todod's that it names, maybe none. Nothing: it is the
    /// user's own.
    std::optional<types::Scopes> scopes{};
};

/// What is asked of a token's claims besides a subject and times.
struct ClaimRules {
    std::string issuer;           ///< required as `iss` when not empty
    std::string audience;         ///< required in `aud` when not empty
    bool has_generation = false;  ///< it may be one of todod's own: `gen` is read
    /// todod's own, for which its issuer gives tokens to programs: one for it, or with `scope`
    /// (RFC 8693 §4.2) or `scp`, does what its scopes cover. Empty: none, and no scopes are read.
    std::string resource{};
};

/// By how much the clock of whoever issues tokens may differ.
inline constexpr std::chrono::seconds claims_leeway{60};

/// Out of a JSON object. Throws Error{unauthorized} in words for the client when `exp` is missing,
/// `iss` or `aud` is not as the rules say, `sub` is missing, empty or too long, or one of them is
/// of the wrong type.
Claims read_claims(std::string_view payload, const ClaimRules& rules);

/// Throws Error{unauthorized} when they have expired, or begin in the future (with claims_leeway).
void check_times(const Claims& claims, base::Instant now);

/// In whole seconds.
std::int64_t to_numeric_date(base::Instant instant) noexcept;

/// Throws Error{unauthorized}.
[[noreturn]] void refuse_token(std::string message);

}  // namespace todod::auth
