#include "api/api.hpp"
#include "api/routes.hpp"
#include "api/writes.hpp"
#include "base/text.hpp"
#include "operation/handler.hpp"

namespace todod::api {

using auth::Scope;
using operation::Answer;
using operation::Caller;
using operation::Header;
using operation::Method;
using operation::Nothing;
using operation::Operation;
using operation::Route;
using operation::with_handler;
using types::Task;

namespace {

constexpr std::string_view tag = "Tasks";
const operation::HeaderDoc etag_doc{"ETag", "This state of the task, for If-Match."};

std::vector<Route> on_task(Method method)
{
    return on_both(method, "/api/{user_id}/tasks/{task_id}", "/api/tasks/{task_id}");
}

Answer<Task> with_etag(Task task)
{
    std::string etag = types::to_etag(task);
    return {std::move(task), {{"ETag", std::move(etag)}}};
}

/// The request again, but for where the page begins.
std::string next_link(const Caller& caller, std::string_view cursor)
{
    std::string link = fmt::format("<{}?", caller.path);
    for (const auto& [name, value] : caller.query) {
        if (name == "cursor" || name == "skip") continue;
        link += fmt::format("{}={}&", base::percent_encode(name), base::percent_encode(value));
    }
    link += fmt::format("cursor={}>; rel=\"next\"", cursor);
    return link;
}

Operation list_tasks(services::Tasks* tasks)
{
    return with_handler<types::ListTasks, std::vector<Task>>(
        {.name = "list_tasks",
         .summary = "List tasks",
         .doc = "The caller's tasks, newest first unless `sort` says otherwise.",
         .tag = tag,
         .routes = on_both(Method::get, "/api/{user_id}/tasks", "/api/tasks"),
         .scope = Scope::read,
         .is_confirmed = true,
         .output = {.headers = {{"X-Total-Count", "How many there are on all pages."},
                                {"Link", "The next page (`rel=\"next\"`), while there is more."}}}},
        [tasks](Caller caller, types::ListTasks input) -> base::Async<Answer<std::vector<Task>>> {
            auto list = co_await tasks->list(caller.take_user(), std::move(input));
            Answer<std::vector<Task>> answer{std::move(list.tasks)};
            answer.headers.push_back({"X-Total-Count", std::to_string(list.total)});
            if (list.next_cursor) {
                answer.headers.push_back({"Link", next_link(caller, *list.next_cursor)});
            }
            co_return answer;
        });
}

Operation create_task(services::Tasks* tasks)
{
    return with_handler<types::CreateTask, Task>(
        {.name = "create_task",
         .summary = "Create a task",
         .doc = "Makes a task. To make a retry safe send an Idempotency-Key, which gets the first "
                "answer again, or choose the `id`: a second create with it is 409.",
         .tag = tag,
         .routes = on_both(Method::post, "/api/{user_id}/tasks", "/api/tasks"),
         .scope = Scope::write,
         .is_confirmed = true,
         .output = {.status = 201,
                    .headers = {etag_doc,
                                changeset_doc,
                                {"Location", "Where the task is."},
                                replayed_doc}},
         .problems = {409}},
        [tasks](Caller caller, types::CreateTask input) -> base::Async<Answer<Task>> {
            if (input.is_dry_run) {
                co_return previewed<Task>(
                    co_await tasks->preview(caller.take_writer(), std::move(input)));
            }
            store::MadeTask made;
            if (input.idempotency_key) {
                made = co_await tasks->create_once(caller.take_writer(), std::move(input));
            } else {
                made.task = co_await tasks->create(caller.take_writer(), std::move(input));
            }
            auto answer = with_etag(std::move(made.task));
            std::string location{caller.path};
            location += '/';
            base::append(location, answer.value.id);
            answer.headers.push_back({"Location", std::move(location)});
            if (made.is_replayed) answer.headers.push_back({"Idempotency-Replayed", "true"});
            co_return answer;
        });
}

Operation get_task(services::Tasks* tasks)
{
    return with_handler<types::GetTask, Task>(
        {.name = "get_task",
         .summary = "Get a task",
         .doc = "One task, by its id or its number. With If-None-Match, 304 when it is the same.",
         .tag = tag,
         .routes = on_task(Method::get),
         .scope = Scope::read,
         .is_confirmed = true,
         .output = {.headers = {etag_doc}},
         .problems = {404}},
        [tasks](Caller caller, types::GetTask input) -> base::Async<Answer<Task>> {
            auto answer = with_etag(co_await tasks->get(caller.take_user(), input.task_id));
            const auto& known = input.if_none_match;
            if (known && known->matches_weakly(answer.value)) answer.status = 304;
            co_return answer;
        });
}

Operation update_task(services::Tasks* tasks)
{
    auto routes = on_task(Method::patch);
    for (const Route& route : on_task(Method::put))
        routes.push_back(route);
    return with_handler<types::UpdateTask, Task>(
        {.name = "update_task",
         .summary = "Update a task",
         .doc = "Changes the fields that are named and no other, with PUT as with PATCH. A null "
                "clears `description` and `due_date`.",
         .tag = tag,
         .routes = std::move(routes),
         .scope = Scope::write,
         .is_confirmed = true,
         .output = {.headers = {etag_doc, changeset_doc}},
         .problems = {404, 412}},
        [tasks](Caller caller, types::UpdateTask input) -> base::Async<Answer<Task>> {
            if (input.is_dry_run) {
                co_return previewed<Task>(
                    co_await tasks->preview(caller.take_writer(), std::move(input)));
            }
            co_return with_etag(co_await tasks->update(caller.take_writer(), std::move(input)));
        });
}

Operation complete_task(services::Tasks* tasks)
{
    return with_handler<types::CompleteTask, Task>(
        {.name = "complete_task",
         .summary = "Complete a task, or take that back",
         .doc = "Sets whether the task is completed; without a body, turns it round.",
         .tag = tag,
         .routes = on_both(Method::patch, "/api/{user_id}/tasks/{task_id}/complete",
                           "/api/tasks/{task_id}/complete"),
         .scope = Scope::write,
         .is_confirmed = true,
         .body_optional = true,
         .output = {.headers = {etag_doc, changeset_doc}},
         .problems = {404, 412}},
        [tasks](Caller caller, types::CompleteTask input) -> base::Async<Answer<Task>> {
            if (input.is_dry_run) {
                co_return previewed<Task>(
                    co_await tasks->preview(caller.take_writer(), std::move(input)));
            }
            co_return with_etag(co_await tasks->complete(caller.take_writer(), std::move(input)));
        });
}

Operation delete_task(services::Tasks* tasks)
{
    return with_handler<types::DeleteTask, Nothing>(
        {.name = "delete_task",
         .summary = "Delete a task",
         .doc =
             "Moves the task to the trash, from where it can be restored. Its number is not used "
             "again.",
         .tag = tag,
         .routes = on_task(Method::remove),
         .scope = Scope::remove,
         .is_confirmed = true,
         .output = {.status = 204, .headers = {changeset_doc}},
         .problems = {404, 412}},
        [tasks](Caller caller, types::DeleteTask input) -> base::Async<Answer<Nothing>> {
            if (input.is_dry_run) {
                co_return previewed<Nothing>(
                    co_await tasks->preview(caller.take_writer(), std::move(input)));
            }
            co_await tasks->remove(caller.take_writer(), std::move(input));
            co_return Answer<Nothing>{};
        });
}

}  // namespace

operation::Table task_operations(services::Tasks* tasks)
{
    operation::Table operations;
    operations.push_back(list_tasks(tasks));
    operations.push_back(create_task(tasks));
    operations.push_back(get_task(tasks));
    operations.push_back(update_task(tasks));
    operations.push_back(complete_task(tasks));
    operations.push_back(delete_task(tasks));
    return operations;
}

}  // namespace todod::api
