#include "services/tokens.hpp"

#include "auth/token.hpp"
#include "base/error.hpp"
#include "base/uuid.hpp"

namespace todod::services {

using base::Error;
using base::ErrorCode;

base::Async<types::NewToken> Tokens::create(std::string user_id, types::TokenRequest request)
{
    types::NewToken made;
    made.created_at = clock_.now();
    if (request.expires_in_days) {
        made.expires_at = made.created_at + std::chrono::days{*request.expires_in_days};
    }
    made.id = base::make_uuid_v7(made.created_at, random_);
    made.name = std::move(request.name);
    made.scopes = types::split(types::join(request.scopes));
    made.token = auth::make_token(random_);
    co_await store_.create(std::move(user_id), made, auth::hash_token(made.token).value());
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
