#include "services/accounts.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/uuid.hpp"

namespace todod::services {

using base::Error;
using base::ErrorCode;
using types::Account;

namespace {

/// One @ with something on both sides, a dot within the domain, and no white space or control
/// character: what can be told without sending a message.
bool looks_like_email(std::string_view email)
{
    const std::size_t at = email.find('@');
    if (at == 0 || at == std::string_view::npos) return false;
    const std::string_view domain = email.substr(at + 1);
    const std::size_t dot = domain.rfind('.');
    if (domain.contains('@') || domain.empty() || domain.front() == '.') return false;
    if (dot == std::string_view::npos || dot + 1 == domain.size()) return false;
    return !email.contains(' ') && !base::has_control_character(email);
}

void check_email(std::string_view email)
{
    if (looks_like_email(email)) return;
    throw Error::invalid({{{"body", "email"}, "email must be an e-mail address.", "email"}});
}

types::Profile profile_of(const Account& account)
{
    return {account.user_id, account.name, account.email, account.created_at};
}

}  // namespace

Accounts::Accounts(store::Accounts& store, auth::PasswordPool& passwords, auth::Jwt* jwt,
                   base::Loop& loop, const base::Clock& clock, base::Random& random)
    : store_(store), passwords_(passwords), jwt_(jwt), loop_(loop), clock_(clock), random_(random)
{
}

auth::Jwt& Accounts::jwt()
{
    if (jwt_ != nullptr) return *jwt_;
    throw Error::unavailable("Signing in with a password is off: AUTH_SECRET is not set.",
                             std::chrono::minutes{1});
}

base::Async<types::Profile> Accounts::register_user(types::Registration input)
{
    jwt();
    co_return co_await create(std::move(input));
}

base::Async<types::Profile> Accounts::create(types::Registration input)
{
    check_email(input.email);
    Account account;
    account.password_hash = co_await passwords_.hash(loop_, std::move(input.password));
    account.created_at = clock_.now();
    account.user_id = base::to_string(base::make_uuid_v7(account.created_at, random_));
    account.name = std::move(input.name);
    account.email = std::move(input.email);
    co_await store_.create(account);
    co_return profile_of(account);
}

base::Async<types::Session> Accounts::login(types::Login input)
{
    jwt();
    const auto account = co_await store_.find_by_email(std::move(input.email));
    std::string hash = account ? account->password_hash.value_or("") : "";
    const auto verdict = co_await passwords_.verify(loop_, std::move(input.password), hash);
    if (!account || !verdict.correct) {
        throw Error{ErrorCode::unauthorized, "The e-mail or the password is wrong."};
    }
    if (!verdict.rehashed.empty()) {
        co_await store_.replace_hash(account->user_id, std::move(hash), verdict.rehashed);
    }
    co_return make_session(*account);
}

/// A session that is kept elsewhere must end there: only what todod has begun it goes on with.
base::Async<types::Session> Accounts::renew(std::string user_id,
                                            std::optional<std::int64_t> generation)
{
    if (!generation) {
        throw Error{ErrorCode::forbidden,
                    "Only who has signed in here with a password may renew the session."};
    }
    const auto account = co_await store_.find(std::move(user_id));
    if (!account || account->generation != *generation) {
        throw Error{ErrorCode::unauthorized, "The token is no longer valid: sign in again."};
    }
    co_return make_session(*account);
}

types::Session Accounts::make_session(const Account& account)
{
    auth::Jwt& signer = jwt();
    return {
        .access_token = signer.issue(account.user_id, account.generation, clock_.now()),
        .expires_in = std::chrono::seconds{signer.lifetime()}.count(),
        .user = {account.user_id, account.name, account.email},
    };
}

base::Async<types::Profile> Accounts::get(std::string user_id)
{
    const auto account = co_await store_.find(std::move(user_id));
    if (!account) throw Error{ErrorCode::not_found, "Account not found."};
    co_return profile_of(*account);
}

base::Async<void> Accounts::change_password(std::string user_id, types::PasswordChange input)
{
    const auto account = co_await store_.find(user_id);
    std::string hash = account ? account->password_hash.value_or("") : "";
    const auto verdict =
        co_await passwords_.verify(loop_, std::move(input.current_password), std::move(hash));
    if (!account || !verdict.correct) {
        throw Error{ErrorCode::forbidden, "The current password is wrong."};
    }
    std::string replacement = co_await passwords_.hash(loop_, std::move(input.new_password));
    const bool changed = co_await store_.change_password(std::move(user_id), account->generation,
                                                         std::move(replacement), clock_.now());
    if (!changed) {
        throw Error{ErrorCode::conflict, "The password has just been changed by another request."};
    }
}

base::Async<void> Accounts::remove(std::string user_id)
{
    co_await store_.remove(std::move(user_id), clock_.now());
}

}  // namespace todod::services
