#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/uuid.hpp"
#include "types/token.hpp"

namespace todod::store {

/// What a token that is sent gives, whether or not it has expired.
struct TokenGrant {
    std::string user_id;
    base::Uuid id;
    types::Scopes scopes = 0;
    std::optional<base::Instant> expires_at;
    std::optional<base::Instant> last_used_at;
    std::int64_t generation = 0;  ///< that its account is at
};

/// todod's own tokens, each kept as a hash of what is sent (auth/token.hpp). They go with their
/// account. What is answered is durable.
class Tokens {
public:
    static constexpr std::size_t max_per_user = 100;
    /// A use is kept when the one before it is so long ago.
    static constexpr std::chrono::minutes use_interval{1};

    virtual ~Tokens() = default;

    /// Looks at the database each time. Nothing when there is none, or it has been revoked.
    virtual base::Async<std::optional<TokenGrant>> find(std::string hash) = 0;

    /// The user's, oldest first.
    virtual base::Async<std::vector<types::Token>> list(std::string user_id) = 0;

    /// Throws Error{conflict} when the user has max_per_user that have not expired (those that
    /// have make room), Error{unauthorized} when there is no such user: the account has just been
    /// deleted.
    virtual base::Async<void> create(std::string user_id, types::Token token, std::string hash) = 0;

    /// False when the user has no such token.
    virtual base::Async<bool> remove(std::string user_id, base::Uuid id) = 0;

    /// Notes that a token is used. Nobody waits for it, and nobody is told when it fails.
    virtual void note_use(std::string user_id, base::Uuid id, base::Instant now) = 0;
};

/// What `create` throws.
[[noreturn]] void fail_with_too_many_tokens();
[[noreturn]] void fail_without_token_owner();

}  // namespace todod::store
