#pragma once

#include "operation/handler.hpp"
#include "services/changes.hpp"
#include "services/tasks.hpp"
#include "types/tool_input.hpp"
#include "types/tool_output.hpp"

namespace todod::api {

inline constexpr std::string_view tools_tag = "Tools";

/// The user follows from the credentials; a tool may be told who that is, but not who else.
void check_user(const operation::Caller& caller, const types::ToolInput& input);

base::TimeZone zone_of(const types::ToolInput& input);

/// Throws Error{invalid} with the name of the `field` for what is outside the calendar.
std::optional<types::Due> resolve(const std::optional<types::LocalDue>& due,
                                  const base::TimeZone& zone, std::string_view field);

/// `field`: where its due date was given.
types::CreateTask to_create(types::NewTask task, const base::TimeZone& zone,
                            std::optional<types::IdempotencyKey> key,
                            std::string_view field = "due_date");

/// With a key, what was made with that before; `beside` as in services::Tasks::create_once.
base::Async<types::Task> create(services::Tasks* tasks, store::User user, types::CreateTask task,
                                std::string beside = {});

// The tools, by what they do.
operation::Operation list_tasks_tool(services::Tasks* tasks);
operation::Operation search_tasks_tool(services::Tasks* tasks);
operation::Operation add_tasks_tool(services::Tasks* tasks);
operation::Operation complete_tasks_tool(services::Tasks* tasks);
operation::Operation undo_changes_tool(services::Changes* changes);
operation::Operation list_changes_tool(services::Changes* changes);
operation::Operation restore_task_tool(services::Changes* changes);

}  // namespace todod::api
