#include "api/api.hpp"
#include "api/routes.hpp"
#include "api/writes.hpp"

namespace todod::api {

using auth::Scope;
using operation::Answer;
using operation::Caller;
using operation::Method;
using operation::Nothing;
using operation::Operation;
using operation::with_handler;
using types::Task;
using types::TrashedTask;

namespace {

constexpr std::string_view tag = "Trash";

Operation list_trash(services::Changes* changes)
{
    return with_handler<types::ListTrash, std::vector<TrashedTask>>(
        {.name = "list_trash",
         .summary = "List the trash",
         .doc = "Tasks that were deleted, what was deleted last first. They are nowhere else.",
         .tag = tag,
         .routes = on_both(Method::get, "/api/{user_id}/trash", "/api/trash"),
         .scope = Scope::read},
        [changes](Caller caller,
                  types::ListTrash input) -> base::Async<Answer<std::vector<TrashedTask>>> {
            co_return Answer<std::vector<TrashedTask>>{
                co_await changes->list_trash(caller.take_user(), input)};
        });
}

Operation restore_task(services::Changes* changes)
{
    return with_handler<types::RestoreTrashed, Task>(
        {.name = "restore_task",
         .summary = "Restore a task",
         .doc = "Takes a task out of the trash, with the id and the number that it had. 409 where "
                "another task has been given its id meanwhile.",
         .tag = tag,
         .routes = on_both(Method::post, "/api/{user_id}/trash/{task_id}/restore",
                           "/api/trash/{task_id}/restore"),
         .scope = Scope::write,
         .output = {.headers = {{"ETag", "This state of the task, for If-Match."}, changeset_doc}},
         .problems = {404, 409}},
        [changes](Caller caller, types::RestoreTrashed input) -> base::Async<Answer<Task>> {
            if (input.is_dry_run) {
                co_return previewed<Task>(
                    co_await changes->preview_restore(caller.take_writer(), input.task_id));
            }
            Task task = co_await changes->restore(caller.take_writer(), input.task_id);
            std::string etag = types::to_etag(task);
            co_return Answer<Task>{std::move(task), {{"ETag", std::move(etag)}}};
        });
}

Operation purge_task(services::Changes* changes)
{
    return with_handler<types::PurgeTrashed, Nothing>(
        {.name = "purge_task",
         .summary = "Delete a task for good",
         .doc = "Takes a task out of the trash for good: it cannot be restored any more.",
         .tag = tag,
         .routes =
             on_both(Method::remove, "/api/{user_id}/trash/{task_id}", "/api/trash/{task_id}"),
         .scope = Scope::remove,
         .output = {.status = 204, .headers = {changeset_doc}},
         .problems = {404}},
        [changes](Caller caller, types::PurgeTrashed input) -> base::Async<Answer<Nothing>> {
            if (input.is_dry_run) {
                co_return previewed<Nothing>(
                    co_await changes->preview_purge(caller.take_writer(), input.task_id));
            }
            co_await changes->purge(caller.take_writer(), input.task_id);
            co_return Answer<Nothing>{};
        });
}

Operation empty_trash(services::Changes* changes)
{
    return with_handler<types::EmptyTrash, Nothing>(
        {.name = "empty_trash",
         .summary = "Empty the trash",
         .doc = "All that is in it goes for good, as one change set. A dry run tells the first "
                "1000.",
         .tag = tag,
         .routes = on_both(Method::remove, "/api/{user_id}/trash", "/api/trash"),
         .scope = Scope::remove,
         .output = {.status = 204, .headers = {changeset_doc}}},
        [changes](Caller caller, types::EmptyTrash input) -> base::Async<Answer<Nothing>> {
            if (input.is_dry_run) {
                co_return previewed<Nothing>(
                    co_await changes->preview_empty_trash(caller.take_writer()));
            }
            co_await changes->empty_trash(caller.take_writer());
            co_return Answer<Nothing>{};
        });
}

}  // namespace

operation::Table trash_operations(services::Changes* changes)
{
    operation::Table operations;
    operations.push_back(list_trash(changes));
    operations.push_back(restore_task(changes));
    operations.push_back(purge_task(changes));
    operations.push_back(empty_trash(changes));
    return operations;
}

}  // namespace todod::api
