#include "api/api.hpp"
#include "operation/handler.hpp"
#include "types/tool_input.hpp"
#include "types/tool_output.hpp"

namespace todod::api {

using auth::Scope;
using operation::Answer;
using operation::Caller;
using operation::Operation;
using operation::with_handler;
using types::Deed;
using types::TaskDeed;
using types::TaskListing;
using types::TaskRow;
using types::ToolInput;

namespace {

constexpr std::string_view tag = "Tools";

/// The user follows from the credentials; a tool may be told who that is, but not who else.
void check_user(const Caller& caller, const ToolInput& input)
{
    if (!input.user_id || *input.user_id == caller.user_id) return;
    throw base::Error{base::ErrorCode::forbidden, "user_id is another user's."};
}

base::TimeZone zone_of(const ToolInput& input)
{
    return input.time_zone.value_or(base::TimeZone::utc());
}

std::optional<types::Due> resolve(const std::optional<types::LocalDue>& due,
                                  const base::TimeZone& zone)
{
    if (!due) return std::nullopt;
    return types::resolve(*due, zone);
}

template <class V>
void set_if(schema::Sent<V>& field, std::optional<V> value)
{
    if (value) field = {.given = true, .value = std::move(*value)};
}

types::CreateTask to_create(types::AddTaskTool input)
{
    types::CreateTask create;
    create.title = {.given = true, .value = std::move(input.title)};
    if (input.description) {
        create.description = {.given = true, .value = std::move(input.description)};
    }
    set_if(create.priority, input.priority);
    if (!input.tags.empty()) create.tags = {.given = true, .value = std::move(input.tags)};
    if (input.due_date) {
        create.due_date = {.given = true, .value = resolve(input.due_date, zone_of(input))};
    }
    create.idempotency_key = std::move(input.idempotency_key);
    return create;
}

types::ListTasks to_list(types::ListTasksTool input)
{
    const base::TimeZone zone = zone_of(input);
    types::ListTasks list;
    list.status = input.status;
    list.priority = input.priority;
    list.tag = std::move(input.tags);
    list.q = std::move(input.q);
    list.due_before = resolve(input.due_before, zone);
    list.due_after = resolve(input.due_after, zone);
    list.overdue = input.overdue;
    list.sort = input.sort;
    list.limit = input.limit;
    list.cursor = std::move(input.cursor);
    list.time_zone = zone;
    return list;
}

types::UpdateTask to_update(types::UpdateTaskTool input)
{
    types::UpdateTask update;
    update.task_id = input.task_id;
    update.title = std::move(input.title);
    update.description = std::move(input.description);
    update.status = input.status;
    update.priority = input.priority;
    update.tags = std::move(input.tags);
    if (input.due_date.given) {
        update.due_date = {.given = true, .value = resolve(input.due_date.value, zone_of(input))};
    }
    return update;
}

Operation add_task(services::Tasks* tasks)
{
    return with_handler<types::AddTaskTool, TaskDeed>(
        {.name = "add_task",
         .summary = "Add a task",
         .doc = "Create a new task. Use it when the user wants to add something, or to be reminded "
                "of it: \"Create a task to buy groceries\", \"Add high priority task for client "
                "meeting\", \"Remind me to call mom tomorrow\".",
         .tag = tag,
         .scope = Scope::write,
         .tool = operation::Tool{.title = "Add a task"}},
        [tasks](Caller caller, types::AddTaskTool input) -> base::Async<Answer<TaskDeed>> {
            check_user(caller, input);
            types::CreateTask create = to_create(std::move(input));
            if (!create.idempotency_key) {
                auto task = co_await tasks->create(caller.take_user(), std::move(create));
                co_return Answer<TaskDeed>{{std::move(task), Deed::created}};
            }
            auto made = co_await tasks->create_once(caller.take_user(), std::move(create));
            co_return Answer<TaskDeed>{{std::move(made.task), Deed::created}};
        });
}

Operation list_tasks(services::Tasks* tasks)
{
    return with_handler<types::ListTasksTool, TaskListing>(
        {.name = "list_tasks",
         .summary = "List tasks",
         .doc = "Find the user's tasks, newest first unless `sort` says otherwise: \"Show me my "
                "tasks\", \"List high priority tasks\", \"Show completed tasks\", \"What is due "
                "this week?\". Use it to learn the number of a task that is named by its title.",
         .tag = tag,
         .scope = Scope::read,
         .tool =
             operation::Tool{.title = "List tasks", .is_read_only = true, .is_idempotent = true}},
        [tasks](Caller caller, types::ListTasksTool input) -> base::Async<Answer<TaskListing>> {
            check_user(caller, input);
            TaskListing listing{.status_filter = input.status};
            auto found = co_await tasks->list(caller.take_user(), to_list(std::move(input)));
            listing.tasks.reserve(found.tasks.size());
            for (auto& task : found.tasks)
                listing.tasks.emplace_back(std::move(task));
            listing.count = static_cast<std::int64_t>(listing.tasks.size());
            listing.total = found.total;
            listing.next_cursor = std::move(found.next_cursor);
            co_return Answer<TaskListing>{std::move(listing)};
        });
}

Operation get_task(services::Tasks* tasks)
{
    return with_handler<types::NameTaskTool, TaskRow>(
        {.name = "get_task",
         .summary = "Get a task",
         .doc = "One task, by its number or its id.",
         .tag = tag,
         .scope = Scope::read,
         .tool =
             operation::Tool{.title = "Get a task", .is_read_only = true, .is_idempotent = true}},
        [tasks](Caller caller, types::NameTaskTool input) -> base::Async<Answer<TaskRow>> {
            check_user(caller, input);
            co_return Answer<TaskRow>{
                TaskRow{co_await tasks->get(caller.take_user(), input.task_id)}};
        });
}

Operation update_task(services::Tasks* tasks)
{
    return with_handler<types::UpdateTaskTool, TaskDeed>(
        {.name = "update_task",
         .summary = "Update a task",
         .doc = "Change a task: only what is named. \"Change task 5 priority to high\", \"Move the "
                "dentist to Friday\", \"Rename task 2\".",
         .tag = tag,
         .scope = Scope::write,
         .tool = operation::Tool{.title = "Update a task", .is_idempotent = true}},
        [tasks](Caller caller, types::UpdateTaskTool input) -> base::Async<Answer<TaskDeed>> {
            check_user(caller, input);
            auto task = co_await tasks->update(caller.take_user(), to_update(std::move(input)));
            co_return Answer<TaskDeed>{{std::move(task), Deed::updated}};
        });
}

Operation complete_task(services::Tasks* tasks)
{
    return with_handler<types::CompleteTaskTool, TaskDeed>(
        {.name = "complete_task",
         .summary = "Complete a task",
         .doc = "Mark a task as completed, or take that back with `completed: false`: \"Mark task "
                "3 as done\", \"Complete the groceries task\".",
         .tag = tag,
         .scope = Scope::write,
         .tool = operation::Tool{.title = "Complete a task", .is_idempotent = true}},
        [tasks](Caller caller, types::CompleteTaskTool input) -> base::Async<Answer<TaskDeed>> {
            check_user(caller, input);
            const bool completed = input.completed;
            types::CompleteTask complete{.task_id = input.task_id,
                                         .completed = {.given = true, .value = completed}};
            auto task = co_await tasks->complete(caller.take_user(), std::move(complete));
            co_return Answer<TaskDeed>{
                {std::move(task), completed ? Deed::completed : Deed::reopened}};
        });
}

Operation delete_task(services::Tasks* tasks)
{
    return with_handler<types::NameTaskTool, TaskDeed>(
        {.name = "delete_task",
         .summary = "Delete a task",
         .doc = "Delete a task for good. Only when the user has asked for that: \"Delete task 7\", "
                "\"Remove the groceries task\".",
         .tag = tag,
         .scope = Scope::remove,
         .tool =
             operation::Tool{
                 .title = "Delete a task", .is_destructive = true, .is_idempotent = true}},
        [tasks](Caller caller, types::NameTaskTool input) -> base::Async<Answer<TaskDeed>> {
            check_user(caller, input);
            const store::User user = caller.take_user();
            auto task = co_await tasks->get(user, input.task_id);
            co_await tasks->remove(user, {.task_id = task.id});
            co_return Answer<TaskDeed>{{std::move(task), Deed::deleted}};
        });
}

}  // namespace

operation::Table tool_operations(services::Tasks* tasks)
{
    operation::Table tools;
    tools.push_back(list_tasks(tasks));
    tools.push_back(get_task(tasks));
    tools.push_back(add_task(tasks));
    tools.push_back(update_task(tasks));
    tools.push_back(complete_task(tasks));
    tools.push_back(delete_task(tasks));
    return tools;
}

}  // namespace todod::api
