#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "types/local_due.hpp"
#include "types/task_input.hpp"

namespace todod::types {

/// What every tool of an agent takes beside its own arguments.
struct ToolInput {
    std::optional<std::string> user_id;  ///< another than the caller's is refused
    std::optional<base::TimeZone> time_zone;
};

/// A task that is to be made.
struct NewTask {
    std::string title;
    std::optional<std::string> description;
    std::optional<Priority> priority;
    std::vector<std::string> tags;
    std::optional<LocalDue> due_date;
};

struct AddTaskTool : ToolInput, NewTask {
    std::optional<IdempotencyKey> idempotency_key;
    bool is_dry_run = false;  ///< only to say what would change; here and below
};

/// How many tasks a tool takes at once.
inline constexpr std::size_t max_tasks_at_once = 25;

struct AddTasksTool : ToolInput {
    std::vector<NewTask> tasks;
    std::optional<IdempotencyKey> idempotency_key;
    bool is_dry_run = false;
};

struct ListTasksTool : ToolInput {
    static constexpr std::int64_t max_limit = 100;

    StatusFilter status = StatusFilter::all;
    std::optional<Priority> priority;
    std::vector<std::string> tags;
    std::optional<std::string> q;
    std::optional<LocalDue> due_before;
    std::optional<LocalDue> due_after;
    bool overdue = false;
    Sort sort;
    std::int64_t limit = 20;
    std::optional<std::string> cursor;
};

struct SearchTasksTool : ToolInput {
    std::string query;
    StatusFilter status = StatusFilter::all;
    std::int64_t limit = 20;
    std::optional<std::string> cursor;
};

/// What a task may be without.
enum class Clearable : std::uint8_t { description, due_date };

struct UpdateTaskTool : ToolInput {
    TaskRef task_id;
    schema::Sent<std::string> title;
    schema::Sent<std::optional<std::string>> description;
    schema::Sent<Status> status;
    schema::Sent<Priority> priority;
    schema::Sent<std::vector<std::string>> tags;
    schema::Sent<std::optional<LocalDue>> due_date;
    std::vector<Clearable> clear;
    bool is_dry_run = false;
};

struct CompleteTaskTool : ToolInput {
    TaskRef task_id;
    bool completed = true;
    bool is_dry_run = false;
};

struct CompleteTasksTool : ToolInput {
    std::vector<TaskRef> task_ids;
    bool completed = true;
    bool is_dry_run = false;
};

struct DeleteTaskTool : ToolInput {
    TaskRef task_id;
    bool is_dry_run = false;
};

/// Of tools that take nothing but a task.
struct NameTaskTool : ToolInput {
    TaskRef task_id;
};

}  // namespace todod::types

namespace todod::schema {

template <>
struct EnumNames<types::Clearable> {
    using enum types::Clearable;
    static constexpr std::array<EnumValue<types::Clearable>, 2> values{{
        {description, {"description", "description", "description"}},
        {due_date, {"due_date", "due_date", "dueDate"}},
    }};
};

template <>
const Type& type_of<types::NewTask>();
template <>
const Type& type_of<types::AddTaskTool>();
template <>
const Type& type_of<types::AddTasksTool>();
template <>
const Type& type_of<types::SearchTasksTool>();
template <>
const Type& type_of<types::CompleteTasksTool>();
template <>
const Type& type_of<types::ListTasksTool>();
template <>
const Type& type_of<types::UpdateTaskTool>();
template <>
const Type& type_of<types::CompleteTaskTool>();
template <>
const Type& type_of<types::DeleteTaskTool>();
template <>
const Type& type_of<types::NameTaskTool>();

}  // namespace todod::schema
