#pragma once

#include "schema/type.hpp"

namespace todod::types {

// What a task may hold, whoever asks for it.
inline constexpr schema::Limits title_limits{.min_length = 1, .max_length = 200, .trimmed = true};
inline constexpr schema::Limits description_limits{.max_length = 1000};
inline constexpr schema::Limits tag_limits{
    .min_length = 1, .max_length = 50, .max_items = 32, .trimmed = true, .unique = true};
inline constexpr schema::Limits search_limits{.min_length = 1, .max_length = 200, .trimmed = true};
inline constexpr schema::Limits cursor_limits{.max_length = 4096};

}  // namespace todod::types
