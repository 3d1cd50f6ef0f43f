#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "types/task.hpp"
#include "types/task_input.hpp"

namespace todod::types {

/// What a tool has done with a task.
enum class Deed : std::uint8_t { created, updated, completed, reopened, deleted };

/// A task after a tool has done something with it.
struct TaskDeed : Task {
    Deed deed{};

    TaskDeed() = default;
    TaskDeed(Task task, Deed deed) : Task(std::move(task)), deed(deed) {}
};

/// A task as a tool shows it.
struct TaskRow : Task {
    TaskRow() = default;
    explicit TaskRow(Task task) : Task(std::move(task)) {}
};

/// A page of tasks, as a tool gives it.
struct TaskListing {
    std::vector<TaskRow> tasks{};
    std::int64_t count = 0;  ///< of these
    std::int64_t total = 0;  ///< with those on further pages
    StatusFilter status_filter = StatusFilter::all;
    std::optional<std::string> next_cursor{};
};

}  // namespace todod::types

namespace todod::schema {

template <>
struct EnumNames<types::Deed> {
    using enum types::Deed;
    static constexpr std::array<EnumValue<types::Deed>, 5> values{{
        {created, {"created", "created", "created"}},
        {updated, {"updated", "updated", "updated"}},
        {completed, {"completed", "completed", "completed"}},
        {reopened, {"reopened", "reopened", "reopened"}},
        {deleted, {"deleted", "deleted", "deleted"}},
    }};
};

template <>
const Type& type_of<types::TaskDeed>();
template <>
const Type& type_of<types::TaskRow>();
template <>
const Type& type_of<types::TaskListing>();

}  // namespace todod::schema
