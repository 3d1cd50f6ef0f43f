#pragma once

#include <algorithm>
#include <functional>

namespace todod::assistant::builtin {

/// As std::ranges::contains, which libstdc++ 12 does not have.
template <class Range, class Value, class Projection = std::identity>
bool contains(const Range& range, const Value& value, Projection projection = {})
{
    return std::ranges::find(range, value, projection) != std::ranges::end(range);
}

}  // namespace todod::assistant::builtin
