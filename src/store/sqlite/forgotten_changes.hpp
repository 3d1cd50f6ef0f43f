#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "db/sqlite/connection.hpp"

namespace todod::store::sqlite {

/// What of the logs and the trash is too old: see Database::forget_changes.
struct TooOld {
    base::Instant changed_before;
    base::Instant trashed_before;
};

/// Users who have something that is too old, by their user_key, and how far they were looked for;
/// nothing: to the last user.
struct UsersToSweep {
    std::vector<std::int64_t> user_keys{};
    std::optional<std::int64_t> end{};
};

/// Of the next users after `after`, some. Reads only, so that the writer is not asked for nothing.
UsersToSweep find_users_to_sweep(db::sqlite::Connection& connection, std::int64_t after,
                                 const TooOld& too_old);

/// Forgets some of what those users have that is too old; gives the first who may have more.
std::optional<std::int64_t> forget_changes(db::sqlite::Connection& connection,
                                           const std::vector<std::int64_t>& user_keys,
                                           const TooOld& too_old);

}  // namespace todod::store::sqlite
