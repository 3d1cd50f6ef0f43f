#pragma once

#include <string_view>

#include "auth/authenticator.hpp"
#include "auth/jwt.hpp"
#include "base/clock.hpp"
#include "store/accounts.hpp"

namespace todod::auth {

/// The ways in, tried in the order below; the first that is present decides, and a bad one is
/// refused, never passed over. A token of a user that todod has not met makes that user.
///
///     Authorization: Bearer JWT    HS256 (jwt.hpp)
class Credentials final : public Authenticator {
public:
    /// All must outlive this. Without `jwt` every JWT is refused.
    Credentials(store::Accounts& accounts, Jwt* jwt, const base::Clock& clock)
        : accounts_(accounts), jwt_(jwt), clock_(clock)
    {
    }

    base::Async<Principal> authenticate(std::span<const schema::NamedText> headers,
                                        bool may_recall) override;

private:
    base::Async<Principal> authenticate_jwt(std::string_view token, bool may_recall);

    store::Accounts& accounts_;
    Jwt* jwt_;
    const base::Clock& clock_;
};

}  // namespace todod::auth
