#include "store/postgres/task_rows.hpp"

#include "store/tags.hpp"

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
    task.tags = tags_from_json(rows.get<db::postgres::Json>(row, column++).text);
    const auto due_at = rows.find<base::Instant>(row, column++);
    const auto whole_day = rows.find<bool>(row, column++);
    if (due_at) task.due_date = types::Due{*due_at, whole_day.value_or(false)};
    task.created_at = rows.get<base::Instant>(row, column++);
    task.updated_at = rows.get<base::Instant>(row, column++);
    task.completed_at = rows.find<base::Instant>(row, column++);
    task.version = rows.get<std::int64_t>(row, column);
    return task;
}

std::optional<base::Instant> due_at(const types::Task* task)
{
    return task->due_date ? std::optional{task->due_date->at} : std::nullopt;
}

std::optional<bool> due_whole_day(const types::Task* task)
{
    return task->due_date ? std::optional{task->due_date->whole_day} : std::nullopt;
}

db::postgres::Json tags(const types::Task* task)
{
    return {tags_to_json(task->tags)};
}

}  // namespace todod::store::postgres
