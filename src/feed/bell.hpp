#pragma once

#include <coroutine>
#include <mutex>
#include <utility>

#include "base/loop.hpp"

namespace todod::feed {

/// Wakes one coroutine of a loop: `co_await bell.rung()` goes on once it has been rung since it
/// last did. May be rung from any thread.
class Bell {
public:
    explicit Bell(base::Loop& loop) : loop_(loop) {}
    Bell(const Bell&) = delete;
    Bell& operator=(const Bell&) = delete;

    void ring()
    {
        const std::lock_guard lock{mutex_};
        if (waiting_) {
            loop_.post(std::exchange(waiting_, {}));
        } else {
            is_rung_ = true;
        }
    }

    struct Rung {
        Bell& bell;

        bool await_ready() const noexcept { return false; }
        bool await_suspend(std::coroutine_handle<> waiting)
        {
            const std::lock_guard lock{bell.mutex_};
            if (std::exchange(bell.is_rung_, false)) return false;
            bell.waiting_ = waiting;
            return true;
        }
        void await_resume() const noexcept {}
    };
    Rung rung() noexcept { return {*this}; }

private:
    base::Loop& loop_;
    std::mutex mutex_;  ///< of what follows
    std::coroutine_handle<> waiting_{};
    bool is_rung_ = false;
};

}  // namespace todod::feed
