#pragma once

#include <string>

#include "auth/jwt.hpp"
#include "auth/password.hpp"
#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/loop.hpp"
#include "base/random.hpp"
#include "store/accounts.hpp"
#include "types/account.hpp"

namespace todod::services {

/// Registering, signing in, and what a user may do with the own account.
class Accounts {
public:
    /// All must outlive this. Without `jwt` there is no secret to sign with: register and login
    /// throw Error{unavailable}.
    Accounts(store::Accounts& store, auth::PasswordPool& passwords, auth::Jwt* jwt,
             base::Loop& loop, const base::Clock& clock, base::Random& random);

    /// Throws Error{bad_request} when the e-mail is taken, Error{invalid} when it is none.
    base::Async<types::Profile> register_user(types::Registration input);

    /// register_user for an operator: nobody is to sign in, so no secret is needed.
    base::Async<types::Profile> create(types::Registration input);

    /// Throws Error{unauthorized}, in the same time and words for a wrong password and an unknown
    /// e-mail.
    base::Async<types::Session> login(types::Login input);

    /// The same once more for who has come with a JWT of todod's own, of this `generation`. Throws
    /// Error{forbidden} for who has come otherwise, Error{unauthorized} when the JWT has been ended
    /// meanwhile.
    base::Async<types::Session> renew(std::string user_id, std::optional<std::int64_t> generation);

    base::Async<types::Profile> get(std::string user_id);

    /// Throws Error{forbidden} when the current password is wrong.
    base::Async<void> change_password(std::string user_id, types::PasswordChange input);

    /// Erases the account and all that is its.
    base::Async<void> remove(std::string user_id);

private:
    auth::Jwt& jwt();
    types::Session make_session(const types::Account& account);

    store::Accounts& store_;
    auth::PasswordPool& passwords_;
    auth::Jwt* jwt_;
    base::Loop& loop_;
    const base::Clock& clock_;
    base::Random& random_;
};

}  // namespace todod::services
