#pragma once

#include <string_view>

#include "base/text.hpp"
#include "types/account.hpp"

namespace todod::auth {

/// Whether another service's user may have this id.
inline bool is_user_id(std::string_view id)
{
    return !id.empty() && base::is_valid_utf8(id) && !base::has_control_character(id) &&
           base::count_code_points(id) <= types::max_user_id_code_points;
}

}  // namespace todod::auth
