#include "store/postgres/task_rows.hpp"

namespace todod::store::postgres {

types::Task read_task(const db::postgres::Rows& rows, int row, int column, std::string_view user_id)
{
    types::Task task;
    task.user_id = user_id;
    task.number = rows.get<std::int64_t>(row, column++);
    task.id = rows.get<base::Uuid>(row, column++);
    task.title = rows.get<std::string>(row, column++);
    task.description = rows.find<std::string>(row, column++);
    task.status = static_cast<types::Status>(rows.get<std::int16_t>(row, column++));
    task.priority = static_cast<types::Priority>(rows.get<std::int16_t>(row, column++));
    task.tags = rows.get<std::vector<std::string>>(row, column++);
    const auto due_at = rows.find<base::Instant>(row, column++);
    const bool whole_day = rows.get<bool>(row, column++);
    if (due_at) task.due_date = types::Due{*due_at, whole_day};
    task.created_at = rows.get<base::Instant>(row, column++);
    task.updated_at = rows.get<base::Instant>(row, column++);
    task.completed_at = rows.find<base::Instant>(row, column++);
    task.version = rows.get<std::int64_t>(row, column);
    return task;
}

void add_tags(db::postgres::Parameters& to, const std::vector<const types::Task*>& tasks)
{
    struct Slice {
        std::int32_t first;
        std::int32_t last;
    };
    std::vector<std::string> tags;
    std::vector<Slice> slices;
    for (const types::Task* const task : tasks) {
        const auto before = static_cast<std::int32_t>(tags.size());
        tags.insert(tags.end(), task->tags.begin(), task->tags.end());
        slices.push_back({before + 1, static_cast<std::int32_t>(tags.size())});
    }
    to.add_array(slices, [](const Slice& slice) { return slice.first; });
    to.add_array(slices, [](const Slice& slice) { return slice.last; });
    to.add(tags);
}

}  // namespace todod::store::postgres
