#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "types/idempotency_key.hpp"
#include "types/task.hpp"

namespace todod::types {

/// What a client may say of a task. Those that only the server sets may repeat what the task
/// has, as front ends that send a whole task back do.
struct TaskFields {
    schema::Sent<base::Uuid> id;
    schema::Sent<std::string> title;
    schema::Sent<std::optional<std::string>> description;
    schema::Sent<Status> status;
    schema::Sent<bool> completed;
    schema::Sent<Priority> priority;
    schema::Sent<std::vector<std::string>> tags;
    schema::Sent<std::optional<Due>> due_date;

    schema::Sent<std::int64_t> number;
    schema::Sent<std::string> user_id;
    schema::Sent<std::int64_t> version;
    schema::Sent<base::Instant> created_at;
    schema::Sent<base::Instant> updated_at;
    schema::Sent<std::optional<base::Instant>> completed_at;
};

struct CreateTask : TaskFields {
    std::optional<IdempotencyKey> idempotency_key{};
    bool is_dry_run = false;  ///< only to say what would change; here and below
};

struct UpdateTask : TaskFields {
    TaskRef task_id;
    std::optional<TagCondition> if_match{};
    bool is_dry_run = false;
};

struct GetTask {
    TaskRef task_id;
    std::optional<TagCondition> if_none_match;
};

struct CompleteTask {
    TaskRef task_id;
    std::optional<TagCondition> if_match{};
    schema::Sent<bool> completed{};  ///< left out: turn it round
    bool is_dry_run = false;
};

struct DeleteTask {
    TaskRef task_id;
    std::optional<TagCondition> if_match{};
    bool is_dry_run = false;
};

enum class StatusFilter : std::uint8_t { all, pending, todo, in_progress, completed };
enum class SortKey : std::uint8_t { created, title, updated, due_date, priority };

/// "title", or "-title" for the other way round.
struct Sort {
    SortKey key = SortKey::created;
    bool reversed = false;

    bool operator==(const Sort&) const = default;
};

struct ListTasks {
    static constexpr std::int64_t max_limit = 1000;

    StatusFilter status = StatusFilter::all;
    std::optional<Priority> priority;
    std::vector<std::string> tag;  ///< all of them
    std::optional<std::string> q;
    std::optional<Due> due_before;
    std::optional<Due> due_after;
    bool overdue = false;
    Sort sort;
    std::int64_t limit = 100;
    std::int64_t skip = 0;
    std::optional<std::string> cursor;
    std::optional<base::TimeZone> time_zone;
};

}  // namespace todod::types

namespace todod::schema {

template <>
struct EnumNames<types::StatusFilter> {
    using enum types::StatusFilter;
    static constexpr std::array<EnumValue<types::StatusFilter>, 5> values{{
        {all, {"all", "all", "ALL"}},
        {pending, {"pending", "pending", "PENDING"}},
        {todo, {"todo", "todo", "TODO"}},
        {in_progress, {"in_progress", "in_progress", "IN_PROGRESS"}},
        {completed, {"completed", "completed", "COMPLETED"}},
    }};
};

template <>
struct EnumNames<types::SortKey> {
    using enum types::SortKey;
    static constexpr std::array<EnumValue<types::SortKey>, 5> values{{
        {created, {"created", "created", "created"}},
        {title, {"title", "title", "title"}},
        {updated, {"updated", "updated", "updated"}},
        {due_date, {"due_date", "due_date", "dueDate"}},
        {priority, {"priority", "priority", "priority"}},
    }};
};

template <>
struct Codec<types::Sort> {
    static bool read(const boost::json::value&, types::Sort&, const Limits&, Reader&);
    static bool parse(std::string_view, types::Sort&, const Limits&, Reader&);
    static void write(const types::Sort&, std::string& out, Dialect);
    static void describe(boost::json::object&, const Limits&, Dialect);
};

template <>
const Type& type_of<types::CreateTask>();
template <>
const Type& type_of<types::UpdateTask>();
template <>
const Type& type_of<types::GetTask>();
template <>
const Type& type_of<types::CompleteTask>();
template <>
const Type& type_of<types::DeleteTask>();
template <>
const Type& type_of<types::ListTasks>();

}  // namespace todod::schema
