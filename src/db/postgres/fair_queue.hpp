#pragma once

#include <array>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <span>
#include <string_view>
#include <vector>

#include "base/loop.hpp"
#include "db/activity.hpp"

namespace todod::db::postgres {

/// One that waits to be served in a batch. It stands in the frame of the coroutine that waits, so
/// that queueing it allocates nothing.
struct Waiting {
    std::coroutine_handle<> waiting{};
    base::Loop* loop = nullptr;  ///< where `waiting` goes on
    std::exception_ptr failure{};
    std::size_t row_estimate = 1;  ///< about how many the server goes through for it
    std::chrono::steady_clock::time_point since{};
    Waiting* next = nullptr;
};

/// What waits, by what it is.
template <class Request>
std::vector<Request*> to_requests(std::span<Waiting* const> waiting)
{
    std::vector<Request*> requests;
    requests.reserve(waiting.size());
    for (Waiting* const each : waiting)
        requests.push_back(static_cast<Request*>(each));
    return requests;
}

/// `co_await Served{queue, waiting, user_id, loop}` goes on, on `loop`, when `waiting` has been
/// served. Throws what it failed with.
template <class Queue>
struct Served {
    Queue& queue;
    Waiting& waiting;
    std::string_view user_id;
    base::Loop& loop;

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> handle)
    {
        waiting.waiting = handle;
        waiting.loop = &loop;
        return queue.push(waiting, user_id);
    }
    void await_resume() const
    {
        if (waiting.failure) std::rethrow_exception(waiting.failure);
    }
};

/// Lets all go on, each on its loop, with one post a loop. From then on they may be gone.
void resume(std::span<Waiting* const> served);

/// Who waits, served fairly: each user has a lane, and the lanes take turns, so that one who asks
/// for a thousand things keeps nobody else waiting. Lanes are fewer than users (stochastic fairness
/// queueing: McKenney, 1990).
class FairQueue {
public:
    static constexpr std::size_t max_size = 10'000;
    /// Of these, what one lane may hold.
    static constexpr std::size_t max_lane = 2'500;
    /// Who has waited longer than this has given up.
    static constexpr std::chrono::seconds max_wait{10};

    bool empty() const noexcept { return size_ == 0; }
    std::size_t size() const noexcept { return size_; }

    /// False when there is no more room: `waiting` then has its failure.
    bool push(Waiting& waiting, std::string_view user_id);

    /// Takes up to `max`, none more once their rows are `max_rows`, and adds them to `batch`; what
    /// has waited for too long fails, and is added to `late`. Gives how many rows were taken.
    std::size_t take(std::size_t max, std::size_t max_rows, std::vector<Waiting*>& batch,
                     std::vector<Waiting*>& late);

    /// For any thread. What one take() gives is a batch.
    const BatchCounters& counters() const noexcept { return counters_; }

private:
    static constexpr std::size_t lane_count = 64;

    struct Lane {
        Waiting* first = nullptr;
        Waiting* last = nullptr;
        std::size_t size = 0;
    };

    std::array<Lane, lane_count> lanes_;
    std::size_t turn_ = 0;  ///< the lane that is next
    std::size_t size_ = 0;
    BatchCounters counters_;
};

}  // namespace todod::db::postgres
