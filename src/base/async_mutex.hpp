#pragma once

#include <coroutine>
#include <deque>
#include <utility>

#include "base/loop.hpp"

namespace todod::base {

/// Lets the coroutines of one loop in one at a time, in the order in which they came:
/// `const auto guard = co_await mutex.lock();` goes on when it is this one's turn. For the loop's
/// own thread only; must outlive every guard.
class AsyncMutex {
public:
    explicit AsyncMutex(Loop& loop) : loop_(loop) {}
    AsyncMutex(const AsyncMutex&) = delete;
    AsyncMutex& operator=(const AsyncMutex&) = delete;

    /// Unlocks when it goes.
    class Guard {
    public:
        explicit Guard(AsyncMutex& mutex) : mutex_(&mutex) {}
        Guard(Guard&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
        Guard& operator=(Guard&&) = delete;
        ~Guard()
        {
            if (mutex_ != nullptr) mutex_->unlock();
        }

    private:
        AsyncMutex* mutex_;
    };

    auto lock() noexcept { return Locking{*this}; }

private:
    struct Locking {
        AsyncMutex& mutex;

        bool await_ready() const noexcept { return !std::exchange(mutex.is_locked_, true); }
        void await_suspend(std::coroutine_handle<> waiting) const
        {
            mutex.waiting_.push_back(waiting);
        }
        Guard await_resume() const noexcept { return Guard{mutex}; }
    };

    /// Stays locked for the next, if one waits.
    void unlock()
    {
        if (waiting_.empty()) {
            is_locked_ = false;
            return;
        }
        loop_.post(waiting_.front());
        waiting_.pop_front();
    }

    Loop& loop_;
    bool is_locked_ = false;
    std::deque<std::coroutine_handle<>> waiting_;
};

}  // namespace todod::base
