#include "store/webhooks.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace todod::store {

void fail_with_too_many_webhooks()
{
    throw base::Error{
        base::ErrorCode::conflict,
        fmt::format("There are {} webhooks already: delete one first.", Webhooks::max_per_user)};
}

void fail_without_webhook_owner()
{
    throw base::Error{base::ErrorCode::unauthorized, "The account has been deleted."};
}

}  // namespace todod::store
