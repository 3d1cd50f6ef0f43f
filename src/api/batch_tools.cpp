#include <algorithm>

#include "api/tool_handlers.hpp"
#include "api/writes.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
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

void count(TaskBatch& batch)
{
    batch.succeeded = std::ranges::count(batch.results, true, &BatchItem::success);
    batch.failed = std::ssize(batch.results) - batch.succeeded;
}

schema::Sent<std::vector<types::BatchResult>> failed_of(const store::WriteOutcome& outcome)
{
    schema::Sent<std::vector<types::BatchResult>> failed;
    for (std::size_t i = 0; i < outcome.results.size(); ++i) {
        const auto& failure = outcome.results[i].failure;
        if (!failure) continue;
        failed.given = true;
        failed.value.push_back(
            {.index = static_cast<std::int64_t>(i), .error = failure->message()});
    }
    return failed;
}

/// Does all in one transaction: what can be done.
base::Async<Answer<TaskBatch>> write_all(services::Tasks* tasks, store::User user,
                                         types::Batch input, Deed deed, base::TimeZone zone)
{
    input.mode = types::BatchMode::best_effort;
    const bool is_dry_run = input.is_dry_run;
    auto outcome = co_await tasks->write(std::move(user), std::move(input));
    if (is_dry_run) {
        co_return previewed<TaskBatch>(
            {.changes = std::move(outcome.changes), .failed = failed_of(outcome)});
    }
    TaskBatch batch{.deed = deed};
    for (store::WriteResult& result : outcome.results) {
        BatchItem& item = batch.results.emplace_back();
        item.index = std::ssize(batch.results) - 1;
        item.success = !result.failure;
        if (result.failure) {
            item.error = result.failure->message();
        } else {
            item.data = brief_of(std::move(result.task.value()), deed, zone);
        }
    }
    count(batch);
    co_return Answer<TaskBatch>{std::move(batch)};
}

/// Makes them one after another, each once. Where the key stands for another list, nothing of this
/// one is added. Throws where none could be tried, and where the account has gone.
base::Async<Answer<TaskBatch>> create_all_once(services::Tasks* tasks, store::User user,
                                               std::vector<types::CreateTask> wanted,
                                               std::string all, base::TimeZone zone)
{
    TaskBatch batch{.deed = Deed::created};
    for (types::CreateTask& task : wanted) {
        BatchItem item{.index = std::ssize(batch.results)};
        try {
            auto made = co_await create(tasks, user, std::move(task), all);
            item.data = brief_of(std::move(made), Deed::created, zone);
            item.success = true;
        } catch (const base::Error& error) {
            const bool is_callers = operation::is_callers_fault(error.code());
            const bool is_first = batch.results.empty();
            if (is_first || error.code() == base::ErrorCode::unauthorized) throw;
            item.error = is_callers ? error.message() : std::string{not_now};
        }
        batch.results.push_back(std::move(item));
    }
    count(batch);
    co_return Answer<TaskBatch>{std::move(batch)};
}

/// What a call with a key asks for as a whole; empty without one.
std::string in_words(const types::AddTasksTool& input)
{
    std::string words;
    if (!input.idempotency_key) return words;
    schema::Codec<std::vector<types::NewTask>>::write(input.tasks, words, schema::Dialect::tool);
    return words;
}

/// Each task of a call has a key of its own, which follows from the call's.
std::optional<types::IdempotencyKey> key_of(const std::optional<types::IdempotencyKey>& call,
                                            std::size_t index)
{
    if (!call) return std::nullopt;
    return types::IdempotencyKey{
        base::base64url_encode(base::sha256(fmt::format("{}\n{}", call->text, index)))};
}

types::Batch to_batch(std::vector<types::CreateTask> tasks, bool is_dry_run)
{
    types::Batch batch{.is_dry_run = is_dry_run};
    batch.operations.reserve(tasks.size());
    for (types::CreateTask& task : tasks) {
        types::BatchOperation& operation = batch.operations.emplace_back();
        operation.op = types::BatchOp::create;
        operation.task.given = true;
        static_cast<types::TaskFields&>(operation.task.value) = std::move(task);
    }
    return batch;
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
            const bool is_dry_run = input.is_dry_run;
            std::string all = is_dry_run ? std::string{} : in_words(input);
            auto wanted = to_create_all(std::move(input), zone);
            if (!all.empty()) {
                co_return co_await create_all_once(tasks, caller.take_writer(), std::move(wanted),
                                                   std::move(all), zone);
            }
            co_return co_await write_all(tasks, caller.take_writer(),
                                         to_batch(std::move(wanted), is_dry_run), Deed::created,
                                         zone);
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
            types::Batch batch{.is_dry_run = input.is_dry_run};
            batch.operations.reserve(input.task_ids.size());
            for (const types::TaskRef& task : input.task_ids) {
                batch.operations.push_back(
                    {.op = types::BatchOp::complete,
                     .task_id = task,
                     .completed = {.given = true, .value = input.completed}});
            }
            const Deed deed = input.completed ? Deed::completed : Deed::reopened;
            co_return co_await write_all(tasks, caller.take_writer(), std::move(batch), deed,
                                         zone_of(input));
        });
}

}  // namespace todod::api
