#include <algorithm>

#include "api/tool_handlers.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "base/together.hpp"
#include "operation/tool.hpp"

namespace todod::api {

using auth::Scope;
using operation::Answer;
using operation::Caller;
using operation::Operation;
using operation::with_handler;
using types::BatchItem;
using types::Deed;
using types::TaskBatch;

namespace {

constexpr std::string_view not_now =
    "This could not be done now, or it is not known whether it was: look before you try it again.";

types::TaskBrief brief_of(types::Task task, Deed deed, const base::TimeZone& zone)
{
    types::TaskBrief brief{.id = task.id,
                           .number = task.number,
                           .deed = deed,
                           .title = types::shorten(std::move(task.title), types::max_shown_title),
                           .due = {}};
    if (task.due_date) brief.due = types::to_words(*task.due_date, zone);
    return brief;
}

/// Keeps what becomes of `work` in `item`. Throws what is nobody's fault here, once that is kept.
base::Async<void> keep(base::Async<types::Task> work, Deed deed, const base::TimeZone& zone,
                       BatchItem& item)
{
    try {
        item.data = brief_of(co_await std::move(work), deed, zone);
        item.success = true;
    } catch (const base::Error& error) {
        const bool is_callers = operation::is_callers_fault(error.code());
        item.error = is_callers ? error.message() : std::string{not_now};
        if (!is_callers) throw;
    }
}

/// Does all at once: they wait for the database together. Throws where none could be tried, and
/// where the account has gone.
base::Async<TaskBatch> do_all(std::vector<base::Async<types::Task>> works, Deed deed,
                              base::TimeZone zone)
{
    TaskBatch batch{.deed = deed};
    batch.results.resize(works.size());
    std::vector<base::Async<void>> kept;
    kept.reserve(works.size());
    for (std::size_t i = 0; i < works.size(); ++i) {
        batch.results[i].index = static_cast<std::int64_t>(i);
        kept.push_back(keep(std::move(works[i]), deed, zone, batch.results[i]));
    }
    const auto is_untried = [](const BatchItem& item) { return item.error == not_now; };
    try {
        co_await base::Together{std::move(kept)};
    } catch (const base::Error& error) {
        if (error.code() == base::ErrorCode::unauthorized) throw;
        if (std::ranges::all_of(batch.results, is_untried)) throw;
    }
    batch.succeeded = std::ranges::count(batch.results, true, &BatchItem::success);
    batch.failed = std::ssize(batch.results) - batch.succeeded;
    co_return batch;
}

/// What a call with a key asks for as a whole; empty without one.
std::string in_words(const types::AddTasksTool& input)
{
    std::string words;
    if (!input.idempotency_key) return words;
    schema::Codec<std::vector<types::NewTask>>::write(input.tasks, words, schema::Dialect::tool);
    return words;
}

base::Async<types::Task> done_already(types::Task task)
{
    co_return task;
}

/// Each task of a call has a key of its own, which follows from the call's.
std::optional<types::IdempotencyKey> key_of(const std::optional<types::IdempotencyKey>& call,
                                            std::size_t index)
{
    if (!call) return std::nullopt;
    return types::IdempotencyKey{
        base::base64url_encode(base::sha256(fmt::format("{}\n{}", call->text, index)))};
}

std::vector<types::CreateTask> to_create_all(types::AddTasksTool input, const base::TimeZone& zone)
{
    std::vector<types::CreateTask> tasks;
    tasks.reserve(input.tasks.size());
    for (std::size_t i = 0; i < input.tasks.size(); ++i) {
        tasks.push_back(to_create(std::move(input.tasks[i]), zone, key_of(input.idempotency_key, i),
                                  fmt::format("tasks[{}].due_date", i)));
    }
    return tasks;
}

}  // namespace

Operation add_tasks_tool(services::Tasks* tasks)
{
    return with_handler<types::AddTasksTool, TaskBatch>(
        {.name = "add_tasks",
         .summary = "Add several tasks",
         .doc = "Add up to 25 tasks at once: a shopping list, the steps of a plan. Each takes "
                "what add_task takes. Gives a result for each, in the same order, with the "
                "task's number or why it was not added; one that fails does not keep the others "
                "from being added. Arguments that are not valid add none.",
         .tag = tools_tag,
         .scope = Scope::write,
         .tool = operation::Tool{.title = "Add several tasks"}},
        [tasks](Caller caller, types::AddTasksTool input) -> base::Async<Answer<TaskBatch>> {
            check_user(caller, input);
            const base::TimeZone zone = zone_of(input);
            const store::User user = caller.take_user();
            const std::string all = in_words(input);
            auto wanted = to_create_all(std::move(input), zone);
            std::vector<base::Async<types::Task>> works;
            works.reserve(wanted.size());
            if (!all.empty()) {
                // Where the key stands for another list, nothing of this one is added.
                auto first = co_await create(tasks, user, std::move(wanted.front()), all);
                works.push_back(done_already(std::move(first)));
            }
            for (std::size_t i = works.size(); i < wanted.size(); ++i)
                works.push_back(create(tasks, user, std::move(wanted[i]), all));
            co_return Answer<TaskBatch>{co_await do_all(std::move(works), Deed::created, zone)};
        });
}

Operation complete_tasks_tool(services::Tasks* tasks)
{
    return with_handler<types::CompleteTasksTool, TaskBatch>(
        {.name = "complete_tasks",
         .summary = "Complete several tasks",
         .doc = "Mark up to 25 tasks as completed at once, or take that back with `completed: "
                "false`: \"tasks 3, 5 and 8 are done\". Gives a result for each, in the same "
                "order; one that fails (there is no such task) does not keep the others from "
                "being completed.",
         .tag = tools_tag,
         .scope = Scope::write,
         .tool = operation::Tool{.title = "Complete several tasks", .is_idempotent = true}},
        [tasks](Caller caller, types::CompleteTasksTool input) -> base::Async<Answer<TaskBatch>> {
            check_user(caller, input);
            const store::User user = caller.take_user();
            std::vector<base::Async<types::Task>> works;
            works.reserve(input.task_ids.size());
            for (const types::TaskRef& task : input.task_ids) {
                works.push_back(tasks->complete(
                    user,
                    {.task_id = task, .completed = {.given = true, .value = input.completed}}));
            }
            const Deed deed = input.completed ? Deed::completed : Deed::reopened;
            co_return Answer<TaskBatch>{co_await do_all(std::move(works), deed, zone_of(input))};
        });
}

}  // namespace todod::api
