#include "api/api.hpp"
#include "api/routes.hpp"
#include "api/writes.hpp"

namespace todod::api {

using auth::Scope;
using operation::Answer;
using operation::Caller;
using operation::Method;
using operation::Operation;
using operation::with_handler;
using types::Change;
using types::ChangeSet;
using types::ChangeSetPage;
using types::Undone;

namespace {

constexpr std::string_view tag = "Changes";

Operation list_changes(services::Changes* changes)
{
    return with_handler<types::ListChanges, std::vector<Change>>(
        {.name = "list_changes",
         .summary = "What has been changed",
         .doc = "The log of all changes of the caller's tasks, in their order, after `since`. Who "
                "has read everything, and the log up to X-Last-Seq before that, keeps up by asking "
                "for what came after the last `seq` it knows. Where the log does not have all of "
                "that any more the answer is 410: read everything anew, and go on from its "
                "`last_seq`.",
         .tag = tag,
         .routes = on_both(Method::get, "/api/{user_id}/changes", "/api/changes"),
         .scope = Scope::read,
         .output = {.headers = {{"X-Last-Seq", "The `seq` of the last change there is."}}},
         .problems = {410}},
        [changes](Caller caller,
                  types::ListChanges input) -> base::Async<Answer<std::vector<Change>>> {
            auto page = co_await changes->list(caller.take_user(), input);
            co_return Answer<std::vector<Change>>{std::move(page.changes),
                                                  {{"X-Last-Seq", std::to_string(page.log.last)}}};
        });
}

Operation list_history(services::Changes* changes)
{
    return with_handler<types::ListHistory, std::vector<Change>>(
        {.name = "list_history",
         .summary = "What a task has been through",
         .doc = "The changes of one task, newest first, as far back as they are kept; also of one "
                "in the trash.",
         .tag = tag,
         .routes = on_both(Method::get, "/api/{user_id}/tasks/{task_id}/history",
                           "/api/tasks/{task_id}/history"),
         .scope = Scope::read,
         .problems = {404}},
        [changes](Caller caller,
                  types::ListHistory input) -> base::Async<Answer<std::vector<Change>>> {
            co_return Answer<std::vector<Change>>{
                co_await changes->history(caller.take_user(), input)};
        });
}

Operation list_change_sets(services::Changes* changes)
{
    return with_handler<types::ListChangeSets, std::vector<ChangeSet>>(
        {.name = "list_changesets",
         .summary = "What has been changed, by what was asked",
         .doc = "Change sets, newest first: each is what one request, one tool, one turn of the "
                "assistant or one batch has changed, and can be taken back as one.",
         .tag = tag,
         .routes = on_both(Method::get, "/api/{user_id}/changesets", "/api/changesets"),
         .scope = Scope::read},
        [changes](Caller caller,
                  types::ListChangeSets input) -> base::Async<Answer<std::vector<ChangeSet>>> {
            co_return Answer<std::vector<ChangeSet>>{
                co_await changes->list_sets(caller.take_user(), input)};
        });
}

Operation get_change_set(services::Changes* changes)
{
    return with_handler<types::GetChangeSet, ChangeSetPage>(
        {.name = "get_changeset",
         .summary = "Get a change set",
         .doc = "One change set with its changes, a page of up to 1000. One whose changes are not "
                "all kept any more is not found.",
         .tag = tag,
         .routes = on_both(Method::get, "/api/{user_id}/changesets/{changeset_id}",
                           "/api/changesets/{changeset_id}"),
         .scope = Scope::read,
         .problems = {404}},
        [changes](Caller caller, types::GetChangeSet input) -> base::Async<Answer<ChangeSetPage>> {
            co_return Answer<ChangeSetPage>{co_await changes->get_set(caller.take_user(), input)};
        });
}

Operation undo_change_set(services::Changes* changes)
{
    return with_handler<types::UndoChangeSet, Undone>(
        {.name = "undo_changeset",
         .summary = "Take a change set back",
         .doc = "Makes what the set has changed what it was before: tasks that it has made go to "
                "the trash, those that it has deleted come back, fields get the values that they "
                "had. What has been changed since is never overwritten: the answer is 409 with "
                "`conflicts`, and nothing is done; with `partial` the rest is taken back. It is a "
                "change set of its own, and can be taken back. At most 10,000 changes at once.",
         .tag = tag,
         .routes = on_both(Method::post, "/api/{user_id}/changesets/{changeset_id}/undo",
                           "/api/changesets/{changeset_id}/undo"),
         .scope = Scope::write,
         .body_optional = true,
         .output = {.headers = {changeset_doc}},
         .problems = {404, 409}},
        [changes](Caller caller, types::UndoChangeSet input) -> base::Async<Answer<Undone>> {
            const services::UndoRequest request{
                .changeset_id = input.changeset_id.id,
                .is_partial = input.is_partial || input.is_partial_by_query,
                .is_dry_run = input.is_dry_run || input.is_dry_run_by_query};
            const bool may_delete = caller.may(Scope::remove);
            auto undone = co_await changes->undo(caller.take_writer_apart(), request, may_delete);
            if (!request.is_dry_run) co_return Answer<Undone>{std::move(undone)};
            co_return previewed<Undone>(preview_of(std::move(undone)));
        });
}

}  // namespace

operation::Table change_operations(services::Changes* changes)
{
    operation::Table operations;
    operations.push_back(list_changes(changes));
    operations.push_back(list_history(changes));
    operations.push_back(list_change_sets(changes));
    operations.push_back(get_change_set(changes));
    operations.push_back(undo_change_set(changes));
    return operations;
}

}  // namespace todod::api
