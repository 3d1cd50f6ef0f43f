#pragma once

#include <string_view>
#include <vector>

#include "operation/operation.hpp"

namespace todod::api {

/// The same on both surfaces: /api/{user_id}/… and /api/….
inline std::vector<operation::Route> on_both(operation::Method method, std::string_view scoped,
                                             std::string_view own)
{
    return {{method, scoped, schema::Dialect::scoped}, {method, own, schema::Dialect::own}};
}

}  // namespace todod::api
