#pragma once

#include <condition_variable>
#include <coroutine>
#include <deque>
#include <exception>
#include <mutex>
#include <span>

#include "base/async.hpp"
#include "base/loop.hpp"

namespace todod::cli {

/// A loop for a command: its own thread runs it until the work that it was given has ended.
class BlockingLoop final : public base::Loop {
public:
    void post(std::span<const std::coroutine_handle<>> ready) override
    {
        const std::lock_guard lock{mutex_};
        ready_.insert(ready_.end(), ready.begin(), ready.end());
        wake_.notify_one();
    }

    /// Runs `work` to its end; throws what it throws.
    void run(base::Async<void> work)
    {
        std::exception_ptr failure;
        bool ended = false;
        base::spawn(watch(std::move(work), failure, ended));
        while (!ended)
            next().resume();
        if (failure) std::rethrow_exception(failure);
    }

private:
    /// The references are to run()'s own, which waits for the end.
    static base::Async<void> watch(base::Async<void> work, std::exception_ptr& failure, bool& ended)
    {
        try {
            co_await std::move(work);
        } catch (...) {
            failure = std::current_exception();
        }
        ended = true;
    }

    std::coroutine_handle<> next()
    {
        std::unique_lock lock{mutex_};
        wake_.wait(lock, [this] { return !ready_.empty(); });
        const auto handle = ready_.front();
        ready_.pop_front();
        return handle;
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::coroutine_handle<>> ready_;
};

}  // namespace todod::cli
