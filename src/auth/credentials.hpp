#pragma once

#include <span>
#include <string>
#include <string_view>

#include "auth/authenticator.hpp"
#include "auth/jwks_tokens.hpp"
#include "auth/jwt.hpp"
#include "auth/nextauth.hpp"
#include "auth/session_cookie.hpp"
#include "auth/sessions.hpp"
#include "base/clock.hpp"
#include "store/accounts.hpp"
#include "store/tokens.hpp"

namespace todod::auth {

/// What the ways in are checked with. What is null or empty lets nobody in.
struct Checks {
    Jwt* jwt = nullptr;          ///< HS256
    JwksTokens* jwks = nullptr;  ///< any other JWT
    const NextAuth* nextauth = nullptr;
    Sessions* sessions = nullptr;
    store::Tokens* tokens = nullptr;
    std::span<const std::string> service_tokens{};
    SessionCookie cookie{};  ///< with a JWT of `jwt`
};

/// The ways in, tried in the order below; the first that is present decides, and a bad one is
/// refused, never passed over. A user that todod has not met is made.
///
///     X-Service-Auth: TOKEN and X-User-ID: ID    another service, for its user
///     Authorization: Bearer tdd_…                one of todod's own tokens (token.hpp)
///     Authorization: Bearer JWT                  HS256 (jwt.hpp), or an authorisation server's
///                                                keys (jwks_tokens.hpp)
///     Authorization: Bearer JWE                  of Auth.js (nextauth.hpp)
///     Authorization: Bearer TOKEN                any other: a session (sessions.hpp)
///     Cookie: todod_session=JWT                  todod's own page (session_cookie.hpp), and no
///                                                other (same_origin.hpp); with X-User-ID:
///                                                ID, for that user alone
class Credentials final : public Authenticator {
public:
    /// All must outlive this, and what `checks` names.
    Credentials(store::Accounts& accounts, const Checks& checks, const base::Clock& clock)
        : accounts_(accounts), checks_(checks), clock_(clock)
    {
    }

    base::Async<Principal> authenticate(std::span<const schema::NamedText> headers,
                                        bool may_recall) override;

private:
    base::Async<Principal> authenticate_token(std::string_view token, bool may_recall);
    base::Async<Principal> authenticate_jwt(std::string_view token, bool may_recall);
    base::Async<Principal> authenticate_keyed(std::string_view token, bool may_recall);
    base::Async<Principal> authenticate_nextauth(std::string_view token, bool may_recall);
    base::Async<Principal> authenticate_session(std::string_view token, bool may_recall);
    base::Async<Principal> authenticate_page(std::span<const schema::NamedText> headers,
                                             bool may_recall);
    base::Async<Principal> authenticate_service(std::string_view token,
                                                std::span<const schema::NamedText> headers,
                                                bool may_recall);
    base::Async<Principal> let_in(std::string user_id, store::Issue issue, bool may_recall);

    store::Accounts& accounts_;
    const Checks checks_;
    const base::Clock& clock_;
};

}  // namespace todod::auth
