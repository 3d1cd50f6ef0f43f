#include "api/api.hpp"
#include "api/tool_handlers.hpp"
#include "api/writes.hpp"

namespace todod::api {

using auth::Scope;
using operation::Answer;
using operation::Caller;
using operation::Operation;
using operation::with_handler;
using types::Deed;
using types::TaskDeed;
using types::TaskRow;

void check_user(const Caller& caller, const types::ToolInput& input)
{
    if (!input.user_id || *input.user_id == caller.user_id) return;
    throw base::Error{base::ErrorCode::forbidden, "user_id is another user's."};
}

base::TimeZone zone_of(const types::ToolInput& input)
{
    return input.time_zone.value_or(base::TimeZone::utc());
}

std::optional<types::Due> resolve(const std::optional<types::LocalDue>& due,
                                  const base::TimeZone& zone, std::string_view field)
{
    if (!due) return std::nullopt;
    const auto found = types::resolve(*due, zone);
    if (found) return found;
    throw base::Error::invalid({{{"body", std::string{field}},
                                 fmt::format("{} must be within the years 0001 to 9999.", field),
                                 "due_date"}});
}

types::CreateTask to_create(types::NewTask task, const base::TimeZone& zone,
                            std::optional<types::IdempotencyKey> key, std::string_view field)
{
    types::CreateTask create;
    create.title = {.given = true, .value = std::move(task.title)};
    if (task.description) {
        create.description = {.given = true, .value = std::move(task.description)};
    }
    if (task.priority) create.priority = {.given = true, .value = *task.priority};
    if (!task.tags.empty()) create.tags = {.given = true, .value = std::move(task.tags)};
    if (task.due_date) {
        create.due_date = {.given = true, .value = resolve(task.due_date, zone, field)};
    }
    create.idempotency_key = std::move(key);
    return create;
}

base::Async<types::Task> create(services::Tasks* tasks, store::User user, types::CreateTask task,
                                std::string beside)
{
    if (!task.idempotency_key) {
        co_return co_await tasks->create(std::move(user), std::move(task));
    }
    auto made = co_await tasks->create_once(std::move(user), std::move(task), std::move(beside));
    co_return std::move(made.task);
}

namespace {

void clear(types::UpdateTask& update, types::Clearable what)
{
    const bool is_set = what == types::Clearable::description
                            ? update.description.given && update.description.value
                            : update.due_date.given && update.due_date.value;
    if (is_set) {
        throw base::Error::invalid(
            {{{"body", "clear"}, "clear names what is given a value, too.", "contradiction"}});
    }
    if (what == types::Clearable::description) update.description = {.given = true, .value = {}};
    if (what == types::Clearable::due_date) update.due_date = {.given = true, .value = {}};
}

bool says_anything(const types::UpdateTask& update) noexcept
{
    return update.title.given || update.description.given || update.status.given ||
           update.priority.given || update.tags.given || update.due_date.given;
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
        update.due_date = {.given = true,
                           .value = resolve(input.due_date.value, zone_of(input), "due_date")};
    }
    for (const types::Clearable what : input.clear)
        clear(update, what);
    if (!says_anything(update)) {
        throw base::Error::invalid(
            {{{"body"},
              "Name what to change; `clear` empties description or due_date.",
              "missing"}});
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
         .tag = tools_tag,
         .scope = Scope::write,
         .tool = operation::Tool{.title = "Add a task"}},
        [tasks](Caller caller, types::AddTaskTool input) -> base::Async<Answer<TaskDeed>> {
            check_user(caller, input);
            const base::TimeZone zone = zone_of(input);
            if (input.is_dry_run) {
                co_return previewed<TaskDeed>(co_await tasks->preview(
                    caller.take_writer(), to_create(std::move(input), zone, std::nullopt)));
            }
            auto key = std::move(input.idempotency_key);
            auto task = co_await create(tasks, caller.take_writer(),
                                        to_create(std::move(input), zone, std::move(key)));
            co_return Answer<TaskDeed>{{std::move(task), Deed::created, zone}};
        });
}

Operation get_task(services::Tasks* tasks)
{
    return with_handler<types::NameTaskTool, TaskRow>(
        {.name = "get_task",
         .summary = "Get a task",
         .doc = "One task, by its number or its id.",
         .tag = tools_tag,
         .scope = Scope::read,
         .tool =
             operation::Tool{.title = "Get a task", .is_read_only = true, .is_idempotent = true}},
        [tasks](Caller caller, types::NameTaskTool input) -> base::Async<Answer<TaskRow>> {
            check_user(caller, input);
            auto task = co_await tasks->get(caller.take_user(), input.task_id);
            co_return Answer<TaskRow>{TaskRow{std::move(task), zone_of(input)}};
        });
}

