#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "db/postgres/fair_queue.hpp"
#include "db/postgres/rows.hpp"

namespace todod::store::postgres {

/// One request of a user who was let in by what was remembered of the account: nothing is done, and
/// it is_unconfirmed, when the account is at another generation by now, or gone.
struct UserRequest : db::postgres::Waiting {
    std::string user_id;
    std::optional<std::int64_t> generation{};  ///< nothing: need not be confirmed
    bool is_unconfirmed = false;
};

/// Before a request is asked: no row at all confirms nothing.
inline void expect_confirmation(UserRequest& request)
{
    request.is_unconfirmed = request.generation.has_value();
}

/// By a row whose second column is the generation that the account is at.
inline void confirm(UserRequest& request, const db::postgres::Rows& rows, int row)
{
    request.is_unconfirmed =
        request.generation && *request.generation != rows.get<std::int64_t>(row, 1);
}

}  // namespace todod::store::postgres
