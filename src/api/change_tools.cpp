#include "types/change_tools.hpp"
#include "api/tool_handlers.hpp"
#include "api/writes.hpp"

namespace todod::api {

using auth::Scope;
using operation::Answer;
using operation::Caller;
using operation::Operation;
using operation::with_handler;
using types::ChangeSetListing;
using types::Deed;
using types::TaskDeed;
using types::UndoReport;

Operation undo_changes_tool(services::Changes* changes)
{
    return with_handler<types::UndoTool, UndoReport>(
        {.name = "undo_changes",
         .summary = "Take changes back",
         .doc = "Take back what was changed last, all of it at once: \"Undo that\". In a chat that "
                "is the last that the assistant has done. Or any change set of list_changes. What "
                "has been changed since is left, and named. Can itself be taken back, by its "
                "changeset_id.",
         .tag = tools_tag,
         .scope = Scope::write,
         .tool = operation::Tool{.title = "Take changes back", .overwrites = true}},
        [changes](Caller caller, types::UndoTool input) -> base::Async<Answer<UndoReport>> {
            check_user(caller, input);
            services::UndoRequest request{.changeset_id = input.changeset_id,
                                          .is_partial = input.is_partial,
                                          .is_dry_run = input.is_dry_run,
                                          .idempotency_key = {}};
            if (input.idempotency_key) request.idempotency_key = input.idempotency_key->text;
            const bool may_delete = caller.may(Scope::remove);
            const auto undone =
                co_await changes->undo(caller.take_writer_apart(), request, may_delete);
            if (!input.is_dry_run) co_return Answer<UndoReport>{types::to_report(undone)};
            co_return previewed<UndoReport>(preview_of(undone));
        });
}

Operation list_changes_tool(services::Changes* changes)
{
    return with_handler<types::ListChangesTool, ChangeSetListing>(
        {.name = "list_changes",
         .summary = "List what was changed",
         .doc = "What has been changed lately and by whom, newest first, as change sets: each is "
                "what was asked for at once, and can be taken back with undo_changes.",
         .tag = tools_tag,
         .scope = Scope::read,
         .tool =
             operation::Tool{
                 .title = "List what was changed", .is_read_only = true, .is_idempotent = true}},
        [changes](Caller caller,
                  types::ListChangesTool input) -> base::Async<Answer<ChangeSetListing>> {
            check_user(caller, input);
            types::ListChangeSets wanted;
            wanted.limit = input.limit;
            wanted.before = input.before;
            const store::User user = caller.take_user();
            const auto sets = co_await changes->list_sets(user, wanted);
            const auto titles = co_await changes->list_titles(user, sets);
            ChangeSetListing listing{.count = std::ssize(sets)};
            for (std::size_t i = 0; i < sets.size(); ++i)
                listing.changesets.push_back(types::to_brief(sets[i], titles[i]));
            co_return Answer<ChangeSetListing>{std::move(listing)};
        });
}

Operation restore_task_tool(services::Changes* changes)
{
    return with_handler<types::RestoreTool, TaskDeed>(
        {.name = "restore_task",
         .summary = "Restore a task",
         .doc = "Bring a deleted task back from the trash, by its number or id, or by words of its "
                "title: \"Bring back task 3\", \"Restore the groceries task\".",
         .tag = tools_tag,
         .scope = Scope::write,
         .tool = operation::Tool{.title = "Restore a task"}},
        [changes](Caller caller, types::RestoreTool input) -> base::Async<Answer<TaskDeed>> {
            check_user(caller, input);
            if (!input.task_id && !input.title) {
                throw base::Error::invalid(
                    {{{"body"}, "task_id or title is required.", "missing"}});
            }
            const store::User user = caller.take_writer();
            types::TaskRef task = std::int64_t{0};
            if (input.task_id) {
                task = *input.task_id;
            } else {
                task = co_await changes->find_trashed({user.id, user.seen}, *input.title);
            }
            if (input.is_dry_run) {
                co_return previewed<TaskDeed>(co_await changes->preview_restore(user, task));
            }
            co_return Answer<TaskDeed>{
                {co_await changes->restore(user, task), Deed::restored, zone_of(input)}};
        });
}

}  // namespace todod::api
