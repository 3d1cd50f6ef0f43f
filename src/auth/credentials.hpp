#pragma once

#include <span>
#include <string>
#include <string_view>

#include "auth/authenticator.hpp"
#include "auth/jwt.hpp"
#include "base/clock.hpp"
#include "store/accounts.hpp"

namespace todod::auth {

/// The ways in, tried in the order below; the first that is present decides, and a bad one is
/// refused, never passed over. A user that todod has not met is made.
///
///     X-Service-Auth: TOKEN and X-User-ID: ID    another service, for its user
///     Authorization: Bearer JWT                  HS256 (jwt.hpp)
class Credentials final : public Authenticator {
public:
    /// All must outlive this. Without `jwt` every JWT is refused, and a service must have one of
    /// `service_tokens`.
    Credentials(store::Accounts& accounts, Jwt* jwt, std::span<const std::string> service_tokens,
                const base::Clock& clock)
        : accounts_(accounts), jwt_(jwt), service_tokens_(service_tokens), clock_(clock)
    {
    }

    base::Async<Principal> authenticate(std::span<const schema::NamedText> headers,
                                        bool may_recall) override;

private:
    base::Async<Principal> authenticate_jwt(std::string_view token, bool may_recall);
    base::Async<Principal> authenticate_service(std::string_view token,
                                                std::span<const schema::NamedText> headers,
                                                bool may_recall);
    base::Async<Principal> let_in(std::string user_id, store::Issue issue, bool may_recall);

    store::Accounts& accounts_;
    Jwt* jwt_;
    std::span<const std::string> service_tokens_;
    const base::Clock& clock_;
};

}  // namespace todod::auth