Operation update_task(services::Tasks* tasks)
{
    return with_handler<types::UpdateTaskTool, TaskDeed>(
        {.name = "update_task",
         .summary = "Update a task",
         .doc = "Change a task: only what is named. \"Change task 5 priority to high\", \"Move the "
                "dentist to Friday\", \"Rename task 2\".",
         .tag = tools_tag,
         .scope = Scope::write,
         .tool =
             operation::Tool{.title = "Update a task", .overwrites = true, .is_idempotent = true}},
        [tasks](Caller caller, types::UpdateTaskTool input) -> base::Async<Answer<TaskDeed>> {
            check_user(caller, input);
            const base::TimeZone zone = zone_of(input);
            if (input.is_dry_run) {
                co_return previewed<TaskDeed>(
                    co_await tasks->preview(caller.take_writer(), to_update(std::move(input))));
            }
            auto task = co_await tasks->update(caller.take_writer(), to_update(std::move(input)));
            co_return Answer<TaskDeed>{{std::move(task), Deed::updated, zone}};
        });
}

Operation complete_task(services::Tasks* tasks)
{
    return with_handler<types::CompleteTaskTool, TaskDeed>(
        {.name = "complete_task",
         .summary = "Complete a task",
         .doc = "Mark a task as completed, or take that back with `completed: false`: \"Mark task "
                "3 as done\", \"Complete the groceries task\".",
         .tag = tools_tag,
         .scope = Scope::write,
         .tool = operation::Tool{.title = "Complete a task", .is_idempotent = true}},
        [tasks](Caller caller, types::CompleteTaskTool input) -> base::Async<Answer<TaskDeed>> {
            check_user(caller, input);
            const bool completed = input.completed;
            types::CompleteTask complete{.task_id = input.task_id,
                                         .completed = {.given = true, .value = completed}};
            if (input.is_dry_run) {
                co_return previewed<TaskDeed>(
                    co_await tasks->preview(caller.take_writer(), std::move(complete)));
            }
            auto task = co_await tasks->complete(caller.take_writer(), std::move(complete));
            co_return Answer<TaskDeed>{
                {std::move(task), completed ? Deed::completed : Deed::reopened, zone_of(input)}};
        });
}

Operation delete_task(services::Tasks* tasks)
{
    return with_handler<types::DeleteTaskTool, TaskDeed>(
        {.name = "delete_task",
         .summary = "Delete a task",
         .doc = "Delete a task: it goes to the trash, from where restore_task brings it back for "
                "some weeks. Only when the user has asked for that: \"Delete task 7\", \"Remove "
                "the groceries task\".",
         .tag = tools_tag,
         .scope = Scope::remove,
         .tool =
             operation::Tool{
                 .title = "Delete a task", .is_destructive = true, .is_idempotent = true}},
        [tasks](Caller caller, types::DeleteTaskTool input) -> base::Async<Answer<TaskDeed>> {
            check_user(caller, input);
            if (input.is_dry_run) {
                co_return previewed<TaskDeed>(co_await tasks->preview(
                    caller.take_writer(), types::DeleteTask{.task_id = input.task_id}));
            }
            const store::User user = caller.take_writer();
            auto task = co_await tasks->get(user, input.task_id);
            co_await tasks->remove(user, {.task_id = task.id});
            co_return Answer<TaskDeed>{{std::move(task), Deed::deleted, zone_of(input)}};
        });
}

}  // namespace

operation::Table tool_operations(services::Tasks* tasks, services::Changes* changes)
{
    operation::Table tools;
    // Those that agents know everywhere come first, and before them one that changes nothing: some
    // clients try the first.
    tools.push_back(list_tasks_tool(tasks));
    tools.push_back(add_task(tasks));
    tools.push_back(update_task(tasks));
    tools.push_back(complete_task(tasks));
    tools.push_back(delete_task(tasks));
    tools.push_back(get_task(tasks));
    tools.push_back(search_tasks_tool(tasks));
    tools.push_back(list_changes_tool(changes));
    tools.push_back(add_tasks_tool(tasks));
    tools.push_back(complete_tasks_tool(tasks));
    tools.push_back(undo_changes_tool(changes));
    tools.push_back(restore_task_tool(changes));
    return tools;
}

}  // namespace todod::api
