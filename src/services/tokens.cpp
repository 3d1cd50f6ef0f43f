#include "services/tokens.hpp"

#include "auth/token.hpp"
#include "base/error.hpp"
#include "base/uuid.hpp"

namespace todod::services {

using base::Error;
using base::ErrorCode;

namespace {

/// No token is a way to more than its maker has.
void check_may_make(const Tokens::Maker& maker, types::Scopes scopes,
                    std::optional<base::Instant> expires_at)
{
    if ((scopes & ~maker.scopes) != 0) {
        throw Error{ErrorCode::forbidden, "A token cannot give scopes that it does not have."};
    }
    if (maker.token_expires_at && (!expires_at || *expires_at > *maker.token_expires_at)) {
        throw Error{ErrorCode::forbidden, "A token cannot make one that outlives it."};
    }
}

}  // namespace

base::Async<types::NewToken> Tokens::create(Maker maker, types::TokenRequest request)
{
    const types::Scopes scopes = types::join(request.scopes);
    types::NewToken made;
    made.created_at = clock_.now();
    if (request.expires_in_days) {
        made.expires_at = made.created_at + std::chrono::days{*request.expires_in_days};
    }
    check_may_make(maker, scopes, made.expires_at);
    made.id = base::make_uuid_v7(made.created_at, random_);
    made.name = std::move(request.name);
    made.scopes = types::split(scopes);
    made.token = auth::make_token(random_);
    co_await store_.create(std::move(maker.user_id), made, auth::hash_token(made.token).value());
    co_return made;
}

base::Async<std::vector<types::Token>> Tokens::list(std::string user_id)
{
    co_return co_await store_.list(std::move(user_id));
}

base::Async<void> Tokens::remove(std::string user_id, types::TokenName name)
{
    const auto id = base::parse_uuid(name.token_id);
    const bool removed = id && co_await store_.remove(std::move(user_id), *id);
    if (!removed) throw Error{ErrorCode::not_found, "Token not found."};
}

}  // namespace todod::services
