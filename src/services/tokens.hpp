#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "store/tokens.hpp"
#include "types/token.hpp"

namespace todod::services {

/// A user's own tokens, by which programs ask for the user.
class Tokens {
public:
    /// All must outlive this.
    Tokens(store::Tokens& store, const base::Clock& clock, base::Random& random)
        : store_(store), clock_(clock), random_(random)
    {
    }

    /// Throws Error{conflict} when there are too many.
    base::Async<types::NewToken> create(std::string user_id, types::TokenRequest request);

    /// Oldest first.
    base::Async<std::vector<types::Token>> list(std::string user_id);

    /// Ends it at once. Throws Error{not_found}, also for another user's.
    base::Async<void> remove(std::string user_id, types::TokenName name);

private:
    store::Tokens& store_;
    const base::Clock& clock_;
    base::Random& random_;
};

}  // namespace todod::services
