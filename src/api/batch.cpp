#include <algorithm>

#include "api/api.hpp"
#include "api/routes.hpp"
#include "api/writes.hpp"
#include "base/text.hpp"

namespace todod::api {

using operation::Answer;
using operation::Caller;
using operation::Method;
using operation::with_handler;
using types::Batch;
using types::BatchAnswer;
using types::BatchOp;

namespace {

void check_may(const Caller& caller, const Batch& batch)
{
    const bool deletes = std::ranges::find(batch.operations, BatchOp::remove,
                                           &types::BatchOperation::op) != batch.operations.end();
    if (!deletes || caller.may(auth::Scope::remove)) return;
    throw base::Error{base::ErrorCode::forbidden, "The token's scopes do not cover deleting."};
}

std::string_view kind_of(base::ErrorCode code)
{
    using enum base::ErrorCode;
    if (code == not_found) return "not_found";
    return code == precondition_failed ? "precondition_failed" : "conflict";
}

/// What a batch that is done wholly or not at all is not done for, item by item.
base::Error refusal(const store::WriteOutcome& outcome)
{
    std::vector<base::Violation> violations;
    bool is_conflict = false;
    for (std::size_t i = 0; i < outcome.results.size(); ++i) {
        const auto& failure = outcome.results[i].failure;
        if (!failure) continue;
        is_conflict |= failure->code() != base::ErrorCode::not_found;
        violations.push_back({{"body", "operations", std::to_string(i)},
                              fmt::format("operations.{}: {}", i, failure->message()),
                              std::string{kind_of(failure->code())}});
    }
    return base::Error::refused(is_conflict ? base::ErrorCode::conflict : base::ErrorCode::invalid,
                                std::move(violations));
}

int status_of(BatchOp op)
{
    if (op == BatchOp::create) return 201;
    return op == BatchOp::remove ? 204 : 200;
}

BatchAnswer to_answer(store::WriteOutcome outcome, const std::vector<BatchOp>& ops)
{
    BatchAnswer answer;
    answer.results.reserve(ops.size());
    for (std::size_t i = 0; i < ops.size(); ++i) {
        store::WriteResult& result = outcome.results[i];
        types::BatchResult& shown = answer.results.emplace_back();
        shown.index = static_cast<std::int64_t>(i);
        shown.op = ops[i];
        shown.success = !result.failure;
        ++(shown.success ? answer.succeeded : answer.failed);
        if (result.failure) {
            shown.status = operation::status_of(result.failure->code());
            shown.error = result.failure->message();
        } else {
            shown.status = status_of(ops[i]);
            shown.task = std::move(result.task);
        }
    }
    return answer;
}

base::Async<Answer<BatchAnswer>> write_batch(services::Tasks* tasks, Caller caller, Batch input)
{
    check_may(caller, input);
    const bool is_dry_run = input.is_dry_run;
    std::vector<BatchOp> ops;
    std::ranges::transform(input.operations, std::back_inserter(ops), &types::BatchOperation::op);
    auto outcome = co_await tasks->write(caller.take_writer(), std::move(input));
    if (!outcome.is_done) throw refusal(outcome);
    const bool is_replayed = outcome.is_replayed;
    auto changes = std::move(outcome.changes);
    BatchAnswer answer = to_answer(std::move(outcome), ops);
    if (!is_dry_run) {
        Answer<BatchAnswer> shown{std::move(answer)};
        if (is_replayed) shown.headers.push_back({"Idempotency-Replayed", "true"});
        co_return shown;
    }
    std::erase_if(answer.results, &types::BatchResult::success);
    co_return previewed<BatchAnswer>(
        {.changes = std::move(changes), .failed = {answer.failed != 0, std::move(answer.results)}});
}

}  // namespace

operation::Table batch_operations(services::Tasks* tasks)
{
    operation::Table operations;
    operations.push_back(with_handler<Batch, BatchAnswer>(
        {.name = "write_batch",
         .summary = "Do several things at once",
         .doc = "Up to 100 writes, in their order, in one transaction and as one change set. With "
                "`mode: atomic` one that is refused takes all back: 422 where tasks are not found, "
                "else 409, and `errors` names each. With `best_effort` each has its own result. "
                "To make a retry safe send an Idempotency-Key.",
         .tag = "Tasks",
         .routes = on_both(Method::post, "/api/{user_id}/batch", "/api/batch"),
         .scope = auth::Scope::write,
         .is_confirmed = true,
         .output = {.headers = {changeset_doc, replayed_doc}},
         .problems = {409}},
        [tasks](Caller caller, Batch input) {
            return write_batch(tasks, std::move(caller), std::move(input));
        }));
    return operations;
}

}  // namespace todod::api
