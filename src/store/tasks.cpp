#include "store/tasks.hpp"

namespace todod::store {

bool TaskFilter::empty() const noexcept
{
    return status == types::StatusFilter::all && !priority && tags.empty() && !words &&
           !due_before && !due_after && !not_completed;
}

}  // namespace todod::store
