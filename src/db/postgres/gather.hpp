#pragma once

#include <functional>
#include <limits>
#include <mutex>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "base/async_mutex.hpp"
#include "base/loop.hpp"
#include "db/postgres/fair_queue.hpp"

namespace todod::db::postgres {

struct GatherLimits {
    std::size_t max_batch = 64;
    /// None is added to a batch once its rows (Waiting::row_estimate) are as many.
    std::size_t max_rows = std::numeric_limits<std::size_t>::max();
    /// Batches that may be under way at once. One gathers best; more hide a wait.
    std::size_t max_running = 1;
    bool is_read = false;
    /// Held by each batch while it is under way: kinds of requests that share one take turns.
    base::AsyncMutex* mutex = nullptr;
};

/// What waits to be served in batches, of whatever kind (Gather).
class BatchQueue {
public:
    using Batch = std::span<Waiting* const>;
    using Run = std::function<base::Async<void>(Batch)>;

    /// How often a batch is tried that the server has taken back for another's sake.
    static constexpr int max_attempts = 4;

    BatchQueue(base::Loop& loop, GatherLimits limits, Run run);
    BatchQueue(const BatchQueue&) = delete;
    BatchQueue& operator=(const BatchQueue&) = delete;

    /// From any thread. False when there is no more room: `waiting` then has its failure.
    bool push(Waiting& waiting, std::string_view user_id);

    /// For any thread.
    const BatchCounters& counters() const noexcept { return waiting_.counters(); }

private:
    void take(std::vector<Waiting*>& batch);
    base::Async<bool> serve_next(std::vector<Waiting*>& batch);
    base::Async<void> serve();
    base::Async<void> run_all(Batch batch);
    base::Async<void> run_each(Batch batch);
    base::Async<std::exception_ptr> attempts(Batch batch);
    base::Async<std::exception_ptr> attempt(Batch batch);

    base::Loop& loop_;
    const GatherLimits limits_;
    const Run run_;
    std::mutex mutex_;  ///< of what follows
    FairQueue waiting_;
    std::size_t running_ = 0;
};

/// Requests of one kind that are asked of the database together. While a batch is under way those
/// that arrive wait; when it is back, all that wait go as the next one. Nothing waits for a timer:
/// a lone request goes as soon as the loop comes round.
///
/// A request that fails alone says so in its own `failure`; a batch that fails as a whole is asked
/// again, one request at a time. May be asked from any thread; must outlive every request.
template <class Request>
class Gather {
public:
    using Batch = std::vector<Request*>;
    /// Does what is asked, and keeps in each request what came of it; on the thread of the loop
    /// that was given. May be called again with the same requests.
    using Run = std::function<base::Async<void>(Batch)>;

    Gather(base::Loop& loop, GatherLimits limits, Run run)
        : queue_(loop, limits, [run = std::move(run)](BatchQueue::Batch waiting) {
              return run(to_requests<Request>(waiting));
          })
    {
    }

    /// `co_await gather.ask(request, user_id, loop)` goes on, on the caller's `loop`, when
    /// `request`, which the caller owns, has been served. Throws what it failed with;
    /// Error{unavailable} when too many wait.
    auto ask(Request& request, std::string_view user_id, base::Loop& loop)
    {
        return Served<BatchQueue>{queue_, request, user_id, loop};
    }

    /// For any thread.
    const BatchCounters& counters() const noexcept { return queue_.counters(); }

private:
    BatchQueue queue_;
};

}  // namespace todod::db::postgres
