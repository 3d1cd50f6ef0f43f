#include "store/tasks.hpp"

#include "base/error.hpp"

namespace todod::store {

bool TaskFilter::empty() const noexcept
{
    return status == types::StatusFilter::all && !priority && tags.empty() && !words &&
           !due_before && !due_after && !not_completed;
}

bool is_whole(const TaskQuery& query, const TaskPage& page)
{
    return !query.after && query.skip == 0 && !page.next;
}

void check_condition(const std::optional<types::TagCondition>& condition, const types::Task& task)
{
    if (!condition || condition->matches(task)) return;
    throw base::Error{base::ErrorCode::precondition_failed,
                      "The task has changed since: If-Match does not hold."};
}

}  // namespace todod::store
