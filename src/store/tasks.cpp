#include "store/tasks.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::store {

bool TaskFilter::empty() const noexcept
{
    return status == types::StatusFilter::all && !priority && tags.empty() && !words &&
           !due_before && !due_after && !not_completed;
}

TaskPosition position_of(const types::Task& task, const TaskQuery& query)
{
    const auto to_integer = [](base::Instant instant) {
        return std::int64_t{instant.time_since_epoch().count()};
    };
    TaskPosition position{{}, task.number};
    switch (query.sort.key) {
        case types::SortKey::created:
            break;
        case types::SortKey::updated:
            position.key = to_integer(task.updated_at);
            break;
        case types::SortKey::title:
            position.key = base::fold_case(task.title);
            break;
        case types::SortKey::priority:
            position.key = static_cast<std::int64_t>(task.priority);
            break;
        case types::SortKey::due_date:
            if (!task.due_date) break;
            position.key = to_integer(task.due_date->at) +
                           (task.due_date->whole_day ? query.day_end.count() : 0);
            break;
    }
    return position;
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
