#include "store/tokens.hpp"

#include "base/error.hpp"

namespace todod::store {

void fail_with_too_many_tokens()
{
    throw base::Error{
        base::ErrorCode::conflict,
        fmt::format("There are {} tokens already: revoke one first.", Tokens::max_per_user)};
}

void fail_without_token_owner()
{
    throw base::Error{base::ErrorCode::unauthorized, "The account has been deleted."};
}

}  // namespace todod::store
