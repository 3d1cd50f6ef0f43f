#pragma once

#include "mcp/server.hpp"
#include "mcp/task_view.hpp"

namespace todod::mcp {

/// `completion/complete`: days, the tags of the caller's open tasks for prompts, and the numbers of
/// these tasks for the template of a task's URI.
Method completion_method(TaskView view);

}  // namespace todod::mcp
