#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/claims.hpp"
#include "auth/jwks.hpp"
#include "auth/verified_tokens.hpp"
#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/loop.hpp"

namespace todod::auth {

/// JSON Web Tokens of an authorisation server: RS256, ES256 or EdDSA, by its public keys.
///
/// A signature is checked once, as long as the server's keys stay the same. Not for more than one
/// thread: each I/O thread has its own.
class JwksTokens {
public:
    static constexpr std::size_t max_token_bytes = 8192;

    /// `only`: the one algorithm that is accepted; without it all are. `jwks` and `loop` must
    /// outlive this.
    JwksTokens(Jwks& jwks, ClaimRules rules, std::optional<KeyAlgorithm> only, base::Loop& loop)
        : jwks_(jwks), rules_(std::move(rules)), only_(only), loop_(loop)
    {
    }

    /// Whether its header asks for one of the algorithms. What does not is another's to judge.
    bool takes(std::string_view token);

    /// Of a token that was verified before, under keys that still hold. Null when it has to be
    /// (again). Throws as verify when its time is over.
    const Claims* recall(std::string_view token, base::Instant now) const;

    /// Throws Error{unauthorized} in words for the client when `token` is malformed (see
    /// read_keyed_jws), no key of the server's verifies it, or its claims do not hold (see
    /// read_claims, check_times); Error{unavailable} when the keys were never to be had.
    base::Async<Claims> verify(std::string token, base::Instant now);

private:
    Jwks& jwks_;
    const ClaimRules rules_;
    const std::optional<KeyAlgorithm> only_;
    base::Loop& loop_;
    std::string taken_header_;  ///< in base64url, of the last that was taken: most have the same
    Jwks::Keys keys_;           ///< by which `verified_` were
    VerifiedTokens verified_;
};

}  // namespace todod::auth
