#pragma once

#include <condition_variable>
#include <coroutine>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "base/async.hpp"
#include "base/loop.hpp"

namespace todod::base {

/// A loop for whoever has nothing else to do: the thread that waits for a coroutine runs it (a
/// command, a test).
class BlockingLoop final : public Loop {
public:
    using Loop::post;

    void post(std::span<const std::coroutine_handle<>> ready) override
    {
        // Notified under the lock: the loop may go as soon as its thread has seen what is ready.
        const std::lock_guard lock{mutex_};
        ready_.insert(ready_.end(), ready.begin(), ready.end());
        wake_.notify_one();
    }

    /// Runs `work` to its end, and what else becomes ready meanwhile.
    template <class T>
    T run(Async<T> work)
    {
        std::exception_ptr failure;
        bool ended = false;
        std::conditional_t<std::is_void_v<T>, Nothing, std::optional<T>> value;
        spawn(watch(std::move(work), value, failure, ended));
        run_until(ended);
        if (failure) std::rethrow_exception(failure);
        if constexpr (!std::is_void_v<T>) return std::move(*value);
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
    struct Nothing {};

    /// The references are to run()'s own, which waits for the end.
    template <class T, class Value>
    static Async<void> watch(Async<T> work, Value& value, std::exception_ptr& failure, bool& ended)
    {
        try {
            if constexpr (std::is_void_v<T>) {
                co_await std::move(work);
            } else {
                value.emplace(co_await std::move(work));
            }
        } catch (...) {
            failure = std::current_exception();
        }
        ended = true;
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::coroutine_handle<>> ready_;
};

}  // namespace todod::base
