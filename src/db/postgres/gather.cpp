#include "db/postgres/gather.hpp"

#include <optional>

#include "db/postgres/error.hpp"

namespace todod::db::postgres {

BatchQueue::BatchQueue(base::Loop& loop, GatherLimits limits, Run run)
    : loop_(loop), limits_(limits), run_(std::move(run))
{
}

bool BatchQueue::push(Waiting& waiting, std::string_view user_id)
{
    const std::lock_guard lock{mutex_};
    if (!waiting_.push(waiting, user_id)) return false;
    if (running_ < limits_.max_running) {
        ++running_;
        base::spawn(serve());
    }
    return true;
}

base::Async<void> BatchQueue::serve()
{
    co_await base::next_turn(loop_);
    std::vector<Waiting*> batch;
    bool is_last = false;
    while (!is_last) {
        is_last = co_await serve_next(batch);
        resume(batch);
    }
}

/// True when nothing waits any more, and nobody serves: who has been answered may end the loop.
base::Async<bool> BatchQueue::serve_next(std::vector<Waiting*>& batch)
{
    std::optional<base::AsyncMutex::Guard> guard;
    if (limits_.mutex != nullptr) guard.emplace(co_await limits_.mutex->lock());
    take(batch);
    if (!batch.empty()) co_await run_all(batch);
    const std::lock_guard lock{mutex_};
    if (!waiting_.empty()) co_return false;
    --running_;
    co_return true;
}

void BatchQueue::take(std::vector<Waiting*>& batch)
{
    batch.clear();
    std::vector<Waiting*> late;
    {
        const std::lock_guard lock{mutex_};
        waiting_.take(limits_.max_batch, limits_.max_rows, batch, late);
    }
    resume(late);
}

base::Async<void> BatchQueue::run_all(Batch batch)
{
    const std::exception_ptr failure = co_await attempts(batch);
    if (!failure) co_return;
    if (batch.size() > 1 && is_of_a_request(failure)) co_return co_await run_each(batch);
    for (Waiting* const each : batch)
        each->failure = failure;
}

/// As long as those who wait have patience.
base::Async<void> BatchQueue::run_each(Batch batch)
{
    const auto until = std::chrono::steady_clock::now() + FairQueue::max_wait;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (std::chrono::steady_clock::now() > until) {
            batch[i]->failure = busy();
        } else if (const auto failure = co_await attempts(batch.subspan(i, 1))) {
            batch[i]->failure = failure;
        }
    }
}

/// What the batch failed with as a whole, however often it was tried.
base::Async<std::exception_ptr> BatchQueue::attempts(Batch batch)
{
    std::exception_ptr failure = co_await attempt(batch);
    for (int tried = 1;
         failure && tried < max_attempts && may_go_well_again(failure, limits_.is_read); ++tried)
        failure = co_await attempt(batch);
    co_return failure;
}

base::Async<std::exception_ptr> BatchQueue::attempt(Batch batch)
{
    for (Waiting* const each : batch)
        each->failure = nullptr;
    try {
        co_await run_(batch);
    } catch (...) {
        co_return std::current_exception();
    }
    co_return nullptr;
}

}  // namespace todod::db::postgres
