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

struct AddTaskTool : ToolInput {
    std::string title;
    std::optional<std::string> description;
    std::optional<Priority> priority;
    std::vector<std::string> tags;
    std::optional<LocalDue> due_date;
    std::optional<IdempotencyKey> idempotency_key;
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

struct UpdateTaskTool : ToolInput {
    TaskRef task_id;
    schema::Sent<std::string> title;
    schema::Sent<std::optional<std::string>> description;
    schema::Sent<Status> status;
    schema::Sent<Priority> priority;
    schema::Sent<std::vector<std::string>> tags;
    schema::Sent<std::optional<LocalDue>> due_date;
};

struct CompleteTaskTool : ToolInput {
    TaskRef task_id;
    bool completed = true;
};

/// Of tools that take nothing but a task.
struct NameTaskTool : ToolInput {
    TaskRef task_id;
};

}  // namespace todod::types

namespace todod::schema {

template <>
const Type& type_of<types::AddTaskTool>();
template <>
const Type& type_of<types::ListTasksTool>();
template <>
const Type& type_of<types::UpdateTaskTool>();
template <>
const Type& type_of<types::CompleteTaskTool>();
template <>
const Type& type_of<types::NameTaskTool>();

}  // namespace todod::schema
