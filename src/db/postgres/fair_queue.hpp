#pragma once

#include <array>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <string_view>
#include <vector>

namespace todod::db::postgres {

/// One that waits to be served in a batch. It stands in the frame of the coroutine that waits, so
/// that queueing it allocates nothing.
struct Waiting {
    std::coroutine_handle<> waiting;
    std::exception_ptr failure;
    std::chrono::steady_clock::time_point since;
    Waiting* next = nullptr;
};

/// Who waits, served fairly: each user has a lane, and the lanes take turns, so that one who asks
/// for a thousand things keeps nobody else waiting. Lanes are fewer than users (stochastic fairness
/// queueing: McKenney, 1990).
class FairQueue {
public:
    static constexpr std::size_t max_size = 10'000;
    /// Of these, what one lane may hold.
    static constexpr std::size_t max_lane = 2'500;

    bool empty() const noexcept { return size_ == 0; }
    std::size_t size() const noexcept { return size_; }

    /// False, and nothing done, when there is no more room.
    bool push(Waiting& waiting, std::string_view user_id) noexcept;

    /// Takes up to `max` into `batch`, which it clears first.
    void take(std::size_t max, std::vector<Waiting*>& batch);

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
};

}  // namespace todod::db::postgres
