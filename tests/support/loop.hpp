#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "base/async.hpp"
#include "base/loop.hpp"

namespace todod::testing {

/// A loop for tests: the test's own thread runs it while it waits for a coroutine.
class TestLoop final : public base::Loop {
public:
    using base::Loop::post;

    void post(std::span<const std::coroutine_handle<>> ready) override
    {
        // Notified under the lock: the loop may go as soon as its thread has seen what is ready.
        const std::lock_guard lock{mutex_};
        ready_.insert(ready_.end(), ready.begin(), ready.end());
        wake_.notify_one();
    }

    /// Runs `work` to its end, and what else becomes ready meanwhile.
    template <class T>
    T run(base::Async<T> work)
    {
        std::exception_ptr failure;
        bool ended = false;
        if constexpr (std::is_void_v<T>) {
            base::spawn(watch(std::move(work), failure, ended));
            run_until(ended);
            if (failure) std::rethrow_exception(failure);
        } else {
            std::optional<T> value;
            base::spawn(watch(std::move(work), value, failure, ended));
            run_until(ended);
            if (failure) std::rethrow_exception(failure);
            return std::move(*value);
        }
    }

    /// Resumes what is ready until `done`.
    void run_until(const bool& done)
    {
        while (!done) {
            std::coroutine_handle<> next;
            {
                std::unique_lock lock{mutex_};
                wake_.wait(lock, [&] { return !ready_.empty(); });
                next = ready_.front();
                ready_.pop_front();
            }
            next.resume();
        }
    }

private:
    static base::Async<void> watch(base::Async<void> work, std::exception_ptr& failure, bool& ended)
    {
        try {
            co_await std::move(work);
        } catch (...) {
            failure = std::current_exception();
        }
        ended = true;
    }

    template <class T>
    static base::Async<void> watch(base::Async<T> work, std::optional<T>& value,
                                   std::exception_ptr& failure, bool& ended)
    {
        try {
            value.emplace(co_await std::move(work));
        } catch (...) {
            failure = std::current_exception();
        }
        ended = true;
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::coroutine_handle<>> ready_;
};

}  // namespace todod::testing
