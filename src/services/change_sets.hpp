#pragma once

#include <cstdint>
#include <limits>

#include "base/error.hpp"
#include "store/accounts.hpp"

namespace todod::services {

/// Beyond every number of a change.
inline constexpr std::int64_t no_bound = std::numeric_limits<std::int64_t>::max();
/// How much is read of the log, or done to the trash, at a time.
inline constexpr std::int64_t chunk = 1'000;

inline base::Error no_such_set()
{
    return {base::ErrorCode::not_found, "Change set not found, or not all of it is kept any more."};
}

/// Whom the writes are of, without what they belong to.
inline store::User reader_of(const store::User& user)
{
    return {user.id, user.seen};
}

}  // namespace todod::services
