#pragma once

#include <chrono>
#include <coroutine>
#include <functional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "base/loop.hpp"
#include "db/postgres/fair_queue.hpp"

namespace todod::db::postgres {

struct GatherLimits {
    std::size_t max_batch = 128;
    /// Batches that may be under way at once. One gathers best; more hide a wait.
    std::size_t max_running = 1;
    /// A read may be asked again when its connection is lost: of a write nobody knows whether it
    /// has been done.
    bool is_read = false;
};

/// What waits to be served in batches, of whatever kind (Gather).
class BatchQueue {
public:
    using Batch = std::span<Waiting* const>;
    using Run = std::function<base::Async<void>(Batch)>;

    /// Who has waited longer than this to be served has given up.
    static constexpr std::chrono::seconds max_wait{10};
    /// How often a batch is tried that the server has taken back for another's sake.
    static constexpr int max_attempts = 4;

    BatchQueue(base::Loop& loop, GatherLimits limits, Run run);
    BatchQueue(const BatchQueue&) = delete;
    BatchQueue& operator=(const BatchQueue&) = delete;

    /// False when there is no more room: `waiting` then has its failure.
    bool push(Waiting& waiting, std::string_view user_id);

private:
    base::Async<void> serve();
    base::Async<void> run_all(Batch batch);
    base::Async<void> run_each(Batch batch);
    base::Async<std::exception_ptr> attempt(Batch batch);
    bool may_go_well_again(const std::exception_ptr& failure) const;

    base::Loop& loop_;
    const GatherLimits limits_;
    const Run run_;
    FairQueue waiting_;
    std::size_t running_ = 0;
};

/// Requests of one kind that are asked of the database together. While a batch is under way those
/// that arrive wait; when it is back, all that wait go as the next one. Nothing waits for a timer:
/// a lone request goes as soon as the loop comes round.
///
/// A request that fails alone says so in its own `failure`; a batch that fails as a whole is asked
/// again, one request at a time. For its loop's thread only; must outlive every request.
template <class Request>
class Gather {
public:
    using Batch = std::vector<Request*>;
    /// Does what is asked, and keeps in each request what came of it. May be called again with the
    /// same requests.
    using Run = std::function<base::Async<void>(Batch)>;

    Gather(base::Loop& loop, GatherLimits limits, Run run)
        : queue_(loop, limits, [run = std::move(run)](BatchQueue::Batch waiting) {
              Batch batch;
              batch.reserve(waiting.size());
              for (Waiting* const each : waiting)
                  batch.push_back(static_cast<Request*>(each));
              return run(std::move(batch));
          })
    {
    }

    /// `co_await gather.ask(request, user_id)` goes on when `request`, a Waiting that the caller
    /// owns, has been served. Throws what it failed with; Error{unavailable} when too many wait.
    auto ask(Request& request, std::string_view user_id) { return Ask{queue_, request, user_id}; }

private:
    struct Ask {
        BatchQueue& queue;
        Request& request;
        std::string_view user_id;

        bool await_ready() const noexcept { return false; }
        bool await_suspend(std::coroutine_handle<> waiting)
        {
            request.waiting = waiting;
            return queue.push(request, user_id);
        }
        void await_resume() const
        {
            if (request.failure) std::rethrow_exception(request.failure);
        }
    };

    BatchQueue queue_;
};

}  // namespace todod::db::postgres
