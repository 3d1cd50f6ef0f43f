#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "types/task.hpp"

namespace todod::assistant::builtin {

/// A task as the tools show it.
struct TaskView {
    std::int64_t number = 0;
    std::string title{};
    std::optional<std::string> description{};
    std::string status{};  ///< "pending" …; empty where a tool says what it has done instead
    bool completed = false;
    types::Priority priority = types::Priority::medium;
    std::vector<std::string> tags{};
    std::optional<types::Due> due{};
    std::optional<base::Instant> completed_at{};  ///< lists show it
    bool is_known = true;                         ///< false: nothing but the number is
};

/// Whether the description may be the beginning of a longer one, as lists show it.
bool is_cut(const TaskView& task);

/// Of the data of a tool's result.
TaskView read_task(const boost::json::object& data);

/// A day or a moment, as the tools write it; nothing where it is neither.
std::optional<types::Due> read_due(std::string_view text);

/// As the tools take them.
boost::json::value to_json(const types::Due& due);
boost::json::value to_json(types::Priority priority);
boost::json::value to_json(types::Status status);

}  // namespace todod::assistant::builtin
