#pragma once

#include <cstdint>
#include <string_view>

#include "base/siphash.hpp"

namespace todod::feed {

/// What a user is known by from process to process: the same in all of them. Two users may have the
/// same one, and then are woken together, which costs a look and shows nothing.
using UserKey = std::uint64_t;

inline UserKey key_of(std::string_view user_id) noexcept
{
    return base::siphash({}, user_id);
}

}  // namespace todod::feed
