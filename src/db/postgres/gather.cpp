#include "db/postgres/gather.hpp"

#include "base/error.hpp"
#include "db/postgres/error.hpp"

namespace todod::db::postgres {

using Clock = std::chrono::steady_clock;

namespace {

std::exception_ptr busy()
{
    return std::make_exception_ptr(
        base::Error::unavailable("The database is busy.", std::chrono::seconds{1}));
}

/// Whether the failure is one of a request among them, not of the server.
bool is_of_a_request(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const ServerError& error) {
        return error.code() == base::ErrorCode::internal || error.is_conflict() ||
               error.is_cancelled();
    } catch (const base::Error& error) {
        return error.code() != base::ErrorCode::unavailable;
    } catch (...) {
        return true;
    }
}

}  // namespace

BatchQueue::BatchQueue(base::Loop& loop, GatherLimits limits, Run run)
    : loop_(loop), limits_(limits), run_(std::move(run))
{
}

bool BatchQueue::push(Waiting& waiting, std::string_view user_id)
{
    waiting.since = Clock::now();
    if (!waiting_.push(waiting, user_id)) {
        waiting.failure = busy();
        return false;
    }
    if (running_ < limits_.max_running) {
        ++running_;
        base::spawn(serve());
    }
    return true;
}

base::Async<void> BatchQueue::serve()
{
    co_await base::next_turn(loop_);
    std::vector<Waiting*> taken;
    std::vector<Waiting*> batch;
    std::vector<std::coroutine_handle<>> ready;
    while (!waiting_.empty()) {
        waiting_.take(limits_.max_batch, taken);
        batch.clear();
        ready.clear();
        const auto oldest = Clock::now() - max_wait;
        for (Waiting* const each : taken) {
            ready.push_back(each->waiting);
            if (each->since >= oldest) {
                batch.push_back(each);
            } else {
                each->failure = busy();
            }
        }
        if (!batch.empty()) co_await run_all(batch);
        loop_.post(std::span<const std::coroutine_handle<>>{ready});
    }
    --running_;
}

base::Async<void> BatchQueue::run_all(Batch batch)
{
    std::exception_ptr failure = co_await attempt(batch);
    for (int tried = 1; failure && tried < max_attempts && may_go_well_again(failure); ++tried)
        failure = co_await attempt(batch);
    if (!failure) co_return;
    if (batch.size() > 1 && is_of_a_request(failure)) co_return co_await run_each(batch);
    for (Waiting* const each : batch)
        each->failure = failure;
}

/// As long as those who wait have patience.
base::Async<void> BatchQueue::run_each(Batch batch)
{
    const auto until = Clock::now() + max_wait;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (Clock::now() > until) {
            batch[i]->failure = busy();
        } else if (const auto failure = co_await attempt(batch.subspan(i, 1))) {
            batch[i]->failure = failure;
        }
    }
}

/// What the batch failed with as a whole.
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

bool BatchQueue::may_go_well_again(const std::exception_ptr& failure) const
{
    try {
        std::rethrow_exception(failure);
    } catch (const ServerError& error) {
        return error.is_conflict() || error.is_stale();
    } catch (const ConnectionLost&) {
        return limits_.is_read;
    } catch (...) {
        return false;
    }
}

}  // namespace todod::db::postgres
