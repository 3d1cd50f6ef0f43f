#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "mcp/server.hpp"
#include "mcp/subscriptions.hpp"
#include "mcp/task_view.hpp"

namespace todod::mcp {

/// The template of a task's URI: by its number or its id.
inline constexpr std::string_view task_template = "todo://tasks/{id}";

/// `resources/list`, `resources/templates/list` and `resources/read`: the caller's tasks of today,
/// those that are overdue, those that are open, and each by itself.
std::vector<Method> resource_methods(TaskView view);

/// How the same are watched.
ResourceWatch watch_resources(TaskView view);

}  // namespace todod::mcp
